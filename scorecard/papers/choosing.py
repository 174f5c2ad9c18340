"""What to make: the controls of the page."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from scorecard import languages, wording
from scorecard.briefing import writers
from scorecard.briefing.brief import occasion
from scorecard.languages import Words, say, to_say
from scorecard.screen.frame import View
from scorecard.state.library import Briefing

VARIANTS = Words(
    {"full": to_say("Full"), "two-page": to_say("Two pages"), "kpi": to_say("One KPI")}
)
AUDIENCES = Words({"board": to_say("Board"), "executive": to_say("Executive director")})
LANGUAGE = "briefing_language"
"""The key of the control."""


def choices(view: View) -> Briefing | None:
    """What to make, from the controls; none where the plan has no meeting."""
    plan, first = view.snapshot.plan, view.snapshot.dates[0]
    days = sorted({m.date for m in plan.meetings if m.date >= first}, reverse=True)
    if not days:
        st.info(say("The plan has no meeting to prepare."))
        return None
    following = [day for day in days if day >= view.snapshot.data_date]
    start = days.index(min(following)) if following else 0
    left, right = st.columns(2)
    meeting = left.selectbox(
        say("Meeting"),
        days,
        index=start,
        format_func=lambda day: wording.met_titled(plan, day),
        key="briefing_meeting",
    )
    usual = occasion(view.snapshot, meeting)
    earlier = [
        day
        for day in days
        if day < usual.as_of and day in view.snapshot.places and day != usual.compare
    ]
    others: list[dt.date | None] = [day for day in (usual.compare, *earlier) if day]
    compare = right.selectbox(
        say("Compared with"),
        others or [None],
        format_func=lambda day: (
            wording.met_titled(plan, day) if day else say("nothing: there is no earlier meeting")
        ),
        key=f"briefing_compare_{meeting}",
    )
    first_column, second, third, fourth = st.columns([3, 3, 3, 2])
    audience = first_column.segmented_control(
        say("Audience"),
        list(AUDIENCES),
        default="board",
        required=True,
        format_func=AUDIENCES.__getitem__,
        key="briefing_audience",
    )
    variant = second.segmented_control(
        say("Variant"),
        list(VARIANTS),
        default="full",
        required=True,
        format_func=VARIANTS.__getitem__,
        key="briefing_variant",
    )
    kind = third.selectbox(
        say("Format"),
        list(writers.WRITERS),
        format_func=lambda name: say(writers.WRITERS[name].title),
        key="briefing_format",
    )
    offered = list(languages.OFFERED)
    fourth.selectbox(
        say("Language"),
        offered,
        index=offered.index(view.language),
        format_func=languages.LANGUAGES.__getitem__,
        key=LANGUAGE,
    )
    kpi = None
    if variant == "kpi":
        kpi = st.selectbox(
            say("KPI"),
            [kpi.id for kpi in plan.kpis],
            format_func=lambda name: plan.kpi(name).title,
            key="briefing_kpi",
        )
    return Briefing(
        meeting=meeting,
        compare=compare,
        variant=variant or "full",
        format=kind,
        audience=audience or "board",
        selection=view.selection,
        snapshot=view.snapshot.id,
        author="",
        kpi=kpi,
    )
