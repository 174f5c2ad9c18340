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
# A ZIP of a ZIP of all is what a mail program makes; more within each other is a trap.
MOST_DEPTH = 2
_SMALL = 10 << 20
_SAYS_UTF8 = 0x800


@dataclass(frozen=True)
class Arrival:
    """One file: its name as the sender knows it, and where it can be read."""

    name: str
    path: Path


@dataclass
class _Unpacking:
    """What is being unpacked, whatever lies within what: the limits hold for all of it."""

    room: Path
    notes: list[Notes]
    taken: int = 0
    """Bytes."""
    count: int = 0
    """Files."""

    def refuse(self, name: str, problem: str) -> None:
        note = Notes(name)
        note.find("archive", problem, severity="error")
        self.notes.append(note)


def gather(source: Path, room: Path) -> tuple[list[Arrival], list[Notes]]:
    """All files of a folder or a ZIP in the natural order of their names.

    What cannot be taken is said in the notes. Raises Refusal where the source is neither a folder
    nor a ZIP that can be opened.
    """
    run = _Unpacking(room, [])
    if source.is_dir():
        found = list(_of_folder(run, source))
    elif source.is_file() and zipfile.is_zipfile(source):
        try:
            found = list(_of_zip(run, source, "", 0))
        except _Unopened as error:
            raise Refusal(f"{source.name} is a ZIP that cannot be opened: {error}") from error
    elif source.is_file():
        raise Refusal(f"{source.name} is neither a folder nor a ZIP that can be opened")
    else:
        raise Refusal(f"{source} is no folder and no ZIP")
    return sorted(found, key=lambda arrival: _natural(arrival.name)), run.notes


def _natural(name: str) -> tuple[list[tuple[int, str]], str]:
    """members_9 before members_10, whatever stands between name and number."""
    parts = re.findall(r"\d+|[^\W\d_]+", name.casefold())
    return [(int(p), "") if p.isdecimal() else (-1, p) for p in parts], name


def _of_folder(run: _Unpacking, folder: Path) -> Iterator[Arrival]:
    count = 0
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        # On a disk, a name may be of bytes that are no text, and that DuckDB does not take.
        text = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        is_text, name = name == text, unicodedata.normalize("NFC", text)
        if path.is_dir():
            continue
        count += 1
        if count > MOST_FILES:
            run.refuse(name, f"more than {MOST_FILES} files lie in the folder")
            return
        if not path.is_file():
            run.refuse(name, "is no regular file that can be read")
        elif not path.resolve().is_relative_to(folder.resolve()):
            run.refuse(name, "is a link that leads out of the folder")
        elif _is_zip(path):
            yield from _within(run, path, name, 0)
        elif is_text:
            yield Arrival(name, path)
        else:
            link = run.room / f"named{count}{PurePosixPath(name).suffix[:8]}"
            link.symlink_to(path.resolve())
            yield Arrival(name, link)


def _is_zip(path: Path) -> bool:
    return path.suffix.casefold() == ".zip" and zipfile.is_zipfile(path)


def _within(run: _Unpacking, path: Path, name: str, depth: int) -> Iterator[Arrival]:
    """The files of a ZIP that lies beside or within others."""
    try:
        yield from _of_zip(run, path, f"{name}/", depth)
    except _Unopened as error:
        run.refuse(name, f"is a ZIP that cannot be opened: {error}")


class _Unopened(Exception):
    """A ZIP that cannot be opened, and why."""


def _of_zip(run: _Unpacking, path: Path, before: str, depth: int) -> Iterator[Arrival]:
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise _Unopened(str(error)) from error
    with archive:
        for entry in archive.infolist():
            name = before + unicodedata.normalize("NFC", _named(entry))
            if entry.is_dir():
                continue
            run.count += 1
            problem = _problem(run, entry)
            if problem:
                run.refuse(name, problem)
                if run.count > MOST_FILES:
                    return
                continue
            # Named by its number, so that no name of the archive ever becomes a path.
            target = run.room / f"zip{run.count}{PurePosixPath(name).suffix[:8]}"
            try:
                run.taken += _unpack(archive, entry, target)
            except Exception as error:  # zlib, bzip2 and lzma each raise errors of their own.
                run.refuse(name, f"cannot be unpacked: {error}")
                target.unlink(missing_ok=True)
                continue
            if not _is_zip(target):
                yield Arrival(name, target)
            elif depth < MOST_DEPTH:
                yield from _within(run, target, name, depth + 1)
                target.unlink()
            else:
                run.refuse(name, "lies in a ZIP in a ZIP in a ZIP, as only a ZIP bomb does")


def _named(entry: zipfile.ZipInfo) -> str:
    """The name of an entry. Some programs write UTF-8 and do not say so."""
    if entry.flag_bits & _SAYS_UTF8 or entry.filename.isascii():
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return entry.filename


def _problem(run: _Unpacking, entry: zipfile.ZipInfo) -> str | None:
    parts = PurePosixPath(entry.filename.replace("\\", "/"))
    if parts.is_absolute() or ".." in parts.parts or re.match(r"[A-Za-z]:", entry.filename):
        return "has a name that leads out of the archive"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "is a link"
    if entry.flag_bits & 1:
        return "is encrypted"
    if run.count > MOST_FILES:
        return f"more than {MOST_FILES} files are in the archive"
    if run.taken + entry.file_size > MOST_BYTES:
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


def keep(arrival: Arrival, target: Path) -> None:
    """Copies a file as it is, whole or not at all."""
    aside = target.with_name(f".{target.name}.part")
    shutil.copyfile(arrival.path, aside)
    aside.replace(target)
