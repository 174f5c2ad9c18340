"""Goal 2: what companies answer, what field reviews see, what is complained of."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from scorecard import charts, wording
from scorecard.catalogue import Kpi
from scorecard.exhibits import compliance, findings, missing, strands
from scorecard.exhibits.compliance import Grid
from scorecard.screen import figures, goal, tables
from scorecard.screen.figures import Exhibit
from scorecard.screen.frame import View
from scorecard.selection import Selection

view = goal.begin(2)
snapshot, plan = view.snapshot, view.snapshot.plan
indicators, reviewed = plan.kpi("indicators_met"), plan.kpi("countries_reviewed")


def until(shown: View) -> str:
    return f"to {wording.date(shown.as_of)}"


def answers(shown: View) -> Grid:
    return compliance.sections(snapshot, shown.selection, shown.role, shown.as_of, "All shown")


def sections(shown: View) -> Exhibit:
    grid = answers(shown)
    if shown.role == "executive":
        scope = goal.about(shown, indicators, "Share of indicators met, by section and region")
    else:
        scope = (
            "Share of indicators met, by section · whole Association, as companies' answers are "
            f"confidential · at {wording.date(shown.as_of)}"
        )
    return Exhibit(
        figure=charts.heatmap(indicators, grid, shown.theme),
        title=findings.sections(indicators, grid),
        subtitle=scope,
        table=lambda: tables.of_grid(indicators, grid, "Section"),
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
            hover=[f"{wording.month(q.starts_on)} and two months after" for q in quarters],
            height=220,
        ),
        title=findings.reviews(quarters),
        subtitle=goal.about(shown, reviewed, "Field reviews by quarter", when=until(shown)),
        table=lambda: pd.DataFrame(
            {
                "Quarter from": [q.starts_on for q in quarters],
                "Field reviews": [q.missions for q in quarters],
                "Countries": [q.countries for q in quarters],
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
            subtitle=f"{what} · whole Association · {until(shown)}",
            table=lambda: tables.of_strands(found, called),
            kpi=kpi.id,
        )

    return make


if not figures.awaiting(missing(snapshot, indicators.id), indicators.title):
    figures.draw(view, sections, key="sections")
    with st.container(key="sections_list"):
        figures.listed(
            tables.of_grid(indicators, answers(view), "Section"), "Indicators met by section"
        )

left, right = st.columns(2, gap="large")
with left:
    goal.by_region(
        view,
        plan.kpi("field_review_coverage"),
        "coverage_region",
        "Share of companies visited within three years",
    )
with right:
    if not figures.awaiting(missing(snapshot, reviewed.id), "Field reviews"):
        figures.draw(view, reviews, key="reviews")

left, right = st.columns(2, gap="large")
for column, kpi_id, key, what, words in (
    (left, "open_concerns", "concerns", "Open concerns by category", "open concerns"),
    (right, "complaints_received", "complaints", "Complaints of the last twelve months",
     "complaints in twelve months"),
):  # fmt: skip
    kpi = plan.kpi(kpi_id)
    with column:
        if not figures.awaiting(missing(snapshot, kpi.id), kpi.title):
            figures.draw(view, kinds(kpi, what, words), key=key)
goal.end(view, 2)
