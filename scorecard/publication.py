"""Publishing: which snapshot everybody is shown, as somebody decided, with a note.

A publication takes three steps: the snapshot comes into the depot, then a row into the written
state, then the pointer of the depot moves. What breaks off after the first leaves a snapshot that
nobody is shown; after the second, whoever looks next moves the pointer (`settle`). No other step
changes what is shown, but for the first publication of a depot that never had one.

A process without exports, or that SCORECARD_FOLLOW=yes tells so, does not make even that.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import logging
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from scorecard import depot as depots
from scorecard import objections, snapshot
from scorecard.depot import Depot, Unanswered
from scorecard.refusal import Refusal
from scorecard.snapshot import Progress, Snapshot, Sources

if TYPE_CHECKING:
    from scorecard.state.publications import Kind, Publication
    from scorecard.state.store import Store

FOLLOW = "SCORECARD_FOLLOW"
FIRST = "the dashboard"
"""Who publishes where nothing was published yet."""
_NO_SNAPSHOT = (duckdb.Error, ValueError, KeyError, TypeError, AssertionError)
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_log = logging.getLogger(__name__)


class Objected(Refusal):
    """The figures are too broken to be shown to the board unless somebody insists."""

    def __init__(self, reasons: tuple[str, ...]) -> None:
        super().__init__("not published: " + "; ".join(reasons))
        self.reasons = reasons


class Unchanged(Refusal):
    """The snapshot is the one that is shown already."""


class Overtaken(Refusal):
    """Somebody else has published since these figures were compared with what was shown."""


class Full(Refusal):
    """There is no room for what was to be written."""


def follows(sources: Sources) -> bool:
    """Whether this process shows what others publish, and never makes a first publication."""
    match os.environ.get(FOLLOW, ""):
        case "yes":
            return True
        case "" | "no":
            return not sources.exports.is_dir()
        case _:
            raise Refusal(f"{FOLLOW} may be yes or no")


def propose(sources: Sources, progress: Progress = lambda share, what: None) -> Snapshot:
    """The snapshot of these inputs, in the depot; nobody is shown it yet."""
    depot = depots.open_depot()
    path = built(depot, sources, progress)
    with _room():
        depot.keep(path)
    return snapshot.open_file(path)


def take_up(file: Path) -> str:
    """Puts a file that `build` made into the depot, and gives its name; nobody is shown it yet."""
    try:
        with file.open("rb") as content:
            digest = hashlib.file_digest(content, lambda: hashlib.blake2b(digest_size=10))
        snapshot.open_file(file).base.close()
    except OSError as error:
        raise Refusal(f"{file} cannot be read: {error.strerror}") from error
    except _NO_SNAPSHOT as error:
        raise Refusal(f"{file} is no snapshot that this version can open") from error
    depot = depots.open_depot()
    path = depot.room / f"{digest.hexdigest()}.duckdb"
    with _room():
        path.parent.mkdir(parents=True, exist_ok=True)
        with depots.alone(depot.room / "lock"):
            aside = depot.room / f"building-{os.getpid()}.duckdb"
            shutil.copyfile(file, aside)
            with aside.open("rb") as content:
                os.fsync(content.fileno())
            aside.rename(path)
        depot.keep(path)
    return path.stem


def publish(
    what: Sources | str,
    who: str,
    note: str,
    state: Store,
    progress: Progress = lambda share, what: None,
    *,
    force: bool = False,
    instead_of: str | None = None,
) -> Publication:
    """Shows everybody the snapshot of these inputs, or the proposed one of that name.

    Raises `Objected` where it would take figures away (see `objections`), unless forced;
    `Unchanged` where it is shown already; `Overtaken` where another one than `instead_of` is
    shown by now, or any where that is empty; `Unanswered` and `Full`, after which the old one
    stays.
    """
    _refuse_nobody(who, note)
    depot = depots.open_depot()
    proposed = propose(what, progress) if isinstance(what, Sources) else _opened(depot, what)
    settle(depot, state, depot.current())
    if not force:
        reasons = objections.to(proposed, shown(depot))
        if reasons:
            raise Objected(reasons)
    return _decide(depot, proposed, who, note, "published", state, instead_of)


def restore(
    name: str, who: str, note: str, state: Store, *, instead_of: str | None = None
) -> Publication:
    """Shows everybody again the snapshot of that name, which was published before.

    Refuses one that never was, or that is no longer kept; raises `Overtaken` as `publish` does.
    """
    from scorecard.state import publications

    _refuse_nobody(who, note)
    known = publications.all(state)
    if name not in {p.snapshot for p in known} | {p.previous for p in known}:
        raise Refusal(f"no snapshot {name!r} was ever published; `history` lists those that were")
    depot = depots.open_depot()
    restored = _opened(depot, name)
    settle(depot, state, depot.current())
    return _decide(depot, restored, who, note, "restored", state, instead_of)


def publish_first(depot: Depot, path: Path, state: Store) -> None:
    """Shows everybody the first snapshot of a depot, unless another was quicker."""
    from scorecard.state import publications

    with _room():
        depot.keep(path)
    # Opened before the right to write is taken, as others wait for that.
    first = snapshot.open_file(path)
    findings = objections.findings(first)
    with publications.deciding(state) as connection:
        if depot.current() is not None:
            return
        before = publications.newest(connection)
        if before is None or before.snapshot != path.stem:
            previous = before.snapshot if before else None
            note = "The exports at hand, as nothing had been published"
            publications.add(
                connection, path.stem, previous, FIRST, note, "first", findings, role=None,
                data_date=first.data_date,
            )  # fmt: skip
    settle(depot, state, depot.current())


def settle(depot: Depot, state: Store, current: str | None) -> Publication | None:
    """Moves the pointer where somebody published and died before that; gives the newest row.

    `current` is where it points to now. It moves only from where the row says that it was: a
    depot that was restored by itself, or that another state knows, stays as it is.
    """
    from scorecard.state import publications

    newest = publications.last(state)
    if newest is None or not _is_behind(current, newest):
        return newest
    with publications.deciding(state) as connection:
        newest = publications.newest(connection)
        path = None
        if newest and _is_behind(depot.current(), newest):
            path = depot.fetch(newest.snapshot)
        if newest and path:
            with _room():
                # This machine may be the only one that still has it.
                depot.keep(path)
                depot.point_to(newest.snapshot)
    return newest


def shown(depot: Depot) -> Snapshot | None:
    """The snapshot that is shown now; none where there is none that this version can open."""
    name = depot.current()
    try:
        return _opened(depot, name) if name else None
    except Unanswered:
        raise
    except Refusal as refusal:
        _log.warning("%s", refusal)
        return None


def _decide(
    depot: Depot,
    wanted: Snapshot,
    who: str,
    note: str,
    kind: Kind,
    state: Store,
    instead_of: str | None = None,
) -> Publication:
    from scorecard.state import publications

    findings = objections.findings(wanted)
    with publications.deciding(state) as connection:
        before = depot.current()
        if before == wanted.id:
            raise Unchanged(f"the snapshot {wanted.id} is shown already")
        if instead_of is not None and instead_of != (before or ""):
            raise Overtaken("somebody else has published meanwhile")
        if depot.fetch(wanted.id) is None:
            # Removed since it was opened.
            raise Refusal(_gone(wanted.id))
        made = publications.add(
            connection, wanted.id, before, who, note, kind, findings, data_date=wanted.data_date
        )
    try:
        settle(depot, state, depot.current())
    except Refusal as refusal:
        raise type(refusal)(
            f"publication {made.seq} is written down and will be shown by whoever looks once "
            f"this is mended: {refusal}"
        ) from refusal
    return made


def _is_behind(current: str | None, newest: Publication) -> bool:
    return current in (None, newest.previous)


def _refuse_nobody(who: str, note: str) -> None:
    """Before anything is built, as that takes a while."""
    from scorecard.state import columns

    columns.name("the name of who publishes", who)
    columns.text("the note", note, required=True)


def _opened(depot: Depot, name: str) -> Snapshot:
    path = depot.fetch(name) if depots.is_name(name) else None
    if path is None:
        raise Refusal(_gone(name))
    try:
        return snapshot.open_file(path)
    except _NO_SNAPSHOT as error:
        raise Refusal(f"the snapshot {name} cannot be opened by this version") from error


def _gone(name: str) -> str:
    return f"the snapshot {name} is no longer kept"


def built(depot: Depot, sources: Sources, progress: Progress) -> Path:
    """The snapshot of these inputs on this machine, built where it is not there.

    One process of a machine builds at a time; the others wait and find it done. A depot that
    does not answer does not keep figures from being computed.
    """
    path = _found(depot, sources.hash())
    if path:
        return path
    with _room():
        depot.room.mkdir(parents=True, exist_ok=True)
    progress(0.0, "waiting for another process that is building")
    with _room(), depots.alone(depot.room / "lock"):
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
    _clear(path.parent, "building-*")
    aside = path.parent / f"building-{os.getpid()}.duckdb"
    try:
        try:
            snapshot.build(str(aside), sources, progress, earlier=_earlier(path.parent))
        except Refusal as refusal:
            raise Objected((str(refusal),)) from refusal
        with aside.open("rb") as file:
            os.fsync(file.fileno())
        aside.rename(path)
    finally:
        _clear(path.parent, f"{aside.name}*")


def _earlier(room: Path) -> Path | None:
    """The snapshot that was built last on this machine: most of it is likely to hold still."""
    kept = [path for path in room.glob("*.duckdb") if depots.is_name(path.stem)]
    return max(kept, key=lambda path: path.stat().st_mtime, default=None)


def _clear(folder: Path, pattern: str) -> None:
    """Removes what builds leave that were cut off: files, and a folder for what was too much."""
    for left in folder.glob(pattern):
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


@contextlib.contextmanager
def _room() -> Iterator[None]:
    """Says in plain words that there is no room; DuckDB tells it in the text of its errors."""
    words = tuple(os.strerror(number) for number in _FULL)
    try:
        yield
    except (OSError, duckdb.Error) as error:
        is_full = isinstance(error, OSError) and error.errno in _FULL
        if not is_full and not any(word in str(error) for word in words):
            raise
        _log.warning("there is no room: %s", error)
        raise Full(
            "the disk is full where the snapshots are kept; what was shown before stays"
        ) from error
