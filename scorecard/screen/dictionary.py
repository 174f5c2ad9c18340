"""The KPI dictionary: what each KPI is, generated from the headers of the KPI files."""

from __future__ import annotations

from typing import Any

import streamlit as st

from scorecard import glossary, judgement, plurals, wording
from scorecard.catalogue import Kpi
from scorecard.languages import Words, say, say_n, to_say
from scorecard.plan import Plan
from scorecard.screen import links, sheet

_SEARCH = "find_words"
_ROWS_FOR = Words(
    {
        "guest": to_say("everyone"),
        "board": to_say("the board and the secretariat"),
        "executive": to_say("the executive director and the secretariat"),
    }
)


def search() -> str:
    """The words looked for, which stand in the address too."""
    st.session_state[_SEARCH] = links.asked(links.FIND) or ""
    words = st.text_input(say("Search the definitions"), key=_SEARCH, on_change=_remember)
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
            groups.append(
                {
                    "title": wording.titled(say("Goal {number}", number=goal.number), goal.title),
                    "entries": entries,
                }
            )
    return {"kind": "dictionary", "groups": groups}


def statuses(asked: str = "", words: str = "") -> dict[str, Any]:
    """What the words of status mean, of those that hold `words`; the one asked for stands out."""
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
            if _speaks(status, words)
        ],
    }


def terms(asked: str = "", words: str = "") -> dict[str, Any]:
    """What the other words mean, of those that hold `words`; the one asked for stands out."""
    return {
        "kind": "terms",
        "entries": [
            {"asked": term == asked, "word": glossary.word(term), "text": glossary.meaning(term)}
            for term in glossary.TERMS
            if _speaks(term, words)
        ],
    }


def _speaks(term: str, words: str) -> bool:
    text = f"{glossary.word(term)} {glossary.meaning(term)}".casefold()
    return all(word in text for word in words.casefold().split())


def headline(plan: Plan, kpis: list[Kpi]) -> str:
    if len(kpis) == len(plan.kpis):
        judged = sum(kpi.direction != "watch" for kpi in kpis)
        return say(
            "{count} KPIs describe the plan: {judged} are judged against a path of targets, "
            "{watched} are watched.",
            count=len(kpis),
            judged=judged,
            watched=wording.in_words(len(kpis) - judged),
        )
    if not kpis:
        return say("No definition of a KPI speaks of that.")
    return say_n(
        "{count} of {whole} KPIs speaks of that.",
        "{count} of {whole} KPIs speak of that.",
        len(kpis), whole=len(plan.kpis),
    )  # fmt: skip


def _entry(kpi: Kpi) -> dict[str, Any]:
    page: links.PageName = "kpi"
    return {
        "link": sheet.link(page, kpi=kpi.id),
        "title": kpi.title,
        "arrow": f"{wording.ARROW[kpi.direction]} {wording.DIRECTION[kpi.direction]}",
        "tag": say("confidential") if kpi.confidential else "",
        "definition": kpi.definition,
        "facts": [
            (say("Why it matters"), kpi.why),
            (say("Known limitation"), kpi.limitation),
            (say("Formula"), _formula(kpi)),
            (
                say("Broken down by"),
                wording.listed([wording.DIMENSION[name] for name in kpi.dimensions])
                or say("nothing"),
            ),
            (say("Exports"), ", ".join(f"{name}.csv" for name in kpi.exports)),
            (say("Owner"), kpi.owner),
            (say("Rows are for"), _ROWS_FOR[kpi.rows_for]),
            (say("Name in files"), kpi.id),
        ],
    }


def _formula(kpi: Kpi) -> str:
    if kpi.aggregate == "countries":
        return say("number of different countries among what is counted")
    if kpi.aggregate == "sum":
        return say("sum of {unit}", unit=plurals.unit(kpi.unit, 2))
    if kpi.is_percentage:
        text = say("sum of numerators ÷ sum of denominators, in per cent")
    else:
        unit = plurals.unit(kpi.unit, 2)
        text = say("sum of numerators ÷ sum of denominators, in {unit}", unit=unit)
    if not kpi.minimum_n:
        return text
    return say("{text}; fewer than {count} are too few to judge", text=text, count=kpi.minimum_n)


def _text(kpi: Kpi) -> str:
    words = (kpi.id, kpi.title, kpi.definition, kpi.why, kpi.limitation, kpi.owner, *kpi.exports)
    return " ".join((*words, say("confidential") if kpi.confidential else "")).casefold()
