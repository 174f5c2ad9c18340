"""The page about what changed: statuses, KPIs, people and milestones, and why a KPI changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from scorecard import charts, meeting, wording
from scorecard.catalogue import Kpi
from scorecard.meeting import Changes, Course, StatusMove, Why, names
from scorecard.refusal import nearest
from scorecard.screen import cards, figures, frame, goal, links, sheet, tables, then_and_now
from scorecard.screen.frame import View
from scorecard.screen.markdown import escape

_KPI, _BY = "kpi", "by"
_KPI_CHOICE, _BY_CHOICE = "changes_kpi", "changes_by"
_WORDS = {
    "joined": "Joined",
    "left": "Left",
    "certified": "Certified",
    "lapsed": "Certificate lapsed",
}


def show() -> None:
    """Draws the page between the compared date and the date as of which figures are shown."""
    view = frame.open()
    figures.style()
    if view.compare is None:
        cards.headline("There is no earlier date to compare with.", key="changes_headline")
        return
    found = meeting.since(
        view.snapshot, view.selection, view.role, view.compare, view.as_of, explain=()
    )
    st.caption(escape(f"{_dates(view)} · {wording.scope(view.selection)}"))
    cards.headline(found.headline, key="changes_headline", over="What changed")
    _statuses(found)
    _courses(found)
    _people(view, found)
    _milestones(found)
    with st.container(key="head_then"):
        then_and_now.of_meeting(view, view.compare, whole=False)
    _why(view, found)


def _dates(view: View) -> str:
    assert view.compare
    since = wording.met(view.snapshot.plan, view.compare)
    return f"From {since} to {wording.met(view.snapshot.plan, view.as_of)}"


def _statuses(found: Changes) -> None:
    with st.container(key="head_statuses"):
        st.markdown(f"### {escape(found.statuses_sentence)}")
        if found.statuses:
            block = {
                "kind": "moves",
                "caption": found.statuses_sentence,
                "columns": ["KPI", "Before", "Now", "Value"],
                "rows": [_moved(move) for move in found.statuses],
            }
            sheet.draw([block], key="changes_statuses")


def _moved(move: StatusMove) -> dict[str, Any]:
    return {
        "link": sheet.link("kpi", kpi=move.kpi),
        "title": move.title,
        "before": [move.before, wording.STATUS[move.before]],
        "after": [move.after, wording.STATUS[move.after]],
        "verdict": {"better": "Better", "worse": "Worse", "other": "No comparison"}[move.verdict],
        "text": move.text,
    }


def _courses(found: Changes) -> None:
    if not found.toward and not found.away:
        st.markdown(f"### {escape(found.courses_sentence)}")
        return
    lists = [
        _list("Moved most toward the plan", found.toward, "None moved toward the plan."),
        _list("Moved most away from the plan", found.away, "None moved away from the plan."),
    ]
    sheet.draw([{"kind": "lists", "lists": lists}], key="changes_courses")


def _list(title: str, courses: Sequence[Course], empty: str) -> dict[str, Any]:
    items = [
        {"title": course.title, "text": course.text, "link": sheet.link("kpi", kpi=course.kpi)}
        for course in courses
    ]
    return {"title": title, "items": items, "empty": empty}


def _people(view: View, found: Changes) -> None:
    kpi = view.snapshot.plan.kpi("company_members")
    with st.container(key="head_people"):
        if figures.awaiting(found.waiting, "Who joined, left, was certified or lapsed"):
            return
        figures.head(
            f"{found.people_sentence} {found.people_concentration}".strip(),
            goal.about(
                view, kpi, "Members of all pillars, by name", when=wording.lower(_dates(view))
            ),
        )
        if not found.people:
            return
        pillars = tables.names(view.snapshot.plan, "pillar")
        table = pd.DataFrame(
            [
                {
                    "Change": _WORDS[person.what],
                    "Name": person.name,
                    "Pillar": pillars[person.pillar],
                    "Country": person.country_name,
                    "Region": person.region,
                }
                for person in found.people
            ]
        )
        tables.show_with_files(
            table, view, "people", "Who joined, left, was certified or lapsed", rows=9
        )


def _milestones(found: Changes) -> None:
    with st.container(key="head_milestones"):
        figures.head(
            found.milestones_sentence,
            "Milestones of the whole Association that were met, or whose due date passed",
        )
        if found.milestones:
            rows = [
                {
                    "Milestone": standing.milestone.title,
                    "What happened": _happened(standing.state),
                    "Due": standing.milestone.due_on,
                    "Done": standing.milestone.done_on
                    if standing.state.startswith("done")
                    else None,
                    "Owner": standing.milestone.owner,
                }
                for standing in found.milestones
            ]
            tables.show(pd.DataFrame(rows), "milestones", "Milestones met or overdue")


def _happened(state: str) -> str:
    return {"done": "Met", "done late": "Met late", "overdue": "Overdue"}.get(state, "Not due")


def _why(view: View, found: Changes) -> None:
    """Why one KPI changed, as a sentence and a waterfall."""
    with st.container(key="head_why"):
        st.markdown("## Why a KPI changed")
        choices = st.container(horizontal=True, gap="medium", vertical_alignment="bottom")
        with choices:
            kpi = _chosen_kpi(view, found)
        if figures.awaiting(view.snapshot.missing_exports(kpi), kpi.title):
            return
        with figures.said(kpi):
            with choices:
                why = _chosen_way(view, kpi, found)
            st.markdown(f"### {escape(f'{why.sentence} {why.concentration}'.strip())}")
            if why.refused:
                st.info(escape(why.refused))
            _waterfall(view, kpi, why)


def _chosen_kpi(view: View, found: Changes) -> Kpi:
    """The KPI of the address; without one, the first that moved."""
    plan = view.snapshot.plan
    moved: list[StatusMove | Course] = [*found.statuses, *found.away, *found.toward]
    asked = links.asked(_KPI) or (moved[0].kpi if moved else plan.kpis[0].id)
    if asked not in plan.by_id:
        st.info(escape(f"There is no KPI “{asked[:60]}”{nearest(asked, plan.by_id)}."))
        asked = plan.kpis[0].id
    if links.is_locked():
        return plan.kpi(asked)
    st.session_state[_KPI_CHOICE] = asked
    st.selectbox(
        "KPI",
        [kpi.id for kpi in plan.kpis],
        format_func=lambda name: f"{plan.kpi(name).goal} · {plan.kpi(name).title}",
        key=_KPI_CHOICE,
        on_change=_remember_kpi,
        width=420,
    )
    return plan.kpi(asked)


def _remember_kpi() -> None:
    st.query_params[_KPI] = st.session_state[_KPI_CHOICE]
    # Each KPI opens with the dimension that says most of it.
    st.query_params.pop(_BY, None)


def _chosen_way(view: View, kpi: Kpi, found: Changes) -> Why:
    """The explanation by the dimension of the address; without one, by what says most."""
    ways = meeting.ways(kpi, view.role)
    asked = links.asked(_BY)
    why = meeting.explained(
        view.snapshot,
        kpi,
        found.start,
        found.end,
        view.selection,
        view.role,
        asked if asked in ways else None,
    )
    if len(ways) > 1 and why.by and not links.is_locked():
        st.session_state[_BY_CHOICE] = why.by
        st.segmented_control(
            "Explained by",
            ways,
            format_func=lambda by: tables.HEADS.get(by, "Single entry"),
            key=_BY_CHOICE,
            required=True,
            on_change=_remember_way,
        )
    return why


def _remember_way() -> None:
    st.query_params[_BY] = st.session_state[_BY_CHOICE]


def _waterfall(view: View, kpi: Kpi, why: Why) -> None:
    if why.explanation is None or why.by is None or not why.explanation.parts:
        return
    called = tables.Names({part.group: why.labels[part.group] for part in why.explanation.parts})
    note = "the parts add up to the change"
    if kpi.aggregate == "ratio":
        note += "; rate: the share itself changed; mix: its weight in the whole changed"
    since = wording.met(view.snapshot.plan, why.explanation.start)
    explanation, head = why.explanation, tables.HEADS.get(why.by, "Single entry")
    exhibit = figures.Exhibit(
        figure=charts.waterfall(kpi, explanation, called, view.theme),
        title=f"{wording.change(kpi, explanation.change)} since {since}",
        subtitle=goal.about(
            view,
            kpi,
            f"What the {names.plural(why.by)} contributed, in {_unit(kpi)}",
            when=note,
        ),
        table=lambda: tables.of_explanation(kpi, explanation, head, called),
        kpi=f"{kpi.id}-change",
    )
    figures.draw(view, lambda shown: exhibit, key="why", steps=False)


def _unit(kpi: Kpi) -> str:
    return "percentage points" if kpi.is_percentage else kpi.unit
