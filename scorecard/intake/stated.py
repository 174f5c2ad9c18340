"""The date of the export, as somebody wrote it -> `exported_on.txt`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scorecard.exports import DATA_DATE_FILE
from scorecard.intake.arrivals import Arrival
from scorecard.intake.dates import CHOICES, Dates
from scorecard.intake.mapping import Spellings
from scorecard.intake.report import Notes

_MOST_BYTES = 10_000
_ENCODINGS = ("utf-8-sig", "cp1252")


@dataclass
class Stated:
    """The dates found so far, and the text to write."""

    texts: dict[str, bytes] = field(default_factory=dict)
    is_open: bool = False

    def add(
        self, arrival: Arrival, notes: Notes, spellings: Spellings, answers: Sequence[str]
    ) -> None:
        """Reads one file; a date that can be read in two ways, or a second one, is asked about."""
        notes.export = DATA_DATE_FILE
        self._read(arrival, notes, spellings, answers)
        if len(self.texts) > 1:
            told = [text for text in self.texts if text in answers]
            if told:
                self.texts = {told[0]: self.texts[told[0]]}
            else:
                self.is_open = True
                notes.ask(None, "Several files state a date of the export: which one counts?",
                          tuple(sorted(self.texts)))  # fmt: skip

    def _read(
        self, arrival: Arrival, notes: Notes, spellings: Spellings, answers: Sequence[str]
    ) -> None:
        with arrival.path.open("rb") as file:
            raw = file.read(_MOST_BYTES)
        text = _decoded(raw).strip().strip('"').strip()
        try:
            if str(dt.date.fromisoformat(text)) == text:
                self.texts.setdefault(text, raw if raw.strip() == text.encode() else _line(text))
                return
        except ValueError:
            pass
        dates = Dates(spellings, spellings.date_formats(DATA_DATE_FILE, "date"))
        found = dates.resolve([text], answers)
        if found.question:
            self.is_open = True
            notes.ask(None, f"{notes.file}: {found.question}", CHOICES)
        elif text in found.changes:
            self.texts.setdefault(found.changes[text], _line(found.changes[text]))
            notes.did(f"{text!r} turned to {found.changes[text]!r}.")
        else:
            notes.find("unchanged", "holds no date that can be read", line=1, value=text)
            self.texts.setdefault(text, raw)

    def write(self, target: Path) -> bool:
        """Writes the one date there is."""
        if self.is_open or not self.texts:
            return False
        aside = target.with_name(f".{target.name}.part")
        aside.write_bytes(next(iter(self.texts.values())))
        aside.replace(target)
        return True


def _line(text: str) -> bytes:
    return f"{text}\n".encode()


def _decoded(raw: bytes) -> str:
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", errors="replace")
    if raw[1:2] == b"\x00":
        return raw.decode("utf-16-le", errors="replace")
    if raw[:1] == b"\x00":
        return raw.decode("utf-16-be", errors="replace")
    for encoding in _ENCODINGS:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")
