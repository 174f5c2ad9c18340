"""The snapshot that this process shows: the one that was published, opened once.

Nothing but a publication changes it. Only where a depot never had one, a process with exports
builds them and publishes that as the first.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

import duckdb

from scorecard import catalogue, publication
from scorecard import depot as depots
from scorecard import snapshot as snapshots
from scorecard.catalogue import BadKpi
from scorecard.depot import Depot, Unanswered
from scorecard.plan import BadPlan
from scorecard.refusal import Refusal
from scorecard.snapshot import SYNTHETIC, Progress, Snapshot, Sources

if TYPE_CHECKING:
    from scorecard.state.publications import Publication
    from scorecard.state.store import Store

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
    """A snapshot to show, or none; `problem` says why it is not the newest that was published."""

    snapshot: Snapshot | None
    problem: str
    is_outdated: bool = False
    """Whether the exports at hand, or the definitions, have changed since it was published."""


Signature = tuple[tuple[str, int, int], ...]


class _Watch:
    """What this process knows of what is published, shared by all its sessions."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.look_again_at = float("-inf")
        self.shown = Shown(None, "")
        self.failed: Signature | None = None
        """Inputs of which no first publication could be made."""
        self.compared: tuple[object, bool] = (None, False)
        """What was compared last with the inputs at hand, and whether these are newer."""

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
    """What is published as it is now; the last good snapshot where it cannot be had.

    Looking costs one small request to the depot, at most once a second for the whole process, and
    beside the sessions: who has figures never waits for it. Where there are none yet one session
    looks, and makes the first publication if need be, while the others wait for it.
    """
    if _watch.is_due():
        sources = sources or Sources()
        if _watch.shown.snapshot:
            _look_aside(sources)
        else:
            with _watch.lock:
                if _watch.is_due():
                    _look(progress, sources)
    return _watch.shown


def shown() -> Snapshot | None:
    """What this process shows already, for who asks how it is; nothing is looked for or built."""
    return _watch.shown.snapshot


def is_outdated() -> bool:
    """Whether the exports at hand, or the definitions, are newer than what is shown."""
    return _watch.shown.is_outdated


def opened(path: Path) -> Snapshot:
    """The snapshot of a file that was built, for who looks at it before it is published."""
    return _shelf.open(path)


