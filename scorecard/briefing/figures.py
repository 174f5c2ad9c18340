"""The two charts of a KPI in a briefing: its course against the path, and why it changed."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable, Mapping

from scorecard import readings, wording
from scorecard.briefing import brief as cells
from scorecard.briefing.brief import FEW, Brief
from scorecard.briefing.document import Chart, Line
from scorecard.catalogue import Kpi
from scorecard.exhibits import strands
from scorecard.languages import say
from scorecard.meeting import Why
from scorecard.plan import Target
from scorecard.readings import Reading

LONGEST = 48
"""Characters of a name beside a bar."""


def trend(brief: Brief, kpi: Kpi, reading: Reading) -> Chart | None:
    """The value month by month beside the required path; none where nothing is known."""
    as_of = brief.occasion.as_of
    path = readings.target(brief.snapshot, kpi, brief.selection)
    known = _shown(brief, kpi)
    if not any(value is not None for value in known.values()):
        return None
    dates = _dates(brief, path)
    lines = [Line(say("Actual"), tuple(known.get(date) for date in dates), "actual")]
    legend = [say("solid: actual")]
    if path:
        required = tuple(path.at(d) if d <= path.ends_on else None for d in dates)
        lines.append(Line(say("Required path"), required, "path"))
        legend.append(say("dashed: required path"))
    if path and reading.projected is not None and reading.value is not None:
        leads = _projection(reading.value, reading.projected, as_of, path.ends_on)
        lines.append(Line(say("At this pace"), tuple(leads(d) for d in dates), "projection"))
        legend.append(say("dotted: at the present pace"))
    few = ""
    if not kpi.is_count:
        few = " · " + say("not drawn where fewer than {count} are counted", count=FEW)
    return Chart(
        kind="line",
        title=course(kpi, reading),
        subtitle=f"{kpi.title}, {wording.unit(kpi)} · {scope(brief, kpi)} · "
        f"{wording.clauses(legend)}{few}",
        alt=_alt(brief, kpi, reading, known),
        categories=tuple(date.isoformat() for date in dates),
        lines=tuple(lines),
        unit=cells.unit(kpi),
    )


def course(kpi: Kpi, reading: Reading) -> str:
    """The finding of a trend: the value now, and where the pace leads."""
    few = cells.is_few(kpi, reading)
    now = wording.value(kpi, reading) if few else wording.counted(kpi, reading.value)
    pace = "" if few else wording.pace(kpi, reading)
    return (
        say("{value} now; {text}", value=now, text=pace) if pace else say("{value} now", value=now)
    )


def waterfall(brief: Brief, kpi: Kpi, why: Why) -> Chart:
    """From the value at the compared date to the one now, the greatest steps first."""
    assert why.explanation and why.by
    amounts = [step.amount for step in why.steps]
    names = [_short(step.label) for step in why.steps]
    steps = [
        f"{name} {wording.change(kpi, amount)}"
        for name, amount in zip(names[1:-1], amounts[1:-1], strict=True)
        if not wording.is_still(kpi, amount)
    ]
    note = " · " + say("rate: its own share changed; mix: its weight changed")
    how = say(
        "{title}, {unit}, by {what}",
        title=kpi.title,
        unit=wording.unit(kpi),
        what=wording.DIMENSION.get(why.by, say("single entry")),
    )
    return Chart(
        kind="waterfall",
        title=say(
            "{change} since {since}",
            change=wording.change(kpi, why.explanation.change),
            since=brief.since,
        ),
        subtitle=f"{how} · {scope(brief, kpi)}" + (note if kpi.aggregate == "ratio" else ""),
        alt=say(
            "From {low} on {start} to {high} on {end}: {steps}.",
            low=wording.number(kpi, amounts[0]),
            start=names[0],
            high=wording.number(kpi, amounts[-1]),
            end=names[-1],
            steps=wording.clauses(steps),
        ),
        categories=tuple(names),
        lines=(Line(say("Change"), tuple(amounts), "other"),),
        unit=cells.unit(kpi),
    )


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1].rstrip()}…"


def scope(brief: Brief, kpi: Kpi) -> str:
    """What is selected, as far as the KPI can be."""
    words = wording.scope(brief.selection.within(kpi))
    extra = wording.unfiltered(kpi, brief.selection.unfiltered(kpi))
    return f"{words} ({extra})" if extra else words


def _projection(
    now: float, then: float, as_of: dt.date, until: dt.date
) -> Callable[[dt.date], float | None]:
    """The straight way from the value now to the projected one."""

    def at(date: dt.date) -> float | None:
        if not as_of <= date <= until:
            return None
        return now + (then - now) * ((date - as_of).days / (until - as_of).days)

    return at


def _shown(brief: Brief, kpi: Kpi) -> Mapping[dt.date, float | None]:
    """The value at each date up to the figures'; none where it is a share of few."""
    series = readings.series(brief.snapshot, kpi, brief.selection, brief.role)
    counts = strands.counts(brief.snapshot, kpi, brief.selection, series)
    return {
        point.date: point.value if kpi.is_count or n is None or n >= FEW else None
        for point, n in zip(series.points, counts, strict=True)
        if point.date <= brief.occasion.as_of
    }


def _dates(brief: Brief, path: Target | None) -> list[dt.date]:
    """Month ends over the plan, so that they lie evenly, and the date of the figures."""
    as_of = brief.occasion.as_of
    ends_on = max(path.ends_on, as_of) if path else as_of
    start = min(path.starts_on, brief.snapshot.dates[0]) if path else brief.snapshot.dates[0]
    dates = {as_of, *([path.ends_on] if path else [])}
    year, month = start.year, start.month
    while (year, month) <= (ends_on.year, ends_on.month):
        last = dt.date(year, month, calendar.monthrange(year, month)[1])
        if start <= last <= ends_on:
            dates.add(last)
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return sorted(dates)


def _alt(brief: Brief, kpi: Kpi, reading: Reading, known: Mapping[dt.date, float | None]) -> str:
    """The line in words, for those who do not see it."""
    points = [(date, value) for date, value in known.items() if value is not None]
    (first, start), (last, end) = points[0], points[-1]
    text = wording.titled(kpi.title, wording.course(kpi, first, start, last, end))
    if reading.target is not None and reading.target_date is not None:
        asked = say(
            "the plan asks for {target} by {until}",
            target=wording.number(kpi, reading.target),
            until=wording.by_when(reading.target_date),
        )
        text = wording.clauses((text, asked))
    return f"{text}."
