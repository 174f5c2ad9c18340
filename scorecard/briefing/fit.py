"""What fits a worksheet: names, widths, heights, and formats that show what the text says."""

from __future__ import annotations

import re

from scorecard import wording
from scorecard.briefing import letters
from scorecard.briefing.document import Cell, Section, Table, Unit
from scorecard.languages import per_cent, tongue

LONGEST = 32_000
"""Characters of a cell; Excel takes 32,767."""
_SHOWN = re.compile(rf"([+{wording.MINUS}]?)[\d,]+(\.\d+)?(.*)", re.DOTALL)


def high(text: str, width: float, size: int = 10, *, is_bold: bool = False) -> float:
    """The height of a row in points: spreadsheets do not all measure wrapped text themselves.

    `width` is in characters of the sheet, each some 0.52 em of Arial at 10 points.
    """
    lines = len(letters.wrap(letters.clean(text)[:LONGEST], width * 5.2 / size, bold=is_bold))
    return min(409.0, lines * size * 1.28 + 3)


def high_of(cell: Cell, width: float) -> float:
    return high(cell.text, width, is_bold=cell.status is not None)


def called(section: Section, table: Table) -> str:
    """What to call the sheet of a table: the section, and the goal where it has several."""
    tables = [block for block in section.blocks if isinstance(block, Table)]
    if len(tables) < 2:
        return section.title
    head = re.split(r"[,:]", table.title, maxsplit=1)[0]
    return f"{section.title.removeprefix('The ').capitalize()} {head.lower()}"


def width(table: Table, place: int) -> float:
    """Wide enough for most cells; long text wraps."""
    texts = [table.columns[place].title, *(row[place].text for row in table.rows)]
    longest = max(max(len(line) for line in text.split("\n")) for text in texts)
    return float(min(max(10, longest * 1.05 + 2), 46))


def stack(start: float, end: float) -> tuple[float, ...]:
    """A bar from start to end as what stacked bars are made of, on either side of nought."""
    low, high = sorted((start, end))
    base = low if low > 0 else high if high < 0 else 0.0
    above, below = max(high, 0.0) - max(low, 0.0), min(low, 0.0) - min(high, 0.0)
    rises = (above, below) if end >= start else (0.0, 0.0)
    falls = (above, below) if end < start else (0.0, 0.0)
    return (base, *rises, *falls)


def shape(text: str, unit: Unit) -> tuple[str, float]:
    """The number format that shows a value as its text does, and what to multiply it by.

    A share cannot be shown in points, so a difference of shares is written in points.
    """
    found = _SHOWN.fullmatch(_in_english(text))
    sign, decimals, tail = found.groups() if found else ("", None, "")
    body = "#,##0" + (f".{'0' * (len(decimals) - 1)}" if decimals else "")
    if unit == "percent" and "%" in tail:
        return per_cent(body), 1.0
    words = '"' + tail.replace('"', "") + '"' if tail else ""
    if sign:
        body = f"+{body}{words};{wording.MINUS}{body}{words};0"
    else:
        body += words
    return body, 100.0 if unit == "percent" else 1.0


def _in_english(text: str) -> str:
    """A number with English marks, as formats of cells have in every language."""
    marks = tongue().marks
    if marks is None:
        return text
    return text.translate({ord(marks[ord(".")]): ".", ord(marks[ord(",")]): ","})


def cut(name: str, most: int) -> str:
    """The beginning of a name; Excel counts letters as UTF-16 does."""
    while len(name.encode("utf-16-le")) > 2 * most:
        name = name[:-1]
    return name.rstrip()
