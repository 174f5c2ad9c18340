"""The milestones of a goal as they stood at a date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from scorecard import wording
from scorecard.languages import Words, say, say_n, to_say
from scorecard.plan import Milestone, Plan

State = Literal["done", "done late", "overdue", "due today", "ahead"]


@dataclass(frozen=True)
class Standing:
    """One milestone at a date; what was done after that date is not done yet."""

    milestone: Milestone
    state: State


def of_goal(plan: Plan, goal: int, as_of: dt.date) -> tuple[Standing, ...]:
    """In the order of their due dates."""
    return tuple(
        Standing(milestone, _state(milestone, as_of))
        for milestone in plan.milestones
        if milestone.goal == goal
    )


def finding(found: Sequence[Standing], as_of: dt.date) -> str:
    """How many are done, and which are overdue."""
    if not found:
        return say("No milestones")
    done = [s for s in found if s.state.startswith("done")]
    text = say_n(
        "{count} of {whole} milestones done", "{count} of {whole} milestones done",
        len(done), whole=wording.plain(len(found)),
    )  # fmt: skip
    overdue = [s.milestone.title for s in found if s.state == "overdue"]
    if overdue:
        named = [overdue[0], *([wording.more(len(overdue) - 1)] if len(overdue) > 1 else [])]
        return say("{text}; overdue: {titles}", text=text, titles=wording.listed(named))
    today = [s.milestone.title for s in found if s.state == "due today"]
    if today:
        return say("{text}; due on this day: {titles}", text=text, titles=wording.listed(today))
    following = next((s.milestone for s in found if s.state == "ahead"), None)
    if following:
        return say(
            "{text}; next: {title}, due {date}",
            text=text, title=following.title, date=wording.the_day(following.due_on),
        )  # fmt: skip
    return text


STATES = Words(
    {
        "done": to_say("Done"),
        "done late": to_say("Done late"),
        "overdue": to_say("Overdue"),
        "due today": to_say("Due on this day"),
        "ahead": to_say("Upcoming"),
    }
)
"""What a state is called in a table."""


def _state(milestone: Milestone, as_of: dt.date) -> State:
    if milestone.done_on and milestone.done_on <= as_of:
        return "done" if milestone.done_on <= milestone.due_on else "done late"
    if milestone.due_on == as_of:
        return "due today"
    return "overdue" if milestone.due_on < as_of else "ahead"
