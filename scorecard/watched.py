"""A folder that is watched: what arrives in it is taken in, checked, and published or refused."""

from __future__ import annotations

import contextlib
import fcntl
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from scorecard import depot as depots
from scorecard import publication
from scorecard.doctor import places
from scorecard.doctor.places import Wrong
from scorecard.refusal import Refusal
from scorecard.snapshot import Progress, Sources

if TYPE_CHECKING:
    from scorecard.state.publications import Publication
    from scorecard.state.store import Store

SECONDS_STILL = 3.0
"""How long nothing in the folder may have changed, as files arrive one after the other."""


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Refuses where another process of this machine watches a folder for the same depot."""
    room = depots.open_depot().room
    room.mkdir(parents=True, exist_ok=True)
    with (room / "watch.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Refusal("another process of this machine watches a folder already") from error
        yield


def arrivals(folder: Path, every: float) -> Iterator[None]:
    """Yields once for what lies there, and each time when something else does and is still.

    What is taken is taken as it was then: a change meanwhile is one more arrival.
    """
    last = taken = None
    since = time.monotonic()
    while True:
        found = _signature(folder)
        if found != last:
            last, since = found, time.monotonic()
        elif found and found != taken and time.monotonic() - since >= SECONDS_STILL:
            taken = found
            yield
            continue
        time.sleep(every)


def take_in(
    folder: Path,
    plan: Path,
    who: str,
    note: str,
    state: Store,
    progress: Progress,
    tell: Callable[[tuple[Wrong, ...]], None] = lambda wrong: None,
) -> Publication:
    """Publishes what lies in a folder, however it is written; raises as `publish` does.

    Refuses where a question about a file is open, as then its export would be missing. `tell`
    is told which rows are set aside and where they stand, whether or not that is published.
    """
    from scorecard.intake import load, take  # it knows the countries of the world
    from scorecard.state import spellings

    with tempfile.TemporaryDirectory(prefix="scorecard-") as room:
        exports = Path(room) / "exports"
        report = take(folder, exports, spellings.laid_over(load(), state))
        if report.questions:
            asked = "; ".join(f"{q.file}: {q.question}" for q in report.questions[:3])
            more = len(report.questions) - 3
            raise Refusal(
                f"not published, as it is asked: {asked}"
                + (f"; and {more} more" if more > 0 else "")
            )
        sources = Sources(exports, plan)
        try:
            made = publication.publish(sources, who, note, state, progress)
        except publication.Objected:
            if proposed := publication.kept(sources):
                tell(places.wrong(proposed, exports))
            raise
        if proposed := publication.kept(sources):
            tell(places.wrong(proposed, exports))
        return made


def _signature(folder: Path) -> tuple[tuple[str, int, int], ...] | None:
    """Different as soon as any file is; none where one vanished while it was looked at."""
    try:
        return tuple(
            (str(path), stat.st_mtime_ns, stat.st_size)
            for path in sorted(folder.rglob("*"))
            if path.is_file()
            for stat in (path.stat(),)
        )
    except OSError:
        return None
