"""Which records of a table are rows: not blank ones, repeated headers or a total at the end."""

from __future__ import annotations

import re
from array import array
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from scorecard.contract import File
from scorecard.intake.fold import words
from scorecard.intake.mapping import Spellings
from scorecard.intake.report import Notes, counted, shortened

TAIL = 8
_MOST_FINDINGS = 200


@dataclass(frozen=True)
class Ragged:
    """A record that no column can be told of: it is kept as it was, after `before` rows."""

    before: int
    line: int
    fields: tuple[str, ...]


@dataclass
class LeftOut:
    """Records that are no rows, counted and reported by line."""

    notes: Notes
    counts: dict[str, int] = field(default_factory=dict)

    def add(self, what: str, line: int, text: str, number: int = 1) -> None:
        """Says once more that a record `what` (stands … / is …) was left out."""
        before = self.counts.get(what, 0)
        self.counts[what] = before + number
        if before < _MOST_FINDINGS:
            self.notes.find("left_out", what, line=line, value=text or None)

    def close(self) -> None:
        for what, number in self.counts.items():
            self.notes.did(f"{counted(number, 'line')} left out, as each {what}.")

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True)
class Shape:
    """What a record of a table must look like."""

    file: File
    header: tuple[str, ...]
    places: Mapping[str, int]
    totals: tuple[tuple[str, ...], ...]

    @property
    def width(self) -> int:
        """Columns up to the last that has a name."""
        named = [place for place, cell in enumerate(self.header) if cell.strip()]
        return max(named, default=-1) + 1

    def fitted(self, fields: Sequence[str], width: int) -> list[str] | None:
        """The fields as a row of `width` cells, blank ones at the end added or left out."""
        filled = len(fields)
        while filled > self.width and not fields[filled - 1].strip():
            filled -= 1
        if len(fields) < self.width or filled > max(self.width, min(width, len(self.header))):
            return None
        row = list(fields[:width])
        return row + [""] * (width - len(row))

    def is_header(self, fields: Sequence[str]) -> bool:
        return [c.strip() for c in fields[: self.width]] == [
            c.strip() for c in self.header[: self.width]
        ]

    def is_total(self, fields: Sequence[str]) -> bool:
        """Whether a record at the end is no row but a total or a remark about the file.

        It lacks a cell that a row must have, and it begins with a word for totals or has one
        cell alone, so that no row of data is ever taken for one.
        """
        filled = [cell.strip() for cell in fields if cell.strip()]
        if not filled or len(self.file.indispensable) < 2:
            return False
        if words(filled[0]) in self.totals and all(map(_is_number, filled[1:])):
            return True
        if not any(
            not self._cell(fields, name) for name in self.file.indispensable & set(self.places)
        ):
            return False
        if len(filled) == 1:
            said = words(filled[0])
            return len(said) != 1 or self._begins(said)
        labels = [cell for cell in filled if not _is_number(cell)]
        if len(labels) != 1:
            return False
        # Beside its sums, `40 rows` is a total; `Total Logistics` only if it stands for the key.
        key = [cell for name in self.file.key if (cell := self._cell(fields, name))]
        said = words(labels[0])
        return self._counts(said) or (self._begins(said) and key in ([], labels))

    def _cell(self, fields: Sequence[str], name: str) -> str:
        place = self.places.get(name, len(fields))
        return fields[place].strip() if place < len(fields) else ""

    def _begins(self, said: tuple[str, ...]) -> bool:
        return any(said[: len(total)] == total for total in self.totals if said)

    def _counts(self, said: tuple[str, ...]) -> bool:
        """Whether a label says nothing but that something is counted or added up."""
        known = {word for total in self.totals for word in total}
        return any(word in known for word in said) and all(
            word in known or word.isdecimal() for word in said
        )


def _is_number(cell: str) -> bool:
    return bool(re.fullmatch(r"[\d.,'’\s]+", cell))


def shape(file: File, header: Sequence[str], places: Mapping[str, int], s: Spellings) -> Shape:
    return Shape(file, tuple(header), places, s.totals)


class Sieve:
    """Takes records one after the other; what stays is handed out once it cannot be the tail."""

    def __init__(self, shape: Shape, width: int, left_out: LeftOut) -> None:
        self.shape, self.width, self.left_out = shape, width, left_out
        self.lines = array("q")
        self.ragged: list[Ragged] = []
        self._pending: deque[tuple[int, list[str]]] = deque()

    def offer(self, line: int, fields: list[str]) -> list[list[str]]:
        """The rows that are now known to be rows."""
        if not any(cell.strip() for cell in fields):
            self.left_out.add("is blank", line, "")
            return []
        if self.shape.is_header(fields):
            self.left_out.add("repeats the header", line, "")
            return []
        self._pending.append((line, fields))
        return self._settle() if len(self._pending) > TAIL else []

    def finish(self) -> list[list[str]]:
        """The last rows, without totals and remarks at the end."""
        totals = []
        while self._pending and self.shape.is_total(self._pending[-1][1]):
            totals.append(self._pending.pop())
        for line, fields in reversed(totals):
            text = shortened(" ".join(cell.strip() for cell in fields if cell.strip()))
            self.left_out.add("is a total or a remark at the end", line, text)
        rows = []
        while self._pending:
            rows += self._settle()
        return rows

    def _settle(self) -> list[list[str]]:
        line, fields = self._pending.popleft()
        row = self.shape.fitted(fields, self.width)
        if row is None:
            self.ragged.append(Ragged(len(self.lines), line, tuple(fields)))
            return []
        self.lines.append(line)
        return [row]
