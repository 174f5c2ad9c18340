"""Whole numbers and fractions with thousands separators and decimal commas.

A way to write numbers is a sign between thousands and a sign before decimals. A cell that the
possible ways read differently is decided by the column, and asked about where it cannot.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from scorecard.intake.dates import Resolution

_APOSTROPHES = dict.fromkeys(map(ord, "’‘´`ʼ′"), "'")
_SPACES = dict.fromkeys(map(ord, "\u00a0\u202f\u2009\u2007\u2002\u2003"), " ")
_SIGNS = {ord("\u2212"): "-", ord("–"): "-"}
_FOLDED = _APOSTROPHES | _SPACES | _SIGNS
_THOUSANDS = ("'", " ", ",", ".", "_")
_SHAPE = re.compile(r"[+-]?\d[\d' .,_]*")
DOT_DECIMAL = "1,234.5 (the point before decimals)"
COMMA_DECIMAL = "1.234,5 (the comma before decimals)"
# Signs that stand between thousands and nowhere else: most numbers are quickly read.
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(?:[' ]\d{3})+")
CHOICES = (DOT_DECIMAL, COMMA_DECIMAL)
_SAID = {DOT_DECIMAL: ".", COMMA_DECIMAL: ","}

Way = tuple[str, str]
_WAYS: tuple[Way, ...] = tuple(
    (thousands, decimal)
    for thousands, decimal in itertools.product(_THOUSANDS, ".,")
    if thousands != decimal
)
_PATTERNS = {
    (t, d): re.compile(
        rf"(?P<sign>[+-]?)(?P<whole>\d+|\d{{1,3}}(?:{re.escape(t)}\d{{3}})+)"
        rf"(?:{re.escape(d)}(?P<part>\d+))?"
    )
    for t, d in _WAYS
}


def resolve(cells: Iterable[str], answers: Sequence[str], *, whole: bool) -> Resolution:
    """The numbers of a column; with `whole` only whole ones, though 12.00 is one."""
    found = {cell: _read(cell, whole=whole) for cell in cells}
    out = Resolution()
    decimals = {
        decimal
        for ways in found.values()
        for decimal in {d for _, d in ways}
        if len(set(ways.values())) == 1 and {d for _, d in ways} == {decimal}
    }
    open_: list[str] = []
    for cell, ways in found.items():
        said = set(ways.values())
        if len(said) > 1:
            told = {sign for choice, sign in _SAID.items() if choice in answers}
            wanted = told or decimals
            if len(wanted) == 1:
                said = {value for (_, d), value in ways.items() if d in wanted}
        if len(said) == 1:
            out.changes[cell] = said.pop()
        elif said:
            open_.append(cell)
    if open_:
        example = min(open_)
        either = " or ".join(sorted(set(found[example].values())))
        out.question = f"Which sign stands before decimals? {example!r} is {either}."
        out.choices = CHOICES
    return out


def _read(cell: str, *, whole: bool) -> dict[Way, str]:
    """The number that a cell is in each way that can read it."""
    text = cell.strip().translate(_FOLDED)
    if not text.isascii() or not _SHAPE.fullmatch(text):
        return {}
    if _GROUPED.fullmatch(text) and text[0] != "0":
        value = text.replace("'", "").replace(" ", "").removeprefix("+")
        return {("'", "."): value, ("'", ","): value}
    found = {}
    for way, pattern in _PATTERNS.items():
        match = pattern.fullmatch(text)
        if not match:
            continue
        part = match["part"] or ""
        digits = "".join(c for c in match["whole"] if c.isdigit())
        if whole and part.strip("0"):
            continue
        sign = "-" if match["sign"] == "-" else ""
        plain = digits.lstrip("0") or "0"
        # A number with a leading zero is perhaps a code: it stays as it is.
        if len(plain) < len(digits) and len(digits) > 1:
            continue
        if whole or not part:
            found[way] = sign + plain
        else:
            found[way] = f"{Decimal(f'{sign}{plain}.{part}'):f}"
    return found
