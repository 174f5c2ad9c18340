"""Whether this process can show figures: for the proxy, the monitor and the container."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse

from scorecard.serving import asgi

SECONDS_KEPT = 1.0
"""How long an answer holds, so that many who ask cost no more than one."""

# Its own place to wait in: a state that hangs must not keep files from being handed out.
_waiting = CapacityLimiter(4)
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Health:
    """`status` is `ok`, or a word for what is missing; the rest names the figures."""

    status: str
    snapshot: str = ""
    data_date: str = ""


class _Kept:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.at = float("-inf")
        self.health = Health("starting")


_kept = _Kept()


async def endpoint(request: Request) -> JSONResponse:
    """GET /healthz: 200 or 503. Which figures they are is told to this machine only."""
    health = await to_thread.run_sync(now, limiter=_waiting)
    answer = {"status": health.status}
    if asgi.is_from_here(request.scope) and health.snapshot:
        answer |= {"snapshot": health.snapshot, "data_date": health.data_date}
    return JSONResponse(
        answer,
        200 if health.status == "ok" else 503,
        headers={"cache-control": "no-store"},
    )


def now() -> Health:
    """How it is, at most a second ago. Builds nothing and looks for no newer figures."""
    with _kept.lock:
        if time.monotonic() - _kept.at >= SECONDS_KEPT:
            before, _kept.health = _kept.health, look()
            _kept.at = time.monotonic()
            if before.status != _kept.health.status:
                _log.info("health", extra={"status": _kept.health.status})
        return _kept.health


def look() -> Health:
    """Asks the snapshot and the written state a small question each."""
    # A server listens before it has loaded these.
    from sqlalchemy import text

    from scorecard.screen import store as figures
    from scorecard.state import store as states

    shown = figures.shown()
    if shown is None:
        return Health("no figures yet")
    names = {"snapshot": shown.id, "data_date": shown.data_date.isoformat()}
    try:
        shown.cursor().execute("select value from about limit 1").fetchone()
    except Exception:  # Whatever it is, it is not well.
        _log.exception("the snapshot does not answer")
        return Health("the figures do not answer", **names)
    try:
        if not states.is_blank():
            with states.shared().reading() as connection:
                connection.execute(text("select 1"))
    except Exception:
        _log.exception("the written state does not answer")
        return Health("the written state does not answer", **names)
    return Health("ok", **names)
