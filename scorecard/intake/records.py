"""Records of a text whose quotes may be wrong, one after the other, whatever they hold.

A quote that is opened and not closed makes its line a broken record, and reading goes on at the
next line. So does a record that spans lines and does not fit the header: two stray quotes far
apart must not swallow the rows between them.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from scorecard import files  # sets how long a field may be

# A cell of more lines than this is taken for a quote that was never closed.
MOST_LINES = 5_000
MOST_LETTERS = 4_000_000
MARK = "\ufeff"
_END = "\x00end"

assert files.BLANKS


@dataclass(frozen=True)
class Record:
    """The fields of one record, or, where it is broken, the line as its only field."""

    line: int
    fields: list[str]
    broken: str | None = None
    marked: bool = False
    """Whether a byte order mark stood before it and was left out."""


def read(
    lines: Iterable[str], delimiter: str, fits: Callable[[list[str]], bool]
) -> Iterator[Record]:
    """Records with the line on which each begins; blank lines have no fields.

    A record of several lines is one only if its fields fit.
    """
    source = enumerate(lines, start=1)
    waiting: deque[tuple[int, str]] = deque()
    while True:
        number, line = waiting.popleft() if waiting else next(source, (0, ""))
        if not number:
            return
        marked = line.startswith(MARK)
        line = line.lstrip(MARK) if marked else line
        if '"' not in line:
            text = line.rstrip("\r\n")
            yield Record(number, text.split(delimiter) if text.strip() else [], None, marked)
            continue
        fields = _closed([line], delimiter)
        taken: list[tuple[int, str]] = []
        length = len(line)
        while fields is None and len(taken) < MOST_LINES and length < MOST_LETTERS:
            following = waiting.popleft() if waiting else next(source, None)
            if following is None:
                break
            taken.append(following)
            length += len(following[1])
            if '"' in following[1]:
                fields = _closed([line, *(text for _, text in taken)], delimiter)
        if fields is None or (taken and not fits(fields)):
            waiting.extendleft(reversed(taken))
            why = "a quote is opened and never closed"
            yield Record(number, [line.rstrip("\r\n")], why, marked)
        else:
            yield Record(number, fields, None, marked)


def _closed(lines: list[str], delimiter: str) -> list[str] | None:
    """The fields of a record, or None where a quote is still open at its end."""
    # A blank before a quote is not a part of the cell, and nor is the quote: `1, "a, b"`.
    source = [*lines, "\n", _END]
    found = list(csv.reader(source, delimiter=delimiter, skipinitialspace=True))
    if len(found) == 1 or found[-1] != [_END]:
        return None
    return found[0]
