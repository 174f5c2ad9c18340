"""Drafts on the disk: one a person, whole after every change, and gone after a month."""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import hashlib
import json
import os
import re
import shutil
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from scorecard import depot as depots
from scorecard import origins
from scorecard.intake.taking import Answer
from scorecard.publication import Full
from scorecard.refusal import Refusal
from scorecard.state.store import address

KEPT = dt.timedelta(days=30)
"""So long a draft is kept after its last change."""
MOST_FILES = 200
_LONGEST_NAME = 150
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_SAID = "draft.json"


@dataclass(frozen=True)
class Gone:
    """A draft that was discarded because it was old; its owner is told."""

    files: int
    changed_at: dt.datetime


@dataclass(frozen=True)
class Draft:
    """What one person brought and said so far. `who` is for people; the folder names the person."""

    folder: Path
    who: str
    begun_at: dt.datetime
    changed_at: dt.datetime
    origin: str
    """Where the files are from: `upload`, or `exports` for the folder of exports."""
    answers: tuple[Answer, ...] = ()
    exported_on: dt.date | None = None
    """The date of the export as the person said it, where no file does."""

    @property
    def arrived(self) -> Path:
        """The folder of the files as they came."""
        return self.folder / "arrived"

    @property
    def corrected(self) -> Path:
        """The folder of files with corrected rows, by the order in which they came."""
        return self.folder / "corrected"

    def files(self) -> tuple[Path, ...]:
        return _files(self.arrived)

    def corrections(self) -> tuple[Path, ...]:
        return _files(self.corrected)


@dataclass(frozen=True)
class Drafts:
    """The drafts of a machine, in a folder that only its owner may read."""

    room: Path

    def of(self, via: str, name: str) -> Path:
        """The folder of the draft of a person, by how they come in and what they are called."""
        text = f"{via}\0{name}".encode("utf-8", "surrogatepass")
        return self.room / hashlib.blake2b(text, digest_size=12).hexdigest()

    def open(self, folder: Path) -> Draft | Gone | None:
        """The draft in a folder, or that it was discarded; none where there is none."""
        try:
            said = json.loads((folder / _SAID).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError):
            # Half a draft, of a disk that was full: its files are there, what was said is not.
            return Draft(folder, "", *(_now(),) * 2, "upload") if folder.is_dir() else None
        changed_at = dt.datetime.fromisoformat(said["changed_at"])
        if "discarded" in said:
            return Gone(int(said["discarded"]), changed_at)
        day = said["exported_on"]
        return Draft(
            folder=folder,
            who=said["who"],
            begun_at=dt.datetime.fromisoformat(said["begun_at"]),
            changed_at=changed_at,
            origin=said["origin"],
            answers=tuple(Answer(**answer) for answer in said["answers"]),
            exported_on=dt.date.fromisoformat(day) if day else None,
        )

    def begin(self, folder: Path, who: str, origin: str) -> Draft:
        """A new draft in the place of an old one."""
        self.discard(folder)
        with room():
            folder.mkdir(mode=0o700, parents=True)
        draft = Draft(folder, who, _now(), _now(), origin)
        _write(draft)
        return draft

    def discard(self, folder: Path) -> None:
        """Removes a draft, whole or, where it breaks off, under a name that nobody opens."""
        if folder.exists():
            aside = folder.with_name(f".gone-{os.getpid()}-{os.urandom(4).hex()}")
            folder.rename(aside)
            shutil.rmtree(aside, ignore_errors=True)

    def tidy(self, now: dt.datetime) -> None:
        """Discards drafts that nobody has changed for long; a note to their owners stays."""
        for left in self.room.glob(".gone-*"):
            shutil.rmtree(left, ignore_errors=True)
        for said in self.room.glob(f"*/{_SAID}"):
            with contextlib.suppress(OSError, ValueError, KeyError):
                draft = self.open(said.parent)
                if draft is None or now - draft.changed_at < KEPT:
                    continue
                folder = said.parent
                files = len(draft.files()) if isinstance(draft, Draft) else 0
                self.discard(folder)
                if files:
                    folder.mkdir(mode=0o700)
                    note = {"discarded": files, "changed_at": draft.changed_at.isoformat()}
                    (folder / _SAID).write_text(json.dumps(note), encoding="utf-8")


def place(url: str | None = None) -> Drafts:
    """The drafts beside the written state; with PostgreSQL, beside this machine's snapshots."""
    state = address(url)
    if state.get_backend_name() == "sqlite" and state.database:
        return Drafts(Path(state.database).parent / "drafts")
    return Drafts(depots.open_depot().room / "drafts")


@contextlib.contextmanager
def alone(draft: Draft) -> Iterator[None]:
    """Only one page at a time works on a draft, in whatever process."""
    with room():
        lock = draft.folder / "lock"
        draft.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with depots.alone(lock):
        yield


