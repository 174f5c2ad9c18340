"""The page about what changed: statuses, KPIs, people and milestones, and why a KPI changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from scorecard import charts, meeting, wording
from scorecard.catalogue import Kpi
from scorecard.exhibits import movements
from scorecard.languages import Words, say, to_say
from scorecard.meeting import Changes, Course, StatusMove, Why, names
from scorecard.screen import (
    cards,
    figures,
    frame,
    goal,
    links,
    one_kpi,
    sheet,
    tables,
    then_and_now,
)
from scorecard.screen.frame import View
from scorecard.screen.markdown import escape

_BY_CHOICE = "changes_by"


def show() -> None:
    """Draws the page between the compared date and the date as of which figures are shown."""
    view = frame.open()
    figures.style()
    if view.compare is None:
        cards.headline(say("There is no earlier date to compare with."), key="changes_headline")
        return
    found = meeting.since(
        view.snapshot, view.selection, view.role, view.compare, view.as_of, explain=(), named=0
    )
    st.caption(escape(f"{_dates(view)} · {wording.scope(view.selection)}"))
    cards.headline(found.headline, key="changes_headline", over=say("What changed"))
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
    until = wording.met(view.snapshot.plan, view.as_of)
    return say("From {since} to {until}", since=since, until=until)


def _statuses(found: Changes) -> None:
    with st.container(key="head_statuses"):
        st.markdown(f"### {escape(found.statuses_sentence)}")
        if found.statuses:
            block = {
                "kind": "moves",
                "caption": found.statuses_sentence,
                "columns": [say("KPI"), say("Before"), say("Now"), say("Value")],
                "rows": [_moved(move) for move in found.statuses],
            }
            sheet.draw([block], key="changes_statuses")


def _moved(move: StatusMove) -> dict[str, Any]:
    return {
        "link": sheet.link("kpi", kpi=move.kpi),
        "title": move.title,
        "before": [move.before, wording.STATUS[move.before]],
        "after": [move.after, wording.STATUS[move.after]],
        "verdict": _VERDICTS[move.verdict],
        "text": move.text,
    }


_VERDICTS = Words(
    {
        "better": to_say("Better"),
        "worse": to_say("Worse"),
        "other": to_say("No comparison"),
    }
)


def _courses(found: Changes) -> None:
    if not found.toward and not found.away:
        st.markdown(f"### {escape(found.courses_sentence)}")
        return
    lists = [
        _list(say("Moved most toward the plan"), found.toward, say("None moved toward the plan.")),
        _list(
            say("Moved most away from the plan"), found.away, say("None moved away from the plan.")
        ),
    ]
    sheet.draw([{"kind": "lists", "lists": lists}], key="changes_courses")


def _list(title: str, courses: Sequence[Course], empty: str) -> dict[str, Any]:
    items = [
        {
            "title": course.title,
            "text": wording.titled("", f"{course.text}."),
            "link": sheet.link("kpi", kpi=course.kpi),
        }
        for course in courses
    ]
    return {"title": title, "items": items, "empty": empty}


def _people(view: View, found: Changes) -> None:
    kpi = view.snapshot.plan.kpi("company_members")
    with st.container(key="head_people"):
        if figures.awaiting(found.waiting, say("Who joined, left, was certified or lapsed")):
            return
        figures.head(
            f"{found.people_sentence} {found.people_concentration}".strip(),
            goal.about(
                view, kpi, say("Members of all pillars, by name"), when=wording.lower(_dates(view))
            ),
        )
        total = found.turnover.total
        if not total:
            return
        page = tables.page(total, movements.PAGE, "people_page")

        def read(limit: int | None, offset: int = 0) -> pd.DataFrame:
            persons = movements.persons(
                view.snapshot, view.selection, view.role, found.start, found.end, found.turnover,
                limit=limit, offset=offset,
            )  # fmt: skip
            return tables.of_persons(view.snapshot.plan, persons)

        tables.show_with_files(
            read(movements.PAGE, page * movements.PAGE),
            view,
            "people",
            say("Who joined, left, was certified or lapsed"),
            rows=9,
            whole=lambda: read(None),
        )


def _milestones(found: Changes) -> None:
    with st.container(key="head_milestones"):
        figures.head(
            found.milestones_sentence,
            say("Milestones of the whole Association that were met, or whose due date passed"),
        )
        if found.milestones:
            rows = [
                {
                    say("Milestone"): standing.milestone.title,
                    say("What happened"): _happened(standing.state),
                    say("Due"): standing.milestone.due_on,
                    say("Done"): standing.milestone.done_on
                    if standing.state.startswith("done")
                    else None,
                    say("Owner"): standing.milestone.owner,
                }
                for standing in found.milestones
            ]
            tables.show(pd.DataFrame(rows), "milestones", say("Milestones met or overdue"))


def _happened(state: str) -> str:
    return _HAPPENED.get(state, say("Not due"))


_HAPPENED = Words(
    {"done": to_say("Met"), "done late": to_say("Met late"), "overdue": to_say("Overdue")}
)


def _why(view: View, found: Changes) -> None:
    """Why one KPI changed, as a sentence and a waterfall."""
    with st.container(key="head_why"):
        st.markdown(f"## {say('Why a KPI changed')}")
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
    # A status may move because the plan went on; what changed itself has more to explain.
    changes = {reading.kpi: reading.change for reading in found.after}
    moved.sort(key=lambda move: not changes[move.kpi])
    usual = moved[0].kpi if moved else plan.kpis[0].id
    # Each KPI opens with the dimension that says most of it.
    return one_kpi.chosen(plan, usual, "changes_kpi", forgets=links.BY)


def _chosen_way(view: View, kpi: Kpi, found: Changes) -> Why:
    """The explanation by the dimension of the address; without one, by what says most."""
    ways = meeting.ways(kpi, view.role)
    asked = links.asked(links.BY)
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
            say("Explained by"),
            ways,
            format_func=lambda by: tables.HEADS.get(by, say("Single entry")),
            key=_BY_CHOICE,
            required=True,
            on_change=_remember_way,
        )
    return why


def _remember_way() -> None:
    st.query_params[links.BY] = st.session_state[_BY_CHOICE]


def _waterfall(view: View, kpi: Kpi, why: Why) -> None:
    if why.explanation is None or why.by is None or not why.explanation.parts:
        return
    called = tables.Names({part.group: why.labels[part.group] for part in why.explanation.parts})
    note = say("the parts add up to the change")
    if kpi.aggregate == "ratio":
        parts = say("rate: the share itself changed; mix: its weight in the whole changed")
        note = wording.clauses((note, parts))
    since = wording.met(view.snapshot.plan, why.explanation.start)
    explanation, head = why.explanation, tables.HEADS.get(why.by, say("Single entry"))
    exhibit = figures.Exhibit(
        figure=charts.waterfall(kpi, explanation, called, view.theme),
        title=say(
            "{change} since {since}", change=wording.change(kpi, explanation.change), since=since
        ),
        subtitle=goal.about(
            view,
            kpi,
            say(
                "What the {groups} contributed, in {unit}",
                groups=names.plural(why.by),
                unit=_unit(kpi),
            ),  # fmt: skip
            when=note,
        ),
        table=lambda: tables.of_explanation(kpi, explanation, head, called),
        kpi=f"{kpi.id}-change",
    )
    figures.draw(view, lambda shown: exhibit, key="why", steps=False)


def _unit(kpi: Kpi) -> str:
    return say("percentage points") if kpi.is_percentage else wording.unit(kpi)
