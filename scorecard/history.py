"""What the board was shown once, beside what is computed now."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scorecard import confidentiality, readings, selection
from scorecard.confidentiality import Role
from scorecard.readings import Series
from scorecard.refusal import Refusal
from scorecard.selection import Selection
from scorecard.snapshot import Snapshot

if TYPE_CHECKING:
    from scorecard.state.publications import Publication
    from scorecard.state.store import Store

_SAME = 1e-9
"""Sums of the same numbers in another order differ by less than this share."""


@dataclass(frozen=True)
class Restated:
    """The value of a KPI at a reporting date, as it was published and as it is computed now."""

    kpi: str
    date: dt.date
    then: float | None
    now: float | None


@dataclass(frozen=True)
class Beside:
    """A KPI at the date that a meeting was about, then and now; nothing where there is none."""

    kpi: str
    then: float | None
    status_then: str | None
    now: float | None
    status_now: str | None
    is_restated: bool


def as_published(state: Store, meeting: dt.date) -> Publication:
    """What was shown last on the day of a meeting, which ends at midnight UTC.

    Refuses a day before anything was published.
    """
    from scorecard.state import publications

    day = dt.datetime.combine(meeting, dt.time.max, dt.UTC)
    found = publications.current_at(state, day)
    if found is None:
        known = publications.all(state)
        first = f"; the first publication was on {known[-1].at.date()}" if known else ""
        raise Refusal(f"nothing had been published by {meeting}{first}")
    return found


def restatements(
    then: Snapshot, now: Snapshot, role: Role, chosen: Selection = Selection()
) -> tuple[Restated, ...]:
    """Values that differ at reporting dates and for KPIs that both have, as plan and calendar go.

    What the role may not see in either of them is in neither. Refuses regions and pillars that
    one of them does not know.
    """
    for snapshot in (then, now):
        selection.select(snapshot.plan, chosen.regions, chosen.pillars)
    found = []
    for kpi in now.plan.kpis:
        if kpi.id not in then.plan.by_id or _is_closed(then, now, kpi.id, chosen, role):
            continue
        before, after = (
            _points(readings.series(s, s.plan.kpi(kpi.id), chosen, role)) for s in (then, now)
        )
        found += [
            Restated(kpi.id, date, before[date], after[date])
            for date in sorted(before.keys() & after.keys())
            if is_other(before[date], after[date])
        ]
    return tuple(found)


def beside(
    then: Snapshot, now: Snapshot, role: Role, meeting: dt.date, chosen: Selection = Selection()
) -> tuple[dt.date | None, tuple[Beside, ...]]:
    """All KPIs at the last reporting date up to a meeting that both have, and that date."""
    for snapshot in (then, now):
        selection.select(snapshot.plan, chosen.regions, chosen.pillars)
    common = set(then.dates) & set(now.dates)
    date = max((day for day in common if day <= meeting), default=None)
    if date is None:
        return None, ()
    before, after = (
        {r.kpi: r for r in readings.scorecard(s, chosen, role, date).readings} for s in (then, now)
    )
    rows = []
    for name in dict.fromkeys([*before, *after]):
        old, new = before.get(name), after.get(name)
        is_hidden = bool((old and old.suppressed) or (new and new.suppressed))
        rows.append(
            Beside(
                name,
                old.value if old else None,
                old.status if old else None,
                new.value if new else None,
                new.status if new else None,
                bool(old and new and not is_hidden and is_other(old.value, new.value)),
            )
        )
    return date, tuple(rows)


def is_other(then: float | None, now: float | None) -> bool:
    """Whether two values differ by more than the order of a sum explains."""
    if then is None or now is None:
        return then is not now
    return not math.isclose(then, now, rel_tol=_SAME, abs_tol=_SAME * _SAME)


def _is_closed(then: Snapshot, now: Snapshot, name: str, chosen: Selection, role: Role) -> bool:
    """Whether the role may ask no series of it for this selection, in either snapshot."""
    kpis = (then.plan.kpi(name), now.plan.kpi(name))
    return any(
        confidentiality.guards(kpi, role) and confidentiality.is_crossed(kpi, chosen)
        for kpi in kpis
    )


def _points(series: Series) -> Mapping[dt.date, float | None]:
    return {point.date: point.value for point in series.points if not point.suppressed}
