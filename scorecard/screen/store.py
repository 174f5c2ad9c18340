"""The snapshot that this process shows: found, built when inputs change, opened once."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import duckdb
import streamlit as st

from scorecard import snapshot as snapshots
from scorecard.catalogue import BadKpi
from scorecard.plan import BadPlan
from scorecard.refusal import Refusal
from scorecard.snapshot import Snapshot, Sources

SECONDS_BETWEEN_LOOKS = 1.0
_PROBLEMS = (Refusal, BadKpi, BadPlan, duckdb.Error, OSError, ValueError)
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Shown:
    """A snapshot to show, or none; `problem` says why the newest inputs are not in it."""

    snapshot: Snapshot | None
    problem: str


class _Watch:
    """What this process knows of its inputs, shared by all its sessions."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.looked_at = float("-inf")
        self.signature: tuple[tuple[str, int, int], ...] | None = None
        self.name: str | None = None
        self.problem = ""

    def is_fresh(self) -> bool:
        return time.monotonic() - self.looked_at < SECONDS_BETWEEN_LOOKS


_watch = _Watch()

Progress = Callable[[float, str], None]


def find(progress: Progress, sources: Sources | None = None) -> Shown:
    """The snapshot of the inputs as they are now; the last good one where they cannot be used.

    Looking costs a stat of each input file, at most once a second for the whole process. One
    session builds while the others wait for it, whichever browser came first.
    """
    if not _watch.is_fresh():
        with _watch.lock:
            if not _watch.is_fresh():
                _look(progress, sources or Sources())
    if _watch.name is None:
        return Shown(None, _watch.problem)
    return Shown(_opened(_watch.name), _watch.problem)


def shown() -> Snapshot | None:
    """What this process shows already, for who asks how it is; nothing is looked for or built."""
    return _opened(_watch.name) if _watch.name else None


def forget() -> None:
    """Looks again at the next rerun, for a page that has just changed the inputs."""
    _watch.looked_at = float("-inf")


def _look(progress: Progress, sources: Sources) -> None:
    signature = None
    try:
        signature = sources.signature()
        if signature != _watch.signature:
            path = snapshots.publish(sources, progress)
            _opened(path.name)
            _watch.name, _watch.problem = path.name, ""
    except _PROBLEMS as error:
        _log.exception("the inputs cannot be used")
        _watch.problem = _said(error)
        _watch.name = _watch.name or _last_good()
    # A failed build is not tried again before the inputs change. One that a visitor broke off
    # by leaving ends this run before it comes here, so the next visitor builds.
    _watch.signature = signature
    _watch.looked_at = time.monotonic()


def _last_good() -> str | None:
    path = snapshots.current()
    if path is None:
        return None
    try:
        _opened(path.name)
    except _PROBLEMS:
        _log.exception("the last snapshot cannot be opened")
        return None
    return path.name


def _said(error: BaseException) -> str:
    """What to tell a visitor: our own words whole, a foreign error without its inside."""
    if isinstance(error, Refusal | BadKpi | BadPlan):
        return str(error)
    if isinstance(error, OSError):
        return error.strerror or "a file cannot be read"
    return "the snapshot cannot be built or opened; the log of the server says why"


@st.cache_resource(show_spinner=False, max_entries=3)
def _opened(name: str) -> Snapshot:
    """Open once for all sessions. The name is the hash of all inputs, so it never goes stale."""
    return snapshots.open_file(snapshots.store() / name)
