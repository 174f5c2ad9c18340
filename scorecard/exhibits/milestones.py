"""The milestones of a goal as they stood at a date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from scorecard import wording
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
        return "No milestones"
    done = [s for s in found if s.state.startswith("done")]
    text = f"{wording.plain(len(done))} of {wording.plain(len(found))} milestones done"
    overdue = [s.milestone.title for s in found if s.state == "overdue"]
    if overdue:
        rest = f" and {wording.in_words(len(overdue) - 1)} more" if len(overdue) > 1 else ""
        return f"{text}; overdue: {overdue[0]}{rest}"
    today = [s.milestone.title for s in found if s.state == "due today"]
    if today:
        return f"{text}; due today: {wording.listed(today)}"
    following = next((s.milestone for s in found if s.state == "ahead"), None)
    if following:
        return f"{text}; next: {following.title}, due {wording.date(following.due_on)}"
    return text


def _state(milestone: Milestone, as_of: dt.date) -> State:
    if milestone.done_on and milestone.done_on <= as_of:
        return "done" if milestone.done_on <= milestone.due_on else "done late"
    if milestone.due_on == as_of:
        return "due today"
    return "overdue" if milestone.due_on < as_of else "ahead"
