"""What a briefing says, whatever it is written as: sections of text, tables and charts.

Every text is plain; a writer escapes it for its format. Every number stands in it as shown on
screen, and beside it, where a format can use it (a cell, a chart), as the value that it is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from scorecard import wording
from scorecard.languages import current, say

_TAGS = {"en": "en-GB", "fr": "fr-CH", "es": "es-ES"}


def tag() -> str:
    """The language of now as office programs name it."""
    return _TAGS.get(current(), current())


def page_words() -> tuple[str, str, str]:
    """What stands before, between and after the numbers in `Page 3 of 12`."""
    before, _, rest = say("Page {page} of {pages}", page="\0", pages="\1").partition("\0")
    between, _, after = rest.partition("\1")
    return before, between, after


Value = float | int | str | dt.date | None
Unit = Literal["count", "percent", "months", "ratio", "date", "text"]


@dataclass(frozen=True)
class Paragraph:
    """A sentence or several; `strong` says that it is the finding of its section."""

    text: str
    strong: bool = False


@dataclass(frozen=True)
class Bullets:
    items: tuple[str, ...]


@dataclass(frozen=True)
class Cell:
    """One cell: what is shown, and what it is; `status` names one of the ten statuses."""

    text: str
    value: Value = None
    unit: Unit = "text"
    status: str | None = None


@dataclass(frozen=True)
class Column:
    title: str
    numeric: bool = False
    width: float = 1.0
    """Share of the width, relative to the other columns."""


@dataclass(frozen=True)
class Table:
    """A table with a caption that states its finding."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


@dataclass(frozen=True)
class Line:
    """One series of a chart, a value a category; none where nothing is known or shown."""

    name: str
    values: tuple[float | None, ...]
    role: Literal["actual", "path", "projection", "other"] = "actual"


@dataclass(frozen=True)
class Chart:
    """A chart: `line` over dates, `bar` over groups, or `waterfall` of a change.

    The categories of a line are ISO dates. A waterfall has one line: its first and last values
    are totals, those between are steps.
    """

    kind: Literal["line", "bar", "waterfall"]
    title: str
    subtitle: str
    alt: str
    categories: tuple[str, ...]
    lines: tuple[Line, ...]
    unit: Unit = "count"


Block = Paragraph | Bullets | Table | Chart


@dataclass(frozen=True)
class Section:
    """One heading with its blocks; a page or slide of its own where `opens_page`."""

    title: str
    blocks: tuple[Block, ...]
    level: int = 1
    opens_page: bool = False
    notes: tuple[str, ...] = ()
    """The arithmetic behind, for a speaker's notes."""
    sections: tuple[Section, ...] = ()

    def walk(self) -> Iterator[Section]:
        """This section and all within it, in order."""
        yield self
        for section in self.sections:
            yield from section.walk()


@dataclass(frozen=True)
class Document:
    """A briefing. `marks` stand on every page: confidentiality, and *synthetic sample*."""

    title: str
    subtitle: str
    selection: str
    audience: str
    meeting: dt.date
    as_of: dt.date
    snapshot: str
    marks: tuple[str, ...]
    sections: tuple[Section, ...] = field(default=())
    is_synthetic: bool = field(default=False, repr=False)
    language: str = field(default="en", repr=False)
    """The code of what it is written in; the words themselves tell documents apart."""

    @property
    def origin(self) -> str:
        """When and of which snapshot the figures are."""
        return say(
            "Figures at {date} · snapshot {snapshot}",
            date=wording.date(self.as_of), snapshot=self.snapshot,
        )  # fmt: skip

    def walk(self) -> Iterator[Section]:
        """All sections, in order."""
        for section in self.sections:
            yield from section.walk()
