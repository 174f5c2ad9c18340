"""Questions to ask, on the pages: which there are for a view, and how they stand there."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from scorecard import questions, wording
from scorecard.languages import say, to_say
from scorecard.questions import Question, Task
from scorecard.refusal import Refusal
from scorecard.screen import links, sheet
from scorecard.screen.frame import View

TITLE = to_say("Questions to ask")
_NONE = to_say("The figures shown here raise no question.")
_SAID_BESIDE: tuple[questions.Kind, ...] = ("misses_by_far", "got_worse")
"""What the overview says of a KPI beside its questions: its pace, and how its status moved."""

Tasks = tuple[Task, ...] | None


def written(view: View) -> Tasks:
    """The decisions and actions that questions look at; none where the visitor may not read them,
    or nobody can now: what else there is to ask does not wait for them."""
    from scorecard.state import glance, rights

    if not rights.may_read(view.role):
        return None
    if glance.is_empty("items"):
        return ()
    from scorecard.state import items, store

    try:
        found = items.of_meeting(store.shared())
    except Refusal:
        return None
    return tuple(
        Task(
            item.content.text,
            item.content.owner,
            item.content.due_on,
            item.content.done_on,
            item.content.kpis,
            item.kind == "action",
        )
        for item in found
    )


def beside(view: View, tasks: Tasks) -> View:
    """The view, named after what was written too, as its parts show more than the selection."""
    if not tasks:
        return view
    mark = hashlib.blake2b(repr(tasks).encode("utf-8", "replace"), digest_size=6).hexdigest()
    return replace(view, about=f"{view.about} {mark}".lstrip())


def found(view: View, tasks: Tasks, among: Collection[str] | None = None) -> Sequence[Question]:
    """All questions of a view, about some KPIs or all."""
    return questions.ask(
        questions.gather(view.snapshot, view.scorecard, view.role, view.before, tasks, among=among)
    )


def few(view: View, tasks: Tasks, said: Collection[str]) -> dict[str, Any]:
    """The list of the overview; `said` are the KPIs that its other lists speak of."""
    new = [
        question
        for question in found(view, tasks)
        if question.kind not in _SAID_BESIDE or not set(question.kpis) & set(said)
    ]
    items = [
        {
            "title": question.title,
            "text": wording.titled("", question.text),
            "link": _link(question),
        }
        for question in questions.first(new, 3)
    ]
    return {"title": say(TITLE), "items": items, "empty": say(_NONE)}


def draw(view: View, among: Sequence[str], key: str) -> None:
    """The questions about these KPIs with their reasons."""
    tasks = written(view)

    def blocks(shown: View) -> list[dict[str, Any]]:
        entries = [
            {
                "title": question.title,
                "text": wording.titled("", question.text),
                "reason": question.reason,
                "link": _link(question),
            }
            for question in questions.first(found(shown, tasks, among), 3)
        ]
        return [_block(entries)]

    sheet.part(beside(view, tasks), blocks, key=key)


def of_kpi(view: View, tasks: Tasks, kpi: str) -> dict[str, Any]:
    """The block of the questions about one KPI, whose page need not name it."""
    entries = [
        {
            "title": "" if question.kpis == (kpi,) and question.kind != "action_late"
            else wording.titled(question.title, ""),
            "text": question.text,
            "reason": question.reason,
            "link": None,
        }
        for question in found(view, tasks, [kpi])[:3]
    ]  # fmt: skip
    for entry in entries:
        if not entry["title"]:
            entry["text"] = wording.capital(str(entry["text"]))
    return _block(entries)


def _block(entries: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {"kind": "questions", "title": say(TITLE), "items": list(entries), "empty": say(_NONE)}


def _link(question: Question) -> dict[str, Any] | None:
    """Where it shows why: the page of the KPI, else that of the goal, which has the milestones."""
    if question.kpis:
        return sheet.link("kpi", kpi=question.kpis[0])
    return sheet.link(links.GOAL[question.goal]) if question.goal in links.GOAL else None
