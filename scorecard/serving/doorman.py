"""Who is let near the pages, and with which words to the browser they are handed out."""

from __future__ import annotations

import contextlib
import logging
import secrets
from collections.abc import Iterator
from urllib.parse import urlsplit

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from scorecard.access import settings
from scorecard.refusal import Refusal
from scorecard.serving import asgi, messages, policy, preloading, uploads
from scorecard.serving.start import is_loopback, may_serve

SEAT = "scorecard_seat"
"""Names a browser to the proxy, so that it stays with one process; it means nothing else."""

# What browsers need of Streamlit's own addresses. The others tell of its inside.
_PUBLIC = ("health", "host-config", "stream", "upload_file", "bidi-components")
_FILES: tuple[asgi.Area, ...] = ("core", "media", "static", "views")
_READS = ("GET", "HEAD", "OPTIONS")
_log = logging.getLogger(__name__)


class Doorman:
    """Turns away what no page of ours sends, and adds the security headers.

    It also tells the page its own base address. Without it the browser tries the server's
    health under each part of a deep link, which logs errors and costs a page load some round
    trips.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        problem = _problem(scope)
        if scope["type"] == "websocket":
            if problem is None:
                await self.app(scope, messages.of_pages(receive), send)
                return
            _log.warning("a websocket is refused", extra={"why": problem[1]})
            await send({"type": "websocket.close", "code": 1008})
            return
        answer = _Answer(scope, send)
        if problem is None:
            await self.app(_plain(scope), receive, answer)
            return
        status, why = problem
        # Who looks for what is not there is of no interest to who looks for trouble.
        level = logging.INFO if status == 404 else logging.WARNING
        _log.log(level, "a request is refused", extra={"why": why, "path": scope["path"][:200]})
        await PlainTextResponse(why, status)(scope, receive, answer)


class _Answer:
    """Sends on what the application answers, with our headers; a page once it is whole."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self.scope = scope
        self.send = send
        self.start: Message = {}
        self.body = bytearray()

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
            if self._is_page():
                return
            is_file = asgi.area(self.scope["path"]) in ("media", "views")
            self._put(policy.for_file() if is_file else policy.for_rest())
            await self.send(self.start)
        elif not self._is_page():
            await self.send(message)
        else:
            self.body.extend(message.get("body", b""))
            if not message.get("more_body"):
                await self._send_page()

    async def _send_page(self) -> None:
        page = bytes(self.body).replace(b"<head>", b"<head>" + _base(), 1)
        page = page.replace(b"</head>", preloading.links(page) + b"</head>", 1)
        self._put(policy.for_page(page, _framers(self.scope)))
        headers = [(name, value) for name, value in self.start["headers"] if name != b"etag"]
        if page:  # An answer to HEAD has none, and tells the length of what GET would bring.
            headers = [
                (name, str(len(page)).encode() if name == b"content-length" else value)
                for name, value in headers
            ]
        if f"{SEAT}=" not in asgi.header(self.scope, b"cookie"):
            headers.append((b"set-cookie", _secured(_seat(), self.scope)))
        await self.send({**self.start, "headers": headers})
        await self.send({"type": "http.response.body", "body": page})

    def _is_page(self) -> bool:
        found = dict(self.start["headers"])
        return (
            asgi.area(self.scope["path"]) not in _FILES
            and found.get(b"content-type", b"").startswith(b"text/html")
            and b"content-encoding" not in found
        )

    def _put(self, ours: policy.Headers) -> None:
        """Lets our headers stand in the place of those of the same name."""
        if asgi.is_secure(self.scope):
            ours = [*ours, *policy.for_tls()]
        names = {name for name, _ in ours}
        kept = [
            (name, _secured(value, self.scope) if name == b"set-cookie" else value)
            for name, value in self.start["headers"]
            # No page of another host has a use for our files.
            if name not in names and (name, value) != (b"access-control-allow-origin", b"*")
        ]
        self.start = {**self.start, "headers": [*kept, *ours]}


def _problem(scope: Scope) -> tuple[int, str] | None:
    """Why a request is not answered: the status and a sentence. None where it is."""
    try:
        known = settings.load()
        # A server that was not started by `streamlit run` may listen where nobody may come in.
        end = scope.get("server") or ("",)
        if not may_serve(str(end[0])):
            return 503, "This dashboard is not set up for visitors from elsewhere yet."
    except Refusal:
        return 503, "The settings of this dashboard are at fault, so it stays closed."
    if scope["type"] == "websocket":
        if not asgi.is_from_own_page(scope):
            return 403, "Only a page of this dashboard may open a session."
        if not _is_known_host(scope, known):
            return 403, "This is not the address of the dashboard."
        return None
    if scope["method"] not in _READS and not asgi.is_from_own_page(scope):
        return 403, "Only a page of this dashboard may send something."
    if asgi.area(scope["path"]) == "core" and not asgi.is_from_here(scope):
        asked = scope["path"].partition("/_stcore/")[2].partition("/")[0]
        if asked not in _PUBLIC:
            return 404, "Not Found"
    if uploads.is_refused(scope):
        return 403, "This session may not send files."
    return None


def _is_known_host(scope: Scope, known: settings.Settings) -> bool:
    """Whether a request is for us, and not for a name that someone pointed at our address."""
    try:
        host = urlsplit(f"//{asgi.header(scope, b'host')}").hostname or ""
    except ValueError:
        return False
    return not known.address or host == urlsplit(known.address).hostname or is_loopback(host)


def _framers(scope: Scope) -> tuple[str, ...]:
    """Who may frame the page besides ourselves: the configured hosts, if it is a share link."""
    return settings.load().frame_hosts if asgi.has_link(scope) else ()


def _plain(scope: Scope) -> Scope:
    """The request for a page without the wish for compression, as the page is changed."""
    if asgi.area(scope["path"]) in _FILES:
        return scope
    unwanted = (b"accept-encoding", b"if-none-match", b"if-modified-since", b"range")
    headers = [(name, value) for name, value in scope["headers"] if name not in unwanted]
    return {**scope, "headers": headers}


def _base() -> bytes:
    path = asgi.base()
    address = f"location.origin+'{path}'" if path else "location.origin"
    return f"<script>window.__streamlit={{BACKEND_BASE_URL:{address}}}</script>".encode()


def _seat() -> bytes:
    path = asgi.base() or "/"
    return f"{SEAT}={secrets.token_urlsafe(12)}; Path={path}; HttpOnly; SameSite=Lax".encode()


def _secured(cookie: bytes, scope: Scope) -> bytes:
    """The cookie, for TLS alone where it is sent by TLS."""
    attributes = {part.strip().lower() for part in cookie.split(b";")[1:]}
    if not asgi.is_secure(scope) or b"secure" in attributes:
        return cookie
    return cookie + b"; Secure"


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
