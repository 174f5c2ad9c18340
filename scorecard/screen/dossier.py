"""The page about one KPI: its finding, arithmetic, trend, breakdowns and explanation."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from scorecard import chance, changes, charts, evidence, readings, wording
from scorecard.catalogue import Kpi
from scorecard.changes import Explanation
from scorecard.confidentiality import admits, guards
from scorecard.exhibits import arithmetic, findings, milestones, strands
from scorecard.languages import say
from scorecard.readings import Reading
from scorecard.refusal import Refusal
from scorecard.screen import (
    asking,
    cards,
    commentary,
    figures,
    frame,
    goal,
    grounds,
    links,
    maps,
    multiples,
    one_kpi,
    sheet,
    tables,
)
from scorecard.screen.figures import Exhibit
from scorecard.screen.frame import View
from scorecard.screen.markdown import escape

_BY = "kpi_by"
_TERMS = {
    "Value": "reading",
    "Baseline": "baseline",
    "Expected today": "expected",
    "Target": "target",
    "Share of the way done": "status",
    "Pace": "pace",
}
"""What a step of the arithmetic is called -> the word that explains it."""


def show() -> None:
    """Draws the page for the KPI that the address names."""
    view = frame.open()
    figures.style()
    plan = view.snapshot.plan
    kpi = one_kpi.chosen(plan, plan.kpis[0].id, "kpi_choice")
    if links.is_locked():
        st.markdown(f"## {escape(kpi.title)}")
    goal_title = plan.goal(kpi.goal).title
    st.caption(
        escape(
            " · ".join(
                (
                    say("Goal {number}", number=kpi.goal),
                    goal_title,
                    wording.DIRECTION[kpi.direction],
                    *([say("confidential")] if kpi.confidential else []),
                )
            )
        )
    )
    # What is known of another KPI, or by another dimension, is not of this one.
    by = _dimension_kept(view, kpi)
    view = replace(view, about=f"{kpi.id} {by}")
    cards.finding(
        view, lambda shown: wording.finding(kpi, _reading(shown, kpi)), key="kpi_headline"
    )
    st.markdown(escape(kpi.definition))
    cards.kpi_cards(view, [kpi.id], key="kpi_card")
    tasks = asking.written(view)
    sheet.part(
        asking.beside(view, tasks),
        lambda shown: [_arithmetic(shown, kpi) | {"asks": asking.of_kpi(shown, tasks, kpi.id)}],
        key="kpi_arithmetic",
    )
    if figures.awaiting(view.snapshot.missing_exports(kpi), kpi.title):
        grounds.about(view, kpi)
        return
    figures.draw(view, lambda shown: _trend(shown, kpi), key="trend")
    by = _dimension(view, kpi)
    if by:
        _breakdown(view, kpi, by)
    _explanation(view, kpi, by)
    commentary.said_of(view, kpi)
    grounds.rows(view, kpi)
    grounds.about(view, kpi)


def _reading(view: View, kpi: Kpi) -> Reading:
    return next(r for r in view.scorecard.readings if r.kpi == kpi.id)


def _arithmetic(view: View, kpi: Kpi) -> dict[str, Any]:
    """Both statements, where we are and whether we will arrive, and how each figure was got."""
    reading = _reading(view, kpi)
    texts = [arithmetic.status(kpi, reading), arithmetic.will_arrive(kpi, reading)]
    if span := chance.interval(kpi, reading.numerator, reading.denominator, reading.n):
        value = wording.value(kpi, reading)
        texts.append(say("{value}: {words}.", value=value, words=chance.words(kpi, span)))
    if words := wording.unfiltered(kpi, reading.unfiltered):
        texts.append(say("This KPI is {words}.", words=words))
    path = readings.target(view.snapshot, kpi, view.selection)
    terms = {say(what): term for what, term in _TERMS.items()}
    return {
        "kind": "arithmetic",
        "standing": say("Where we are, and whether we will arrive"),
        "texts": [text for text in texts if text],
        "title": say("The arithmetic"),
        "caption": say("How the figures were got"),
        "steps": [
            [s.what, s.figure, s.how, terms.get(s.what, "")]
            for s in arithmetic.steps(kpi, reading, path, view.as_of)
        ],
    }


def _trend(view: View, kpi: Kpi) -> Exhibit:
    snapshot, reading = view.snapshot, _reading(view, kpi)
    if reading.status == "too_few":
        # One case more or less would turn the line at the present pace.
        reading = replace(reading, pace=None, projected=None)
    try:
        series = readings.series(snapshot, kpi, view.selection, view.role)
    except Refusal as refusal:
        return figures.refused(refusal, kpi)
    counts = strands.counts(snapshot, kpi, view.selection, series)
    if not any(p.value is not None for p in series.points if p.date <= view.as_of):
        return figures.refused(say("no value of this selection is known or may be shown so far"))
    path = readings.target(snapshot, kpi, view.selection)
    meetings = [m for m in snapshot.plan.meetings if m.kind in readings.COMPARED]
    legend = [say("solid: actual")]
    if path:
        legend.append(say("dashed: required path"))
    if reading.projected is not None:
        legend.append(say("dotted: at the present pace"))
    return Exhibit(
        figure=charts.trend(
            kpi,
            series,
            reading,
            path,
            meetings,
            view.as_of,
            view.theme,
            counts,
            view.compare,
            milestones.of_goal(snapshot.plan, kpi.goal, view.as_of),
        ),
        title=_course(kpi, reading),
        subtitle=goal.about(view, kpi, f"{kpi.title}, {wording.unit(kpi)}")
        + " · "
        + say(
            "{legend}; below: a mark at each meeting, a diamond at each milestone of the goal, "
            "filled where it is done; thin line: compared date",
            legend=wording.clauses(legend),
        ),
        table=lambda: tables.of_series(kpi, series, counts),
        kpi=f"{kpi.id}-series",
    )


def _course(kpi: Kpi, reading: Reading) -> str:
    """The finding of the trend: the pace where there is one, else the value."""
    value = wording.counted(kpi, reading.value)
    if reading.n is not None and reading.n < 10:
        value = wording.value(kpi, reading)
    if reading.value is None:
        return say("{title} over time", title=kpi.title)
    if text := wording.pace(kpi, reading):
        return say("{value} now; {text}", value=value, text=text)
    return say("{value} now", value=value)


def _dimensions(view: View, kpi: Kpi) -> list[str]:
    """The dimensions that the KPI may be broken down by, for this role."""
    has = [d for d in ("region", "country", "pillar", "category")
           if d in kpi.dimensions or (d == "country" and "region" in kpi.dimensions)]  # fmt: skip
    return [d for d in has if d != "country" or not guards(kpi, view.role)]


def _dimension_kept(view: View, kpi: Kpi) -> str | None:
    """The dimension that the page breaks the KPI down by; the first where none was chosen."""
    has = _dimensions(view, kpi)
    kept = st.session_state.get(_BY)
    return kept if kept in has else next(iter(has), None)


def _dimension(view: View, kpi: Kpi) -> str | None:
    """Lets choose by which dimension the page breaks the KPI down; says which it may not."""
    has = _dimensions(view, kpi)
    if guards(kpi, view.role) and "region" in kpi.dimensions:
        figures.refuse(say("by country, as this KPI is confidential"))
    if not has:
        st.caption(escape(say("{title} is not broken down.", title=kpi.title)))
        return None
    if len(has) == 1:
        return has[0]
    st.session_state[_BY] = _dimension_kept(view, kpi)
    chosen = st.segmented_control(
        say("Broken down by"), has, format_func=lambda by: tables.HEADS[by], key=_BY, required=True
    )
    return str(chosen or has[0])


def _breakdown(view: View, kpi: Kpi, by: str) -> None:
    plan = view.snapshot.plan
    if by == "country":
        maps.countries(view, lambda _: kpi, "kpi_countries")
        return
    called = tables.names(plan, by)
    clicks = {"region": figures.regions(plan), "pillar": figures.pillars(plan)}

    def make(shown: View) -> Exhibit:
        try:
            found = goal.breakdown(shown, kpi, by)
        except Refusal as refusal:
            return figures.refused(refusal, kpi)
        if not found.groups:
            return figures.refused(_why_empty(shown, kpi, by))
        spans = chance.spans(kpi, found.groups) if by in clicks else {}
        mine = {"region": shown.selection.regions, "pillar": shown.selection.pillars}.get(by, ())
        return Exhibit(
            figure=charts.bars(kpi, found, called, shown.theme, mine, spans=spans),
            title=findings.groups(kpi, found, called, by, mine),
            subtitle=goal.about(
                shown,
                kpi,
                say("{title} by {what}", title=kpi.title, what=wording.DIMENSION[by]),
                without=by if by in clicks else "",
            )
            + goal.thin_line(spans)
            + (figures.hint(say("click a bar to select it")) if by in clicks else ""),
            table=lambda: tables.of_breakdown(kpi, found, by, called),
            kpi=f"{kpi.id}-by-{by}",
        )

    left, right = st.columns(2, gap="large")
    with left:
        figures.draw(view, make, key="breakdown", select=clicks.get(by))
    with right:
        multiples.beside(view, kpi, by)


def _why_empty(view: View, kpi: Kpi, by: str) -> str:
    if guards(kpi, view.role) and by != "category":
        return say(
            "by {what}, as this KPI is confidential: below the whole Association it is shown at "
            "the end of a year only, and only where enough are counted",
            what=wording.DIMENSION[by],
        )
    return say("by {what}, as nothing is counted here", what=wording.DIMENSION[by])


def _explanation(view: View, kpi: Kpi, by: str | None) -> None:
    if view.compare is None:
        return
    if guards(kpi, view.role):
        figures.refuse(say("why it changed, as this KPI is confidential"))
        return
    ways = [by] if by else []
    if admits(view.role, kpi.rows_for):
        ways.append("entity")
    if not ways:
        return
    heads = {**tables.HEADS, "entity": say("Single entry")}
    way = ways[0]
    if len(ways) > 1 and kpi.aggregate != "countries":
        if st.session_state.get("kpi_why") not in ways:
            st.session_state["kpi_why"] = ways[0]
        way = str(
            st.segmented_control(
                say("Change explained by"), ways, format_func=heads.__getitem__, key="kpi_why",
                required=True,
            )
            or ways[0]
        )  # fmt: skip
    figures.draw(
        view,
        lambda shown: _explained(shown, kpi, way, heads[way]),
        key="explanation",
        # Single entries are asked of the facts, not of their sums.
        steps=way != "entity",
    )


def _explained(view: View, kpi: Kpi, way: str, head: str) -> Exhibit:
    if view.compare is None:
        return figures.refused(say("why it changed, as there is no earlier date to compare with"))
    try:
        found = changes.explain(
            view.snapshot, kpi, view.compare, view.as_of, way, view.selection, view.role
        )
    except Refusal as refusal:
        return figures.refused(refusal, kpi)
    since = wording.met(view.snapshot.plan, view.compare)
    if found.change is None:
        return figures.refused(
            say("the change since {since}, as one of the two values is not known", since=since)
        )
    if not found.parts:
        return Exhibit(
            say("Nothing changed since {since}", since=since),
            goal.about(view, kpi, kpi.title),
            None,
            pd.DataFrame,
        )
    called = _names_of_parts(view, kpi, way, found)
    return Exhibit(
        figure=charts.waterfall(kpi, found, called, view.theme),
        title=say(
            "{changed} since {since}", changed=_changed(view, kpi, found.change), since=since
        ),
        subtitle=goal.about(
            view,
            kpi,
            say("What each contributed: {what}", what=head.lower()),
            when=_ratio_note(kpi),
        ),
        table=lambda: tables.of_explanation(kpi, found, head, called),
        kpi=f"{kpi.id}-change",
    )


def _changed(view: View, kpi: Kpi, amount: float) -> str:
    """The change with its sign; of a share of few both counts: 5 of 6, before 5 of 7."""
    now = _reading(view, kpi)
    before = view.before.get(kpi.id)
    if wording.is_few(kpi, now) or (before and wording.is_few(kpi, before)):
        return wording.moved(kpi, now, before)
    return wording.change(kpi, amount)


def _ratio_note(kpi: Kpi) -> str:
    if kpi.aggregate != "ratio":
        return say("the parts add up to the change")
    return say("rate: its own share changed; mix: its weight changed")


def _names_of_parts(view: View, kpi: Kpi, way: str, found: Explanation) -> tables.Names:
    if kpi.aggregate == "countries":
        return tables.names(view.snapshot.plan, "country")
    if way != "entity":
        return tables.names(view.snapshot.plan, way)
    entities = [part.group for part in found.parts]
    dates = (found.start, found.end)
    return tables.Names(evidence.labels(view.snapshot, kpi, view.role, dates, entities))
