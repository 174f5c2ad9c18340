"""Which line each record of a table begins on, as runs of records that stand line under line.

Most tables are one run. A line left out, or a cell with line breaks in it, begins another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]

_LF, _CR, _QUOTE = 10, 13, 34
_PIECE = 1 << 20


@dataclass(frozen=True)
class Runs:
    """Record `first[i]`, counted from 0, begins on `line[i]`; each after it one line further on,
    up to the next run. Both rise; the first run begins with record 0, where there is any."""

    first: Numbers
    line: Numbers
    count: int
    """Records there are."""

    @classmethod
    def joined(cls, first: Numbers, line: Numbers, count: int) -> Runs:
        """Without runs that only go on where the one before them ends."""
        kept = np.ones(len(first), np.bool_)
        kept[1:] = np.diff(line) != np.diff(first)
        return cls(first[kept], line[kept], count)

    @classmethod
    def of(cls, lines: Sequence[int]) -> Runs:
        """From the line of each record."""
        return cls.joined(np.arange(len(lines)), np.asarray(lines, np.int64), len(lines))

    def lines(self, records: Numbers) -> Numbers:
        """The line of each of some records."""
        run = np.searchsorted(self.first, records, "right") - 1
        return self.line[run] + records - self.first[run]

    def without(self, gone: Numbers) -> Runs:
        """What is left without some records, which are in order."""
        begins = merged(self.first, gone + 1)
        begins = begins[(begins < self.count) & ~_are_in(begins, gone)]
        left = begins - np.searchsorted(gone, begins)
        return Runs.joined(left, self.lines(begins), self.count - len(gone))

    def among(self, before: Numbers, line: Numbers) -> Runs:
        """With more records between these: each stands behind `before` of these, in order."""
        begins = merged(self.first, before)
        begins = begins[begins < self.count]
        moved = begins + np.searchsorted(before, begins, "right")
        first = np.concatenate((moved, before + np.arange(len(before))))
        lines = np.concatenate((self.lines(begins), line))
        order = np.argsort(first, kind="stable")
        return Runs.joined(first[order], lines[order], self.count + len(before))


def merged(some: Numbers, others: Numbers) -> Numbers:
    """Each number of two lists once, both in order; NumPy's own union would hash them all."""
    both = np.concatenate((some, others))
    both.sort(kind="stable")
    kept = np.ones(len(both), np.bool_)
    kept[1:] = both[1:] != both[:-1]
    return both[kept]


def _are_in(some: Numbers, others: Numbers) -> NDArray[np.bool_]:
    """Which of some numbers are among others, which are in order."""
    return np.searchsorted(others, some, "right") > np.searchsorted(others, some, "left")


NONE = Runs(np.zeros(0, np.int64), np.zeros(0, np.int64), 0)


def plain(count: int) -> Runs:
    """The records of a file with a header whose cells have no line breaks."""
    return Runs(np.zeros(min(1, count), np.int64), np.full(min(1, count), 2, np.int64), count)


def of_file(path: Path) -> Runs:
    """The records below the header of a file in the form of the contract.

    Lines end with LF; within quotes, CR and CR LF break a line too.
    """
    inner: list[Numbers] = []
    records = within = 0
    with path.open("rb") as file:
        while chunk := file.read(_PIECE):
            if not within and b'"' not in chunk:
                records += chunk.count(b"\n")
                continue
            b = np.frombuffer(chunk, np.uint8)
            quoted = ((np.cumsum(b == _QUOTE, dtype=np.uint8) + within) & 1).view(np.bool_)
            feeds = b == _LF
            ends = np.flatnonzero(feeds & ~quoted)
            breaks = feeds & quoted
            if b"\r" in chunk:
                following = np.append(feeds[1:], file.peek(1)[:1] == b"\n")
                breaks |= (b == _CR) & quoted & ~following
            inner.append(records + np.searchsorted(ends, np.flatnonzero(breaks)))
            records += len(ends)
            within = int(quoted[-1])
    broken = np.concatenate(inner) if inner else np.zeros(0, np.int64)
    first = merged(np.ones(1, np.int64), broken + 1)
    first = first[first < records]
    return Runs.joined(first - 1, first + 1 + np.searchsorted(broken, first), records - 1)
