"""The parts of a page that state where KPIs stand: headline, goals, remarks and rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from scorecard import standing, wording
from scorecard.languages import say
from scorecard.readings import Reading
from scorecard.screen import asking, links, scorecard_table, sheet
from scorecard.screen.frame import View
from scorecard.wording import Note


def headline(text: str, *, key: str, over: str = "") -> None:
    """The sentence that opens a page: its finding, made from readings.

    `over`: the heading, for who cannot see the page, over the exhibits that follow at once.
    """
    heading = [_unseen(over)] if over else []
    sheet.draw([{"kind": "headline", "text": text}, *heading], key=key)


def _unseen(heading: str) -> dict[str, str]:
    return {"kind": "title", "tone": "unseen", "text": heading}


def finding(view: View, make: Callable[[View], str], *, key: str) -> None:
    """The same where it says no more than readings do."""
    sheet.part(view, lambda shown: [{"kind": "headline", "text": make(shown)}], key=key)


def kpi_cards(view: View, kpis: Sequence[str], key: str) -> None:
    """The scorecard's rows of these KPIs, in the order of the plan."""
    sheet.part(
        view,
        lambda shown: [_unseen(say("KPIs")), scorecard_table.table(shown, kpis, shown.before)],
        key=key,
    )


def overview(view: View, key: str) -> None:
    """The plan on one page."""
    tasks = asking.written(view)
    sheet.part(asking.beside(view, tasks), lambda shown: blocks(shown, tasks), key=key)


def blocks(view: View, tasks: asking.Tasks) -> list[dict[str, Any]]:
    """The blocks of the overview."""
    plan, card = view.snapshot.plan, view.scorecard
    lists = [_attention(view, view.before), _changed(view, view.before)]
    said = {item["link"]["parameters"]["kpi"] for shown in lists for item in shown["items"]}
    return [
        {"kind": "headline", "text": standing.headline(plan, card.readings, card.as_of)},
        {"kind": "cards", "cards": goals(view)},
        {"kind": "lists", "lists": [*lists, asking.few(view, tasks, said)]},
        scorecard_table.table(view, [kpi.id for kpi in plan.kpis], view.before),
    ]


def goals(view: View) -> list[dict[str, Any]]:
    """A card for each goal: how many KPIs stand where, and the one furthest from plan."""
    plan = view.snapshot.plan
    missing = {kpi.id: view.snapshot.missing_exports(kpi) for kpi in plan.kpis}
    found = []
    for goal in plan.goals:
        mine = [reading for reading in view.scorecard.readings if reading.goal == goal.number]
        found.append(
            {
                "over": say("Goal {number}", number=goal.number),
                "title": goal.title,
                "link": sheet.link(links.GOAL[goal.number]),
                "counts": [
                    {
                        "status": status,
                        "count": count,
                        "word": wording.STATUS[status],
                    }
                    for status, count in standing.counts(mine).items()
                ],
                "text": _linked(view, mine, standing.furthest(plan, mine, missing)),
            }
        )
    return found


def _linked(view: View, mine: Sequence[Reading], text: str) -> list[dict[str, Any]]:
    """The text beside a goal's counts in parts, the KPI it names as a link to its page."""
    for reading in mine:
        title = wording.lower(view.snapshot.plan.kpi(reading.kpi).title)
        before, found, after = text.partition(title)
        if found and after.startswith(", ") and before.endswith((": ", ":\u00a0")):
            link = sheet.link("kpi", kpi=reading.kpi)
            return [{"text": before}, {"text": title, "link": link}, {"text": after}]
    return [{"text": text}]


def _attention(view: View, before: Mapping[str, Reading]) -> dict[str, Any]:
    plan, known = view.snapshot.plan, list(before.values())
    notes = standing.attention(plan, view.scorecard.readings, before=known)
    none = standing.none_behind(view.scorecard.readings)
    return _list(say("What needs the board’s attention"), notes, none)


def _changed(view: View, before: Mapping[str, Reading]) -> dict[str, Any]:
    plan = view.snapshot.plan
    if view.compare is None:
        return _list(say("What changed"), (), say("There is no earlier meeting to compare with."))
    day = wording.met_shortly(plan, view.compare)
    notes = standing.changed(plan, view.scorecard.readings, list(before.values()))
    return _list(
        say("What changed since {day}", day=day),
        notes,
        say("No figure has changed since {day}.", day=day),
    )


def _list(title: str, notes: Sequence[Note], empty: str) -> dict[str, Any]:
    items = [
        {
            "title": note.title,
            "text": wording.titled("", f"{note.text}."),
            "link": sheet.link("kpi", kpi=note.kpi),
        }
        for note in notes
    ]
    return {"title": title, "items": items, "empty": empty}
