"""Goal 2: what companies answer, what field reviews see, what is complained of."""

import pandas as pd
import streamlit as st

from scorecard import charts, wording
from scorecard.exhibits import compliance, findings, missing, strands
from scorecard.screen import figures, goal, tables
from scorecard.selection import Selection

view = goal.begin(2)
snapshot, plan = view.snapshot, view.snapshot.plan
indicators, reviewed = plan.kpi("indicators_met"), plan.kpi("countries_reviewed")
until = f"to {wording.date(view.as_of)}"

if not figures.awaiting(missing(snapshot, indicators.id), indicators.title):
    grid = compliance.sections(snapshot, view.selection, view.role, view.as_of, "All shown")
    if view.role == "executive":
        scope = goal.about(view, indicators, "Share of indicators met, by section and region")
    else:
        scope = (
            "Share of indicators met, by section · whole Association, as companies' answers are "
            f"confidential · at {wording.date(view.as_of)}"
        )
    figures.draw(
        charts.heatmap(indicators, grid, view.theme),
        key="sections",
        title=findings.sections(indicators, grid),
        subtitle=scope,
        table=tables.of_grid(indicators, grid, "Section"),
        kpi=indicators.id,
    )
    with st.container(key="sections_list"):
        figures.listed(tables.of_grid(indicators, grid, "Section"), "Indicators met by section")

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
        with figures.said():
            quarters = compliance.reviews(snapshot, view.selection, view.role, view.as_of)
            figures.draw(
                charts.columns(
                    [f"{q.starts_on:%Y}" if q.starts_on.month == 1 or not i else ""
                     for i, q in enumerate(quarters)],
                    [q.missions for q in quarters],
                    view.theme,
                    hover=[f"{wording.month(q.starts_on)} and two months after" for q in quarters],
                    height=220,
                ),
                key="reviews",
                title=findings.reviews(quarters),
                subtitle=goal.about(view, reviewed, "Field reviews by quarter", when=until),
                table=pd.DataFrame(
                    {
                        "Quarter from": [q.starts_on for q in quarters],
                        "Field reviews": [q.missions for q in quarters],
                        "Countries": [q.countries for q in quarters],
                    }
                ),
            )  # fmt: skip

left, right = st.columns(2, gap="large")
for column, kpi_id, key, what, words in (
    (left, "open_concerns", "concerns", "Open concerns by category", "open concerns"),
    (right, "complaints_received", "complaints", "Complaints of the last twelve months",
     "complaints in twelve months"),
):  # fmt: skip
    kpi = plan.kpi(kpi_id)
    with column:
        if figures.awaiting(missing(snapshot, kpi.id), kpi.title):
            continue
        # World totals by category, as the Association publishes them, for every role alike.
        found = strands.by_category(snapshot, kpi, Selection(), view.role, view.as_of)
        called = tables.names(plan, "category")
        figures.draw(
            charts.stacked(found, called, view.theme, height=260),
            key=key,
            title=findings.strands(found, called, words),
            subtitle=f"{what} · whole Association · {until}",
            table=tables.of_strands(found, called),
            kpi=kpi.id,
        )
goal.end(view, 2)
