"""Goal 1: from affiliate to certified company."""

import pandas as pd
import streamlit as st

from scorecard import charts, wording
from scorecard.exhibits import capacity, findings, missing
from scorecard.languages import say
from scorecard.screen import figures, goal, tables
from scorecard.screen.figures import Exhibit
from scorecard.screen.frame import View

NAMES = {
    "affiliate": say("Affiliates"),
    "transitional": say("Transitional members"),
    "lapsed": say("Full members without certificate"),
    "certified": say("Certified members"),
}

# Certificates that the data of the figure list; the file has them all.
ROWS = 500

view = goal.begin(1)
snapshot, plan = view.snapshot, view.snapshot.plan
certified = plan.kpi("certified_companies")


def pathway(shown: View) -> Exhibit:
    way = capacity.pathway(snapshot, shown.selection, shown.role, shown.as_of, shown.compare)
    names = [NAMES[stage] for stage in capacity.STAGES]
    before = [way.before[stage] for stage in capacity.STAGES] if way.before else None
    since = ""
    if shown.compare:
        since = " · " + say("tick: {date}", date=wording.short_date(shown.compare))
    return Exhibit(
        figure=charts.steps(names, [way.now[s] for s in capacity.STAGES], before, shown.theme),
        title=findings.pathway(way),
        subtitle=goal.about(shown, certified, say("Companies by stage")) + since,
        table=lambda: pd.DataFrame(
            {
                say("Stage"): names,
                say("Companies"): [way.now[stage] for stage in capacity.STAGES],
                say("At the compared date"): before or [None] * len(names),
            }
        ),
    )


def expiring(shown: View) -> Exhibit:
    found = capacity.expiring(snapshot, shown.selection, shown.role, shown.as_of)
    months = [wording.month(month) for month, _ in found.months]
    counts = [count for _, count in found.months]

    def by_name(limit: int | None) -> pd.DataFrame:
        expiries = capacity.expiries(
            snapshot, shown.selection, shown.role, shown.as_of, limit=limit
        )
        return tables.of_expiries(plan, expiries)

    return Exhibit(
        figure=charts.columns(
            [f"{wording.month_name(month)}\n{month:%Y}" if month.month == 1 or not i
             else wording.month_name(month)
             for i, (month, _) in enumerate(found.months)],
            counts,
            shown.theme,
            hover=months,
            height=240,
        ),
        title=findings.expiring(found),
        subtitle=goal.about(
            shown, certified, say("Certified companies by the month their last certificate ends")
        ),
        table=lambda: by_name(ROWS),
        whole=(lambda: by_name(None)) if found.total > ROWS else None,
        alt=lambda: figures.describe(
            findings.expiring(found),
            pd.DataFrame({say("Month"): months, say("Companies"): counts}),
            13,
        ),
    )  # fmt: skip


left, right = st.columns(2, gap="large")
with left:
    if not figures.awaiting(missing(snapshot, "certified_companies"), say("The pathway")):
        figures.draw(view, pathway, key="pathway")
with right:
    if not figures.awaiting(missing(snapshot, "certified_companies"), say("Certificates")):
        figures.draw(view, expiring, key="expiring")

left, right = st.columns(2, gap="large")
with left:
    goal.by_region(view, certified, "certified_region", say("Certified companies"))
with right:
    goal.by_region(
        view, plan.kpi("training_coverage"), "training_region", say("Share of companies trained")
    )
goal.end(view, 1)
