"""What the board was shown once, beside what is computed now."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from scorecard import confidentiality, readings, selection, wording
from scorecard.confidentiality import Role
from scorecard.languages import say
from scorecard.readings import Reading, Series
from scorecard.refusal import Refusal
from scorecard.selection import Selection
from scorecard.snapshot import Snapshot

if TYPE_CHECKING:
    from scorecard.state.publications import Publication
    from scorecard.state.store import Store

_SAME = 1e-9
"""Sums of the same numbers in another order differ by less than this share."""


class Unpublished(Refusal):
    """Nothing had been published yet."""


@dataclass(frozen=True)
class Restated:
    """The value of a KPI at a reporting date, as it was published and as it is computed now."""

    kpi: str
    date: dt.date
    then: float | None
    now: float | None


@dataclass(frozen=True)
class Pair:
    """The readings of a KPI at one date by two snapshots; none where one does not have the KPI.

    What a role may not see in one of them is hidden in both: of two tables that hide different
    groups of nearly the same rows, one would tell what the other hides.
    """

    kpi: str
    then: Reading | None
    now: Reading | None

    @property
    def is_shown(self) -> bool:
        """Whether the role was shown something then."""
        return self.then is not None and not self.then.suppressed

    @property
    def is_restated(self) -> bool:
        """Whether a value that may be seen is another now, or there is none any more."""
        if self.then is None or self.now is None or self.then.suppressed:
            return False
        return is_other(self.then.value, self.now.value)

    @property
    def is_moved(self) -> bool:
        """Whether the status is another now."""
        return bool(self.then and self.now and self.then.status != self.now.status)


@dataclass(frozen=True)
class Beside:
    """A KPI at the date that a meeting was about, then and now; nothing where there is none."""

    kpi: str
    then: float | None
    status_then: str | None
    now: float | None
    status_now: str | None
    is_restated: bool


def as_published(state: Store, meeting: dt.date, role: Role) -> Publication:
    """What was shown last on the day of a meeting, which ends at midnight UTC.

    Who published it and why is empty below the executive. Refuses guests, who are shown no other
    figures than those of their link, and a day before anything was published.
    """
    from scorecard.state import publications, rights

    rights.refuse_reading(role)
    day = dt.datetime.combine(meeting, dt.time.max, dt.UTC)
    found = publications.current_at(state, day)
    if found is None:
        known = publications.all(state)
        text = say("nothing had been published by {date}", date=wording.date(meeting))
        if known:
            first = wording.the_day(known[-1].at.date())
            text = wording.clauses((text, say("the first publication was on {date}", date=first)))
        raise Unpublished(text)
    return found if rights.may_write(role) else replace(found, who="", note="")


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


def pairs(
    then: Snapshot, now: Snapshot, role: Role, day: dt.date, chosen: Selection = Selection()
) -> tuple[dt.date | None, tuple[Pair, ...]]:
    """All KPIs at the last reporting date up to a day that both have, and that date.

    Refuses regions and pillars that one of them does not know.
    """
    for snapshot in (then, now):
        selection.select(snapshot.plan, chosen.regions, chosen.pillars)
    common = set(then.dates) & set(now.dates)
    date = max((date for date in common if date <= day), default=None)
    if date is None:
        return None, ()
    before, after = (
        {r.kpi: r for r in readings.scorecard(s, chosen, role, date).readings} for s in (then, now)
    )
    found = []
    for name in dict.fromkeys([*after, *before]):
        pair = Pair(name, before.get(name), after.get(name))
        if any(reading and reading.suppressed for reading in (pair.then, pair.now)):
            pair = Pair(name, _hidden(pair.then), _hidden(pair.now))
        found.append(pair)
    return date, tuple(found)


def beside(
    then: Snapshot, now: Snapshot, role: Role, meeting: dt.date, chosen: Selection = Selection()
) -> tuple[dt.date | None, tuple[Beside, ...]]:
    """As `pairs`, values and statuses only."""
    date, found = pairs(then, now, role, meeting, chosen)
    return date, tuple(
        Beside(
            pair.kpi,
            pair.then.value if pair.then else None,
            pair.then.status if pair.then else None,
            pair.now.value if pair.now else None,
            pair.now.status if pair.now else None,
            pair.is_restated,
        )
        for pair in found
    )


def is_other(then: float | None, now: float | None) -> bool:
    """Whether two values differ by more than the order of a sum explains."""
    if then is None or now is None:
        return then is not now
    return not math.isclose(then, now, rel_tol=_SAME, abs_tol=_SAME * _SAME)


def _hidden(reading: Reading | None) -> Reading | None:
    return reading and replace(
        reading, value=None, numerator=None, denominator=None, n=None, suppressed=True,
        ratio_to_plan=None, status="suppressed", previous_value=None, change=None, pace=None,
        projected=None, arrives_on=None,
    )  # fmt: skip


def _is_closed(then: Snapshot, now: Snapshot, name: str, chosen: Selection, role: Role) -> bool:
    """Whether the role may ask no series of it for this selection, in either snapshot."""
    kpis = (then.plan.kpi(name), now.plan.kpi(name))
    return any(
        confidentiality.guards(kpi, role) and confidentiality.is_crossed(kpi, chosen)
        for kpi in kpis
    )


def _points(series: Series) -> Mapping[dt.date, float | None]:
    return {point.date: point.value for point in series.points if not point.suppressed}
