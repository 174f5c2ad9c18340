"""Goal 2: what companies answer, what field reviews see, what is complained of."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from scorecard import charts, wording
from scorecard.catalogue import Kpi
from scorecard.exhibits import compliance, findings, missing, strands
from scorecard.exhibits.compliance import Grid
from scorecard.languages import say
from scorecard.screen import figures, goal, tables
from scorecard.screen.figures import Exhibit
from scorecard.screen.frame import View
from scorecard.selection import Selection

view = goal.begin(2)
snapshot, plan = view.snapshot, view.snapshot.plan
indicators, reviewed = plan.kpi("indicators_met"), plan.kpi("countries_reviewed")


def until(shown: View) -> str:
    return say("to {date}", date=wording.date(shown.as_of))


def answers(shown: View) -> Grid:
    return compliance.sections(snapshot, shown.selection, shown.role, shown.as_of, say("All shown"))


def sections(shown: View) -> Exhibit:
    grid = answers(shown)
    if shown.role == "executive":
        scope = goal.about(shown, indicators, say("Share of indicators met, by section and region"))
    else:
        scope = say(
            "Share of indicators met, by section · whole Association, as companies' answers are "
            "confidential · at {date}",
            date=wording.date(shown.as_of),
        )
    return Exhibit(
        figure=charts.heatmap(indicators, grid, shown.theme),
        title=findings.sections(indicators, grid),
        subtitle=scope,
        table=lambda: tables.of_grid(indicators, grid, say("Section")),
        kpi=indicators.id,
    )


def reviews(shown: View) -> Exhibit:
    quarters = compliance.reviews(snapshot, shown.selection, shown.role, shown.as_of)
    return Exhibit(
        figure=charts.columns(
            [f"{q.starts_on:%Y}" if q.starts_on.month == 1 or not i else ""
             for i, q in enumerate(quarters)],
            [q.missions for q in quarters],
            shown.theme,
            hover=[say("{month} and two months after", month=wording.month(q.starts_on))
                   for q in quarters],
            height=220,
        ),
        title=findings.reviews(quarters),
        subtitle=goal.about(
            shown, reviewed, say("Field missions by quarter; one may visit several companies"),
            when=until(shown),
        ),
        table=lambda: pd.DataFrame(
            {
                say("Quarter from"): [q.starts_on for q in quarters],
                say("Field reviews"): [q.missions for q in quarters],
                say("Countries"): [q.countries for q in quarters],
            }
        ),
    )  # fmt: skip


def kinds(kpi: Kpi, what: str, words: str) -> Callable[[View], Exhibit]:
    """World totals by category, as the Association publishes them, for every role alike."""

    def make(shown: View) -> Exhibit:
        found = strands.by_category(snapshot, kpi, Selection(), shown.role, shown.as_of)
        called = tables.names(plan, "category")
        return Exhibit(
            figure=charts.stacked(found, called, shown.theme, height=260),
            title=findings.strands(found, called, words),
            subtitle=" · ".join((what, say("whole Association"), until(shown))),
            table=lambda: tables.of_strands(found, called),
            kpi=kpi.id,
        )

    return make


if not figures.awaiting(missing(snapshot, indicators.id), indicators.title):
    figures.draw(view, sections, key="sections")
    with st.container(key="sections_list"):
        figures.listed(
            tables.of_grid(indicators, answers(view), say("Section")),
            say("Indicators met by section"),
        )

left, right = st.columns(2, gap="large")
with left:
    goal.by_region(
        view,
        plan.kpi("field_review_coverage"),
        "coverage_region",
        say("Share of companies visited within three years"),
    )
with right:
    if not figures.awaiting(missing(snapshot, reviewed.id), say("Field reviews")):
        figures.draw(view, reviews, key="reviews")

left, right = st.columns(2, gap="large")
for column, kpi_id, key, what, words in (
    (left, "open_concerns", "concerns", say("Open concerns by category"), "open concerns"),
    (right, "complaints_received", "complaints", say("Complaints of the last twelve months"),
     "complaints in twelve months"),
):  # fmt: skip
    kpi = plan.kpi(kpi_id)
    with column:
        if not figures.awaiting(missing(snapshot, kpi.id), kpi.title):
            figures.draw(view, kinds(kpi, what, words), key=key)
goal.end(view, 2)
