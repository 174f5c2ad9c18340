"""The snapshot that this process shows: built when inputs change, or followed; opened once."""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from weakref import WeakValueDictionary

import duckdb

from scorecard import depot as depots
from scorecard import publication
from scorecard import snapshot as snapshots
from scorecard.catalogue import BadKpi
from scorecard.depot import Unanswered
from scorecard.plan import BadPlan
from scorecard.refusal import Refusal
from scorecard.snapshot import Progress, Snapshot, Sources

SECONDS_BETWEEN_LOOKS = 1.0
SECONDS_AFTER_NO_ANSWER = 10.0
FROZEN_KEPT = 4
"""How many snapshots of share links stay open for the next visitor."""
# A snapshot that another version of this program built may lack what this one reads.
_UNREADABLE = (duckdb.Error, OSError, ValueError, KeyError, TypeError, AssertionError)
_PROBLEMS = (Refusal, BadKpi, BadPlan, *_UNREADABLE)
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
        self.look_again_at = float("-inf")
        self.signature: tuple[tuple[str, int, int], ...] | None = None
        self.shown = Shown(None, "")
        self.is_unsent = False
        """Whether its own snapshot has still to reach the depot."""

    def is_due(self) -> bool:
        return time.monotonic() >= self.look_again_at


class _Shelf:
    """Open snapshots by name. One that somebody still uses is never opened twice or closed;
    of the frozen ones the last few stay open besides."""

    def __init__(self) -> None:
        self.opening = threading.Lock()
        self.in_use: WeakValueDictionary[str, Snapshot] = WeakValueDictionary()
        self.lock = threading.Lock()
        self.last: OrderedDict[str, Snapshot] = OrderedDict()
        self.absent_until: dict[str, float] = {}

    def open(self, path: Path) -> Snapshot:
        """The snapshot of a file, whose name is the hash of all inputs and so never stale."""
        with self.opening:
            snapshot = self.in_use.get(path.stem)
            if snapshot is None:
                snapshot = snapshots.open_file(path)
                self.in_use[path.stem] = snapshot
        return snapshot

    def keep(self, snapshot: Snapshot) -> None:
        with self.lock:
            self.last[snapshot.id] = snapshot
            self.last.move_to_end(snapshot.id)
            while len(self.last) > FROZEN_KEPT:
                self.last.popitem(last=False)


_watch = _Watch()
_shelf = _Shelf()


def find(progress: Progress, sources: Sources | None = None) -> Shown:
    """The snapshot of the inputs as they are now; the last good one where they cannot be used.

    Looking costs a stat of each input file, at most once a second for the whole process. One
    session builds while the others wait for it, whichever browser came first. A process that
    follows asks the depot instead, beside the sessions: who has figures never waits for it.
    """
    if _watch.is_due():
        sources = sources or Sources()
        if _watch.shown.snapshot and (_watch.is_unsent or _follows(sources)):
            _look_aside(sources)
        else:
            with _watch.lock:
                if _watch.is_due():
                    _look(progress, sources)
    return _watch.shown


def shown() -> Snapshot | None:
    """What this process shows already, for who asks how it is; nothing is looked for or built."""
    return _watch.shown.snapshot


def forget() -> None:
    """Looks again at the next rerun, for a page that has just changed the inputs."""
    _watch.look_again_at = float("-inf")


def frozen(name: str) -> Snapshot | None:
    """The snapshot of that name, for a link that shows the figures as they were.

    None where the depot does not have it or does not answer; then it is asked again after a
    while only, as every rerun of the visitor comes here.
    """
    snapshot = _shelf.in_use.get(name)
    if snapshot is None and depots.is_name(name):
        if time.monotonic() < _shelf.absent_until.get(name, float("-inf")):
            return None
        snapshot = _fetched(name)
        if snapshot is None:
            _shelf.absent_until[name] = time.monotonic() + SECONDS_AFTER_NO_ANSWER
    if snapshot:
        _shelf.keep(snapshot)
    return snapshot


def _fetched(name: str) -> Snapshot | None:
    try:
        path = depots.open_depot().fetch(name)
        return _shelf.open(path) if path else None
    except _PROBLEMS:
        _log.exception("the snapshot %s cannot be opened", name)
        return None


def _follows(sources: Sources) -> bool:
    try:
        return publication.follows(sources)
    except Refusal:  # The look says so.
        return False


def _look_aside(sources: Sources) -> None:
    """Looks on a thread of its own, unless one does so already."""
    if not _watch.lock.acquire(blocking=False):
        return

    def work() -> None:
        try:
            # Another may have looked between the question and the lock.
            if _watch.is_due():
                _look(lambda share, what: None, sources)
        finally:
            _watch.lock.release()

    threading.Thread(target=work, name="look for figures", daemon=True).start()


def _look(progress: Progress, sources: Sources) -> None:
    wait = SECONDS_BETWEEN_LOOKS
    signature = None
    try:
        if publication.follows(sources):
            _follow()
        else:
            signature = sources.signature()
            if signature != _watch.signature or _watch.is_unsent:
                _publish(progress, sources)
    except Unanswered as error:
        _log.warning("%s; it is asked again in %d s", error, SECONDS_AFTER_NO_ANSWER)
        # Who could not send the newest figures shows them all the same.
        problem = "" if _watch.is_unsent else str(error)
        _watch.shown = Shown(_watch.shown.snapshot or _last_good(), problem)
        wait = SECONDS_AFTER_NO_ANSWER
    except _PROBLEMS as error:
        _log.exception("the newest figures cannot be shown")
        _watch.shown = Shown(_watch.shown.snapshot or _last_good(), _said(error))
        if signature is None:
            wait = SECONDS_AFTER_NO_ANSWER
    # A failed build is not tried again before the inputs change. One that a visitor broke off
    # by leaving ends this run before it comes here, so the next visitor builds.
    _watch.signature = signature
    _watch.look_again_at = time.monotonic() + wait


def _follow() -> None:
    depot = depots.open_depot()
    name = depot.current()
    shown = _watch.shown.snapshot
    if name is None or (shown and shown.id == name):
        problem = "" if shown else "No figures have been published yet"
        _watch.shown = Shown(shown, problem)
        return
    path = depot.fetch(name)
    if path is None:
        raise Unanswered(f"the snapshot {name} is not where the snapshots are kept")
    _watch.shown = Shown(_shelf.open(path), "")


def _publish(progress: Progress, sources: Sources) -> None:
    """Shows the snapshot of the inputs here, then to the others."""
    depot = depots.open_depot()
    _watch.is_unsent = False
    path = publication.built(depot, sources, progress)
    _watch.shown = Shown(_shelf.open(path), "")
    _watch.is_unsent = True
    publication.announce(depot, path)
    _watch.is_unsent = False


def _last_good() -> Snapshot | None:
    try:
        path = publication.last_known()
        return _shelf.open(path) if path else None
    except _PROBLEMS:
        _log.exception("the last snapshot cannot be opened")
        return None


def _said(error: BaseException) -> str:
    """What to tell a visitor: our own words whole, a foreign error without its inside."""
    if isinstance(error, Refusal | BadKpi | BadPlan):
        return str(error)
    if isinstance(error, OSError):
        return error.strerror or "a file cannot be read"
    return "the snapshot cannot be built or opened; the log of the server says why"
