"""What the server counts, in the text format of Prometheus, for this machine only."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from scorecard.serving import asgi

disable_created_metrics()  # type: ignore[no-untyped-call]
_registry = CollectorRegistry()
ProcessCollector(registry=_registry)

_requests = Counter(
    "scorecard_http_requests", "Requests answered", ["area", "status"], registry=_registry
)
_sessions = Gauge("scorecard_sessions", "Browser tabs connected now", registry=_registry)
_messages = Counter(
    "scorecard_websocket_messages", "Messages to and from tabs", ["direction"], registry=_registry
)
_runs = Histogram(
    "scorecard_script_run_seconds",
    "Seconds that a run of a page takes on the server",
    registry=_registry,
    buckets=(0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10),
)
_events = Counter(
    "scorecard_events", "What is written to the audit trail too", ["event"], registry=_registry
)
_snapshot = Gauge(
    "scorecard_snapshot_info", "The figures shown", ["snapshot", "data_date"], registry=_registry
)


class _Running:
    """How much goes on in this process that somebody waits for."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.count = 0

    def add(self, by: int) -> None:
        with self.lock:
            self.count += by


_running = _Running()


@contextmanager
def run() -> Iterator[None]:
    """Measures one run of the script: `with metrics.run(): …`."""
    with waited_for(), _runs.time():
        yield


@contextmanager
def waited_for() -> Iterator[None]:
    """Counts what somebody waits for, so that what only stands by lets it pass."""
    _running.add(1)
    try:
        yield
    finally:
        _running.add(-1)


def running() -> int:
    """How many pages and views are being drawn now that somebody waits for."""
    return _running.count


def event(name: str) -> None:
    """Counts an event of the audit trail, as `link_opened` or `refused`."""
    _events.labels(name).inc()


def answered(area: asgi.Area, status: int) -> None:
    _requests.labels(area, f"{status // 100}xx").inc()


def connected(by: int) -> None:
    """A tab has come (1) or gone (-1)."""
    _sessions.inc(by)


def passed(direction: str) -> None:
    """A message went `in` or `out`."""
    _messages.labels(direction).inc()


async def endpoint(request: Request) -> Response:
    """GET /metrics, for a monitor on this machine; to all others there is no such address."""
    if not asgi.is_from_here(request.scope):
        return PlainTextResponse("Not Found", 404)
    from scorecard.screen import store  # A server listens before it has loaded this.

    _snapshot.clear()
    shown = store.shown()
    if shown:
        _snapshot.labels(shown.id, shown.data_date.isoformat()).set(1)
    return Response(generate_latest(_registry), media_type=CONTENT_TYPE_LATEST)
