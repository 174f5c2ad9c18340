"""Maps, each beside the sorted list of bars that says the same and names every country."""

from __future__ import annotations

import streamlit as st

from scorecard import charts
from scorecard.catalogue import Kpi
from scorecard.exhibits import findings
from scorecard.screen import figures, goal, tables
from scorecard.screen.frame import View

_LIST = 12


def countries(view: View, kpi: Kpi, key: str) -> None:
    """A KPI by country; a click on a country or its bar selects its region.

    The map shows all regions whatever is selected, so a selection need not draw it anew, which
    costs more than all the rest of a page; the bars show what is selected.
    """
    plan = view.snapshot.plan
    with figures.said():
        found = goal.breakdown(view, kpi, "country")
        called = tables.names(plan, "country")
        table = tables.of_breakdown(kpi, found, "country", called)
        selected = [
            code for code, (_, region) in plan.countries.items() if region in view.selection.regions
        ]
        left, right = st.columns([3, 2], gap="large")
        with left:
            figures.draw(
                charts.country_map(kpi, found, plan.countries, view.theme),
                key=key,
                title=findings.reached(
                    kpi, found, selected if selected else None, view.selection.regions
                ),
                subtitle=goal.about(view, kpi, f"{kpi.title} by country", without="region")
                + figures.hint("click a country to select its region"),
                table=table,
                # The text of the map is of all regions, as it is, and so stays with it.
                alt=figures.describe(findings.reached(kpi, found, None, ()), table),
                kpi=kpi.id,
                on_select=figures.toggle_region,
            )
        with right:
            rest = len(found.groups) - _LIST
            more = f" · {rest} more under Data" if rest > 0 else ""
            figures.draw(
                charts.bars(kpi, found, called, view.theme, selected, most=_LIST),
                key=f"{key}_bars",
                title=findings.within(kpi, found, called, selected, view.selection.regions),
                subtitle=f"The same, in order{more}",
                table=table,
                kpi=kpi.id,
                on_select=lambda code: figures.toggle_region(plan.countries[code][1]),
            )


def regions(view: View, kpi: Kpi, key: str) -> None:
    """A KPI by region as a map only, to stand beside its bars."""
    plan = view.snapshot.plan
    with figures.said():
        found = goal.breakdown(view, kpi, "region")
        called = tables.names(plan, "region")
        figures.draw(
            charts.region_map(kpi, found, plan.countries, view.theme, view.selection.regions),
            key=key,
            title="The same as a map",
            subtitle=goal.about(view, kpi, f"{kpi.title} by region", without="region")
            + figures.hint("click a region to select it"),
            table=tables.of_breakdown(kpi, found, "region", called),
            kpi=kpi.id,
            on_select=figures.toggle_region,
        )
