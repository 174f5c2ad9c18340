"""What lies in a folder or a ZIP: files by name, unpacked within limits, nothing else touched."""

from __future__ import annotations

import re
import shutil
import stat
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from scorecard.intake.report import Notes
from scorecard.refusal import Refusal

MOST_FILES = 2_000
MOST_BYTES = 4 << 30
# Text packs some ten times; what packs a thousand times is made to fill a disk.
MOST_RATIO = 300
_SMALL = 10 << 20


@dataclass(frozen=True)
class Arrival:
    """One file: its name as the sender knows it, and where it can be read."""

    name: str
    path: Path


def gather(source: Path, room: Path) -> tuple[list[Arrival], list[Notes]]:
    """All files of a folder or a ZIP in the natural order of their names.

    What cannot be taken is said in the notes. Raises Refusal where the source is neither a folder
    nor a ZIP that can be opened.
    """
    notes: list[Notes] = []
    if source.is_dir():
        found = list(_of_folder(source, room, notes))
    elif source.is_file() and zipfile.is_zipfile(source):
        found = list(_of_zip(source, room, notes, ""))
    elif source.is_file():
        raise Refusal(f"{source.name} is neither a folder nor a ZIP that can be opened")
    else:
        raise Refusal(f"{source} is no folder and no ZIP")
    return sorted(found, key=lambda arrival: _natural(arrival.name)), notes


def _natural(name: str) -> tuple[list[tuple[int, str]], str]:
    """members_9 before members_10, whatever stands between name and number."""
    parts = re.findall(r"\d+|[^\W\d_]+", name.casefold())
    return [(int(p), "") if p.isdecimal() else (-1, p) for p in parts], name


def _of_folder(folder: Path, room: Path, notes: list[Notes]) -> Iterator[Arrival]:
    count = 0
    for path in sorted(folder.rglob("*")):
        name = unicodedata.normalize("NFC", path.relative_to(folder).as_posix())
        if path.is_dir():
            continue
        count += 1
        if count > MOST_FILES:
            _refuse(notes, name, f"more than {MOST_FILES} files lie in the folder")
            return
        if not path.is_file():
            _refuse(notes, name, "is no regular file that can be read")
        elif not path.resolve().is_relative_to(folder.resolve()):
            _refuse(notes, name, "is a link that leads out of the folder")
        elif path.suffix.casefold() == ".zip" and zipfile.is_zipfile(path):
            yield from _of_zip(path, room, notes, f"{name}/")
        else:
            yield Arrival(name, path)


def _of_zip(path: Path, room: Path, notes: list[Notes], before: str) -> Iterator[Arrival]:
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise Refusal(f"{path.name} is a ZIP that cannot be opened: {error}") from error
    taken = count = 0
    with archive:
        for place, entry in enumerate(archive.infolist()):
            name = before + unicodedata.normalize("NFC", entry.filename)
            if entry.is_dir():
                continue
            count += 1
            problem = _problem(entry, taken, count)
            if problem:
                _refuse(notes, name, problem)
                if count > MOST_FILES:
                    return
                continue
            # Named by its place, so that no name of the archive ever becomes a path.
            target = (
                room / f"zip{abs(hash(before)) % 10**8}_{place}{PurePosixPath(name).suffix[:8]}"
            )
            try:
                taken += _unpack(archive, entry, target)
            except Exception as error:  # zlib, bzip2 and lzma each raise errors of their own.
                _refuse(notes, name, f"cannot be unpacked: {error}")
                target.unlink(missing_ok=True)
                continue
            yield Arrival(name, target)


def _problem(entry: zipfile.ZipInfo, taken: int, count: int) -> str | None:
    parts = PurePosixPath(entry.filename.replace("\\", "/"))
    if parts.is_absolute() or ".." in parts.parts or re.match(r"[A-Za-z]:", entry.filename):
        return "has a name that leads out of the archive"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "is a link"
    if entry.flag_bits & 1:
        return "is encrypted"
    if count > MOST_FILES:
        return f"more than {MOST_FILES} files are in the archive"
    if taken + entry.file_size > MOST_BYTES:
        return f"the archive unpacks to more than {MOST_BYTES >> 30} GB"
    if entry.file_size > max(_SMALL, MOST_RATIO * entry.compress_size):
        return f"unpacks to more than {MOST_RATIO} times its size, as only a ZIP bomb does"
    return None


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path) -> int:
    """Writes an entry, and no more bytes than it says it has: a header can lie."""
    left = entry.file_size
    with archive.open(entry) as packed, target.open("wb") as out:
        while chunk := packed.read(min(1 << 20, left + 1)):
            left -= len(chunk)
            if left < 0:
                raise Refusal("it holds more than it says")
            out.write(chunk)
    return entry.file_size


def _refuse(notes: list[Notes], name: str, problem: str) -> None:
    note = Notes(name)
    note.find("archive", problem, severity="error")
    notes.append(note)


def keep(arrival: Arrival, target: Path) -> None:
    """Copies a file as it is, whole or not at all."""
    aside = target.with_name(f".{target.name}.part")
    shutil.copyfile(arrival.path, aside)
    aside.replace(target)
