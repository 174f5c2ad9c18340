"""Strands: several series that belong together, such as the categories of a KPI over time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from scorecard import confidentiality, prepared, readings
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
