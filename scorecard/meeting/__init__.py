"""What changed between two dates: statuses, KPIs, people, milestones, and why.

Every number comes from a reading or an explanation, so that a role sees no more here than there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from scorecard import readings, wording
from scorecard.confidentiality import Role
from scorecard.exhibits import milestones, missing, movements
from scorecard.exhibits.milestones import Standing
from scorecard.exhibits.movements import Person, Turnover
from scorecard.languages import say, say_n
from scorecard.meeting import moves, people
from scorecard.meeting.moves import Course, StatusMove
from scorecard.meeting.why import Step, Why, explained, ways
from scorecard.readings import Reading
from scorecard.refusal import Refusal
from scorecard.selection import Selection
from scorecard.snapshot import Snapshot

__all__ = [
    "Changes",
    "Course",
    "Person",
    "StatusMove",
    "Step",
    "Why",
    "explained",
    "last_two",
    "since",
    "ways",
]

_ONE_OCCASION = dt.timedelta(days=7)
"""A General Assembly on the day after a board meeting is no later meeting to compare with."""


@dataclass(frozen=True)
class Changes:
    """All that changed from `start` to `end` for one selection, as one role may see it."""

    start: dt.date
    end: dt.date
    headline: str
    """The finding of it all, a sentence or two."""
    statuses: tuple[StatusMove, ...]
    """Those that got worse first, then the better ones, then what became or ceased to be known."""
    statuses_sentence: str
    toward: tuple[Course, ...]
    """The KPIs that moved most toward the plan, the greatest move first."""
    away: tuple[Course, ...]
    """The KPIs that moved most away from it, the greatest move first."""
    courses_sentence: str
    turnover: Turnover
    """How many joined, left, were certified or lapsed."""
    people: tuple[Person, ...]
    """Who did, in this order, then by name; of each kind no more than were asked for."""
    people_sentence: str
    people_concentration: str
    """`Seven of the nine that joined are in Africa.`, or nothing."""
    waiting: tuple[str, ...]
    """The exports without which nobody's coming and going is known."""
    milestones: tuple[Standing, ...]
    """Milestones of the whole Association that were met, met late or overdue in between."""
    milestones_sentence: str
    explanations: Mapping[str, Why]
    """KPI -> why it changed, for the KPIs asked for."""
    before: tuple[Reading, ...]
    after: tuple[Reading, ...]
    """The readings at both dates, in the order of the plan."""


def last_two(snapshot: Snapshot, as_of: dt.date | None = None) -> tuple[dt.date, dt.date]:
    """The last two occasions on which the board or the Assembly met, up to `as_of`.

    Meetings within a week are one occasion, whose last day counts. Where there are fewer than
    two, the first reporting date and the data date stand in.
    """
    until = readings.reporting_date(snapshot, as_of)
    days = sorted(
        {
            m.date
            for m in snapshot.plan.meetings
            if m.kind in readings.COMPARED and m.date <= until and m.date in snapshot.places
        }
    )
    occasions = [
        day for i, day in enumerate(days) if i == len(days) - 1 or days[i + 1] - day > _ONE_OCCASION
    ]
    if len(occasions) > 1:
        return occasions[-2], occasions[-1]
    later = [day for day in occasions if day > snapshot.dates[0]]
    return snapshot.dates[0], later[0] if later else until


