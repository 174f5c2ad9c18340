"""Our doors before a small application, and someone who comes to them, for tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket

from scorecard.access import settings
from scorecard.access.settings import Provider, Settings
from scorecard.serving import doorman, frontend, health, metrics, returning, watch

INDEX = (Path(streamlit.__file__).parent / "static" / "index.html").read_bytes()
FORWARDED = {"x-forwarded-for": "203.0.113.9"}
HERE = "http://127.0.0.1:8501"
SIGN_IN = Settings(providers=(Provider("lab", "Lab", "https://lab.example.org/"),))
FRAMES = Settings(providers=SIGN_IN.providers, frame_hosts=("https://www.example.org",))


async def page(request: Request) -> Response:
    return HTMLResponse(INDEX)


async def script(request: Request) -> Response:
    return PlainTextResponse("code", headers={"access-control-allow-origin": "*"})


async def briefing(request: Request) -> Response:
    return HTMLResponse("<html><head></head>papers</html>", headers={"etag": "x"})


async def cookies(request: Request) -> Response:
    answer = HTMLResponse(INDEX)
    answer.set_cookie("plain", "1")
    answer.set_cookie("safe", "1", secure=True)
    return answer


async def login(request: Request) -> Response:
    return RedirectResponse("https://lab.example.org/authorize", 302)


async def callback(request: Request) -> Response:
    target = "https://elsewhere.example.org/" if "away" in request.query_params else "/"
    return RedirectResponse(target, 302)


async def session(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_bytes(b"hello")
    await websocket.close()


APP = Starlette(
    routes=[
        Route("/healthz", health.endpoint),
        Route("/metrics", metrics.endpoint),
        Route("/auth/login", login),
        Route("/oauth2callback", callback),
        Route("/static/index.js", script),
        Route("/media/briefing.html", briefing),
        Route("/_stcore/metrics", script),
        Route("/_stcore/health", script),
        Route("/_stcore/agent/interact", script, methods=["POST"]),
        Route("/_stcore/upload_file/a/b", script, methods=["PUT"]),
        Route("/cookies", cookies),
        WebSocketRoute("/_stcore/stream", session),
        Route("/{rest:path}", page),
    ],
    middleware=[
        Middleware(watch.Watch),
        Middleware(doorman.Doorman),
        Middleware(returning.Returning),
        Middleware(frontend.Frontend),
    ],
)


def visitor(base: str = HERE, **headers: str) -> TestClient:
    """Someone with a browser without a past, who follows no redirect."""
    return TestClient(
        APP, base, headers=headers, client=("127.0.0.1", 50_000), follow_redirects=False
    )


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """The settings are those of `configure`, never those of who runs the tests."""
    configure(monkeypatch, Settings())
    yield monkeypatch


def configure(patch: pytest.MonkeyPatch, known: Settings) -> None:
    patch.setattr(settings, "load", lambda: known)
