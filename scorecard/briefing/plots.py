"""Charts as the places of their parts, for a writer that draws them itself.

All places are shares of the plot: x from its left, y from its bottom, both 0 to 1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from scorecard import palette
from scorecard.briefing import scale
from scorecard.briefing.document import Chart, Line
from scorecard.briefing.letters import limit
from scorecard.languages import say
from scorecard.palette import Ink

_LABEL_GAP = 0.07
"""How far apart two labels beside a plot must be, as a share of its height."""
_NAME_ROOM = 18.0
"""Em of Arial that a name beside a bar may take."""
_MARKS = 8
"""Marks below a line, at most, where its categories are no dates."""

_ROLES = {"actual": palette.ACTUAL, "path": palette.PATH, "projection": palette.PROJECTION}


def plot(chart: Chart, text: Callable[[str], str]) -> dict[str, Any]:
    """A chart as a writer draws it; `text` makes its words fit for the format."""
    found: dict[str, Any] = {
        "kind": chart.kind,
        "title": text(chart.title),
        "subtitle": text(chart.subtitle),
        "alt": text(chart.alt) or text(chart.title) or say("A chart"),
    }
    axis = scale.axis(chart)
    if chart.kind == "line":
        return {**found, **_lines(chart, axis, text)}
    return {**found, **(_bars if chart.kind == "bar" else _steps)(chart, axis, text)}


def ink_of(line: Line, place: int) -> Ink:
    """The colour of a series: by its role, else by its place."""
    return _ROLES.get(line.role, palette.SERIES[place % len(palette.SERIES)])


def _share(value: float, axis: scale.Axis) -> float:
    return (value - axis.low) / (axis.high - axis.low)


def _lines(chart: Chart, axis: scale.Axis, text: Callable[[str], str]) -> dict[str, Any]:
    places, marks = _across(chart)
    lines, labels = [], []
    for number, line in enumerate(chart.lines):
        colour = ink_of(line, number).light
        runs: list[list[tuple[float, float]]] = [[]]
        for place, value in zip(places, line.values, strict=False):
            if value is None:
                runs.append([])
            else:
                runs[-1].append((place, _share(value, axis)))
        last = scale.last_known(line)
        runs = [run for run in runs if run]
        end = runs[-1][-1] if runs else None
        lines.append({"role": line.role, "colour": colour, "runs": runs, "end": end})
        if end and last is not None:
            name, _ = limit(text(line.name), 8.0, 1)
            shown = scale.shown(line.values[last], chart.unit)
            labels.append({"at": end[1], "text": f"{name} {shown}", "colour": colour})
    ticks = [
        {"at": _share(tick, axis), "text": scale.shown(tick, chart.unit)} for tick in axis.ticks()
    ]
    return {"ticks": ticks, "marks": marks, "lines": lines, "labels": _apart(labels)}


def _across(chart: Chart) -> tuple[list[float], list[dict[str, Any]]]:
    """Where the categories stand, and the marks below: years, or some of the names."""
    days = scale.dates(chart)
    count = len(chart.categories)
    if not days or len(days) == 1:
        places = [i / max(count - 1, 1) for i in range(count)]
        every = -(-count // _MARKS)
        return places, [
            {"at": places[i], "text": limit(chart.categories[i], 6.0, 1)[0]}
            for i in range(0, count, every)
        ]
    first, whole = days[0], (days[-1] - days[0]).days
    places = [(day - first).days / whole for day in days]
    years = range(first.year, days[-1].year + 1)
    starts = {year: (first.replace(year=year, month=1, day=1) - first).days for year in years}
    ends = {year: starts.get(year + 1, whole) for year in years}
    # The name of a year stands in the middle of what the chart shows of it.
    return places, [
        {"at": (max(starts[year], 0) + min(ends[year], whole)) / 2 / whole, "text": str(year)}
        for year in years
        if min(ends[year], whole) - max(starts[year], 0) > whole * 0.05
    ]


def _apart(labels: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Labels beside a plot, pushed apart where they would lie on each other."""
    labels = sorted(labels, key=lambda label: label["at"])
    for below, above in zip(labels, labels[1:], strict=False):
        above["at"] = max(above["at"], below["at"] + _LABEL_GAP)
    excess = labels[-1]["at"] - 1.0 if labels else 0.0
    if excess > 0:
        labels[-1]["at"] = 1.0
        for above, below in zip(labels[::-1], labels[-2::-1], strict=False):
            below["at"] = min(below["at"], above["at"] - _LABEL_GAP)
    return labels


def _bars(chart: Chart, axis: scale.Axis, text: Callable[[str], str]) -> dict[str, Any]:
    looks = [_look(line, number) for number, line in enumerate(chart.lines)]
    rows = []
    for place, category in enumerate(chart.categories):
        bars = []
        for line, look in zip(chart.lines, looks, strict=True):
            value = line.values[place]
            bars.append({**_span(0.0, value, axis), **look, "text": scale.shown(value, chart.unit)})
        rows.append(_row(category, bars, text))
    legend = [
        {**look, "text": limit(text(line.name), 20.0, 1)[0]}
        for line, look in zip(chart.lines, looks, strict=True)
    ]
    thick = 15 if len(chart.lines) == 1 else 10
    return {"zero": _share(0.0, axis), "rows": rows, "legend": legend, "thick": thick}


def _steps(chart: Chart, axis: scale.Axis, text: Callable[[str], str]) -> dict[str, Any]:
    rows = []
    for piece in scale.pieces(chart):
        if piece.is_total:
            look = {"look": "solid", "colour": palette.ACTUAL.light}
        elif piece.amount >= 0:
            look = {"look": "solid", "colour": palette.STATUS["on_track"].light}
        else:
            look = {"look": "hollow", "colour": palette.STATUS["serious_delay"].light}
        bar = {
            **_span(piece.start, piece.end, axis),
            **look,
            "text": scale.piece_shown(piece, chart.unit),
        }
        rows.append(_row(piece.name, [bar], text, strong=piece.is_total))
    return {"zero": _share(0.0, axis), "rows": rows, "legend": [], "thick": 15}


def _row(
    name: str, bars: Sequence[dict[str, Any]], text: Callable[[str], str], *, strong: bool = False
) -> dict[str, Any]:
    shown, _ = limit(text(name), _NAME_ROOM, 1)
    return {"text": shown, "bars": list(bars), "strong": strong}


def _span(start: float, end: float | None, axis: scale.Axis) -> dict[str, float | None]:
    if end is None:
        return {"start": None, "end": None}
    low, high = sorted((_share(start, axis), _share(end, axis)))
    return {"start": low, "end": high}


def _look(line: Line, place: int) -> dict[str, str]:
    """Solid, light or hollow, so that bars differ in grey too."""
    if line.role == "path":
        return {"look": "dashed", "colour": palette.PATH.light}
    if place == 0:
        return {"look": "solid", "colour": palette.ACCENT.light}
    if place == 1:
        return {"look": "light", "colour": palette.ACCENT.light}
    return {"look": "solid", "colour": ink_of(line, place).light}
