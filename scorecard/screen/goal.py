"""What the pages of the four goals share: the finding, the KPIs, the milestones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd
import streamlit as st

from scorecard import breakdowns, chance, standing, wording
from scorecard.breakdowns import Breakdown
from scorecard.catalogue import Kpi
from scorecard.chance import Interval
from scorecard.charts import bars
from scorecard.exhibits import findings, milestones, missing
from scorecard.languages import say
from scorecard.screen import asking, cards, figures, frame, tables
from scorecard.screen.figures import Exhibit
from scorecard.screen.frame import View
from scorecard.screen.markdown import escape


def begin(number: int) -> View:
    """The opening of a goal's page: where its KPIs stand, in a sentence and one by one."""
    view = frame.open()
    plan = view.snapshot.plan
    goal = plan.goal(number)
    kpis = [kpi.id for kpi in plan.kpis if kpi.goal == number]
    figures.style()
    st.caption(escape(f"{say('Goal {number}', number=number)} · {goal.title}"))
    cards.finding(view, lambda shown: _finding(shown, number), key=f"headline_{number}")
    st.markdown(escape(goal.summary))
    cards.kpi_cards(view, kpis, key=f"goal_{number}")
    asking.draw(view, kpis, key=f"questions_{number}")
    return view


def _finding(view: View, number: int) -> str:
    mine = [reading for reading in view.scorecard.readings if reading.goal == number]
    return standing.headline(view.snapshot.plan, mine, view.as_of)


def end(view: View, number: int) -> None:
    """The milestones of the goal."""
    found = milestones.of_goal(view.snapshot.plan, number, view.as_of)
    figures.head(
        milestones.finding(found, view.as_of),
        say(
            "Milestones of the goal · whole Association · at {date}", date=wording.date(view.as_of)
        ),
    )
    if not found:
        return
    table = pd.DataFrame(
        [
            {
                say("State"): milestones.STATES[entry.state],
                say("Due"): entry.milestone.due_on,
                say("Milestone"): entry.milestone.title,
                say("Done"): entry.milestone.done_on if entry.state.startswith("done") else None,
                say("Owner"): entry.milestone.owner,
            }
            for entry in found
        ]
    )
    tables.show(table, "milestones", say("Milestones with due date, date done and state"))


def about(view: View, kpi: Kpi, what: str, *, without: str = "", when: str = "") -> str:
    """What, scope and date of an exhibit; `without` a dimension that it shows whole."""
    chosen = view.selection
    if without:
        chosen = replace(chosen, **{f"{without}s": ()})
    parts = [what, wording.scope(chosen.within(kpi))]
    if missing_words := wording.unfiltered(kpi, chosen.unfiltered(kpi)):
        parts.append(missing_words)
    parts.append(when or say("at {date}", date=wording.date(view.as_of)))
    return " · ".join(parts)


def by_region(view: View, kpi: Kpi, key: str, what: str) -> None:
    """A KPI by region as bars; a click selects the region, another click all again."""
    if figures.awaiting(missing(view.snapshot, kpi.id), kpi.title):
        return

    def make(shown: View) -> Exhibit:
        found = breakdown(shown, kpi, "region")
        spans = chance.spans(kpi, found.groups)
        called = tables.names(shown.snapshot.plan, "region")
        return Exhibit(
            figure=bars(kpi, found, called, shown.theme, shown.selection.regions, spans=spans),
            title=findings.groups(kpi, found, called, "region", shown.selection.regions),
            subtitle=about(shown, kpi, what, without="region")
            + thin_line(spans)
            + figures.hint(say("click a bar to select it")),
            table=lambda: tables.of_breakdown(kpi, found, "region", called),
            kpi=kpi.id,
        )

    figures.draw(view, make, key=key, select=figures.regions(view.snapshot.plan))


def thin_line(spans: Mapping[str | None, Interval]) -> str:
    """What the thin lines of bars are, for their subtitle; nothing where there are none."""
    return say(" · thin line: as far as chance alone could move so few") if spans else ""


def breakdown(view: View, kpi: Kpi, by: str) -> Breakdown:
    """A KPI by region, country or pillar, all of them whatever is selected of that dimension."""
    chosen = view.selection
    if by == "pillar":
        chosen = replace(chosen, pillars=())
    elif by in ("region", "country"):
        chosen = replace(chosen, regions=())
    return breakdowns.breakdown(view.snapshot, kpi, by, chosen, view.role, view.as_of)
