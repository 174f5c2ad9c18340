"""Charts of a briefing as Plotly figures, for the page of the browser and the file of HTML."""

from __future__ import annotations

import datetime as dt
from typing import Any

from scorecard import palette, wording
from scorecard.briefing import letters, scale
from scorecard.briefing.document import Chart, Line
from scorecard.charts import canvas
from scorecard.charts.canvas import SIZE, Figure, escape, ink
from scorecard.languages import say
from scorecard.palette import Ink, Theme

LINE_HEIGHT = 300
_BAR = 30
_LONGEST = 34
_LABEL = 132
"""Pixels beside a line chart for the names of its lines."""

_ROLE: dict[str, tuple[Ink, str, float]] = {
    "actual": (palette.ACTUAL, "solid", 2.4),
    "path": (palette.PATH, "dash", 1.8),
    "projection": (palette.PROJECTION, "dot", 1.8),
    "other": (palette.SERIES[0], "solid", 2.0),
}


def figure(chart: Chart, theme: Theme) -> Figure:
    """The chart as a Plotly figure of plain dictionaries."""
    if chart.kind == "line":
        return _line(chart, theme)
    return _waterfall(chart, theme) if chart.kind == "waterfall" else _bars(chart, theme)


def _line(chart: Chart, theme: Theme) -> Figure:
    """Lines with their names at their ends instead of a legend; gaps stay gaps."""
    traces: list[dict[str, Any]] = []
    ends: list[tuple[float, str, Ink]] = []
    for line in reversed(chart.lines):
        colour, dash, width = _ROLE[line.role]
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": list(chart.categories),
                "y": list(line.values),
                "name": escape(letters.one_line(line.name)),
                "line": {"color": ink(colour, theme), "width": width, "dash": dash},
                "connectgaps": False,
                "text": [scale.shown(value, chart.unit) for value in line.values],
                "customdata": [[_day(category)] for category in chart.categories],
                "hovertemplate": (
                    "%{customdata[0]}: <b>%{text}</b><extra>%{fullData.name}</extra>"
                ),
            }
        )
        place = scale.last_known(line)
        if place is not None:
            value = line.values[place]
            assert value is not None
            ends.append((value, f"{line.name} {scale.shown(value, chart.unit)}", colour))
            traces += _dots(chart, line, theme)
    values = [v for line in chart.lines for v in line.values if v is not None] or [0.0, 1.0]
    low, high = _room(min(values), max(values))
    apart = (high - low) * 16 / (LINE_HEIGHT - 40)
    heights = canvas.spread([value for value, _, _ in ends], apart, low, high)
    return canvas.figure(
        traces,
        theme,
        LINE_HEIGHT,
        margin={"l": 8, "r": _LABEL, "t": 8, "b": 24},
        xaxis=canvas.date_axis(theme, chart.categories[0], chart.categories[-1]),
        yaxis=canvas.value_axis(
            theme,
            None,
            range=[low, high],
            tickformat=",.0%" if chart.unit == "percent" else ",~r",
        ),
        annotations=[
            canvas.note(
                escape(letters.one_line(text)),
                theme,
                x=1,
                xref="paper",
                xanchor="left",
                xshift=6,
                y=height,
                yanchor="middle",
                font={"size": SIZE - 2, "color": ink(colour, theme)},
            )
            for (_, text, colour), height in zip(ends, heights, strict=True)
        ],
        hovermode="closest",
    )


def _day(category: str) -> str:
    try:
        return wording.short_date(dt.date.fromisoformat(category))
    except ValueError:
        return category


def _dots(chart: Chart, line: Line, theme: Theme) -> list[dict[str, Any]]:
    """A dot where a line would be invisible, at a value without neighbours, and at its end."""
    if line.role != "actual":
        return []
    values = (None, *line.values, None)
    alone = [
        i
        for i, value in enumerate(line.values)
        if value is not None and values[i] is None and values[i + 2] is None
    ]
    end = scale.last_known(line)
    shown = sorted({*alone, *([] if end is None else [end])})
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "x": [chart.categories[i] for i in shown],
            "y": [line.values[i] for i in shown],
            "marker": {"color": ink(palette.ACTUAL, theme), "size": 7},
            "hoverinfo": "skip",
        }
    ]


