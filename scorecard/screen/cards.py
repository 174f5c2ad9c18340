"""The parts of a page that state where KPIs stand: headline, goals, remarks and rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from scorecard import standing, wording
from scorecard.confidentiality import Role
from scorecard.readings import Reading
from scorecard.screen import links, scorecard_table, sheet
from scorecard.screen.frame import View
from scorecard.selection import Selection
from scorecard.wording import Note


def headline(text: str, *, key: str) -> None:
    """The sentence that opens a page: its finding, made from readings."""
    sheet.draw([{"kind": "headline", "text": text}], key=key)


def kpi_cards(view: View, kpis: Sequence[str], key: str) -> None:
    """The scorecard's rows of these KPIs, in the order of the plan."""
    before = scorecard_table.readings_before(view)
    sheet.draw([scorecard_table.table(view, kpis, before)], key=key)


def overview(view: View, key: str) -> None:
    """The plan on one page."""
    sheet.draw(
        _overview(
            view,
            view.snapshot.id,
            view.selection,
            view.role,
            view.as_of,
            view.compare,
            # A locked view has no addresses, and leaves none for others nor takes theirs.
            "" if links.is_locked() else links.to("plan"),
        ),
        key=key,
    )


@st.cache_resource(show_spinner=False, max_entries=64)
def _overview(
    _view: View,
    snapshot: str,
    selection: Selection,
    role: Role,
    as_of: dt.date,
    compare: dt.date | None,
    address: str,
) -> list[dict[str, Any]]:
    """The blocks of the overview, kept for whoever looks at the same: `_view` is not compared,
    all that decides what it shows, the role above all, is named beside it."""
    plan, card = _view.snapshot.plan, _view.scorecard
    before = scorecard_table.readings_before(_view)
    return [
        {"kind": "headline", "text": standing.headline(plan, card.readings, card.as_of)},
        {"kind": "cards", "cards": goals(_view)},
        {"kind": "lists", "lists": [_attention(_view, before), _changed(_view, before)]},
        scorecard_table.table(_view, [kpi.id for kpi in plan.kpis], before),
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
                "over": f"Goal {goal.number}",
                "title": goal.title,
                "link": sheet.link(links.GOAL[goal.number]),
                "counts": [
                    {
                        "status": status,
                        "count": count,
                        "word": wording.STATUS[status],
                        "link": sheet.link("definitions", status=status),
                        "rule": wording.STATUS_MEANING[status],
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
        before, found, after = text.partition(f": {title}, ")
        if found:
            link = sheet.link("kpi", kpi=reading.kpi)
            return [{"text": f"{before}: "}, {"text": title, "link": link}, {"text": f", {after}"}]
    return [{"text": text}]


def _attention(view: View, before: Mapping[str, Reading]) -> dict[str, Any]:
    plan, known = view.snapshot.plan, list(before.values())
    notes = standing.attention(plan, view.scorecard.readings, before=known)
    return _list("What needs the board’s attention", notes, "No KPI is behind its path.")


def _changed(view: View, before: Mapping[str, Reading]) -> dict[str, Any]:
    plan = view.snapshot.plan
    if view.compare is None:
        return _list("What changed", (), "There is no earlier meeting to compare with.")
    name = wording.meeting(plan, view.compare)
    day = f"the {name}" if name else wording.date(view.compare)
    notes = standing.changed(plan, view.scorecard.readings, list(before.values()))
    return _list(f"What changed since {day}", notes, f"No figure has changed since {day}.")


def _list(title: str, notes: Sequence[Note], empty: str) -> dict[str, Any]:
    items = [
        {"title": note.title, "text": note.text, "link": sheet.link("kpi", kpi=note.kpi)}
        for note in notes
    ]
    return {"title": title, "items": items, "empty": empty}
