"""Which snapshot is shown: built from the inputs and made the current one, or found current.

A process that has exports publishes what it builds from them. One that has none, or that
SCORECARD_FOLLOW=yes tells so, only follows the pointer of the depot.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path

from scorecard import depot as depots
from scorecard import snapshot
from scorecard.depot import Depot, Unanswered
from scorecard.refusal import Refusal
from scorecard.snapshot import Progress, Snapshot, Sources

FOLLOW = "SCORECARD_FOLLOW"
_log = logging.getLogger(__name__)


def follows(sources: Sources) -> bool:
    """Whether this process shows what others publish, and builds nothing itself."""
    match os.environ.get(FOLLOW, ""):
        case "yes":
            return True
        case "" | "no":
            return not sources.exports.is_dir()
        case _:
            raise Refusal(f"{FOLLOW} may be yes or no")


def publish(sources: Sources, progress: Progress = lambda share, what: None) -> Path:
    """Makes the snapshot of these inputs the current one, building it where it is not there.

    One process of a machine builds at a time; the others wait and find it done. A crash at any
    moment leaves the last good snapshot current, as the file comes first and the pointer last.
    """
    depot = depots.open_depot()
    path = built(depot, sources, progress)
    announce(depot, path)
    return path


def announce(depot: Depot, path: Path) -> None:
    """Puts a snapshot of this machine into the depot and makes it the current one."""
    depot.keep(path)
    depot.point_to(path.stem)


def built(depot: Depot, sources: Sources, progress: Progress) -> Path:
    """The snapshot of these inputs on this machine, built where it is not there.

    A depot that does not answer does not keep figures from being computed.
    """
    path = _found(depot, sources.hash())
    if path:
        return path
    depot.room.mkdir(parents=True, exist_ok=True)
    progress(0.0, "waiting for another process that is building")
    with depots.alone(depot.room / "lock"):
        # The inputs may have changed while it waited.
        name = sources.hash()
        path = _found(depot, name)
        if path is None:
            path = depot.room / f"{name}.duckdb"
            _build_aside(path, sources, progress)
    return path


def current() -> Path | None:
    """The snapshot that was made current last, where it is still there."""
    depot = depots.open_depot()
    name = depot.current()
    return depot.fetch(name) if name else None


def open_current() -> Snapshot:
    """The snapshot that is current, for a command where there are no exports."""
    path = current()
    if path is None:
        raise Refusal("no figures have been published yet, and there are no exports to read")
    return snapshot.open_file(path)


def last_known() -> Path | None:
    """The snapshot that this machine last knew to be current, whether the depot answers or not."""
    depot = depots.open_depot()
    name = depot.remembered()
    path = depot.room / f"{name}.duckdb"
    return path if name and path.exists() else None


def kept(sources: Sources) -> Snapshot | None:
    """The snapshot of these inputs, if one is in the depot."""
    path = _found(depots.open_depot(), sources.hash())
    return snapshot.open_file(path) if path else None


def _found(depot: Depot, name: str) -> Path | None:
    try:
        return depot.fetch(name)
    except Unanswered as error:
        # Whoever has the inputs computes the same figures.
        _log.warning("%s", error)
        return None


def _build_aside(path: Path, sources: Sources, progress: Progress) -> None:
    for leftover in path.parent.glob("building-*"):
        leftover.unlink(missing_ok=True)
    aside = path.parent / f"building-{os.getpid()}.duckdb"
    try:
        snapshot.build(str(aside), sources, progress)
        with aside.open("rb") as file:
            os.fsync(file.fileno())
        aside.rename(path)
    finally:
        aside.unlink(missing_ok=True)
