"""Computed figures against those that have been published."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from scorecard import breakdowns, readings
from scorecard.catalogue import Kpi
from scorecard.confidentiality import Role
from scorecard.plan import Figure
from scorecard.selection import Selection
from scorecard.snapshot import Snapshot


@dataclass(frozen=True)
class Reconciled:
    """One published figure beside the computed one; the last three are none where not shown."""

    figure: str
    kpi: str
    scope: str | None
    as_of: dt.date
    source: str
    published: float
    computed: float | None
    difference: float | None
    agrees: bool | None
    note: str | None


def reconcile(snapshot: Snapshot, role: Role = "executive") -> tuple[Reconciled, ...]:
    """The published figures that have a KPI and a reporting date, in the order of the file."""
    return tuple(
        _reconciled(snapshot, figure, snapshot.plan.kpi(figure.kpi), role)
        for figure in snapshot.plan.figures
        if figure.kpi and figure.as_of in snapshot.places
    )


def _reconciled(snapshot: Snapshot, figure: Figure, kpi: Kpi, role: Role) -> Reconciled:
    computed = _computed(snapshot, figure, kpi, role)
    agrees = None if computed is None else _rounded(computed, figure.digits) == _exact(figure)
    return Reconciled(
        figure=figure.figure,
        kpi=kpi.id,
        scope=figure.scope,
        as_of=figure.as_of,
        source=figure.source,
        published=figure.value,
        computed=computed,
        difference=None if computed is None else computed - figure.value,
        agrees=agrees,
        note=figure.note,
    )


def _computed(snapshot: Snapshot, figure: Figure, kpi: Kpi, role: Role) -> float | None:
    dimension, _, name = (figure.scope or "").partition("=")
    if dimension == "category":
        groups = breakdowns.breakdown(
            snapshot, kpi, "category", Selection(), role, figure.as_of
        ).groups
        found = next((group.value for group in groups if group.group == name), None)
        return _nothing(snapshot, kpi) if found is None else found
    selection = Selection(
        regions=(name,) if dimension == "region" else (),
        pillars=(name,) if dimension == "pillar" else (),
    )
    return readings.reading(snapshot, kpi, selection, role, figure.as_of, None).value


def _nothing(snapshot: Snapshot, kpi: Kpi) -> float | None:
    """What a category without facts stands for: 0 of a count, no value of a ratio."""
    return None if kpi.aggregate == "ratio" or snapshot.missing_exports(kpi) else 0


def _rounded(value: float, digits: str) -> Decimal:
    """Rounded half up to the decimals of `digits`; noise below 1e-9 is no digit."""
    decimals = len(digits.partition(".")[2])
    exact = Decimal(repr(value)).quantize(
        Decimal(1).scaleb(-max(decimals, 9)), rounding=ROUND_HALF_UP
    )
    return exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def _exact(figure: Figure) -> Decimal:
    return Decimal(figure.digits)
