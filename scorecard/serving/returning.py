"""Brings a visitor back to the page, with its selection, from which they went to sign in.

Streamlit sends the browser to `auth/login`, from there to the provider, and afterwards always
to the first page. The page is kept meanwhile in a signed cookie of the browser, as the sign-in
may end on another process than it began on.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from itsdangerous import BadData, URLSafeTimedSerializer
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.web.server.server_util import get_cookie_secret

from scorecard.serving import asgi

COOKIE = "scorecard_return"
SECONDS = 600
"""How long someone may take to sign in and still come back to the page."""

_LONGEST = 2000
# Printable ASCII without a backslash, which browsers take for a slash.
_PLAIN = re.compile(r"/[!-\[\]-~]*")


class Returning:
    """Remembers the page at `auth/login`, and puts it in the place of the first page after."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        base = asgi.base()
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
        elif scope["path"] == f"{base}/auth/login":
            await self.app(scope, receive, _adding(send, _cookie(_signed(_origin_page(scope)))))
        elif scope["path"] == f"{base}/oauth2callback" and (page := _remembered(scope)):
            await self.app(scope, receive, _leading(send, page))
        else:
            await self.app(scope, receive, send)


def is_own_page(address: str) -> bool:
    """Whether it is the path and query of a page here, and nothing that leads elsewhere."""
    if len(address) > _LONGEST or not _PLAIN.fullmatch(address) or "//" in address.split("?")[0]:
        return False
    path = address.partition("?")[0]
    base = asgi.base()
    return (path == base or path.startswith(f"{base}/")) and asgi.area(path) == "page"


def _origin_page(scope: Scope) -> str:
    """The page of ours that the request came from; empty where it came from elsewhere."""
    try:
        came = urlsplit(asgi.header(scope, b"referer"))
    except ValueError:
        return ""
    host = asgi.header(scope, b"host")
    if came.scheme not in ("http", "https") or not host or came.netloc != host:
        return ""
    address = f"{came.path or '/'}?{came.query}" if came.query else came.path or "/"
    return address if is_own_page(address) else ""


def _remembered(scope: Scope) -> str:
    """The page in the cookie; empty where there is none, it is forged, or it is too old."""
    signer = _signer()
    kept = cookie_parser(asgi.header(scope, b"cookie")).get(COOKIE, "")
    if signer is None or not kept:
        return ""
    try:
        page = signer.loads(kept, max_age=SECONDS)
    except BadData:
        return ""
    return page if isinstance(page, str) and is_own_page(page) else ""


def _signed(page: str) -> str:
    signer = _signer()
    return str(signer.dumps(page)) if signer and page else ""


def _signer() -> URLSafeTimedSerializer | None:
    secret = get_cookie_secret()
    return URLSafeTimedSerializer(secret, salt=COOKIE) if secret else None


def _cookie(value: str) -> bytes:
    """Sets the cookie, or takes it away where there is nothing to remember."""
    age = SECONDS if value else 0
    path = asgi.base() or "/"
    return f"{COOKIE}={value}; Path={path}; Max-Age={age}; HttpOnly; SameSite=Lax".encode()


def _adding(send: Send, cookie: bytes) -> Send:
    async def answer(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], (b"set-cookie", cookie)]}
        await send(message)

    return answer


def _leading(send: Send, page: str) -> Send:
    """Leads to the page where Streamlit would lead to the first one, and forgets it."""
    first = (f"{asgi.base()}/".encode(), asgi.base().encode())

    async def answer(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 302:
            headers = [
                (name, page.encode() if name == b"location" and value in first else value)
                for name, value in message["headers"]
            ]
            message = {**message, "headers": [*headers, (b"set-cookie", _cookie(""))]}
        await send(message)

    return answer
