"""Goal 4: what is written about the Code, who refers to it, who comes."""

import pandas as pd
import streamlit as st

from scorecard import breakdowns, charts, wording
from scorecard.exhibits import brand, findings, missing, strands
from scorecard.languages import say
from scorecard.screen import figures, goal, tables
from scorecard.screen.figures import Exhibit
from scorecard.screen.frame import View

LATEST = 8  # Events that are shown; a file has them all.

view = goal.begin(4)
snapshot, plan = view.snapshot, view.snapshot.plan
mentions, references = plan.kpi("media_mentions"), plan.kpi("code_references")
traffic, participants = plan.kpi("website_visits"), plan.kpi("event_participants")
called = tables.names(plan, "category")


def tones(shown: View) -> Exhibit:
    found = strands.by_category(snapshot, mentions, shown.selection, shown.role, shown.as_of)
    return Exhibit(
        figure=charts.stacked(found, called, shown.theme, height=280),
        title=findings.strands(found, called, "mentions in twelve months"),
        subtitle=goal.about(
            shown, mentions, say("Mentions in the last twelve months, by tone"),
            when=say("to {date}", date=wording.date(shown.as_of)),
        ),
        table=lambda: tables.of_strands(found, called),
        kpi=mentions.id,
    )  # fmt: skip


def kinds(shown: View) -> Exhibit:
    found = breakdowns.breakdown(
        snapshot, references, "category", shown.selection, shown.role, shown.as_of
    )
    return Exhibit(
        figure=charts.bars(references, found, called, shown.theme),
        title=findings.groups(references, found, called),
        subtitle=goal.about(shown, references, say("References to the Code in force, by kind")),
        table=lambda: tables.of_breakdown(references, found, "category", called),
        kpi=references.id,
    )


def visits(shown: View) -> Exhibit:
    months = brand.visits(snapshot, shown.selection, shown.role, shown.as_of)
    return Exhibit(
        figure=charts.columns(
            [f"{m.starts_on:%Y}" if m.starts_on.month == 1 or not i else ""
             for i, m in enumerate(months)],
            [m.visits for m in months],
            shown.theme,
            hover=[wording.month(m.starts_on) for m in months],
            written=False,
        ),
        title=findings.visits(months),
        subtitle=goal.about(
            shown, traffic, say("Website visits by month"),
            when=say("to {date}", date=wording.date(shown.as_of)),
        ),
        table=lambda: pd.DataFrame(
            {
                say("Month"): [wording.month(m.starts_on) for m in months],
                say("Visits"): [m.visits for m in months],
                say("Downloads"): [m.downloads for m in months],
            }
        ),
        kpi=traffic.id,
    )  # fmt: skip


left, right = st.columns(2, gap="large")
with left:
    if not figures.awaiting(missing(snapshot, mentions.id), mentions.title):
        figures.draw(view, tones, key="mentions")
with right:
    if not figures.awaiting(missing(snapshot, references.id), references.title):
        figures.draw(view, kinds, key="references")

left, right = st.columns(2, gap="large")
with left:
    if not figures.awaiting(missing(snapshot, traffic.id), traffic.title):
        figures.draw(view, visits, key="visits")
with right:
    if not figures.awaiting(missing(snapshot, participants.id), say("Events")):
        with figures.said():
            held = brand.events(snapshot, view.selection, view.role, view.as_of)
            figures.head(
                findings.events(held),
                goal.about(view, participants, say("Events of the last twelve months")),
            )
            if held:
                countries = tables.names(plan, "country")
                table = pd.DataFrame(
                    [
                        {
                            say("Held on"): event.held_on,
                            say("Event"): event.title,
                            say("Kind"): called[event.kind],
                            say("Country"): countries[event.country] if event.country else None,
                            say("Participants"): event.participants,
                        }
                        for event in held
                    ]
                )
                tables.show_with_files(
                    table.head(LATEST),
                    view,
                    "events",
                    say("Events with their participants"),
                    whole=lambda: table,
                )
                if len(table) > LATEST:
                    first = wording.plain(LATEST)
                    st.caption(say("The first {count} rows. The file has them all.", count=first))
goal.end(view, 4)