def since(
    snapshot: Snapshot,
    selection: Selection,
    role: Role,
    start: dt.date,
    end: dt.date,
    explain: Collection[str] | None = None,
    *,
    named: int | None = None,
) -> Changes:
    """What changed from `start` to `end`.

    `explain` names the KPIs to explain, none for all; of those who joined, left, were certified or
    lapsed at most `named` each stand by name.
    """
    start = readings.reporting_date(snapshot, start)
    end = readings.reporting_date(snapshot, end)
    if start >= end:
        raise Refusal(
            say(
                "{start} is not before {end}, so nothing can have changed since",
                start=start,
                end=end,
            )
        )
    plan = snapshot.plan
    before = readings.scorecard(snapshot, selection, role, start).readings
    # Compared with `start`, so that changes stand in the readings as on the scorecard.
    after = readings.scorecard(snapshot, selection, role, end, start).readings
    statuses = moves.statuses(plan, before, after)
    toward, away = moves.courses(plan, before, after)
    turnover = movements.turnover(snapshot, selection, role, start, end)
    turned = _milestones(snapshot, start, end)
    waiting = missing(snapshot, *movements.KPIS)
    wanted = [kpi for kpi in plan.kpis if explain is None or kpi.id in explain]
    return Changes(
        start=start,
        end=end,
        headline=_headline(wording.met(plan, start), statuses, turnover, turned, not waiting),
        statuses=statuses,
        statuses_sentence=moves.statuses_sentence(statuses),
        toward=toward,
        away=away,
        courses_sentence=moves.courses_sentence(toward, away),
        turnover=turnover,
        people=tuple(
            person
            for what in movements.WHATS
            for person in movements.persons(
                snapshot, selection, role, start, end, turnover, (what,), limit=named
            )
        ),
        people_sentence=people.sentence(turnover, waiting),
        people_concentration=people.concentration(turnover),
        waiting=waiting,
        milestones=turned,
        milestones_sentence=_milestones_sentence(turned),
        explanations={
            kpi.id: explained(snapshot, kpi, start, end, selection, role) for kpi in wanted
        },
        before=before,
        after=after,
    )


def _milestones(snapshot: Snapshot, start: dt.date, end: dt.date) -> tuple[Standing, ...]:
    """Those that were done, or became overdue, after `start` and up to `end`."""
    turned = []
    for goal in snapshot.plan.goals:
        was = milestones.of_goal(snapshot.plan, goal.number, start)
        now = milestones.of_goal(snapshot.plan, goal.number, end)
        turned += [
            new
            for old, new in zip(was, now, strict=True)
            if old.state != new.state and new.state not in ("ahead", "due today")
        ]
    return tuple(sorted(turned, key=lambda s: (not s.state.startswith("done"), s.milestone.due_on)))


def _milestones_sentence(turned: tuple[Standing, ...]) -> str:
    """`Two milestones were met, one of them late, and one became overdue.`"""
    met = sum(standing.state.startswith("done") for standing in turned)
    late = sum(standing.state == "done late" for standing in turned)
    late_still = len(turned) - met
    if not turned:
        return say("No milestone was met or became overdue.")
    if not met:
        return wording.capital(f"{_overdue(late_still)}.")
    text = _met(met, late)
    if late_still:
        rest = say_n(
            "one became overdue", "{count} became overdue",
            late_still, count=wording.in_words(late_still),
        )  # fmt: skip
        if late and late != met:
            text = say("{first}, and {second}", first=text, second=rest)
        else:
            text = wording.listed([text, rest])
    return wording.capital(f"{text}.")


def _met(met: int, late: int) -> str:
    count = wording.in_words(met)
    if late == met:
        return say_n(
            "one milestone was met late", "{count} milestones were met late", met, count=count
        )
    text = say_n("one milestone was met", "{count} milestones were met", met, count=count)
    if not late:
        return text
    return say_n(
        "{text}, one of them late", "{text}, {count} of them late",
        late, text=text, count=wording.in_words(late),
    )  # fmt: skip


def _overdue(count: int) -> str:
    return say_n(
        "one milestone became overdue", "{count} milestones became overdue",
        count, count=wording.in_words(count),
    )  # fmt: skip


def _headline(
    since: str,
    statuses: tuple[StatusMove, ...],
    turnover: Turnover,
    turned: tuple[Standing, ...],
    are_people_known: bool,
) -> str:
    """What to know first: statuses, then people, then milestones that became overdue."""
    parts = [moves.counted(statuses)]
    if are_people_known and (text := people.counted(turnover)):
        parts.append(text)
    overdue = sum(standing.state == "overdue" for standing in turned)
    if overdue:
        parts.append(_overdue(overdue))
    return say("Since {since}, {changes}.", since=since, changes=wording.clauses(parts))
