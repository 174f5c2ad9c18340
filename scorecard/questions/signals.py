"""The signals that questions are made from, as a role may see them for a selection at a date."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from scorecard import changes, readings, standing, wording
from scorecard.catalogue import NOT_SPECIFIED, Kpi
from scorecard.changes import Part
from scorecard.confidentiality import Role, guards
from scorecard.exhibits import milestones
from scorecard.plan import Milestone, Plan
from scorecard.readings import Reading, Scorecard
from scorecard.snapshot import Snapshot

MOST_OF_IT = 2 / 3
"""A group that makes so much of all movement drives the change."""
LEAST_CHANGE = {"count": 3.0, "share": 0.02, "average": 1.0}
"""What changed by less is not asked where it comes from: things, fractions, months."""
LOOKED_BACK = 6
"""Meetings that are looked at for how often a KPI was behind."""
_MOVERS = 4
"""KPIs of which is looked up what drives them: those that moved most."""
ONE_OCCASION = dt.timedelta(days=7)
"""A General Assembly on the day after a board meeting is the same occasion."""


@dataclass(frozen=True)
class Task:
    """A decision or an action that somebody wrote down and that is not withdrawn."""

    text: str
    owner: str
    due_on: dt.date | None
    done_on: dt.date | None
    kpis: tuple[str, ...]
    is_action: bool

    def is_open(self, on: dt.date) -> bool:
        return self.done_on is None or self.done_on > on


@dataclass(frozen=True)
class Driver:
    """The group that makes most of the change of a KPI, out of several."""

    by: str
    group: str | None
    amount: float


@dataclass(frozen=True)
class Signals:
    """All that questions are made from."""

    plan: Plan
    as_of: dt.date
    compare: dt.date | None
    on: dt.date
    """The day of the meeting; that of the figures where none is prepared."""
    now: tuple[Reading, ...]
    before: Mapping[str, Reading]
    """KPI -> its reading at the compared date."""
    earlier: Mapping[str, tuple[tuple[dt.date, Reading], ...]]
    """KPI that is behind -> its readings at the meetings before, the last first."""
    drivers: Mapping[str, Driver]
    missing: Mapping[str, tuple[str, ...]]
    """KPI -> its exports that have not arrived."""
    overdue: tuple[Milestone, ...]
    tasks: tuple[Task, ...] | None
    """None where nobody may or can know what was written."""
    of_some: bool = False
    """Whether some pillars only are selected, so that a KPI of others has nothing to count."""


def gather(
    snapshot: Snapshot,
    card: Scorecard,
    role: Role,
    before: Mapping[str, Reading],
    tasks: Sequence[Task] | None = None,
    on: dt.date | None = None,
    among: Collection[str] | None = None,
) -> Signals:
    """The signals of a scorecard. `before`: its readings at the compared date; `among`: the KPIs
    to ask about, all by default; `tasks`: what was written, none where this is not known."""
    plan = snapshot.plan
    now = tuple(r for r in card.readings if among is None or r.kpi in among)
    goals = {reading.goal for reading in now}
    behind = [r.kpi for r in now if r.status in standing.BEHIND]
    met = _meetings(snapshot, card.as_of)
    overdue: list[Milestone] = []
    # A milestone is of the whole Association and of a goal, not of a KPI.
    if among is None or len(now) > 1:
        for goal in sorted(goals):
            found = milestones.of_goal(plan, goal, card.as_of)
            overdue += [entry.milestone for entry in found if entry.state == "overdue"]
    written = None
    if tasks is not None:
        about = among if among is not None else plan.by_id
        written = tuple(t for t in tasks if among is None or set(t.kpis) & set(about))
    return Signals(
        plan=plan,
        of_some=bool(card.selection.pillars),
        as_of=card.as_of,
        compare=card.compare,
        on=on or card.as_of,
        now=now,
        before=before,
        earlier={
            kpi: tuple((day, readings.at(snapshot, card, kpi, day)) for day in met)
            for kpi in behind
        },
        drivers=_drivers(snapshot, card, role, now, before),
        missing={r.kpi: snapshot.missing_exports(plan.kpi(r.kpi)) for r in now},
        overdue=tuple(overdue),
        tasks=written,
    )


def _meetings(snapshot: Snapshot, as_of: dt.date) -> list[dt.date]:
    """The last occasions on which the board or the Assembly met, up to a date, the last first."""
    days = sorted(
        {
            m.date
            for m in snapshot.plan.meetings
            if m.kind in readings.COMPARED and m.date <= as_of and m.date in snapshot.places
        },
        reverse=True,
    )
    occasions: list[dt.date] = []
    for day in days:
        if not occasions or occasions[-1] - day > ONE_OCCASION:
            occasions.append(day)
    return occasions[:LOOKED_BACK]


def _drivers(
    snapshot: Snapshot,
    card: Scorecard,
    role: Role,
    now: Sequence[Reading],
    before: Mapping[str, Reading],
) -> dict[str, Driver]:
    """KPI -> the region or pillar that drives its change, of those that moved most."""
    if card.compare is None:
        return {}
    plan = snapshot.plan
    movers = [r for r in now if _is_worth(plan.kpi(r.kpi), role, r, before.get(r.kpi))]
    movers.sort(key=lambda reading: -standing.weight(reading))
    found = {}
    for reading in movers[:_MOVERS]:
        kpi = plan.kpi(reading.kpi)
        for by in ("region", "pillar"):
            if by in kpi.dimensions and kpi.id not in found:
                parts = changes.in_memory(
                    snapshot, kpi, card.compare, card.as_of, by, card.selection, role
                )
                driver = driven(parts, by, reading.change or 0.0)
                if driver is not None:
                    found[kpi.id] = driver
    return found


def _is_worth(kpi: Kpi, role: Role, reading: Reading, before: Reading | None) -> bool:
    """Whether a change is large enough, of many enough and open enough to ask where it is from."""
    if reading.change is None or before is None or kpi.aggregate == "countries":
        return False
    if guards(kpi, role):
        return False
    least = LEAST_CHANGE["count" if kpi.is_count else "share" if kpi.is_percentage else "average"]
    is_few = wording.is_few(kpi, reading) or wording.is_few(kpi, before)
    return abs(reading.change) >= least and not is_few


def driven(parts: Sequence[Part], by: str, change: float) -> Driver | None:
    """The group whose part has the sign of the change and makes most of all that moved.

    Where there is one group only, or it is known of nobody which, nothing drives.
    """
    amounts: defaultdict[str | None, float] = defaultdict(float)
    for part in parts:
        amounts[part.group] += part.contribution
    moved = sum(abs(amount) for amount in amounts.values())
    if len(amounts) < 2 or not moved:
        return None
    group = max(amounts, key=lambda name: (amounts[name] * change, name or ""))
    amount = amounts[group]
    if amount * change <= 0 or abs(amount) < MOST_OF_IT * moved:
        return None
    return None if group is None or group == NOT_SPECIFIED else Driver(by, group, amount)
