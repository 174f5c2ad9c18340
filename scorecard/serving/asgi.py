"""What a request says of itself: where it is from, what it asks for, how it came."""

from __future__ import annotations

from typing import Literal
from urllib.parse import parse_qs, urlsplit

from starlette.types import Scope
from streamlit import config

from scorecard.serving.start import is_direct, is_loopback

Area = Literal["page", "core", "media", "static", "views", "sign-in", "probe"]

_AREAS: dict[str, Area] = {
    "_stcore": "core",
    "media": "media",
    "static": "static",
    "app": "static",
    "component": "static",
    "plotly": "static",
    "views": "views",
    "auth": "sign-in",
    "oauth2callback": "sign-in",
}
PROBES = ("/healthz", "/metrics")


def header(scope: Scope, name: bytes) -> str:
    """The first header of that name, in lower case; empty where there is none."""
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


def is_secure(scope: Scope) -> bool:
    """Whether the browser speaks TLS; the server believes this of the proxies it is told of."""
    return scope["scheme"] in ("https", "wss")


def is_from_here(scope: Scope) -> bool:
    """Whether a program on this machine asks, without a proxy between."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    ends = (scope.get("client"), scope.get("server"))
    return is_direct(headers) and all(end and is_loopback(str(end[0])) for end in ends)


def is_from_own_page(scope: Scope) -> bool:
    """Whether a page of ours sent it, which a browser says truly of any page.

    Streamlit lets a page of any port of this machine in, and who names no origin at all.
    """
    try:
        origin = urlsplit(header(scope, b"origin"))
    except ValueError:
        return False
    return origin.scheme in ("http", "https") and origin.netloc == header(scope, b"host") != ""


def has_link(scope: Scope) -> bool:
    """Whether the address is that of a share link."""
    query = scope["query_string"].decode("latin-1")
    return "link" in parse_qs(query, keep_blank_values=True)


def base() -> str:
    """The path that all addresses begin with, as `/plan`; empty at the root of a host."""
    path = str(config.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""


def area(path: str) -> Area:
    """What kind of thing a path asks for."""
    if path in PROBES:
        return "probe"
    first = path.removeprefix(base()).lstrip("/").partition("/")[0]
    return _AREAS.get(first, "page")
