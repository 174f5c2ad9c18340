"""A KPI over time by region or pillar, which stands beside its bars."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from scorecard import charts, readings, wording
from scorecard.catalogue import Kpi
from scorecard.charts import multiples
from scorecard.exhibits import strands
from scorecard.languages import say, to_say
from scorecard.refusal import Refusal
from scorecard.screen import figures, goal, maps, tables
from scorecard.screen.figures import Exhibit
from scorecard.screen.frame import View

_SHOWN = "kpi_beside"
_WAYS = {"map": to_say("On the map"), "time": to_say("Over time")}


def beside(view: View, kpi: Kpi, by: str) -> None:
    """What stands beside the bars: by region the map or all regions over time, as is chosen."""
    if by == "pillar":
        _over_time(view, kpi, "pillar")
    if by != "region":
        return
    # A widget's own state goes when another page is opened.
    kept = st.session_state.get(f"_{_SHOWN}", "map")
    st.session_state.setdefault(_SHOWN, kept)
    chosen = st.segmented_control(
        say("Regions"), list(_WAYS), format_func=lambda way: say(_WAYS[way]), key=_SHOWN,
        required=True, label_visibility="collapsed",
    )  # fmt: skip
    st.session_state[f"_{_SHOWN}"] = chosen or "map"
    if chosen == "time":
        _over_time(view, kpi, "region")
    else:
        maps.regions(view, kpi, "kpi_regions")


def _over_time(view: View, kpi: Kpi, by: Literal["region", "pillar"]) -> None:
    plan = view.snapshot.plan
    called = tables.names(plan, by)
    met = [m.date for m in plan.meetings if m.kind in readings.COMPARED]

    def make(shown: View) -> Exhibit:
        try:
            found = strands.by_group(
                shown.snapshot, kpi, by, shown.selection, shown.role, shown.as_of
            )
        except Refusal as refusal:
            return figures.refused(refusal, kpi)
        if not any(v is not None for strand in found.strands.strands for v in strand.values):
            return figures.refused(
                say("over time, as no value of this selection is known or may be shown so far")
            )
        names = [called[strand.name] for strand in found.strands.strands]
        titles = [
            multiples.title(name, value) for name, value in zip(names, found.values, strict=True)
        ]
        chosen = shown.selection.regions if by == "region" else shown.selection.pillars
        # A share of the whole lies among those of its parts; their sum lies far above them.
        whole = None if kpi.is_count else found.whole
        legend = say("one scale for all; marks: meetings")
        if whole is not None:
            legend = say("one scale for all; faint line: all together; marks: meetings")
        return Exhibit(
            figure=charts.panels(kpi, found.strands, titles, shown.theme, whole, met, chosen),
            title=_finding(kpi, by, found, names),
            subtitle=goal.about(shown, kpi, _what(kpi, by), without=by) + f" · {legend}",
            table=lambda: tables.of_groups(found.strands, called, found.whole),
            kpi=f"{kpi.id}-by-{by}-series",
        )

    figures.draw(view, make, key=f"over_time_{by}")


def _what(kpi: Kpi, by: str) -> str:
    return say("{title} by {what}, over time", title=kpi.title, what=wording.DIMENSION[by])


def _finding(kpi: Kpi, by: str, found: strands.Groups, names: list[str]) -> str:
    """Which group changed most since the first date; shares of few are passed over."""
    year = found.strands.dates[0].year
    moved = [
        (change, name)
        for change, name in zip(found.changes, names, strict=True)
        if change is not None
    ]
    if not moved:
        return _what(kpi, by)
    amount, name = max(moved, key=lambda pair: abs(pair[0]))
    if wording.is_still(kpi, amount):
        return say("Nothing has changed since {year}", year=year)
    change = wording.change(kpi, amount)
    return say("{name} changed most since {year}: {change}", name=name, year=year, change=change)
