"""Strands: several series that belong together, such as the categories of a KPI over time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Literal

from scorecard import breakdowns, confidentiality, prepared, readings, wording
from scorecard.catalogue import Kpi
from scorecard.confidentiality import Role
from scorecard.readings import Series
from scorecard.refusal import Refusal
from scorecard.selection import Selection
from scorecard.snapshot import Snapshot


@dataclass(frozen=True)
class Strand:
    """One series; `values` has an entry per date, none where nothing is known or shown."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class Strands:
    dates: tuple[dt.date, ...]
    strands: tuple[Strand, ...]
    unfiltered: tuple[str, ...] = ()


def by_category(
    snapshot: Snapshot, kpi: Kpi, selection: Selection, role: Role, until: dt.date
) -> Strands:
    """A sum by category at every reporting date up to `until`, the largest category first.

    A confidential KPI is given to board and guest at world level only, as `breakdown` gives it.
    """
    if kpi.aggregate != "sum" or "category" not in kpi.dimensions:
        raise Refusal(f"{kpi.id} is no sum by category")
    confidentiality.refuse_crossing(kpi, selection, role, "category")
    dates = tuple(date for date in snapshot.dates if date <= until)
    chosen = selection.within(kpi)
    where, given = "", {}
    if chosen.regions:
        where, given["regions"] = where + " and list_contains($regions, region)", chosen.regions
    if chosen.pillars:
        where, given["pillars"] = where + " and list_contains($pillars, pillar)", chosen.pillars
    rows = (
        snapshot.cursor()
        .execute(
            "select category, date, sum(numerator) "
            f"from {prepared.source('sums_by_category', snapshot)} "
            f"where kpi = $kpi and date <= $until{where} group by all",
            {"kpi": kpi.id, "until": until, **{k: list(v) for k, v in given.items()}},
        )
        .fetchall()
    )
    known = {(category, date): value for category, date, value in rows}
    names = sorted(
        {category for category, _ in known},
        key=lambda name: (-sum(known.get((name, date), 0) for date in dates), name),
    )
    is_blind = bool(snapshot.missing_exports(kpi))
    return Strands(
        dates,
        ()
        if is_blind
        else tuple(
            Strand(name, tuple(known.get((name, date), 0.0) for date in dates)) for name in names
        ),
        selection.unfiltered(kpi),
    )


def by_kpi(
    snapshot: Snapshot, kpis: tuple[Kpi, ...], selection: Selection, role: Role, until: dt.date
) -> Strands:
    """The series of several KPIs side by side, one strand a KPI, up to `until`."""
    dates = tuple(date for date in snapshot.dates if date <= until)
    return Strands(
        dates,
        tuple(
            Strand(
                kpi.id,
                tuple(
                    point.value
                    for point in readings.series(snapshot, kpi, selection, role).points[
                        : len(dates)
                    ]
                ),
            )
            for kpi in kpis
        ),
    )


@dataclass(frozen=True)
class Groups:
    """The groups of a dimension over time, and the whole that they are parts of."""

    strands: Strands
    values: tuple[str, ...]
    """Each group at the last date, as it may be shown."""
    whole: Strand
    changes: tuple[float | None, ...]
    """What each group changed by since the first date; none where it is not known at both, or is a
    share of few at either."""


def by_group(
    snapshot: Snapshot,
    kpi: Kpi,
    by: Literal["region", "pillar"],
    selection: Selection,
    role: Role,
    until: dt.date,
) -> Groups:
    """A KPI by region or pillar up to `until`, the greatest first; all groups of the dimension
    that ever hold something, whatever is selected of it.

    A group is read as if it were selected, so a role sees what that selection would show it.
    """
    breakdowns.dimension(kpi, by)
    confidentiality.refuse_crossing(kpi, selection, role, by)
    plan = snapshot.plan
    every = plan.regions if by == "region" else plan.pillars
    dates = tuple(date for date in snapshot.dates if date <= until)
    found = []
    for name in every:
        alone = replace(selection, **{f"{by}s": (name,)})
        series = readings.series(snapshot, kpi, alone, role)
        points = series.points[: len(dates)]
        is_empty = not any(p.suppressed or p.value for p in points)
        if is_empty and (kpi.is_count or not any(p.denominator for p in points)):
            continue
        last = points[-1]
        heads = counts(snapshot, kpi, alone, series)
        n = heads[len(dates) - 1]
        shown = wording.share(
            kpi, last.value, last.numerator, last.denominator, n, suppressed=last.suppressed
        )
        first = points[0]
        is_few = not kpi.is_count and min(heads[0] or 0, n or 0) < kpi.minimum_n
        change = None
        if first.value is not None and last.value is not None and not is_few:
            change = last.value - first.value
        found.append((last.value, Strand(name, tuple(p.value for p in points)), shown, change))
    found.sort(key=lambda entry: (entry[0] is None, -(entry[0] or 0.0)))
    rest = readings.series(snapshot, kpi, replace(selection, **{f"{by}s": ()}), role)
    return Groups(
        Strands(dates, tuple(strand for _, strand, _, _ in found), selection.unfiltered(kpi)),
        tuple(shown for _, _, shown, _ in found),
        Strand("", tuple(point.value for point in rest.points[: len(dates)])),
        tuple(change for _, _, _, change in found),
    )


def counts(
    snapshot: Snapshot, kpi: Kpi, selection: Selection, series: Series
) -> tuple[int | None, ...]:
    """n at every point of a series, so that a share of few can say so; none where not shown."""
    chosen = selection.within(kpi)
    sums = snapshot.cube.add_up(kpi, chosen.regions, chosen.pillars)
    heads = sums.organisations if kpi.counts == "organisations" else sums.n
    return tuple(
        None if point.suppressed or point.value is None else int(heads[snapshot.places[point.date]])
        for point in series.points
    )
