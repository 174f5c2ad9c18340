"""Whether the cells below a header that nobody knows could be those of a column.

Only what cannot be is ruled out: a column of dates whose cells hold none. So a person is not asked
about remarks that stand where a date is missing, and still about all that may be meant.
"""

from __future__ import annotations

from collections.abc import Sequence

from scorecard.contract import Field
from scorecard.intake import countries, numbers, terms
from scorecard.intake.dates import Dates, Resolution
from scorecard.intake.mapping import Spellings


def could_be(f: Field, export: str, cells: Sequence[str], spellings: Spellings) -> bool:
    """Whether any of the cells reads as a value of the column, or none is there to tell."""
    filled = [text for cell in cells if (text := cell.strip())]
    if not filled or (f.type == "string" and not (f.country or f.enum)):
        return True
    found = _read(f, export, filled, spellings)
    return bool(found.changes or found.question)


def _read(f: Field, export: str, cells: Sequence[str], spellings: Spellings) -> Resolution:
    if f.country:
        return countries.resolve(cells, (), spellings)
    if f.enum:
        return terms.resolve(cells, f.enum, spellings)
    if f.type == "boolean":
        return terms.resolve_booleans(cells, 0, (), spellings)
    # A number of days may be a date where only a workbook says that it is one.
    dates = Dates(spellings, spellings.date_formats(export, f.name), from_workbook=True)
    if f.type == "date":
        return dates.resolve(cells, ())
    if f.type == "yearmonth":
        return dates.resolve_months(cells, ())
    if f.type == "year":
        plain = {cell: cell for cell in cells if len(cell) == 4 and cell.isdecimal()}
        return Resolution(plain or dates.resolve_years(cells).changes)
    return numbers.resolve(cells, (), whole=f.type == "integer")
