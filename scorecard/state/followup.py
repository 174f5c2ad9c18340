"""Whether a KPI moved after the board had decided or asked for something."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from scorecard import readings, wording
from scorecard.catalogue import Kpi
from scorecard.confidentiality import Role
from scorecard.languages import Words, say, to_say
from scorecard.plan import Plan
from scorecard.readings import Reading
from scorecard.selection import Selection
from scorecard.snapshot import Snapshot
from scorecard.state.items import Item

Verdict = Literal["better", "worse", "same", "moved", "too_early", "unknown"]
"""`moved` is for a KPI that is watched only; `too_early` before the second meeting after."""

MEETINGS_LATER = 2
_ONE_OCCASION = dt.timedelta(days=7)
"""A General Assembly on the day after a board meeting gives nobody time to act."""


@dataclass(frozen=True)
class Movement:
    """One KPI at a meeting and two meetings later.

    `later` is none where the plan names no such meeting; a reading is none where its date has
    no data yet, or lies before the plan.
    """

    kpi: str
    meeting: dt.date
    later: dt.date | None
    before: Reading | None
    after: Reading | None
    change: float | None
    verdict: Verdict


def as_of(snapshot: Snapshot, meeting: dt.date) -> dt.date | None:
    """The reporting date that a meeting is about: its own, or the latest before it."""
    return max((date for date in snapshot.dates if date <= meeting), default=None)


def later_meeting(plan: Plan, meeting: dt.date) -> dt.date | None:
    """The second occasion after `meeting` on which the board or the Assembly meets.

    Meetings within a week are one occasion, whose last day counts.
    """
    days = sorted({m.date for m in plan.meetings if m.kind in readings.COMPARED})
    ends = [
        day
        for day, following in zip(days, [*days[1:], None], strict=False)
        if following is None or following - day > _ONE_OCCASION
    ]
    after = [day for day in ends if day > meeting + _ONE_OCCASION]
    return after[MEETINGS_LATER - 1] if len(after) >= MEETINGS_LATER else None


def movement(
    snapshot: Snapshot,
    kpi: Kpi,
    meeting: dt.date,
    role: Role = "executive",
    selection: Selection = Selection(),
) -> Movement:
    """Whether a KPI moved from a meeting to two meetings later."""
    later = later_meeting(snapshot.plan, meeting)
    is_early = later is None or later > snapshot.data_date

    def read(day: dt.date | None) -> Reading | None:
        date = as_of(snapshot, day) if day else None
        if day is None or date is None or day > snapshot.data_date:
            return None
        return readings.reading(snapshot, kpi, selection, role, date, None)

    before, after = read(meeting), None if is_early else read(later)
    change = None
    if before and after and before.value is not None and after.value is not None:
        change = after.value - before.value
    verdict: Verdict = "too_early" if is_early else _verdict(kpi, change)
    return Movement(kpi.id, meeting, later, before, after, change, verdict)


def movements(
    snapshot: Snapshot,
    item: Item,
    role: Role = "executive",
    selection: Selection = Selection(),
) -> tuple[Movement, ...]:
    """The movement of each KPI that an item is about, those of an older plan left out."""
    known = [snapshot.plan.by_id[name] for name in item.content.kpis if name in snapshot.plan.by_id]
    return tuple(movement(snapshot, kpi, item.meeting, role, selection) for kpi in known)


def sentence(plan: Plan, moved: Movement) -> str:
    """What became of a KPI: `Media tone: 48 % (some delay) at …, 52 % (on track) at …: moved …`."""
    kpi = plan.kpi(moved.kpi)
    start = wording.titled(kpi.title, _stand(plan, kpi, moved.before, moved.meeting))
    if moved.verdict == "too_early":
        if moved.later is None:
            return say("{start}; the plan has no second meeting after it.", start=start)
        later = wording.met(plan, moved.later)
        return say("{start}; to be looked at for {meeting}.", start=start, meeting=later)
    assert moved.later
    words = _VERDICTS[moved.verdict]
    if moved.verdict in ("better", "worse", "moved"):
        # A share may move by less than the whole per cents that stand before.
        words += f" ({wording.change(kpi, moved.change)})"
    return wording.titled(f"{start}, {_stand(plan, kpi, moved.after, moved.later)}", f"{words}.")


_VERDICTS = Words(
    {
        "better": to_say("moved the right way"),
        "worse": to_say("moved the wrong way"),
        "same": to_say("did not move"),
        "moved": to_say("moved"),
        "unknown": to_say("whether it moved is not known"),
    }
)


def _stand(plan: Plan, kpi: Kpi, reading: Reading | None, day: dt.date) -> str:
    when = wording.met(plan, day)
    if reading is None:
        return say("not known at {meeting}", meeting=when)
    status = wording.lower(wording.STATUS[reading.status])
    if reading.suppressed or reading.value is None:
        return say("{status} at {meeting}", status=status, meeting=when)
    value = f"{wording.value(kpi, reading)} ({status})"
    return say("{value} at {meeting}", value=value, meeting=when)


def _verdict(kpi: Kpi, change: float | None) -> Verdict:
    if change is None:
        return "unknown"
    if wording.is_still(kpi, change):
        return "same"
    if kpi.direction == "watch":
        return "moved"
    return "better" if (change > 0) == (kpi.direction == "up") else "worse"


def overdue(found: Sequence[Item], on: dt.date) -> tuple[Item, ...]:
    """The items that should be done by that day and are not."""
    return tuple(item for item in found if item.is_overdue(on))
