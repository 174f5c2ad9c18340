"""Counts and writes down what is asked of the server: paths, never queries, cookies or people."""

from __future__ import annotations

import logging
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from scorecard.serving import asgi, metrics

_LONGEST = 200
_log = logging.getLogger(__name__)


class Watch:
    """Stands before all else, so that what is turned away is counted too."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._request(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._session(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        status, is_page = 500, False

        async def answer(message: Message) -> None:
            nonlocal status, is_page
            if message["type"] == "http.response.start":
                status = message["status"]
                is_page = (
                    dict(message["headers"]).get(b"content-type", b"").startswith(b"text/html")
                )
            await send(message)

        try:
            await self.app(scope, receive, answer)
        finally:
            area = asgi.area(scope["path"])
            metrics.answered(area, status)
            if is_page or area == "sign-in" or (status >= 500 and area != "probe"):
                said = {"status": status, "ms": _milliseconds(started)}
                _log.info("request", extra={"path": scope["path"][:_LONGEST], **said})

    async def _session(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        is_open = False
        messages = {"in": 0, "out": 0}

        async def hear() -> Message:
            message = await receive()
            if message["type"] == "websocket.receive":
                messages["in"] += 1
                metrics.passed("in")
            return message

        async def say(message: Message) -> None:
            nonlocal is_open
            if message["type"] == "websocket.accept":
                is_open = True
                metrics.connected(1)
                _log.info("session opened")
            elif message["type"] == "websocket.send":
                messages["out"] += 1
                metrics.passed("out")
            await send(message)

        try:
            await self.app(scope, hear, say)
        finally:
            if is_open:
                metrics.connected(-1)
                said = {"seconds": round(time.perf_counter() - started), **messages}
                _log.info("session closed", extra=said)


def _milliseconds(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 1)
