"""Goal 1: from affiliate to certified company."""

import pandas as pd
import streamlit as st

from scorecard import charts, wording
from scorecard.exhibits import capacity, findings, missing
from scorecard.screen import figures, goal, tables
from scorecard.screen.figures import Exhibit
from scorecard.screen.frame import View

NAMES = {
    "affiliate": "Affiliates",
    "transitional": "Transitional members",
    "lapsed": "Full members without certificate",
    "certified": "Certified members",
}

view = goal.begin(1)
snapshot, plan = view.snapshot, view.snapshot.plan
certified = plan.kpi("certified_companies")


def pathway(shown: View) -> Exhibit:
    way = capacity.pathway(snapshot, shown.selection, shown.role, shown.as_of, shown.compare)
    names = [NAMES[stage] for stage in capacity.STAGES]
    before = [way.before[stage] for stage in capacity.STAGES] if way.before else None
    since = f" · tick: {wording.short_date(shown.compare)}" if shown.compare else ""
    return Exhibit(
        figure=charts.steps(names, [way.now[s] for s in capacity.STAGES], before, shown.theme),
        title=findings.pathway(way),
        subtitle=goal.about(shown, certified, "Companies by stage") + since,
        table=lambda: pd.DataFrame(
            {
                "Stage": names,
                "Companies": [way.now[stage] for stage in capacity.STAGES],
                "At the compared date": before or [None] * len(names),
            }
        ),
    )


def expiring(shown: View) -> Exhibit:
    expiries = capacity.expiring(snapshot, shown.selection, shown.role, shown.as_of)
    months = capacity.by_month(expiries, shown.as_of)
    countries = tables.names(plan, "country")
    return Exhibit(
        figure=charts.columns(
            [f"{month:%b}\n{month:%Y}" if month.month == 1 or not i else f"{month:%b}"
             for i, (month, _) in enumerate(months)],
            [len(found) for _, found in months],
            shown.theme,
            hover=[wording.month(month) for month, _ in months],
            height=240,
        ),
        title=findings.expiring(expiries),
        subtitle=goal.about(
            shown, certified, "Certified companies by the month their last certificate ends"
        ),
        table=lambda: pd.DataFrame(
            [
                {
                    "Ends on": expiry.expires_on,
                    "Company": expiry.name,
                    "Country": countries[expiry.country],
                    "Region": expiry.region,
                    "Standard": expiry.standard,
                }
                for expiry in expiries
            ],
            columns=["Ends on", "Company", "Country", "Region", "Standard"],
        ),
    )  # fmt: skip


left, right = st.columns(2, gap="large")
with left:
    if not figures.awaiting(missing(snapshot, "certified_companies"), "The pathway"):
        figures.draw(view, pathway, key="pathway")
with right:
    if not figures.awaiting(missing(snapshot, "certified_companies"), "Certificates"):
        figures.draw(view, expiring, key="expiring")

left, right = st.columns(2, gap="large")
with left:
    goal.by_region(view, certified, "certified_region", "Certified companies")
with right:
    goal.by_region(
        view, plan.kpi("training_coverage"), "training_region", "Share of companies trained"
    )
goal.end(view, 1)
