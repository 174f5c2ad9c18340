"""Questions for the meeting: those of the pages, of what the papers do not say elsewhere."""

from __future__ import annotations

from scorecard import questions, readings
from scorecard.briefing.brief import Brief
from scorecard.briefing.document import Bullets, Section
from scorecard.briefing.written import Item
from scorecard.languages import say
from scorecard.questions import Task

MOST = 4
_SAID_BESIDE: tuple[questions.Kind, ...] = ("misses_by_far", "got_worse", "awaiting", "not_shown")
"""What the answer says already: the pace of what is behind, what moved, what is not known."""


def sections(brief: Brief) -> tuple[Section, ...]:
    """The section, or none where no figure raises a question."""
    occasion = brief.occasion
    card = readings.scorecard(
        brief.snapshot, brief.selection, brief.role, occasion.as_of, occasion.compare
    )
    before = {reading.kpi: reading for reading in brief.changes.before} if brief.changes else {}
    signals = questions.gather(
        brief.snapshot, card, brief.role, before, _tasks(brief), on=occasion.meeting
    )
    found = [question for question in questions.ask(signals) if question.kind not in _SAID_BESIDE]
    chosen = questions.first(found, MOST)
    if not chosen:
        return ()
    items = tuple(question.sentence for question in chosen)
    return (Section(say("Questions for the meeting"), (Bullets(items),), level=2),)


def _tasks(brief: Brief) -> tuple[Task, ...] | None:
    if not brief.written.is_known:
        return None
    decisions = tuple(_task(item, is_action=False) for item in brief.written.decisions)
    return (*decisions, *(_task(item, is_action=True) for item in brief.written.actions))


def _task(item: Item, *, is_action: bool) -> Task:
    return Task(item.text, item.owner, item.due_on, item.done_on, item.kpis, is_action)
