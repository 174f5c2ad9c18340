"""The parts of a view that a page was not sent ahead, for the session that stands on it."""

from __future__ import annotations

import json

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from scorecard.serving import asgi, metrics

_MOST_BYTES = 20_000
"""A choice says less."""


def path() -> str:
    """Where the browser asks for a view that is further than one step away."""
    return f"{asgi.base()}/views"


async def endpoint(request: Request) -> Response:
    """POST of a session's token and a choice. Without an answer the page goes the longer way."""
    from scorecard.screen import ahead  # Loaded with the first page, and not before it.

    body = bytearray()
    async for piece in request.stream():
        body.extend(piece)
        if len(body) > _MOST_BYTES:
            return Response(status_code=413)
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError):
        return Response(status_code=400)
    if not isinstance(asked, dict):
        return Response(status_code=400)
    with metrics.waited_for():
        made = await run_in_threadpool(ahead.further, asked.get("token"), asked.get("choice"))
    if made is None:
        return Response(status_code=204)
    return Response(made, media_type="application/json")
