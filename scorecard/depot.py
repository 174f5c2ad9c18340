"""Where snapshots are kept: in a folder, or behind the address of an object store or a share.

SCORECARD_SNAPSHOTS names it. A path is a folder, whose snapshots are opened where they lie. An
address, as `s3://bucket/folder` or `file:///mnt/share`, is spoken to through fsspec, and a
snapshot is copied to this machine before it is opened: into the folder that SCORECARD_CACHE
names, which may be emptied at any time.

Either holds the same files, so one may be copied to the other:
- the snapshots, which never change;
- `NAME.json`, the record of a snapshot: its file, size in bytes and SHA-256. It is written after
  the file, so what has a record arrived whole;
- `current.json`, the pointer to the snapshot that is shown.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import json
import logging
import os
import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from scorecard.contract import ROOT
from scorecard.refusal import Refusal

VARIABLE = "SCORECARD_SNAPSHOTS"
CACHE = "SCORECARD_CACHE"
_POINTER = "current.json"
_NAME = re.compile(r"[0-9a-f]{20}")
_FILE = re.compile(r"[0-9a-f]{20}(-[0-9a-f]{16})?\.duckdb")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_ARRIVING = "arriving-"
_WRITING = "writing-"
_SECONDS_OF_A_LEFTOVER = 24 * 3600
# Whoever waits for figures learns soon that there are none; the retries are those of s3fs.
_S3 = {"config_kwargs": {"connect_timeout": 3, "read_timeout": 10, "retries": {"max_attempts": 1}}}
_log = logging.getLogger(__name__)


class Unanswered(Refusal):
    """The depot cannot be reached, or holds what cannot be used; later it may be otherwise."""


@dataclass(frozen=True)
class Record:
    """What a snapshot must be: the file that holds it, its size in bytes and its SHA-256."""

    file: str
    size: int
    sha256: str


class Depot(Protocol):
    """Snapshots by name; a name is the hash of the inputs, as `Sources.hash` gives it.

    All but `remembered` and `room` may raise `Unanswered`.
    """

    def __hash__(self) -> int:
        """Of the place, so that what is asked of it may be kept."""

    @property
    def room(self) -> Path:
        """The folder of this machine in which snapshots are built and opened."""

    def current(self) -> str | None:
        """The name of the snapshot that is shown; one small request."""

    def remembered(self) -> str | None:
        """What `current` said last to any process of this machine, without a request."""

    def point_to(self, name: str) -> None:
        """Makes a snapshot that is in the depot the one that is shown."""

    def names(self) -> tuple[str, ...]:
        """All whole snapshots, in the order of their names."""

    def record(self, name: str) -> Record | None:
        """The record of a snapshot; none where it is not there."""

    def fetch(self, name: str) -> Path | None:
        """The file of a snapshot, whole and on this machine; none where it is not there."""

    def copy(self, name: str, to: Path) -> Record:
        """Copies a snapshot that is in the depot to a file, found whole there."""

    def keep(self, path: Path, *, anew: bool = False) -> None:
        """Takes in the snapshot that lies at `room / NAME.duckdb`.

        One that is there already stays as it is, unless it is to be replaced `anew`.
        """

    def remove(self, name: str) -> None:
        """Removes a snapshot here and where it is kept; other machines may keep their copies."""


def open_depot(place: str | None = None) -> Depot:
    """The depot at a path or address, by default the configured one."""
    place = place or os.environ.get(VARIABLE) or str(ROOT / "snapshots")
    if "://" not in place:
        return Folder(Path(place))
    return _distant(place, os.environ.get(CACHE) or "")


def is_name(text: str) -> bool:
    """Whether it has the form of the name of a snapshot, so that it names no other file."""
    return bool(_NAME.fullmatch(text))


def record_of(path: Path, file: str) -> Record:
    """The record of a file on this machine, to be kept under the name `file`."""
    with path.open("rb") as content:
        sha256 = hashlib.file_digest(content, "sha256").hexdigest()
    return Record(file, path.stat().st_size, sha256)


@contextlib.contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Holds a lock of this machine, which the system frees even when a process is killed."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@dataclass(frozen=True)
class Folder:
    """A folder of this machine, or one that several machines mount at a path."""

    room: Path

    def current(self) -> str | None:
        return _pointed(_content(self.room / _POINTER))

    def remembered(self) -> str | None:
        return self.current()

    def point_to(self, name: str) -> None:
        if self.current() != name:
            _write(self.room / _POINTER, _pointer(name))

    def names(self) -> tuple[str, ...]:
        return tuple(sorted(p.stem for p in self.room.glob("*.duckdb") if is_name(p.stem)))

    def record(self, name: str) -> Record | None:
        path = self.fetch(name)
        if path is None:
            return None
        # One that was built before there were records is what it is.
        return _record(_content(path.with_suffix(".json"))) or record_of(path, path.name)

    def fetch(self, name: str) -> Path | None:
        path = self.room / f"{name}.duckdb"
        return path if path.exists() else None

    def copy(self, name: str, to: Path) -> Record:
        record = self.record(name)
        if record:
            with contextlib.suppress(FileNotFoundError):
                shutil.copyfile(self.room / f"{name}.duckdb", to)
        return _whole(record, name, to)

    def keep(self, path: Path, *, anew: bool = False) -> None:
        record = path.with_suffix(".json")
        if anew or not record.exists():
            _write(record, json.dumps(asdict(record_of(path, path.name))).encode())

    def remove(self, name: str) -> None:
        for ending in ("duckdb", "json"):
            (self.room / f"{name}.{ending}").unlink(missing_ok=True)


@dataclass(frozen=True)
class Distant:
    """A place that is spoken to through fsspec, with copies of its snapshots in `room`.

    Several machines may build the same snapshot at once, and DuckDB does not write the same
    bytes twice. So a file is named by its content too, nothing is ever written over it, and the
    record says which file counts.
    """

    files: Any
    """The file system of fsspec, which has no types."""
    root: str
    room: Path

    def current(self) -> str | None:
        name = _pointed(self._read(_POINTER))
        if name and name != self.remembered():
            _write(self.room / _POINTER, _pointer(name))
        return name

    def remembered(self) -> str | None:
        return _pointed(_content(self.room / _POINTER))

    def point_to(self, name: str) -> None:
        if self.current() == name:
            return
        with _answering():
            self._put(_pointer(name), _POINTER)
        _write(self.room / _POINTER, _pointer(name))

    def names(self) -> tuple[str, ...]:
        with _answering():
            try:
                paths = self.files.ls(self.root, detail=False, refresh=True)
            except FileNotFoundError:
                return ()
        found = (Path(path) for path in paths)
        return tuple(sorted(p.stem for p in found if p.suffix == ".json" and is_name(p.stem)))

    def record(self, name: str) -> Record | None:
        return _record(self._read(f"{name}.json"))

    def fetch(self, name: str) -> Path | None:
        path = self.room / f"{name}.duckdb"
        if path.exists():
            return path
        if self.record(name) is None:
            return None
        with alone(self.room / "arrivals.lock"):
            if not path.exists():
                self._bring(path)
        return path

    def copy(self, name: str, to: Path) -> Record:
        record = self.record(name)
        if record:
            with _answering(), contextlib.suppress(FileNotFoundError):
                self.files.get_file(f"{self.root}/{record.file}", str(to))
        return _whole(record, name, to)

    def keep(self, path: Path, *, anew: bool = False) -> None:
        if not anew and self.record(path.stem):
            return
        record = record_of(path, path.name)
        record = Record(f"{path.stem}-{record.sha256[:16]}.duckdb", record.size, record.sha256)
        with _answering():
            self._put(path, record.file)
            self._put(json.dumps(asdict(record)).encode(), f"{path.stem}.json")

    def remove(self, name: str) -> None:
        record = self.record(name)
        with _answering(), contextlib.suppress(FileNotFoundError):
            # What has no record is not there, so what breaks off leaves no half snapshot.
            self.files.rm_file(f"{self.root}/{name}.json")
            if record:
                self.files.rm_file(f"{self.root}/{record.file}")
        (self.room / f"{name}.duckdb").unlink(missing_ok=True)

    def _read(self, name: str) -> bytes | None:
        with _answering():
            try:
                return bytes(self.files.cat_file(f"{self.root}/{name}"))
            except FileNotFoundError:
                return None

    def _bring(self, path: Path) -> None:
        """Copies a snapshot aside, and into its place once it is found whole."""
        for leftover in self.room.glob(f"{_ARRIVING}*"):
            leftover.unlink(missing_ok=True)
        aside = self.room / f"{_ARRIVING}{os.getpid()}"
        try:
            self.copy(path.stem, aside)
            with aside.open("rb") as content:
                os.fsync(content.fileno())
            aside.rename(path)
        finally:
            aside.unlink(missing_ok=True)

    def _put(self, content: bytes | Path, name: str) -> None:
        """An object appears in its store once it is whole; a file of a share would appear at
        its beginning, so it is written aside."""
        target = f"{self.root}/{name}"
        if "file" not in self.files.protocol:
            if isinstance(content, Path):
                self.files.put_file(str(content), target)
            else:
                self.files.pipe_file(target, content)
            return
        folder = Path(self.root)
        folder.mkdir(parents=True, exist_ok=True)
        for leftover in folder.glob(f"{_WRITING}*"):
            if time.time() - leftover.stat().st_mtime > _SECONDS_OF_A_LEFTOVER:
                leftover.unlink(missing_ok=True)
        _write(Path(target), content)


@cache
def _distant(place: str, room: str) -> Distant:
    import fsspec  # only who uses an address waits for it

    options: dict[str, object] = {"use_listings_cache": False}
    if place.startswith(("s3://", "s3a://")):
        options |= _S3
    try:
        files, root = fsspec.core.url_to_fs(place, **options)
    except ImportError as error:
        raise Refusal(
            f"no driver for the address in {VARIABLE} is installed; "
            "the one of s3:// is in requirements-s3.txt"
        ) from error
    except ValueError as error:
        # The text is not repeated, as it may hold a password.
        raise Refusal(f"{VARIABLE} is no address such as s3://bucket/folder") from error
    home = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    folder = Path(room or f"{home}/scorecard").expanduser()
    folder /= hashlib.sha256(place.encode()).hexdigest()[:16]
    try:
        # Figures may be confidential, so the copies are for their owner only.
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Refusal(
            f"the folder for copies of snapshots cannot be made: {error.strerror}; "
            f"{CACHE} names another"
        ) from error
    return Distant(files, str(root).rstrip("/"), folder)


@contextlib.contextmanager
def _answering() -> Iterator[None]:
    """Says in plain words that the depot does not answer; each driver has errors of its own."""
    try:
        yield
    except Refusal:
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            raise
        _log.warning("the depot does not answer: %s", type(error).__name__)
        raise Unanswered("the place where the snapshots are kept does not answer") from error


def _whole(record: Record | None, name: str, copied: Path) -> Record:
    """The record, where a copy is what it says."""
    if record is None or not copied.exists() or record_of(copied, record.file) != record:
        raise Unanswered(f"the snapshot {name} is damaged where it is kept")
    return record


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _write(path: Path, content: bytes | Path) -> None:
    """Writes a file whole or not at all, also where its folder is on another machine."""
    aside = path.parent / f"{_WRITING}{os.getpid()}-{time.monotonic_ns()}"
    try:
        if isinstance(content, Path):
            shutil.copyfile(content, aside)
        else:
            aside.write_bytes(content)
        with aside.open("rb") as written:
            os.fsync(written.fileno())
        aside.rename(path)
    finally:
        aside.unlink(missing_ok=True)


def _pointer(name: str) -> bytes:
    return json.dumps({"snapshot": f"{name}.duckdb"}).encode()


def _pointed(content: bytes | None) -> str | None:
    """The name that a pointer gives; a torn one gives none."""
    try:
        name = str(json.loads(content or b"")["snapshot"]).removesuffix(".duckdb")
    except (ValueError, KeyError, TypeError):
        return None
    return name if is_name(name) else None


def _record(content: bytes | None) -> Record | None:
    try:
        record = Record(**json.loads(content or b""))
        is_one = _FILE.fullmatch(record.file) and _SHA256.fullmatch(record.sha256)
    except (ValueError, TypeError):
        return None
    return record if is_one and isinstance(record.size, int) else None
