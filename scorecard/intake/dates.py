"""Dates, months and years as people and programs write them -> as the contract does.

A column decides: where one of its cells can only be read with the day first, all are. Where none
tells day and month apart, or some say one thing and some the other, a person is asked.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from scorecard.intake.fold import folded
from scorecard.intake.mapping import Spellings

DAY_FIRST, MONTH_FIRST = "day/month/year", "month/day/year"
CHOICES = (DAY_FIRST, MONTH_FIRST)

_TIME = re.compile(
    r"[T\s]\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?\s*([ap]\.?m\.?)?\s*"
    r"(Z|UTC|GMT|[+-]\d{2}:?\d{2})?$",
    re.IGNORECASE,
)
_NUMBERS = re.compile(r"(\d{1,4})\s*([./-])\s*(\d{1,2})\s*\2\s*(\d{1,4})\.?")
_SPACED = re.compile(r"(\d{1,4}) (\d{1,2}) (\d{1,4})")
_MONTH_NUMBERS = re.compile(r"(\d{1,4})\s*([./ -])\s*(\d{1,4})")
_TOKENS = re.compile(r"[^\W\d_]+|\d+")
_ORDINAL = re.compile(r"(?<=\d)(st|nd|rd|th|er|re|º|°|ª)\b", re.IGNORECASE)
_SMALL_WORDS = frozenset({"de", "del", "of", "the", "le", "el", "den", "der"})
_EPOCH = dt.date(1899, 12, 30)
EXCEL_DAY = "excel day"
# A workbook says which cells are numbers. Still, 2019 in a column of dates is a year, no day.
_DAYS_OF_WORKBOOKS = range(18_264, 73_051)  # 1950 to 2099
# In a text, any number may stand for anything: only the days that an export can hold are read.
_DAYS_OF_TEXTS = range(32_874, 54_789)  # 1990 to 2049


@dataclass(frozen=True)
class Reading:
    """What a cell says, by the format that reads it so; several where they differ."""

    days: dict[str, str] = field(default_factory=dict)
    time: str = ""
    """A time of day that would be lost."""


@dataclass
class Resolution:
    """What becomes of the values of a column; values without an entry stay as they are."""

    changes: dict[str, str] = field(default_factory=dict)
    question: str | None = None
    choices: tuple[str, ...] = ()
    remarks: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Dates:
    """Reads the dates of one column in the formats that are listed for it."""

    spellings: Spellings
    formats: frozenset[str]
    from_workbook: bool = False
    epoch_1904: bool = False

    def read(self, cell: str) -> Reading:
        """All ways to read one cell as a day."""
        text = cell.strip()
        time = ""
        found = _TIME.search(text)
        if found:
            is_midnight = not any(int(part or 0) for part in found.groups()[:4])
            is_midnight = is_midnight or bool(
                found[5] and int(found[1]) == 12 and not int(found[2]) and found[5][0] in "aA"
            )
            if found[6] and not is_midnight and found[6].upper() not in ("Z", "UTC", "GMT"):
                return Reading()  # Which day it was there, nobody can tell.
            time = "" if is_midnight else found[0].strip()
            if found[6] and not is_midnight:
                return Reading()
            text = text[: found.start()].rstrip(" ,")
        return Reading(self._days(text), time)

    def _days(self, text: str) -> dict[str, str]:
        if EXCEL_DAY in self.formats and re.fullmatch(r"[0-9]{5}([.,]0+)?", text):
            days = int(text[:5]) + (1462 if self.epoch_1904 else 0)
            if days in (_DAYS_OF_WORKBOOKS if self.from_workbook else _DAYS_OF_TEXTS):
                return {EXCEL_DAY: str(_EPOCH + dt.timedelta(days=days))}
            return {}
        if re.fullmatch(r"\d{8}", text) and text.isascii():
            return self._of({"yearmonthday": (text[:4], text[4:6], text[6:])})
        numbers = _NUMBERS.fullmatch(text)
        if numbers and text.isascii():
            a, sign, b, c = numbers.groups()
            if len(a) > 2:
                return self._of({f"year{sign}month{sign}day": (a, b, c)})
            return self._of(
                {
                    f"day{sign}month{sign}year": (c, b, a),
                    f"month{sign}day{sign}year": (c, a, b),
                }
            )
        return self._named(text)

    def _named(self, text: str) -> dict[str, str]:
        """With the name of a month: 31 Dec 2022, December 31st, 2022, 31 de diciembre de 2022."""
        tokens = [
            folded(token)
            for token in _TOKENS.findall(_ORDINAL.sub(" ", text.replace("_", " ")))
            if folded(token) not in _SMALL_WORDS
        ]
        if len(tokens) == 4 and tokens[0] in self.spellings.weekdays:
            tokens = tokens[1:]
        if len(tokens) != 3:
            return {}
        kinds = [
            "name" if t in self.spellings.months else "number" if t.isdigit() else ""
            for t in tokens
        ]
        if kinds == ["number", "name", "number"]:
            if len(tokens[0]) == 4:
                return self._of({"year name day": (tokens[0], tokens[1], tokens[2])})
            return self._of({"day name year": (tokens[2], tokens[1], tokens[0])})
        if kinds == ["name", "number", "number"]:
            return self._of({"name day year": (tokens[2], tokens[0], tokens[1])})
        return {}

    def _of(self, parts: dict[str, tuple[str, str, str]]) -> dict[str, str]:
        found = {}
        for name, (year, month, day) in parts.items():
            if name not in self.formats or len(day) > 2:
                continue
            whole = self._year(year)
            number = self.spellings.months.get(month) or (int(month) if month.isdigit() else 0)
            try:
                found[name] = str(dt.date(whole, number, int(day)))
            except ValueError:
                continue
        return found

    def _year(self, text: str) -> int:
        """A year of four digits, or of two that are of this century; 0 otherwise."""
        if len(text) == 4:
            return int(text)
        return 2000 + int(text) if len(text) == 2 and int(text) <= self.last_short else 0

    @property
    def last_short(self) -> int:
        return self.spellings.last_short_year

    def resolve(self, cells: Iterable[str], answers: Sequence[str]) -> Resolution:
        """The days of a column of dates."""
        readings = {cell: self.read(cell) for cell in cells}
        return self._settled({c: r.days for c, r in readings.items()}, readings, answers)

    def resolve_months(self, cells: Iterable[str], answers: Sequence[str]) -> Resolution:
        """Months: 12/2022, Dec 2022, or a whole date on the first or last day of its month."""
        readings = {cell: self.read(cell) for cell in cells}
        found: dict[str, dict[str, str]] = {}
        for cell, reading in readings.items():
            edges = {f: d[:7] for f, d in reading.days.items() if d.endswith("-01")}
            if not edges:
                edges = {f: d[:7] for f, d in reading.days.items() if _is_last(d)}
            found[cell] = edges or self._month(cell)
        return self._settled(found, readings, answers)

    def _month(self, cell: str) -> dict[str, str]:
        text = cell.strip()
        numbers = _MONTH_NUMBERS.fullmatch(text)
        year = month = ""
        if numbers and text.isascii():
            a, _, b = numbers.groups()
            year, month = (a, b) if len(a) == 4 else (b, a)
            if len(year) != 4:
                return {}
        elif re.fullmatch(r"\d{6}", text) and text.isascii():
            year, month = text[:4], text[4:]
        else:
            tokens = [folded(t) for t in _TOKENS.findall(text) if folded(t) not in _SMALL_WORDS]
            months = [t for t in tokens if t in self.spellings.months]
            years = [t for t in tokens if t.isdigit()]
            if len(tokens) != 2 or len(months) != 1 or len(years) != 1:
                return {}
            year, month = years[0], months[0]
        number = self.spellings.months.get(month) or (int(month) if month.isdigit() else 0)
        whole = self._year(year)
        return {"month": f"{whole:04d}-{number:02d}"} if whole and 1 <= number <= 12 else {}

    def resolve_years(self, cells: Iterable[str]) -> Resolution:
        """Years: 2022.0 of a workbook, or the first day of the year."""
        found = Resolution()
        for cell in cells:
            text = cell.strip()
            if re.fullmatch(r"\d{4}[.,]0+", text) and text.isascii():
                found.changes[cell] = text[:4]
            elif re.fullmatch(r"\d['’.,\u00a0\u202f ]\d{3}", text) and text.isascii():
                found.changes[cell] = text[0] + text[2:]
            else:
                years = {day[:4] for day in self.read(text).days.values() if day[4:] == "-01-01"}
                if len(years) == 1 and not text.isdigit():
                    found.changes[cell] = years.pop()
        return found

    def _settled(
        self, found: dict[str, dict[str, str]], readings: dict[str, Reading], answers: Sequence[str]
    ) -> Resolution:
        out = Resolution()
        seen = {
            (_order(name), _sign(name))
            for days in found.values()
            if len(set(days.values())) == 1 and len(days) == 1
            for name in days
            if _order(name)
        }
        open_: list[str] = []
        for cell, days in found.items():
            said = set(days.values())
            if len(said) == 1:
                out.changes[cell] = said.pop()
            elif said:
                by_order = {_order(name): day for name, day in days.items()}
                signs = {_sign(name) for name in days}
                proven = {order for order, sign in seen if sign in signs}
                told = [choice for choice in CHOICES if choice in answers]
                if told:
                    out.changes[cell] = by_order[told[0]]
                elif len(proven) == 1:
                    out.changes[cell] = by_order[proven.pop()]
                else:
                    open_.append(cell)
        if open_:
            example = min(open_)
            first, second = (found[example][n] for n in sorted(found[example], key=_order))
            why = "some of its dates say one thing, some the other" if seen else "none tells"
            out.question = (
                f"Which comes first, the day or the month? {example!r} is {first} or {second}, "
                f"and {why}; {len(open_)} different dates are concerned."
            )
            out.choices = CHOICES
        times = [cell for cell in out.changes if readings[cell].time]
        if times:
            out.remarks.append(f"the time of day was left out, as in {min(times)!r}")
        counted = [cell for cell in out.changes if EXCEL_DAY in found[cell]]
        if counted:
            out.remarks.append(f"days as Excel counts them were read, as in {min(counted)!r}")
        short = [c for c in out.changes if out.changes[c][:4] not in c and _is_short(c)]
        if short:
            out.remarks.append(f"years of two digits are of this century, as in {min(short)!r}")
        return out


def _order(name: str) -> str:
    """Which of day and month a format has first, where numbers alone do not say."""
    parts = re.split(r"[./-]", name)
    if parts[:2] == ["day", "month"]:
        return DAY_FIRST
    return MONTH_FIRST if parts[:2] == ["month", "day"] else ""


def _sign(name: str) -> str:
    return next((c for c in name if c in "./-"), "")


def _is_last(day: str) -> bool:
    return (dt.date.fromisoformat(day) + dt.timedelta(days=1)).day == 1


def _is_short(cell: str) -> bool:
    return not re.search(r"\d{4}", cell) and not cell.strip().isdigit()
