"""Goal 1: from affiliate to certified company."""

import pandas as pd
import streamlit as st

from scorecard import charts, wording
from scorecard.exhibits import capacity, findings, missing
from scorecard.screen import figures, goal, tables

NAMES = {
    "affiliate": "Affiliates",
    "transitional": "Transitional members",
    "lapsed": "Full members without certificate",
    "certified": "Certified members",
}

view = goal.begin(1)
snapshot, plan = view.snapshot, view.snapshot.plan
certified = plan.kpi("certified_companies")

left, right = st.columns(2, gap="large")
with left:
    if not figures.awaiting(missing(snapshot, "certified_companies"), "The pathway"):
        way = capacity.pathway(snapshot, view.selection, view.role, view.as_of, view.compare)
        names = [NAMES[stage] for stage in capacity.STAGES]
        before = [way.before[stage] for stage in capacity.STAGES] if way.before else None
        since = f" · tick: {wording.short_date(view.compare)}" if view.compare else ""
        figures.draw(
            charts.steps(names, [way.now[s] for s in capacity.STAGES], before, view.theme),
            key="pathway",
            title=findings.pathway(way),
            subtitle=goal.about(view, certified, "Companies by stage") + since,
            table=pd.DataFrame(
                {
                    "Stage": names,
                    "Companies": [way.now[stage] for stage in capacity.STAGES],
                    "At the compared date": before or [None] * len(names),
                }
            ),
        )
with right:
    if not figures.awaiting(missing(snapshot, "certified_companies"), "Certificates"):
        with figures.said():
            expiries = capacity.expiring(snapshot, view.selection, view.role, view.as_of)
            months = capacity.by_month(expiries, view.as_of)
            countries = tables.names(plan, "country")
            figures.draw(
                charts.columns(
                    [f"{month:%b}\n{month:%Y}" if month.month == 1 or not i else f"{month:%b}"
                     for i, (month, _) in enumerate(months)],
                    [len(found) for _, found in months],
                    view.theme,
                    hover=[wording.month(month) for month, _ in months],
                    height=240,
                ),
                key="expiring",
                title=findings.expiring(expiries),
                subtitle=goal.about(
                    view, certified, "Certified companies by the month their last certificate ends"
                ),
                table=pd.DataFrame(
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
    goal.by_region(view, certified, "certified_region", "Certified companies")
with right:
    goal.by_region(
        view, plan.kpi("training_coverage"), "training_region", "Share of companies trained"
    )
goal.end(view, 1)
