"""Questions that a director may put to the meeting, each made from a signal by a rule.

`gather` reads the signals of a selection, a role and a date; `ask` makes questions of them, the
most important first. Every figure is that of a reading, so a role is told no more here than on
the scorecard.
"""

from __future__ import annotations

from collections.abc import Sequence

from scorecard.questions.rules import KINDS, Kind, Question, ask
from scorecard.questions.signals import Driver, Signals, Task, driven, gather

__all__ = [
    "KINDS",
    "Driver",
    "Kind",
    "Question",
    "Signals",
    "Task",
    "ask",
    "driven",
    "first",
    "gather",
]


def first(found: Sequence[Question], most: int) -> tuple[Question, ...]:
    """The few to show: one of every kind before a second of any, and of a KPI only one."""
    chosen: list[Question] = []
    left = list(found)
    while left and len(chosen) < most:
        kinds: set[Kind] = set()
        for question in list(left):
            about = {kpi for other in chosen for kpi in other.kpis}
            if about & set(question.kpis):
                left.remove(question)
            elif question.kind not in kinds and len(chosen) < most:
                kinds.add(question.kind)
                chosen.append(question)
                left.remove(question)
    return tuple(sorted(chosen, key=found.index))