def _waterfall(chart: Chart, theme: Theme) -> Figure:
    """The steps of a change from nought to their sum; before and after stand in the text."""
    steps = [piece for piece in scale.pieces(chart) if not piece.is_total]
    names = [escape(_short(step.name)) for step in steps]
    amounts = [step.amount for step in steps]
    total = sum(amounts)
    reached = [0.0]
    for amount in amounts:
        reached.append(reached[-1] + amount)
    widest = max(reached) - min(reached) or 1.0
    trace = {
        "type": "waterfall",
        "orientation": "h",
        "y": list(range(len(amounts) + 1)),
        "x": [*amounts, total],
        "measure": [*["relative"] * len(amounts), "total"],
        "text": [scale.step_shown(amount, chart.unit) for amount in (*amounts, total)],
        "textposition": "outside",
        "cliponaxis": False,
        "textfont": {"size": SIZE, "color": ink(palette.TEXT, theme)},
        "increasing": {"marker": {"color": ink(palette.SERIES[0], theme)}},
        "decreasing": {"marker": {"color": ink(palette.SERIES[1], theme)}},
        "totals": {"marker": {"color": ink(palette.ACTUAL, theme)}},
        "connector": {"line": {"color": ink(palette.LINE, theme), "width": 1}},
        "customdata": [[name] for name in (*names, say("Change"))],
        "hovertemplate": "%{customdata[0]}<br><b>%{text}</b><extra></extra>",
    }
    return canvas.figure(
        [trace],
        theme,
        max(110, _BAR * (len(amounts) + 1) + 20),
        margin={"l": 8, "r": 8, "t": 4, "b": 4},
        waterfallgap=0.35,
        xaxis=_hidden(theme, [min(reached) - widest * 0.2, max(reached) + widest * 0.2]),
        yaxis=_names([*names, f"<b>{say('Change')}</b>"], theme),
    )


def _bars(chart: Chart, theme: Theme) -> Figure:
    """Bars from zero, the names beside them."""
    line = chart.lines[0]
    known = [value for value in line.values if value is not None] or [0.0]
    low, high = min(0.0, *known), max(0.0, *known)
    wide = high - low or 1.0
    trace = {
        "type": "bar",
        "orientation": "h",
        "y": list(range(len(line.values))),
        "x": list(line.values),
        "text": [scale.shown(value, chart.unit) for value in line.values],
        "textposition": "outside",
        "cliponaxis": False,
        "marker": {"color": ink(palette.SERIES[0], theme)},
        "hoverinfo": "text",
    }
    names = [escape(_short(name)) for name in chart.categories]
    return canvas.figure(
        [trace],
        theme,
        max(110, _BAR * len(names) + 20),
        margin={"l": 8, "r": 8, "t": 4, "b": 4},
        bargap=0.35,
        xaxis=_hidden(theme, [low - (wide * 0.2 if low < 0 else 0), high + wide * 0.2]),
        yaxis=_names(names, theme),
    )


def _hidden(theme: Theme, ends: list[float]) -> dict[str, Any]:
    """An axis without marks, as the bars are labelled."""
    return {
        "showticklabels": False,
        "showgrid": False,
        "zeroline": True,
        "zerolinecolor": ink(palette.MUTED, theme),
        "range": ends,
        "fixedrange": True,
    }


def _names(labels: list[str], theme: Theme) -> dict[str, Any]:
    """An axis of names, the first on top; places are numbers, as two names may be the same."""
    return {
        "tickvals": list(range(len(labels))),
        "ticktext": labels,
        "range": [len(labels) - 0.5, -0.5],
        "tickfont": {"color": ink(palette.TEXT, theme), "size": SIZE},
        "ticklabelstandoff": 6,
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
        "automargin": True,
    }


def _room(low: float, high: float) -> tuple[float, float]:
    spread = high - low or abs(high) or 1.0
    bottom = low - spread * 0.08
    return (max(0.0, bottom) if low >= 0 else bottom), high + spread * 0.08


def _short(name: str) -> str:
    """A name that fits beside a bar; `rate` and `mix` at its end tell two steps apart."""
    text = letters.one_line(name)
    head, comma, tail = text.rpartition(", ")
    if tail not in ("rate", "mix"):
        head, comma, tail = text, "", ""
    most = _LONGEST - len(comma + tail)
    head = head if len(head) <= most else f"{head[: most - 1].rstrip()}…"
    return head + comma + tail
