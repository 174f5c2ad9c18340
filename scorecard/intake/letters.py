"""How the letters of a file are written, found by rule: never guessed, always said.

A byte order mark decides; else a NUL in every other byte says UTF-16; else what is valid UTF-8 is
UTF-8; else single lines that are not are Windows-1252, provided that every byte of theirs has a
letter there. Where one has none, a person is asked.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from scorecard.intake.report import Notes, counted

CHUNK = 1 << 24
_SAMPLE = 1 << 16
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UNASSIGNED = b"\x81\x8d\x8f\x90\x9d"
ASKED = ("windows-1252", "iso-8859-1", "mac-roman", "cp850")
_ASCII = bytes(range(128))
_PAIR = re.compile(rb"[\xc2-\xf4][\x80-\xbf]")
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\x0b\x0c\x1f\x1c\x1d\x1e\x00"))


@dataclass(frozen=True)
class Letters:
    """The encoding of a file, and the UTF-8 file with its text: itself where it was UTF-8."""

    encoding: str
    path: Path
    is_source: bool


class NoText(Exception):
    """The bytes are no table of text."""


class Unsure(Exception):
    """A person must say which encoding it is; the question is in the notes."""


def read(path: Path, aside: Path, notes: Notes, answer: str | None) -> Letters:
    """Finds the encoding and, unless it is plain UTF-8 with LF or CRLF, writes `aside` as UTF-8.

    Raises NoText, Unsure, OSError.
    """
    with path.open("rb") as file:
        head = file.read(_SAMPLE)
    marked = next(((name, mark) for mark, name in _MARKS if head.startswith(mark)), None)
    if marked and marked[0] != "utf-8-sig":
        return _wide(path, aside, marked[0], len(marked[1]), notes)
    if not marked:
        wide = _without_mark(head)
        if wide:
            notes.did(f"No byte order mark, but every other byte is NUL: read as {wide.upper()}.")
            return _wide(path, aside, wide, 0, notes)
    return _narrow(path, aside, bool(marked), head, notes, answer)


def _without_mark(head: bytes) -> str | None:
    if len(head) < 4:
        return None
    even, odd = head[::2].count(0) / len(head[::2]), head[1::2].count(0) / len(head[1::2])
    if odd > 0.6 and even < 0.1:
        return "utf-16-le"
    if even > 0.6 and odd < 0.1:
        return "utf-16-be"
    return None


def _wide(path: Path, aside: Path, encoding: str, skip: int, notes: Notes) -> Letters:
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    lost = 0
    with path.open("rb") as source, aside.open("wb") as out:
        source.seek(skip)
        while True:
            chunk = source.read(CHUNK)
            text = decoder.decode(chunk, final=not chunk)
            lost += text.count("\ufffd")
            out.write(text.encode("utf-8"))
            if not chunk:
                break
    if lost:
        notes.find(
            "encoding",
            f"{counted(lost, 'place')} could not be read as {encoding.upper()} and "
            "stand as \ufffd; save the file again as CSV UTF-8",
            severity="error",
        )
    notes.did(f"Read as {encoding.upper()} and written as UTF-8.")
    return _single_line_ends(Letters(encoding, aside, False), notes)


def _narrow(
    path: Path, aside: Path, marked: bool, head: bytes, notes: Notes, answer: str | None
) -> Letters:
    name = "utf-8-sig" if marked else "utf-8"
    if head.translate(None, _CONTROLS) != head and _share(head, _CONTROLS) > 0.05:
        raise NoText("holds bytes that no text has")
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for chunk in _chunks(path):
            if not (chunk.isascii() and decoder.getstate() == (b"", 0)):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return _by_line(path, aside, name, notes, answer)
    if marked:
        notes.did("A byte order mark was left out.")
    return _single_line_ends(Letters(name, path, True), notes, aside)


def _by_line(path: Path, aside: Path, name: str, notes: Notes, answer: str | None) -> Letters:
    """Lines that are no UTF-8 are Windows-1252, or what a person said that they are."""
    other = answer if answer in ASKED else "windows-1252"
    codec = {"windows-1252": "cp1252", "mac-roman": "mac_roman"}.get(other, other)
    letters: Counter[int] = Counter()
    is_plain = False  # whether a line with letters beyond ASCII is UTF-8
    number, foreign = 1, 0
    with path.open("rb") as source, aside.open("wb") as out:
        for block in _blocks(source):
            # Where no two bytes together may be a letter of UTF-8, no line needs a look of its own.
            pieces = block.splitlines(True) if _PAIR.search(block) else [block]
            for piece in pieces:
                if piece.isascii():
                    out.write(piece)
                elif len(pieces) > 1 and _is_utf8(piece):
                    is_plain = True
                    out.write(piece)
                else:
                    if answer not in ASKED and piece.translate(None, _UNASSIGNED) != piece:
                        _ask(piece, number, notes)
                        raise Unsure
                    rest = piece.translate(None, _ASCII)
                    letters.update(rest[:10_000])
                    foreign = foreign or number + piece[: piece.index(rest[:1])].count(b"\n")
                    out.write(piece.decode(codec, errors="replace").encode("utf-8"))
                number += piece.count(b"\n")
    most = [bytes([byte]).decode(codec, errors="replace") for byte, _ in letters.most_common(12)]
    shown = ", ".join(most)
    if is_plain:
        notes.find(
            "encoding", f"from here on some lines are no UTF-8 while others are; they were read "
            f"as {other}: {shown}", line=foreign,
        )  # fmt: skip
    notes.did(f"Read as {other}, as it is no UTF-8, and written as UTF-8; letters: {shown}.")
    return _single_line_ends(Letters(name if is_plain else other, aside, False), notes)


def _is_utf8(piece: bytes) -> bool:
    try:
        piece.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _ask(piece: bytes, number: int, notes: Notes) -> None:
    at = min(piece.index(byte) for byte in _UNASSIGNED if byte in piece)
    line = number + piece[:at].count(b"\n")
    notes.ask(
        None,
        f"Which encoding is {notes.file} in? It is no UTF-8, and a byte of line {line} has no "
        "letter in Windows-1252.",
        ASKED,
    )


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    """Pieces of some size that end with a line, if it is not longer than a piece."""
    while chunk := file.read(CHUNK):
        yield chunk + file.readline(CHUNK)


def _single_line_ends(found: Letters, notes: Notes, aside: Path | None = None) -> Letters:
    """A file whose lines end with CR alone gets LF instead; any other stays as it is."""
    returns = feeds = 0
    for chunk in _chunks(found.path):
        feeds += chunk.count(b"\n")
        if feeds:
            return found
        returns += chunk.count(b"\r")
    if not returns:
        return found
    target = aside or found.path.with_name(found.path.name + ".lf")
    with target.open("wb") as out:
        for chunk in _chunks(found.path):
            out.write(chunk.replace(b"\r", b"\n"))
    notes.did("Lines ended with CR alone; they end with LF now.")
    return Letters(found.encoding, target, False)


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def _share(text: bytes, of: bytes) -> float:
    return (len(text) - len(text.translate(None, of))) / len(text)
