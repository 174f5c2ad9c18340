"""The file of a backup: a ZIP whose manifest gives the size and SHA-256 of every part.

- `manifest.json`: the form, the versions, the pointer, the rows of each table and the parts;
- `snapshots/NAME.duckdb`: a snapshot as it was kept;
- `state/TABLE.jsonl`: a table of the written state, an object a row.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import os
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from scorecard.refusal import Refusal

FORM = 1
_MANIFEST = "manifest.json"
_LONGEST_MANIFEST = 64 * 2**20
_PART = re.compile(r"snapshots/[0-9a-f]{20}\.duckdb|state/[a-z][a-z_]*\.jsonl")
_CHUNK = 2**20


@dataclass(frozen=True)
class Part:
    """Size in bytes and SHA-256 of a part, unpacked."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a backup holds."""

    made_at: str
    versions: Mapping[str, str | None]
    """`duckdb`, and `state`: the form of its tables, none where nobody had written anything."""
    current: str | None
    """The name of the snapshot that was shown."""
    rows: Mapping[str, int]
    """By table."""
    parts: Mapping[str, Part]
    form: int = FORM

    @property
    def snapshots(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(sorted(Path(name).stem for name in self.parts if name.endswith(".duckdb")))


@dataclass
class Packing:
    """A backup that is being written."""

    zip: zipfile.ZipFile
    parts: dict[str, Part] = field(default_factory=dict)

    def add(self, name: str, chunks: Iterable[bytes]) -> None:
        """Adds a part; which may be larger than memory."""
        assert _PART.fullmatch(name), name
        digest, size = hashlib.sha256(), 0
        with self.zip.open(name, "w", force_zip64=True) as out:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                out.write(chunk)
        self.parts[name] = Part(size, digest.hexdigest())

    def finish(
        self, versions: Mapping[str, str | None], current: str | None, rows: Mapping[str, int]
    ) -> Manifest:
        """Adds the manifest; without it a file is no backup."""
        made_at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        manifest = Manifest(made_at, versions, current, rows, self.parts)
        self.zip.writestr(_MANIFEST, json.dumps(asdict(manifest), indent=1))
        return manifest


@contextlib.contextmanager
def packing(path: Path) -> Iterator[Packing]:
    """Writes a backup aside, for its owner only, and into its place when the block ends."""
    aside = path.with_name(f"{path.name}.writing-{os.getpid()}")
    try:
        aside.unlink(missing_ok=True)
        handle = os.open(aside, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as opened:
                yield Packing(opened)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except OSError as error:
        raise Refusal(f"{path} cannot be written: {error.strerror or error}") from error
    finally:
        with contextlib.suppress(OSError):
            aside.unlink(missing_ok=True)


@dataclass(frozen=True)
class Unpacking:
    """A backup that was found whole."""

    path: Path
    zip: zipfile.ZipFile
    manifest: Manifest

    def chunks(self, name: str) -> Iterator[bytes]:
        """The content of a part, which is found whole once more as it is read."""
        with _said(self.path):
            yield from _checked(self.zip, name, self.manifest.parts[name])

    def lines(self, name: str) -> Iterator[bytes]:
        """The rows of a table, which were found whole."""
        with _said(self.path), self.zip.open(name) as part:
            yield from part


@contextlib.contextmanager
def unpacking(path: Path) -> Iterator[Unpacking]:
    """Opens a backup and reads all of it once, so that what is damaged changes nothing.

    Refuses what is no backup, has parts missing, added or changed, or would write elsewhere.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise Refusal(f"{path} cannot be read: {error.strerror}") from error
    with file, contextlib.ExitStack() as stack:
        with _said(path):
            opened = stack.enter_context(zipfile.ZipFile(file))
            manifest = _manifest(opened)
            _check(opened, manifest)
        yield Unpacking(path, opened, manifest)


def _check(opened: zipfile.ZipFile, manifest: Manifest) -> None:
    names = [info.filename for info in opened.infolist()]
    if sorted(names) != sorted([*manifest.parts, _MANIFEST]):
        raise ValueError("it has other parts than its manifest names")
    for name, part in manifest.parts.items():
        if not _PART.fullmatch(name):
            raise ValueError("it names a part that no backup has")
        for _ in _checked(opened, name, part):
            pass


@contextlib.contextmanager
def _said(path: Path) -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise Refusal(f"{path} is no whole backup: it cannot be unpacked") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        why = error.args[0] if type(error) is ValueError else "its manifest cannot be read"
        raise Refusal(f"{path} is no whole backup: {why}") from error


def _manifest(opened: zipfile.ZipFile) -> Manifest:
    if opened.getinfo(_MANIFEST).file_size > _LONGEST_MANIFEST:
        raise ValueError("its manifest is too long")
    content = json.loads(opened.read(_MANIFEST))
    if content["form"] != FORM:
        raise ValueError("it was written by another version of the scorecard")
    parts = {name: Part(**part) for name, part in content["parts"].items()}
    return Manifest(**{**content, "parts": parts})


def _checked(opened: zipfile.ZipFile, name: str, part: Part) -> Iterator[bytes]:
    digest, size = hashlib.sha256(), 0
    with opened.open(name) as content:
        # A part that unpacks to more than it should ends at once.
        while size <= part.size and (chunk := content.read(_CHUNK)):
            digest.update(chunk)
            size += len(chunk)
            yield chunk
    if (size, digest.hexdigest()) != (part.size, part.sha256):
        raise ValueError(f"{name} is damaged")
