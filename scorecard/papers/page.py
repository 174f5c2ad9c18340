"""The page from top to bottom."""

from __future__ import annotations

import streamlit as st

from scorecard import readings, standing, wording
from scorecard.briefing import answer, written
from scorecard.briefing.brief import brief, occasion
from scorecard.briefing.written import Written
from scorecard.languages import Words, say, say_n, to_say
from scorecard.papers import again, choosing, making, preview
from scorecard.refusal import Refusal
from scorecard.screen import agenda, cards, commentary, figures, frame
from scorecard.screen.frame import View
from scorecard.screen.markdown import escape
from scorecard.selection import Selection
from scorecard.state import columns
from scorecard.state.commentary import latest, missing
from scorecard.state.library import Briefing
from scorecard.state.store import Store

_PARTS = Words(
    {
        "preview": to_say("Preview"),
        "commentary": to_say("Commentary"),
        "agenda": to_say("Decisions and actions"),
        "library": to_say("Library"),
    }
)


def show() -> None:
    view = frame.require("executive")
    figures.style()
    top = st.container()
    asked = choosing.choices(view)
    if asked is None:
        return
    state = commentary.open_state(view)
    read_at = columns.now()
    said = written.of(state, asked.meeting, read_at) if state is not None else written.NOTHING
    with top:
        cards.headline(_headline(view, asked, said), key="briefing_headline")
    try:
        document = making.remembered(view, asked, said)
    except Refusal as refusal:
        st.error(escape(wording.capital(f"{refusal}.")))
        return
    making.make(view, asked, document, state, read_at)
    part = st.segmented_control(
        say("Show"), list(_PARTS), default="preview", required=True,
        format_func=_PARTS.__getitem__, key="briefing_part",
    )  # fmt: skip
    if part == "commentary":
        _commentary(view, asked, state)
    elif part == "agenda":
        _agenda(view, asked, state)
    elif part == "library":
        again.show(view, state)
    else:
        preview.show(view, document)


def _headline(view: View, asked: Briefing, said: Written) -> str:
    """What is still to do before the papers can go out."""
    plan = view.snapshot.plan
    found = brief(
        view.snapshot,
        occasion(view.snapshot, asked.meeting, asked.compare),
        Selection(),
        view.role,
        said,
    )
    name = wording.met(plan, asked.meeting)
    lacking = len(answer.without_commentary(found))
    if not lacking:
        return say(
            "The papers for {name} are complete: every KPI behind plan has its commentary.",
            name=name,
        )
    return say_n(
        "The papers for {name} are ready, but one KPI behind plan has no commentary yet.",
        "The papers for {name} are ready, but {count} KPIs behind plan have no commentary yet.",
        lacking, name=name, count=wording.in_words(lacking),
    )  # fmt: skip


def _commentary(view: View, asked: Briefing, state: Store | None) -> None:
    if state is None:
        st.info(say("Nothing can be written here now."))
        return
    as_of = occasion(view.snapshot, asked.meeting, asked.compare).as_of
    card = readings.scorecard(view.snapshot, view.selection, view.role, as_of)
    gaps = missing(latest(state, asked.meeting), card.readings)
    commentary.missing(view, gaps)
    writer = commentary.author(view)
    slow = [r.kpi for r in standing.behind(card.readings)]
    rest = [kpi.id for kpi in view.snapshot.plan.kpis if kpi.id not in slow]
    kpi = st.selectbox(
        say("KPI to write about"),
        [*slow, *rest],
        format_func=lambda name: (
            say("{title} (in delay)", title=view.snapshot.plan.kpi(name).title)
            if name in slow
            else view.snapshot.plan.kpi(name).title
        ),
        key="briefing_comment_kpi",
    )
    commentary.one(view, state, asked.meeting, view.snapshot.plan.kpi(kpi), writer)


def _agenda(view: View, asked: Briefing, state: Store | None) -> None:
    """What the board is asked to decide, and who is to do what by when."""
    if state is None:
        st.info(say("Nothing can be written here now."))
        return
    writer = commentary.author(view)
    st.markdown(f"### {say('Decisions asked of the board')}")
    agenda.items(view, state, asked.meeting, "decision", writer)
    st.markdown(f"### {say('Action items')}")
    agenda.items(view, state, asked.meeting, "action", writer)
