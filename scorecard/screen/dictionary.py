"""The KPI dictionary: what each KPI is, generated from the headers of the KPI files."""

from __future__ import annotations

from typing import Any

import streamlit as st

from scorecard import glossary, judgement, wording
from scorecard.catalogue import Kpi
from scorecard.plan import Plan
from scorecard.screen import links, sheet

_SEARCH = "find_words"
_ROWS_FOR = {
    "guest": "everyone",
    "board": "the board and the secretariat",
    "executive": "the executive director and the secretariat",
}


def search() -> str:
    """The words looked for, which stand in the address too."""
    st.session_state[_SEARCH] = links.asked(links.FIND) or ""
    words = st.text_input("Search the definitions", key=_SEARCH, on_change=_remember)
    return words or ""


def _remember() -> None:
    words = st.session_state[_SEARCH]
    if words:
        st.query_params[links.FIND] = words
    else:
        st.query_params.pop(links.FIND, None)


def found(plan: Plan, words: str) -> list[Kpi]:
    """The KPIs that hold every one of the words, in any part of what is said of them."""
    wanted = words.casefold().split()
    return [kpi for kpi in plan.kpis if all(word in _text(kpi) for word in wanted)]


def block(plan: Plan, kpis: list[Kpi]) -> dict[str, Any]:
    """The entries of these KPIs by goal."""
    groups = []
    for goal in plan.goals:
        entries = [_entry(kpi) for kpi in kpis if kpi.goal == goal.number]
        if entries:
            groups.append({"title": f"Goal {goal.number}: {goal.title}", "entries": entries})
    return {"kind": "dictionary", "groups": groups}


def statuses(asked: str = "") -> dict[str, Any]:
    """What the words of status mean; the one asked for stands out."""
    return {
        "kind": "terms",
        "entries": [
            {
                "status": status,
                "asked": status == asked,
                "word": glossary.word(status),
                "text": glossary.meaning(status),
            }
            for status in judgement.STATUSES
        ],
    }


def terms(asked: str = "") -> dict[str, Any]:
    """What the other words of the scorecard mean; the one asked for stands out."""
    return {
        "kind": "terms",
        "entries": [
            {"asked": term == asked, "word": glossary.word(term), "text": glossary.meaning(term)}
            for term in glossary.TERMS
        ],
    }


def headline(plan: Plan, kpis: list[Kpi]) -> str:
    if len(kpis) == len(plan.kpis):
        judged = sum(kpi.direction != "watch" for kpi in kpis)
        return (
            f"{len(kpis)} KPIs describe the plan: {judged} are judged against a path of targets, "
            f"{wording.in_words(len(kpis) - judged)} are watched."
        )
    if not kpis:
        return "No KPI speaks of that."
    verb = "speaks" if len(kpis) == 1 else "speak"
    return f"{len(kpis)} of {len(plan.kpis)} KPIs {verb} of that."


def _entry(kpi: Kpi) -> dict[str, Any]:
    page: links.PageName = "kpi"
    return {
        "link": sheet.link(page, kpi=kpi.id),
        "title": kpi.title,
        "arrow": f"{wording.ARROW[kpi.direction]} {wording.DIRECTION[kpi.direction]}",
        "tag": "confidential" if kpi.confidential else "",
        "definition": kpi.definition,
        "facts": [
            ("Why it matters", kpi.why),
            ("Known limitation", kpi.limitation),
            ("Formula", _formula(kpi)),
            ("Broken down by", wording.listed(kpi.dimensions) or "nothing"),
            ("Exports", ", ".join(f"{name}.csv" for name in kpi.exports)),
            ("Owner", kpi.owner),
            ("Rows are for", _ROWS_FOR[kpi.rows_for]),
            ("Name in files", kpi.id),
        ],
    }


def _formula(kpi: Kpi) -> str:
    if kpi.aggregate == "countries":
        return "number of different countries among what is counted"
    if kpi.aggregate == "sum":
        return f"sum of {kpi.unit}"
    unit = "in per cent" if kpi.is_percentage else f"in {kpi.unit}"
    few = f"; fewer than {kpi.minimum_n} are too few to judge" if kpi.minimum_n else ""
    return f"sum of numerators ÷ sum of denominators, {unit}{few}"


def _text(kpi: Kpi) -> str:
    words = (kpi.id, kpi.title, kpi.definition, kpi.why, kpi.limitation, kpi.owner, *kpi.exports)
    return " ".join((*words, "confidential" if kpi.confidential else "")).casefold()
