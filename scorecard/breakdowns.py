"""Breakdowns: what the cells of a snapshot say group by group, at a date, for a role."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from scorecard import confidentiality, readings
from scorecard.catalogue import NOT_SPECIFIED, Kpi
from scorecard.confidentiality import Role
from scorecard.languages import say
from scorecard.refusal import Refusal, nearest
from scorecard.selection import Selection, bound, condition
from scorecard.snapshot import Snapshot


@dataclass(frozen=True)
class Group:
    """The value of one group; `group` is none for facts without one."""

    group: str | None
    value: float | None
    numerator: float | None
    denominator: float | None
    n: int | None
    suppressed: bool


@dataclass(frozen=True)
class Breakdown:
    kpi: str
    as_of: dt.date
    unfiltered: tuple[str, ...]
    groups: tuple[Group, ...]


def breakdown(
    snapshot: Snapshot,
    kpi: Kpi,
    by: str,
    selection: Selection,
    role: Role,
    as_of: dt.date | None = None,
) -> Breakdown:
    """The value in each group that has a fact, by name, `Not specified` and none last."""
    date = readings.reporting_date(snapshot, as_of)
    column = dimension(kpi, by)
    confidentiality.refuse_crossing(kpi, selection, role, by)
    chosen = selection.within(kpi)
    hidden: frozenset[str] | None = frozenset()
    if confidentiality.guards(kpi, role) and by in ("region", "pillar"):
        hidden = None
        if (date.month, date.day) == (12, 31):
            hidden = confidentiality.hidden_groups(snapshot, kpi, by, snapshot.places[date])
    groups: list[Group] = []
    if hidden is not None and not snapshot.missing_exports(kpi):
        rows = grouped(snapshot, kpi, column, chosen, date)
        heads = _heads(snapshot, kpi, column, chosen, date)
        for name, numerator, denominator, n, countries in rows:
            if name in hidden:
                groups.append(Group(name, None, None, None, None, suppressed=True))
                continue
            value, top, bottom = _value(kpi, numerator, denominator, countries)
            groups.append(Group(name, value, top, bottom, heads.get(name, int(n)), False))
    groups.sort(key=lambda group: last_places(group.group))
    return Breakdown(kpi.id, date, selection.unfiltered(kpi), tuple(groups))


_Row = tuple[str | None, float, float, float, int]
"""Group, numerator, denominator, number of facts and of countries."""


def grouped(
    snapshot: Snapshot, kpi: Kpi, column: str, chosen: Selection, date: dt.date
) -> list[_Row]:
    """The cells of a date by any dimension, in each group that has a fact."""
    if column in ("region", "pillar"):
        return _in_memory(snapshot, kpi, column, chosen, date)
    return snapshot.cursor().execute(
        f"select {column}, sum(numerator), sum(denominator), sum(n), "
        f"count(distinct country) from cells where {condition(chosen)} group by 1",
        {"kpi": kpi.id, "date": date, **bound(chosen)},
    ).fetchall()  # fmt: skip


def groups(
    snapshot: Snapshot, kpi: Kpi, by: str, chosen: Selection, date: dt.date
) -> dict[str | None, tuple[float, float]]:
    """Region or pillar -> numerator and denominator, of whatever a selection holds of it.

    Nothing is hidden here, so it is for those only whom `confidentiality` refuses nothing.
    """
    rows = _in_memory(snapshot, kpi, dimension(kpi, by), chosen.within(kpi), date)
    return {name: (top, bottom) for name, top, bottom, _, _ in rows}


def _in_memory(
    snapshot: Snapshot, kpi: Kpi, column: str, chosen: Selection, date: dt.date
) -> list[_Row]:
    """The same by region or pillar from the cube, without asking the database."""
    cube, place = snapshot.cube, snapshot.places[date]
    regions, pillars = [*cube.regions, None], [*cube.pillars, None]
    wanted = np.ix_(
        [i for i, name in enumerate(regions) if not chosen.regions or name in chosen.regions],
        [i for i, name in enumerate(pillars) if not chosen.pillars or name in chosen.pillars],
    )
    mask = np.zeros((len(regions), len(pillars)), dtype=bool)
    mask[wanted] = True
    across = 2 if column == "region" else 1
    total = np.where(mask, cube.parts[:, cube.kpis[kpi.id], place], 0.0).sum(axis=across)
    countries = np.zeros(total.shape[1], dtype=int)
    if kpi.aggregate == "countries":
        seen = cube.presence[kpi.id][place] & mask[cube.homes]
        if column == "region":
            np.add.at(countries, cube.homes, seen.any(axis=1))
        else:
            countries = seen.sum(axis=0)
    parts = zip(*total[:3].tolist(), countries.tolist(), strict=True)
    names = regions if column == "region" else pillars
    return [
        (name, top, bottom, n, lands)
        for name, (top, bottom, n, lands) in zip(names, parts, strict=True)
        if n
    ]


def dimension(kpi: Kpi, by: str) -> str:
    """The column of a dimension; refuses one that the KPI does not have."""
    has = [*kpi.dimensions, *(["country"] if "region" in kpi.dimensions else [])]
    if by not in has:
        raise Refusal(
            say(
                "{id} is not broken down by {by}{nearest}",
                id=kpi.id,
                by=by,
                nearest=nearest(by, has),
            )
        )
    return by


def _heads(
    snapshot: Snapshot, kpi: Kpi, column: str, chosen: Selection, date: dt.date
) -> dict[str | None, int]:
    """Organisations by group, where n counts them and a group has several facts of one."""
    if kpi.counts != "organisations" or column == "category":
        return {}
    values = {"kpi": kpi.id, "date": date, **bound(chosen)}
    # An organisation has one country, and so one region, but its facts are many.
    source, counted = "heads" if column == "country" else "sums", "sum(organisations)"
    if source not in snapshot.tables:  # It was built before they were counted.
        source = f"(select *, '{kpi.id}' as kpi from {kpi.view})"
        counted = "count(distinct organisation)"
    rows = snapshot.cursor().execute(
        f"select {column}, {counted} from {source} where {condition(chosen)} group by 1",
        values,
    ).fetchall()  # fmt: skip
    return {name: int(count) for name, count in rows}


def _value(
    kpi: Kpi, numerator: float, denominator: float, countries: int
) -> tuple[float | None, float | None, float | None]:
    top, bottom = readings.printed(kpi, numerator, denominator)
    if kpi.aggregate == "countries":
        return countries, None, None
    if kpi.aggregate == "sum":
        return top, top, None
    return (numerator / denominator if denominator else None), top, bottom


def last_places(group: str | None) -> tuple[int, str]:
    """Sorts groups by name, `Not specified` and none last."""
    return (2, "") if group is None else (1 if group == NOT_SPECIFIED else 0, group)
