"""What every part of a briefing is made from: one snapshot, one occasion, one reader."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from scorecard import meeting as meetings
from scorecard import readings, wording
from scorecard.briefing.document import Cell, Unit
from scorecard.briefing.written import Written
from scorecard.catalogue import Kpi
from scorecard.confidentiality import Role
from scorecard.languages import say
from scorecard.meeting import Changes
from scorecard.plan import Plan
from scorecard.readings import Reading
from scorecard.refusal import Refusal
from scorecard.selection import Selection
from scorecard.snapshot import Snapshot

FEW = 10
"""A share of fewer says its n instead of its value."""
NAMED = 4
"""Organisations that a sentence names of those that did the same; the others are counted."""
_ONE_OCCASION = dt.timedelta(days=7)
"""A General Assembly on the day after a board meeting is no later meeting to compare with."""


@dataclass(frozen=True)
class Occasion:
    """The meeting, the reporting date that its papers show, and the one compared with."""

    meeting: dt.date
    as_of: dt.date
    compare: dt.date | None


@dataclass(frozen=True)
class Brief:
    """The readings at both dates of an occasion, as a role sees them, and what was written."""

    snapshot: Snapshot
    selection: Selection
    role: Role
    occasion: Occasion
    written: Written
    readings: tuple[Reading, ...]
    """At the date of the figures, in the order of the plan."""
    changes: Changes | None
    """What changed since the compared date; none where there is none."""

    @property
    def plan(self) -> Plan:
        return self.snapshot.plan

    @cached_property
    def reading(self) -> Mapping[str, Reading]:
        return {reading.kpi: reading for reading in self.readings}

    @property
    def since(self) -> str:
        """The compared date in words, within a sentence."""
        compare = self.occasion.compare
        return wording.met(self.plan, compare) if compare else ""


def occasion(snapshot: Snapshot, meeting: dt.date, compare: dt.date | None = None) -> Occasion:
    """The occasion of a meeting of the plan, which may lie after the data.

    Its papers show the last reporting date up to the meeting, compared by default with the last
    meeting of the board or the General Assembly before it, on another occasion.
    """
    held = [m for m in snapshot.plan.meetings if m.date == meeting]
    if not held:
        days = sorted({m.date for m in snapshot.plan.meetings}, key=lambda d: abs(d - meeting))
        near = "; " + say("the nearest is on {day}", day=days[0]) if days else ""
        raise Refusal(say("the plan has no meeting on {meeting}", meeting=meeting) + near)
    until = [date for date in snapshot.dates if date <= meeting]
    if not until:
        raise Refusal(
            say(
                "the meeting of {meeting} lies before the first reporting date, {dates}",
                meeting=meeting,
                dates=snapshot.dates[0],
            )
        )
    as_of = until[-1]
    if compare is None:
        other = _before(snapshot, meeting, as_of)
    else:
        other = readings.reporting_date(snapshot, compare)
        if other >= as_of:
            raise Refusal(
                say(
                    "{compare} does not lie before {as_of}, the date of the figures",
                    compare=compare,
                    as_of=as_of,
                )
            )
    return Occasion(meeting, as_of, other)


def _before(snapshot: Snapshot, meeting: dt.date, as_of: dt.date) -> dt.date | None:
    """The last meeting before this one; what met within the same week was this one."""
    return max(
        (
            m.date
            for m in snapshot.plan.meetings
            if m.kind in readings.COMPARED
            and m.date < as_of
            and meeting - m.date > _ONE_OCCASION
            and m.date in snapshot.places
        ),
        default=None,
    )


def brief(
    snapshot: Snapshot, asked: Occasion, selection: Selection, role: Role, written: Written
) -> Brief:
    """Reads both dates of an occasion once."""
    if asked.compare:
        found = meetings.since(
            snapshot, selection, role, asked.compare, asked.as_of, explain=(), named=NAMED + 1
        )
        return Brief(snapshot, selection, role, asked, written, found.after, found)
    card = readings.scorecard(snapshot, selection, role, asked.as_of)
    return Brief(snapshot, selection, role, asked, written, card.readings, None)


# Cells --------------------------------------------------------------------------------------


def unit(kpi: Kpi) -> Unit:
    """What a value of the KPI is measured in."""
    if kpi.is_percentage:
        return "percent"
    return "months" if kpi.aggregate == "ratio" else "count"


def text(words: str) -> Cell:
    return Cell(words, words)


def day(date: dt.date | None) -> Cell:
    return Cell(wording.NOTHING) if date is None else Cell(wording.short_date(date), date, "date")


def count(number: int | None) -> Cell:
    if number is None:
        return Cell(wording.NOTHING)
    return Cell(wording.plain(number), number, "count")


def value(kpi: Kpi, reading: Reading) -> Cell:
    """A reading's value; a share of few is its words alone, as its number would mislead."""
    shown = wording.value(kpi, reading)
    if reading.value is None or is_few(kpi, reading):
        return Cell(shown)
    return Cell(shown, reading.value, unit(kpi))


def level(kpi: Kpi, amount: float | None) -> Cell:
    """A point of the path, or where the pace leads."""
    if amount is None:
        return Cell(wording.NOTHING)
    return Cell(wording.number(kpi, amount), amount, unit(kpi))


def change(kpi: Kpi, amount: float | None) -> Cell:
    """A change, which its text gives with its sign."""
    if amount is None:
        return Cell(wording.NOTHING)
    return Cell(wording.change(kpi, amount), amount, unit(kpi))


def status(reading: Reading) -> Cell:
    words = wording.STATUS[reading.status]
    return Cell(words, words, status=reading.status)


def is_few(kpi: Kpi, reading: Reading) -> bool:
    return not kpi.is_count and reading.n is not None and reading.n < FEW
