"""Days, months and meetings in words, as each language writes them."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Literal

from babel.dates import format_date

from scorecard.languages import ENGLISH, Words, current, say, say_in, to_say, tongue
from scorecard.plan import Meeting, Plan


def date(day: dt.date) -> str:
    """31 December 2022."""
    return _dated(day, current(), "long")


def short_date(day: dt.date) -> str:
    """31 Dec 2022."""
    return _dated(day, current(), "medium")


@lru_cache(8192)
def _dated(day: dt.date, language: str, length: Literal["long", "medium"]) -> str:
    # A day comes before its month in all three, which Babel's English of America does not do.
    locale = tongue().locale
    if language == ENGLISH:
        return format_date(day, "d MMMM y" if length == "long" else "d MMM y", locale)
    text = format_date(day, length, locale)
    return f"1er{text[1:]}" if language == "fr" and day.day == 1 else text


def by_when(day: dt.date) -> str:
    """`the end of 2023` for the last day of a year, else the date; it stands after `by`."""
    if (day.month, day.day) == (12, 31):
        return say("the end of {year}", year=day.year)
    return say_in("after by", "{date}", date=date(day))


def until(day: dt.date) -> str:
    """The same in a table: end 2023, or the date."""
    is_end = (day.month, day.day) == (12, 31)
    return say("end {year}", year=day.year) if is_end else date(day)


def month(day: dt.date) -> str:
    return _month(day.replace(day=1), current())


@lru_cache(2048)
def _month(day: dt.date, language: str) -> str:
    pattern = "MMMM 'de' y" if language == "es" else "MMMM y"
    return format_date(day, pattern, tongue().locale)


_MEETINGS = Words(
    {
        "general_assembly": to_say("General Assembly"),
        "board": to_say("board meeting"),
        "working_group": to_say("working group"),
    }
)
_MEETINGS_OF = Words(
    {
        "general_assembly": to_say("the General Assembly of {date}"),
        "board": to_say("the board meeting of {date}"),
        "working_group": to_say("the working group of {date}"),
    }
)
_THE_MEETINGS = Words(
    {
        "general_assembly": to_say("the General Assembly"),
        "board": to_say("the board meeting"),
        "working_group": to_say("the working group"),
    }
)
_MEETINGS_TITLED = Words(
    {
        "general_assembly": to_say("General Assembly of {date}"),
        "board": to_say("Board meeting of {date}"),
        "working_group": to_say("Working group of {date}"),
    }
)


def _kind(plan: Plan, day: dt.date) -> str | None:
    kinds = {m.kind for m in plan.meetings if m.date == day}
    return next((kind for kind in _MEETINGS if kind in kinds), None)


def meeting(plan: Plan, day: dt.date) -> str | None:
    """What met on a day, in lower case where it is a kind of meeting."""
    kind = _kind(plan, day)
    return _MEETINGS[kind] if kind else None


def met(plan: Plan, day: dt.date) -> str:
    """A day with what met on it: the board meeting of 15 September 2022, or the date.

    It stands after a word such as since, for or with.
    """
    kind = _kind(plan, day)
    if kind:
        return _MEETINGS_OF[kind].format(date=date(day))
    return the_day(day)


def the_day(day: dt.date) -> str:
    """A date after a word such as since, on or for."""
    return say_in("after since", "{date}", date=date(day))


def met_shortly(plan: Plan, day: dt.date) -> str:
    """The same without the day of a meeting: the board meeting, or the date."""
    kind = _kind(plan, day)
    return _THE_MEETINGS[kind] if kind else the_day(day)


def met_titled(plan: Plan, day: dt.date) -> str:
    """The same as a title or an entry of a list: Board meeting of 15 September 2022."""
    kind = _kind(plan, day)
    return _MEETINGS_TITLED[kind].format(date=date(day)) if kind else date(day)


def meeting_title(meeting: Meeting) -> str:
    return f"{meeting.title}, {date(meeting.date)}"


@lru_cache(64)
def _month_name(month: int, language: str) -> str:
    return format_date(dt.date(2000, month, 1), "MMM", tongue().locale)


def month_name(day: dt.date) -> str:
    """Jan: the name of a month for an axis."""
    return _month_name(day.month, current())
