"""Numbers, units and sentences: the words for a reading, the same on screen and on paper.

Everything here is plain text made from readings; whoever shows it escapes it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scorecard.catalogue import Kpi
from scorecard.numerals import MINUS as MINUS
from scorecard.numerals import NARROW as NARROW
from scorecard.numerals import NOTHING as NOTHING
from scorecard.numerals import alike as alike
from scorecard.numerals import change as change
from scorecard.numerals import change_words as change_words
from scorecard.numerals import counted as counted
from scorecard.numerals import difference as difference
from scorecard.numerals import is_few as is_few
from scorecard.numerals import is_still as is_still
from scorecard.numerals import moved as moved
from scorecard.numerals import number as number
from scorecard.numerals import plain as plain
from scorecard.numerals import precise as precise
from scorecard.numerals import rounded as rounded
from scorecard.numerals import sample as sample
from scorecard.numerals import share as share
from scorecard.numerals import short_change as short_change
from scorecard.numerals import value as value
from scorecard.numerals import with_sample as with_sample
from scorecard.plan import Meeting, Plan
from scorecard.plurals import in_words as in_words
from scorecard.readings import Reading
from scorecard.selection import Selection

STATUS = {
    "achieved": "Achieved",
    "on_track": "On track",
    "some_delay": "Some delay",
    "serious_delay": "Serious delay",
    "moving_away": "Moving away",
    "too_few": "Too few to judge",
    "awaiting_data": "Awaiting data",
    "no_target": "No target yet",
    "monitor": "Monitor",
    "suppressed": "Not shown",
}

STATUS_MEANING = {
    "achieved": "The value has reached the target of the plan, or is better.",
    "on_track": "At least 95 % of the way from the baseline that the plan expects by now is done.",
    "some_delay": "Between 60 % and 95 % of the way expected by now is done.",
    "serious_delay": "Less than 60 % of the way expected by now is done.",
    "moving_away": "The value is worse than where the plan started, even if it is now improving.",
    "too_few": "A share of fewer than ten: one case more or less would change the verdict.",
    "awaiting_data": "An export that the KPI needs has not arrived, or there was nothing to count.",
    "no_target": "The plan has no path for this selection, or the path has not begun.",
    "monitor": "Watched without a target: more may be good or bad news.",
    "suppressed": "Confidential for this selection and date: so few are counted that it would "
    "tell on someone.",
}

ARROW = {"up": "↑", "down": "↓", "watch": "·"}
DIRECTION = {"up": "more is better", "down": "less is better", "watch": "watched only"}

PILLAR = {
    "company": "companies",
    "civil_society": "civil society",
    "government": "governments",
    "other": "others",
}
DIMENSION = {"region": "region", "pillar": "pillar", "category": "category", "country": "country"}

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True)
class Note:
    """One remark about a KPI: its title, and what is to say of it, without a full stop."""

    kpi: str
    title: str
    text: str

    @property
    def sentence(self) -> str:
        return f"{self.title}: {self.text}."


# Dates --------------------------------------------------------------------------------------


def date(day: dt.date) -> str:
    """31 December 2022."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def short_date(day: dt.date) -> str:
    """31 Dec 2022."""
    return f"{day.day} {_MONTHS[day.month - 1][:3]} {day.year}"


def by_when(day: dt.date) -> str:
    """`the end of 2023` for the last day of a year, else the date."""
    return f"the end of {day.year}" if (day.month, day.day) == (12, 31) else date(day)


def month(day: dt.date) -> str:
    return f"{_MONTHS[day.month - 1]} {day.year}"


def meeting(plan: Plan, day: dt.date) -> str | None:
    """What met on a day, in lower case where it is a kind of meeting."""
    kinds = {m.kind: m for m in plan.meetings if m.date == day}
    for kind, name in (
        ("general_assembly", "General Assembly"),
        ("board", "board meeting"),
        ("working_group", "working group"),
    ):
        if kind in kinds:
            return name
    return None


def met(plan: Plan, day: dt.date) -> str:
    """A day with what met on it: the board meeting of 15 September 2022, or the date."""
    name = meeting(plan, day)
    return f"the {name} of {date(day)}" if name else date(day)


def meeting_title(meeting: Meeting) -> str:
    return f"{meeting.title}, {date(meeting.date)}"


# The selection ------------------------------------------------------------------------------