def add(draft: Draft, name: str, content: bytes | Path) -> Draft:
    """Adds a file that came, in the place of one of that name; `content` may be a file to copy."""
    target = draft.arrived / kept_name(name)
    if len(draft.files()) >= MOST_FILES and not target.exists():
        raise Refusal(f"a draft holds at most {MOST_FILES} files; bring them as one ZIP")
    _keep(target, content)
    origins.forget(target)
    return _said(draft, draft)


def add_folder(draft: Draft, folder: Path) -> Draft:
    """Adds all files of a folder of exports, as far as they may be exports."""
    if not folder.is_dir():
        raise Refusal(f"the folder of exports, {folder.name}, is not there")
    found = [path for path in sorted(folder.iterdir()) if path.is_file() and not _is_ours(path)]
    if not found:
        raise Refusal(f"the folder of exports, {folder.name}, is empty")
    for path in found:
        draft = add(draft, path.name, path)
    # If intake wrote them, rows are known by where they stood before.
    for path in sorted((folder / origins.FOLDER).glob("*")):
        _keep(draft.arrived / origins.FOLDER / path.name, path)
    return draft


def remove(draft: Draft, name: str) -> Draft:
    """Takes a file out of a draft again."""
    for path in draft.files():
        if path.name == name:
            path.unlink(missing_ok=True)
    return _said(draft, draft)


def answer(draft: Draft, given: Sequence[Answer]) -> Draft:
    """Adds answers; a new one to the same question takes the place of the old."""
    asked = {(g.file, g.column) for g in given}
    kept = [old for old in draft.answers if (old.file, old.column) not in asked]
    return _said(draft, replace(draft, answers=(*kept, *given)))


def withdraw(draft: Draft, given: Answer) -> Draft:
    """Takes an answer back, so that it is asked again."""
    return _said(draft, replace(draft, answers=tuple(a for a in draft.answers if a != given)))


def state_date(draft: Draft, day: dt.date | None) -> Draft:
    """Says on which day the files were exported."""
    return _said(draft, replace(draft, exported_on=day))


def correct(draft: Draft, name: str, content: bytes) -> Draft:
    """Adds a file with corrected rows, after those that came before."""
    number = len(draft.corrections()) + 1
    _keep(draft.corrected / f"{number:03d} {kept_name(name)}", content)
    return _said(draft, draft)


def kept_name(name: str) -> str:
    """The name of a file as it was typed, as far as it can be the name of one file here."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    plain = "".join(c for c in last if c.isprintable()).strip()
    stem, dot, ending = plain.rpartition(".")
    if not dot:
        stem, ending = plain, ""
    ending = f"{dot}{ending}"[:12]
    while len(f"{stem}{ending}".encode("utf-8", "replace")) > _LONGEST_NAME:
        stem = stem[:-1]
    if not stem.strip(". "):
        stem, ending = "file", ending.rstrip(". ")
    kept = f"{stem}{ending}".strip()
    return kept.encode("utf-8", "replace").decode()


def _is_ours(path: Path) -> bool:
    """What lies with the exports of the repository and is none."""
    return path.name == "datapackage.json" or path.name.startswith(".")


def _files(folder: Path) -> tuple[Path, ...]:
    try:
        found = sorted(path for path in folder.iterdir() if not path.name.startswith(".part-"))
    except FileNotFoundError:
        return ()
    return tuple(path for path in found if path.is_file())


def _keep(target: Path, content: bytes | Path) -> None:
    """Writes a file whole or not at all."""
    aside = target.with_name(f".part-{os.getpid()}-{os.urandom(4).hex()}")
    with room():
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            if isinstance(content, Path):
                shutil.copyfile(content, aside)
            else:
                aside.write_bytes(content)
            aside.replace(target)
        finally:
            aside.unlink(missing_ok=True)


def _said(before: Draft, draft: Draft) -> Draft:
    changed = replace(draft, changed_at=_now())
    _write(changed)
    return changed


def _write(draft: Draft) -> None:
    said = {
        "who": draft.who,
        "begun_at": draft.begun_at.isoformat(),
        "changed_at": draft.changed_at.isoformat(),
        "origin": draft.origin,
        "answers": [asdict(given) for given in draft.answers],
        "exported_on": str(draft.exported_on) if draft.exported_on else None,
    }
    _keep(draft.folder / _SAID, json.dumps(said).encode())


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@contextlib.contextmanager
def room() -> Iterator[None]:
    """Says in plain words that there is no room, or that nothing may be written."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise Full("the disk is full: this was not kept, and all that was before is") from error
        raise Refusal(f"the draft cannot be kept: {error.strerror or error}") from error
