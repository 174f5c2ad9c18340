"""Hands out Streamlit's own scripts, styles and fonts from memory.

A page asks for some seventy of them at once, while the process still loads what pages need; each
would wait several times for a thread of its own to look for the file, open and read it.
"""

from __future__ import annotations

import mimetypes
from functools import cache
from pathlib import Path

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import file_util

from scorecard.serving import asgi

_FOREVER = {"cache-control": "public, immutable, max-age=31536000"}


class Frontend:
    """Answers for the files that stand under a name with a hash; leaves all else to Streamlit."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = str(scope.get("path", "")).removeprefix(asgi.base())
        if path in _paths() and scope["method"] == "GET" and not _is_partial(scope):
            content, kind = _file(path)
            await Response(content, media_type=kind, headers=_FOREVER)(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def _is_partial(scope: Scope) -> bool:
    """Whether only a part is asked for, or whether it has changed; Streamlit knows how."""
    return any(
        name in (b"range", b"if-none-match", b"if-modified-since") for name, _ in scope["headers"]
    )


@cache
def _paths() -> frozenset[str]:
    """The addresses of all files there are; a path that leads elsewhere is none of them."""
    folder = Path(file_util.get_static_dir())
    return frozenset(
        f"/{path.relative_to(folder).as_posix()}" for path in (folder / "static").rglob("*.*")
    )


@cache
def _file(path: str) -> tuple[bytes, str]:
    kind, _ = mimetypes.guess_type(path)
    return Path(f"{file_util.get_static_dir()}{path}").read_bytes(), kind or "text/plain"
