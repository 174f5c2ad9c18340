"""Goal 2: what companies answer by section and region, and the field reviews."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from scorecard import breakdowns, prepared
from scorecard.breakdowns import Group
from scorecard.confidentiality import Role, guards
from scorecard.exhibits import narrowed, require_rows
from scorecard.selection import Selection
from scorecard.snapshot import Snapshot


@dataclass(frozen=True)
class Grid:
    """Groups by row and column; the last column is the whole of the row."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: dict[tuple[str, str], Group]
    """(row, column) -> group; absent where no fact stands behind it."""


@dataclass(frozen=True)
class Quarter:
    """Field reviews that ended in one quarter."""

    starts_on: dt.date
    missions: int
    countries: int


def sections(
    snapshot: Snapshot, selection: Selection, role: Role, as_of: dt.date, whole: str
) -> Grid:
    """Indicators met by section and region; below executive the world by section only.

    `whole` names the last column: everything selected, added up.
    """
    kpi = snapshot.plan.kpi("indicators_met")
    scopes: list[tuple[str, Selection]] = []
    if guards(kpi, role):
        scopes.append((whole, Selection()))
    else:
        for region in selection.regions or snapshot.plan.regions:
            scopes.append((region, replace(selection, regions=(region,))))
        if len(scopes) > 1:  # Of one, the whole would say the same again.
            scopes.append((whole, selection))
    cells: dict[tuple[str, str], Group] = {}
    for column, scope in scopes:
        for group in breakdowns.breakdown(snapshot, kpi, "category", scope, role, as_of).groups:
            cells[group.group or "", column] = group
    filled = {column for _, column in cells}
    rows = sorted({row for row, _ in cells})
    return Grid(tuple(rows), tuple(c for c, _ in scopes if c in filled), cells)


def reviews(
    snapshot: Snapshot, selection: Selection, role: Role, as_of: dt.date
) -> tuple[Quarter, ...]:
    """Field reviews by quarter from the plan's start to `as_of`, quarters without any too."""
    kpi = snapshot.plan.kpi("countries_reviewed")
    require_rows(kpi, role)
    where, given = narrowed(kpi, selection)
    rows = (
        snapshot.cursor()
        .execute(
            "select quarter, sum(missions), sum(countries) "
            f"from {prepared.source('field_reviews', snapshot)} "
            f"where date = $date{where} group by quarter",
            {"date": as_of, **given},
        )
        .fetchall()
    )
    known = {quarter: (int(missions), int(countries)) for quarter, missions, countries in rows}
    return tuple(
        Quarter(starts_on, *known.get(starts_on, (0, 0)))
        for starts_on in _quarters(snapshot.plan.starts_on, as_of)
    )


def _quarters(start: dt.date, until: dt.date) -> Iterator[dt.date]:
    """The first day of each quarter from that of `start` on."""
    day = start.replace(month=(start.month - 1) // 3 * 3 + 1, day=1)
    while day <= until:
        yield day
        day = day.replace(year=day.year + (day.month == 10), month=(day.month + 2) % 12 + 1)