def listed(words: Sequence[str], last: str = "and") -> str:
    """Words as a list in a sentence: Africa, Asia and Europe."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def pillars(names: Iterable[str]) -> str:
    return listed([PILLAR.get(name, name) for name in names])


def scope(selection: Selection) -> str:
    """What is selected: `Africa and Asia · companies`, or `all regions and pillars`."""
    # Names such as "Asia and the Pacific" cannot be joined by one more "and".
    is_long = any(" and " in region for region in selection.regions)
    regions = " + ".join(selection.regions) if is_long else listed(selection.regions)
    parts = [regions, pillars(selection.pillars)]
    return " · ".join(part for part in parts if part) or "all regions and pillars"


def selection_sentence(
    plan: Plan, selection: Selection, as_of: dt.date, compare: dt.date | None
) -> str:
    """Showing Africa and Asia · companies · at 31 December 2022, compared with …"""
    text = f"Showing {scope(selection)} · at {date(as_of)}"
    day = meeting(plan, as_of)
    if day:
        text += f" ({day})"
    return f"{text}, compared with {met(plan, compare)}" if compare else text


def unfiltered(kpi: Kpi, dimensions: Sequence[str]) -> str:
    """What a reading is not restricted to though it was asked, or nothing."""
    return f"not broken down by {listed(dimensions, 'or')}" if dimensions else ""


def lower(title: str) -> str:
    """A title within a sentence; capitals inside it stay."""
    return title[:1].lower() + title[1:]


# Where we are, and whether we will arrive ---------------------------------------------------


def gap(kpi: Kpi, reading: Reading) -> str:
    """How far from what the plan expects by now: `17 fewer than planned`."""
    if reading.value is None or reading.expected is None:
        return ""
    amount = reading.value - reading.expected
    if is_still(kpi, amount):
        return "as planned"
    if kpi.is_percentage:
        return f"{difference(kpi, amount)} {'above' if amount > 0 else 'below'} the plan"
    if kpi.aggregate == "ratio":
        return f"{difference(kpi, amount)} {'more' if amount > 0 else 'less'} than planned"
    return f"{difference(kpi, amount)} {'more' if amount > 0 else 'fewer'} than planned"


def against(kpi: Kpi, reading: Reading) -> str:
    """The value beside the expected one: `96 of 113 expected`, `29 % against 52 % expected`."""
    shown = value(kpi, reading)
    if reading.expected is None or reading.value is None:
        return shown
    if kpi.is_count and kpi.direction == "up":
        return f"{shown} of {number(kpi, reading.expected)} expected"
    return f"{shown} against {number(kpi, reading.expected)} expected"


def pace(kpi: Kpi, reading: Reading) -> str:
    """Whether the target will be reached: `at this pace 112 by the end of 2023; the target …`."""
    if reading.value is None or reading.target is None or reading.target_date is None:
        return ""
    if reading.status == "too_few":
        return ""
    target, until = number(kpi, reading.target), by_when(reading.target_date)
    if reading.required_pace == 0 or reading.status == "achieved":
        return f"the target of {target} is reached"
    if reading.projected is None:
        return ""
    if reading.pace is not None and is_still(kpi, reading.pace):
        return f"no change in twelve months; the target is {target} by {until}"
    arrives = reading.arrives_on
    if arrives and arrives <= reading.target_date:
        return f"at this pace the target of {target} is reached in time, in {month(arrives)}"
    return f"at this pace {number(kpi, reading.projected)} by {until}; the target is {target}"


def needed(kpi: Kpi, reading: Reading) -> str:
    """The pace that the target asks for, beside the one of the last year, a year."""
    if not reading.required_pace or reading.target_date is None or reading.target is None:
        return ""
    if reading.status == "too_few":
        return ""
    text = f"to reach {number(kpi, reading.target)} by {by_when(reading.target_date)} it takes "
    text += f"{_signed(kpi, reading.required_pace)} a year"
    if reading.pace is not None:
        text += f"; the last twelve months brought {_signed(kpi, reading.pace)}"
    return text


def finding(kpi: Kpi, reading: Reading) -> str:
    """One sentence on a KPI, from its reading alone."""
    if reading.suppressed:
        return f"{kpi.title}: not shown, since it is confidential for this selection and date."
    if reading.value is None:
        return f"{kpi.title}: awaiting data."
    parts = [counted(kpi, reading.value) if _is_large(reading) else value(kpi, reading)]
    if reading.status == "too_few":
        parts[0] += ", too few to judge"
    elif reading.expected is not None:
        parts[0] += f", {gap(kpi, reading)}"
        if text := pace(kpi, reading):
            parts.append(text)
    elif reading.status == "monitor":
        parts[0] += ", watched without a target"
    elif reading.status == "no_target":
        parts[0] += "; the plan has no target for this selection yet"
    return f"{kpi.title}: {'; '.join(parts)}."


def missing(exports: Sequence[str]) -> str:
    """Which exports have not arrived: `no complaints.csv`."""
    return f"no {listed([f'{name}.csv' for name in exports], 'or')}" if exports else ""


def _is_large(reading: Reading) -> bool:
    return reading.n is None or reading.n >= 10 or reading.denominator is None


def _signed(kpi: Kpi, amount: float) -> str:
    if is_still(kpi, amount):
        return "no change"
    return f"{MINUS if amount < 0 else '+'}{difference(kpi, amount)}"
