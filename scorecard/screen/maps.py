"""Maps, each beside the sorted list of bars that says the same and names every country."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from scorecard import charts
from scorecard.breakdowns import Breakdown
from scorecard.catalogue import Kpi
from scorecard.exhibits import findings
from scorecard.languages import say, say_n
from scorecard.screen import figures, goal, tables
from scorecard.screen.figures import Exhibit
from scorecard.screen.frame import View

_LIST = 12


def countries(view: View, of: Callable[[View], Kpi], key: str) -> None:
    """A KPI by country; a click on a country or its bar selects its region. `of` says which.

    The map shows all regions whatever is selected, so a selection need not draw it anew; the bars
    show what is selected.
    """
    plan = view.snapshot.plan
    called = tables.names(plan, "country")

    def table(kpi: Kpi, found: Breakdown) -> tables.Table:
        return lambda: tables.of_breakdown(kpi, found, "country", called)

    def on_map(shown: View) -> Exhibit:
        kpi = of(shown)
        found = goal.breakdown(shown, kpi, "country")
        return Exhibit(
            figure=charts.country_map(kpi, found, plan.countries, shown.theme),
            title=findings.reached(kpi, found, _selected(shown) or None, shown.selection.regions),
            subtitle=goal.about(
                shown, kpi, say("{title} by country", title=kpi.title), without="region"
            )
            + figures.hint(say("click a country to select its region")),
            table=table(kpi, found),
            # The text of the map is of all regions, as it is.
            alt=lambda: figures.describe(
                findings.reached(kpi, found, None, ()), table(kpi, found)()
            ),
            kpi=kpi.id,
        )

    def in_order(shown: View) -> Exhibit:
        kpi = of(shown)
        found = goal.breakdown(shown, kpi, "country")
        selected = _selected(shown)
        rest = len(found.groups) - _LIST
        subtitle = say("The same, in order")
        if rest > 0:
            subtitle += " · " + say_n("{count} more under Data", "{count} more under Data", rest)
        return Exhibit(
            figure=charts.bars(kpi, found, called, shown.theme, selected, most=_LIST),
            title=findings.within(kpi, found, called, selected, shown.selection.regions),
            subtitle=subtitle,
            table=table(kpi, found),
            kpi=kpi.id,
        )

    left, right = st.columns([3, 2], gap="large")
    with left:
        figures.draw(view, on_map, key=key, select=figures.regions(plan))
    with right:
        figures.draw(view, in_order, key=f"{key}_bars", select=figures.countries(plan))


def _selected(view: View) -> list[str]:
    """The countries of the selected regions."""
    regions = view.selection.regions
    return [code for code, (_, home) in view.snapshot.plan.countries.items() if home in regions]


def regions(view: View, kpi: Kpi, key: str) -> None:
    """A KPI by region as a map only, to stand beside its bars."""
    plan = view.snapshot.plan

    def make(shown: View) -> Exhibit:
        found = goal.breakdown(shown, kpi, "region")
        called = tables.names(plan, "region")
        return Exhibit(
            figure=charts.region_map(
                kpi, found, plan.countries, shown.theme, shown.selection.regions
            ),
            title=say("The same as a map"),
            subtitle=goal.about(
                shown, kpi, say("{title} by region", title=kpi.title), without="region"
            )
            + figures.hint(say("click a region to select it")),
            table=lambda: tables.of_breakdown(kpi, found, "region", called),
            kpi=kpi.id,
        )

    figures.draw(view, make, key=key, select=figures.regions(plan))
