"""The rows behind a figure, one a fact, by entity: all of them, or a page."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from scorecard import confidentiality, readings
from scorecard.catalogue import Kpi
from scorecard.confidentiality import Role
from scorecard.selection import Selection
from scorecard.snapshot import Snapshot


@dataclass(frozen=True)
class Fact:
    entity: str
    label: str
    country: str | None
    region: str | None
    pillar: str | None
    category: str | None
    numerator: float | None
    denominator: float | None


@dataclass(frozen=True)
class Facts:
    kpi: str
    as_of: dt.date
    unfiltered: tuple[str, ...]
    facts: tuple[Fact, ...]


def facts(
    snapshot: Snapshot,
    kpi: Kpi,
    selection: Selection,
    role: Role,
    as_of: dt.date | None = None,
    *,
    limit: int | None = None,
    offset: int = 0,
) -> Facts:
    """The rows behind a figure, by entity; refuses below the role that the KPI names.

    With a `limit` at most so many, after the first `offset`.
    """
    date = readings.reporting_date(snapshot, as_of)
    confidentiality.refuse_rows(kpi, role)
    chosen = selection.within(kpi)
    page = "" if limit is None else f" limit {limit:d} offset {offset:d}"
    found = []
    if not snapshot.missing_exports(kpi):
        found = snapshot.cursor().execute(
            "select entity, coalesce(label, entity), country, region, pillar, category, "
            f"numerator, denominator from {kpi.view} "
            f"where {readings.condition(chosen, facts=True)} order by entity{page}",
            {"date": date, **readings.bound(chosen)},
        ).fetchall()  # fmt: skip
    return Facts(
        kpi.id,
        date,
        selection.unfiltered(kpi),
        tuple(_fact(kpi, *row) for row in found),
    )


def count(
    snapshot: Snapshot,
    kpi: Kpi,
    selection: Selection,
    role: Role,
    as_of: dt.date | None = None,
) -> int:
    """How many rows there are, without looking at any; refuses as `facts` does."""
    date = readings.reporting_date(snapshot, as_of)
    confidentiality.refuse_rows(kpi, role)
    if snapshot.missing_exports(kpi):
        return 0
    chosen = selection.within(kpi)
    sums = snapshot.cube.add_up(kpi, chosen.regions, chosen.pillars)
    return int(sums.n[snapshot.places[date]])


def _fact(
    kpi: Kpi,
    entity: str,
    label: str,
    country: str | None,
    region: str | None,
    pillar: str | None,
    category: str | None,
    numerator: float,
    denominator: float,
) -> Fact:
    parts = readings.printed(kpi, numerator, denominator)
    return Fact(entity, label, country, region, pillar, category, *parts)
