"""What the server says beyond Streamlit: where it is, and what a browser may do with a page."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from typing import Any

import streamlit as st

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Callable[[], Awaitable[Message]], Send], Awaitable[None]]

# Nothing is fetched from another host, sent to one, or framed by one. Streamlit needs inline
# style and script, and Plotly and the components make scripts and workers from text.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob: data:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self' data: blob:; worker-src 'self' blob:; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
_HEADERS = (
    (b"content-security-policy", _POLICY.encode()),
    (b"referrer-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
)


class Doorman:
    """Adds security headers, and tells the page its own base address.

    Without the address the browser tries the server's health under each part of a deep link,
    which logs errors and costs a page load some round trips.
    """

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(
        self, scope: Message, receive: Callable[[], Awaitable[Message]], send: Send
    ) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        start: Message = {}
        body = bytearray()

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *_HEADERS]
                if _is_page(message["headers"]):
                    start.update(message)
                    return
            elif start:
                body.extend(message.get("body", b""))
                if message.get("more_body"):
                    return
                page = bytes(body).replace(b"<head>", b"<head>" + _base(), 1) if body else b""
                start["headers"] = [
                    (name, str(len(page)).encode() if name == b"content-length" and page else value)
                    for name, value in start["headers"]
                    if name != b"etag"
                ]
                await send(start)
                message = {"type": "http.response.body", "body": page}
            await send(message)

        await self.app(_plain(scope), receive, answer)


def _plain(scope: Message) -> Message:
    """The request for a page without the wish for compression, as the page is changed."""
    if "." in scope["path"] or "/_stcore" in scope["path"]:
        return scope
    unwanted = (b"accept-encoding", b"if-none-match", b"if-modified-since", b"range")
    headers = [(name, value) for name, value in scope["headers"] if name not in unwanted]
    return {**scope, "headers": headers}


def _is_page(headers: list[tuple[bytes, bytes]]) -> bool:
    found = dict(headers)
    return found.get(b"content-type", b"").startswith(b"text/html") and (
        b"content-encoding" not in found
    )


def _base() -> bytes:
    path = str(st.get_option("server.baseUrlPath") or "").strip("/")
    address = f"location.origin+'/{path}'" if path else "location.origin"
    return f"<script>window.__streamlit={{BACKEND_BASE_URL:{address}}}</script>".encode()


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Without the remark that there is no visitor, where that is meant."""
    logger = logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)
