"""The library that draws figures in the browser: one file, handed out compressed and for good."""

from __future__ import annotations

import functools
import gzip
from importlib import metadata, util
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from scorecard.serving import asgi


@functools.cache
def path() -> str:
    """Where it is, below the base of the server; another version has another address."""
    return f"{asgi.base()}/plotly/{metadata.version('plotly')}.js"


@functools.cache
def _file() -> Path:
    """The file within the package, which is found without loading all of it."""
    found = util.find_spec("plotly")
    assert found and found.origin
    return Path(found.origin).with_name("package_data") / "plotly.min.js"


@functools.cache
def _compressed() -> bytes:
    return gzip.compress(_file().read_bytes(), 6, mtime=0)


def warm() -> None:
    """Compresses it before the first visitor asks."""
    _compressed()


def endpoint(request: Request) -> Response:
    """GET of the file. It is the same for everyone, and holds no figures."""
    headers = {"cache-control": "public, max-age=31536000, immutable", "vary": "accept-encoding"}
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(_file().read_bytes(), media_type="text/javascript", headers=headers)
    return Response(
        _compressed(), media_type="text/javascript", headers=headers | {"content-encoding": "gzip"}
    )
