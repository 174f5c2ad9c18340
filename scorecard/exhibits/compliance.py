"""Goal 2: what companies answer by section and region, and the field reviews."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from scorecard import prepared, readings
from scorecard.confidentiality import Role, guards
from scorecard.exhibits import narrowed, require_rows
from scorecard.readings import Group
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
        scopes.append((whole, selection))
    cells: dict[tuple[str, str], Group] = {}
    for column, scope in scopes:
        for group in readings.breakdown(snapshot, kpi, "category", scope, role, as_of).groups:
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
            f"""
            select
                quarters.starts_on,
                coalesce(sum(reviews.missions), 0)::bigint,
                count(distinct reviews.country)
            from (
                select cast(starts_on as date) as starts_on
                from generate_series(
                    date_trunc('quarter', cast($start as timestamp)),
                    cast($until as timestamp), interval 3 months
                ) as series(starts_on)
            ) as quarters
            left join (
                select quarter, country, missions
                from {prepared.source("field_reviews", snapshot.tables)}
                where known_on <= $until
                    and (first_ended_on is null or first_ended_on >= $start){where}
            ) as reviews
                on reviews.quarter = quarters.starts_on
            group by 1
            order by 1
            """,
            {"start": snapshot.plan.starts_on, "until": as_of, **given},
        )
        .fetchall()
    )
    return tuple(Quarter(*row) for row in rows)
