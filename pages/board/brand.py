"""Goal 4: what is written about the Code, who refers to it, who comes."""

import pandas as pd
import streamlit as st

from scorecard import charts, readings, wording
from scorecard.exhibits import brand, findings, missing, strands
from scorecard.screen import figures, goal, tables

view = goal.begin(4)
snapshot, plan = view.snapshot, view.snapshot.plan
mentions, references = plan.kpi("media_mentions"), plan.kpi("code_references")
traffic, participants = plan.kpi("website_visits"), plan.kpi("event_participants")
called = tables.names(plan, "category")

left, right = st.columns(2, gap="large")
with left:
    if not figures.awaiting(missing(snapshot, mentions.id), mentions.title):
        found = strands.by_category(snapshot, mentions, view.selection, view.role, view.as_of)
        figures.draw(
            charts.stacked(found, called, view.theme, height=280),
            key="mentions",
            title=findings.strands(found, called, "mentions in twelve months"),
            subtitle=goal.about(
                view, mentions, "Mentions in the last twelve months, by tone",
                when=f"to {wording.date(view.as_of)}",
            ),
            table=tables.of_strands(found, called),
            kpi=mentions.id,
        )  # fmt: skip
with right:
    if not figures.awaiting(missing(snapshot, references.id), references.title):
        kinds = readings.breakdown(
            snapshot, references, "category", view.selection, view.role, view.as_of
        )
        figures.draw(
            charts.bars(references, kinds, called, view.theme),
            key="references",
            title=findings.groups(references, kinds, called),
            subtitle=goal.about(view, references, "References to the Code in force, by kind"),
            table=tables.of_breakdown(references, kinds, "category", called),
            kpi=references.id,
        )

left, right = st.columns(2, gap="large")
with left:
    if not figures.awaiting(missing(snapshot, traffic.id), traffic.title):
        months = brand.visits(snapshot, view.selection, view.role, view.as_of)
        figures.draw(
            charts.columns(
                [f"{m.starts_on:%Y}" if m.starts_on.month == 1 or not i else ""
                 for i, m in enumerate(months)],
                [m.visits for m in months],
                view.theme,
                hover=[wording.month(m.starts_on) for m in months],
                written=False,
            ),
            key="visits",
            title=findings.visits(months),
            subtitle=goal.about(
                view, traffic, "Website visits by month", when=f"to {wording.date(view.as_of)}"
            ),
            table=pd.DataFrame(
                {
                    "Month": [wording.month(m.starts_on) for m in months],
                    "Visits": [m.visits for m in months],
                    "Downloads": [m.downloads for m in months],
                }
            ),
            kpi=traffic.id,
        )  # fmt: skip
with right:
    if not figures.awaiting(missing(snapshot, participants.id), "Events"):
        with figures.said():
            held = brand.events(snapshot, view.selection, view.role, view.as_of)
            figures.head(
                findings.events(held),
                goal.about(view, participants, "Events of the last twelve months"),
            )
            if held:
                countries = tables.names(plan, "country")
                tables.show_with_files(
                    pd.DataFrame(
                        [
                            {
                                "Held on": event.held_on,
                                "Event": event.title,
                                "Kind": called[event.kind],
                                "Country": countries[event.country] if event.country else None,
                                "Participants": event.participants,
                            }
                            for event in held
                        ]
                    ),
                    view,
                    "events",
                    "Events with their participants",
                    rows=7,
                )
goal.end(view, 4)