def moved_to(name: str, seconds: float = 5.0) -> bool:
    """Looks until this process shows what was just published; false where it does not in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        forget()
        shown = find(lambda share, what: None).snapshot
        if shown and shown.id == name:
            return True
        time.sleep(0.05)
    return False


def forget() -> None:
    """Looks again at the next rerun, for a page that has just published."""
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


def _look_aside(sources: Sources) -> None:
    """Looks on a thread of its own, unless one does so already."""
    lock = _watch.lock
    if not lock.acquire(blocking=False):
        return

    def work() -> None:
        try:
            # Another may have looked between the question and the lock.
            if _watch.is_due():
                _look(lambda share, what: None, sources)
        finally:
            lock.release()

    threading.Thread(target=work, name="look for figures", daemon=True).start()


def _look(progress: Progress, sources: Sources) -> None:
    wait = SECONDS_BETWEEN_LOOKS
    try:
        is_follower = publication.follows(sources)
        depot = depots.open_depot()
        name = depot.current() or _settled(depot)
        if name:
            had_figures = _watch.shown.snapshot is not None
            _show(depot, name)
            # Who waits for the first figures does not wait for the written state besides.
            if had_figures and not _compare(depot, name, sources, is_follower):
                wait = SECONDS_AFTER_NO_ANSWER
        elif is_follower:
            none_yet = "" if _watch.shown.snapshot else "No figures have been published yet"
            _watch.shown = Shown(_watch.shown.snapshot, none_yet)
        elif not _publish_first(depot, progress, sources):
            wait = SECONDS_AFTER_NO_ANSWER
    except Unanswered as error:
        _log.warning("%s; it is asked again in %d s", error, SECONDS_AFTER_NO_ANSWER)
        _watch.shown = Shown(_watch.shown.snapshot or _last_good(), str(error))
        wait = SECONDS_AFTER_NO_ANSWER
    except _PROBLEMS as error:
        _log.exception("what is published cannot be shown")
        _watch.shown = Shown(_watch.shown.snapshot or _last_good(), _said(error))
        wait = SECONDS_AFTER_NO_ANSWER
    # A build that a visitor broke off by leaving ends this run before it comes here, so the next
    # visitor builds.
    _watch.look_again_at = time.monotonic() + wait


def _show(depot: Depot, name: str) -> None:
    shown = _watch.shown
    if shown.snapshot and shown.snapshot.id == name and not shown.problem:
        return
    path = depot.fetch(name)
    if path is None:
        raise Unanswered(f"the snapshot {name} is not where the snapshots are kept")
    _watch.shown = Shown(_shelf.open(path), "")


def _settled(depot: Depot) -> str | None:
    """What is shown once a publication that broke off before its end is brought to it."""
    state = _state()
    if state:
        publication.settle(depot, state, None)
    return depot.current()


def _compare(depot: Depot, name: str, sources: Sources, is_follower: bool) -> bool:
    """Says whether the inputs at hand are newer, and mends a publication that broke off.

    False where the written state does not answer: figures are shown without it.
    """
    try:
        state = _state()
        newest = publication.settle(depot, state, name) if state else None
    except (Refusal, OSError) as error:
        _log.warning("whether a publication broke off is not known: %s", error)
        return False
    shown = _watch.shown
    assert shown.snapshot
    is_outdated = False
    if newest and newest.snapshot == shown.snapshot.id and not is_follower:
        asked = (newest.seq, sources.signature())
        if _watch.compared[0] != asked:
            _watch.compared = (asked, _is_newer(sources, newest, shown.snapshot))
        is_outdated = _watch.compared[1]
    if is_outdated != shown.is_outdated:
        _watch.shown = Shown(shown.snapshot, shown.problem, is_outdated)
    return True


def _is_newer(sources: Sources, newest: Publication, shown: Snapshot) -> bool:
    """Whether exports, plan or definitions were written since, and give another snapshot.

    Where real data are published from elsewhere, the sample beside the code is no news.
    """
    if not shown.synthetic and (sources.exports / SYNTHETIC).exists():
        return False
    folders = (sources.exports, sources.plan, catalogue.FOLDER)
    written = _written(sources.signature(), folders)
    return written > newest.at.timestamp() and sources.hash() != newest.snapshot


def _written(signature: Signature, folders: Iterable[Path]) -> float:
    """When the last of the files in these folders was written, in seconds."""
    inside = tuple(folders)
    moments = (
        moment
        for path, moment, _ in signature
        if any(Path(path).is_relative_to(folder) for folder in inside)
    )
    return max(moments, default=0) / 1e9


def _state() -> Store | None:
    """The written state, where anybody has written."""
    from scorecard.state import store as states  # Figures are shown before this is loaded.

    return None if states.is_blank() else states.shared()


def _publish_first(depot: Depot, progress: Progress, sources: Sources) -> bool:
    """Shows the snapshot of the inputs here, then to the others; false where these cannot be told.

    A build that failed is not tried again before the inputs change.
    """
    signature = sources.signature()
    if signature == _watch.failed:
        return True
    try:
        path = publication.built(depot, sources, progress)
        _watch.shown = Shown(_shelf.open(path), "")
    except _PROBLEMS as error:
        _log.exception("the exports at hand cannot be shown")
        _watch.failed = signature
        _watch.shown = Shown(_watch.shown.snapshot, _said(error))
        return True
    from scorecard.state import store as states

    try:
        publication.publish_first(depot, path, states.shared())
    except Refusal as error:
        _log.warning("the first publication is not made: %s", error)
        return False
    return True


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
    return "the figures cannot be built or opened by this version; the log of the server says why"
