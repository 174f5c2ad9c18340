"""Lines over time: one KPI with its path, and kinds stacked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from scorecard import palette, wording
from scorecard.catalogue import Kpi
from scorecard.charts import occasions
from scorecard.charts.canvas import (
    SIZE,
    Figure,
    date_axis,
    escape,
    faint,
    figure,
    ink,
    left_margin,
    note,
    series_ink,
    spread,
    two_lines,
    value_axis,
)
from scorecard.exhibits.milestones import Standing
from scorecard.exhibits.strands import Strands
from scorecard.languages import say
from scorecard.palette import Ink, Theme
from scorecard.plan import Meeting, Target
from scorecard.readings import Reading, Series

_LABEL = 17
"""Pixels between two labels."""
_HEIGHT = 320
_TOP, _BOTTOM = 14, 28


def trend(
    kpi: Kpi,
    series: Series,
    reading: Reading,
    path: Target | None,
    meetings: Sequence[Meeting],
    as_of: dt.date,
    theme: Theme,
    counts: Sequence[int | None] = (),
    compare: dt.date | None = None,
    milestones: Sequence[Standing] = (),
    height: int = _HEIGHT,
) -> Figure:
    """Values up to `as_of`, solid; the required path, dashed; the projection, dotted.

    `counts` is n at each point of the series, so that a share of few says so. Meetings and
    milestones are marks below.
    """
    points = [point for point in series.points if point.date <= as_of]
    values = [point.value for point in points]
    seen = list(counts[: len(points)]) or [None] * len(points)
    ends = [as_of, *([path.ends_on] if path else []), *([reading.target_date or as_of])]
    start = min(point.date for point in points)
    last = max(ends)
    levels = [value for value in values if value is not None]
    levels += [level for _, level in path.points] if path else []
    levels += [v for v in (reading.projected,) if v is not None]
    low, high = _range(kpi, levels)
    data = [
        {
            "type": "scatter",
            "name": kpi.title,
            "mode": mode(values),
            "x": [point.date.isoformat() for point in points],
            "y": values,
            "connectgaps": False,
            "line": {"color": ink(palette.ACTUAL, theme), "width": 2.4},
            "marker": {"size": lonely(values), "color": ink(palette.ACTUAL, theme)},
            "customdata": [
                [
                    wording.date(point.date),
                    escape(
                        wording.share(
                            kpi, point.value, point.numerator, point.denominator, n,
                            suppressed=point.suppressed,
                        )
                    ),
                ]
                for point, n in zip(points, seen, strict=True)
            ],
            "hovertemplate": "%{customdata[0]}<br><b>%{customdata[1]}</b><extra></extra>",
        }
    ]  # fmt: skip
    labels: list[tuple[float, str, Ink]] = []
    if path:
        data.append(_path(kpi, path, theme))
        labels.append(
            (
                path.target,
                say("Target {value}", value=wording.number(kpi, path.target)),
                palette.PATH,
            )
        )
    if reading.projected is not None and reading.value is not None and reading.target_date:
        data.append(_projection(kpi, reading, as_of, theme))
        labels.append(
            (
                reading.projected,
                two_lines(
                    say("At this pace {value}", value=wording.number(kpi, reading.projected)), 14
                ),
                palette.PROJECTION,
            )
        )
    notes = _labels(labels, low, high, height, last, theme)
    if reading.value is not None:
        data.append(_end(as_of, reading.value, theme))
        notes.append(
            note(
                f"<b>{escape(wording.value(kpi, reading))}</b>",
                theme,
                x=as_of.isoformat(),
                y=reading.value,
                xanchor="center" if last > as_of else "left",
                yanchor="bottom",
                xshift=0 if last > as_of else 6,
                yshift=8,
                bgcolor=faint(palette.BACKGROUND, theme, 0.8),
                font={"size": SIZE + 1, "color": ink(palette.ACTUAL, theme)},
            )
        )
    data += occasions.of_meetings(meetings, start, last, (low, high), theme)
    data += occasions.of_milestones(milestones, start, last, (low, high), theme)
    return figure(
        data,
        theme,
        height,
        margin={
            "l": left_margin(kpi, high),
            "r": _room(label for _, label, _ in labels) if labels else 40,
            "t": _TOP,
            "b": _BOTTOM,
        },
        xaxis=date_axis(theme, start.isoformat(), last.isoformat()),
        yaxis=value_axis(theme, kpi, range=[low, high], automargin=False),
        annotations=notes,
        shapes=_compared(compare, theme) if compare and start <= compare <= last else [],
        hovermode="closest",
    )


def stacked(
    strands: Strands,
    names: Mapping[str, str],
    theme: Theme,
    kpi: Kpi | None = None,
    height: int = _HEIGHT,
) -> Figure:
    """Parts of a whole over time, the first at the bottom, each named beside its end."""
    shown = [strand for strand in strands.strands if any(strand.values)]
    dates = [date.isoformat() for date in strands.dates]
    data: list[dict[str, Any]] = []
    labels: list[tuple[float, str, Ink]] = []
    below = 0.0
    for place, strand in enumerate(shown):
        colour = series_ink(place)
        name = names.get(strand.name, strand.name)
        data.append(
            {
                "type": "scatter",
                "name": escape(name),
                "mode": "lines",
                "stackgroup": "all",
                "x": dates,
                "y": list(strand.values),
                "line": {"color": ink(colour, theme), "width": 1.5},
                "fillcolor": faint(colour, theme, 0.35 if theme == "light" else 0.45),
                "customdata": [
                    [wording.date(date), "" if value is None else wording.plain(value)]
                    for date, value in zip(strands.dates, strand.values, strict=True)
                ],
                "hovertemplate": (
                    f"{escape(name)}<br>%{{customdata[0]}}<br>"
                    "<b>%{customdata[1]}</b><extra></extra>"
                ),
            }
        )
        last = strand.values[-1] or 0.0
        labels.append((below + last / 2, two_lines(f"{name} {wording.plain(last)}", 16), colour))
        below += last
    totals = [sum(v or 0 for v in at) for at in zip(*(s.values for s in shown), strict=True)]
    high = max(totals, default=1) * 1.06 or 1
    return figure(
        data,
        theme,
        height,
        margin={
            "l": left_margin(kpi, high),
            "r": _room(label for _, label, _ in labels),
            "t": _TOP,
            "b": _BOTTOM,
        },
        xaxis=date_axis(theme, dates[0], dates[-1]),
        yaxis=value_axis(theme, kpi, range=[0, high], automargin=False),
        annotations=_labels(labels, 0, high, height, strands.dates[-1], theme),
        hovermode="closest",
    )


def _path(kpi: Kpi, path: Target, theme: Theme) -> dict[str, Any]:
    return {
        "type": "scatter",
        "name": say("Required path"),
        "mode": "lines",
        "x": [date.isoformat() for date, _ in path.points],
        "y": [level for _, level in path.points],
        "line": {"color": ink(palette.PATH, theme), "width": 1.6, "dash": "dash"},
        "customdata": [
            [say("Required on {date}", date=wording.the_day(d)), wording.number(kpi, level)]
            for d, level in path.points
        ],
        "hovertemplate": "%{customdata[0]}<br><b>%{customdata[1]}</b><extra></extra>",
    }


def _projection(kpi: Kpi, reading: Reading, as_of: dt.date, theme: Theme) -> dict[str, Any]:
    assert reading.target_date
    return {
        "type": "scatter",
        "name": say("At this pace"),
        "mode": "lines",
        "x": [as_of.isoformat(), reading.target_date.isoformat()],
        "y": [reading.value, reading.projected],
        "line": {"color": ink(palette.PROJECTION, theme), "width": 2, "dash": "dot"},
        "hovertemplate": (
            f"{escape(wording.pace(kpi, reading) or say('at this pace'))}<extra></extra>"
        ),
    }


def _end(date: dt.date, value: float, theme: Theme) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [date.isoformat()],
        "y": [value],
        "marker": {"size": 8, "color": ink(palette.ACTUAL, theme)},
        "hoverinfo": "skip",
    }


def mode(values: Sequence[float | None]) -> str:
    """Marks are drawn only where some point needs one, as each of them takes its time."""
    return "lines+markers" if any(lonely(values)) else "lines"


def lonely(values: Sequence[float | None]) -> list[int]:
    """Marks for points that no line reaches, as both neighbours are missing."""
    padded = [None, *values, None]
    return [
        6 if before is None and after is None and value is not None else 0
        for before, value, after in zip(padded, values, padded[2:], strict=False)
    ]


def _range(kpi: Kpi, levels: Sequence[float]) -> tuple[float, float]:
    """From zero, with room above; a share of one ends at one where it comes near."""
    high = max(levels, default=1.0)
    top = high * 1.12 if high else 1.0
    return 0.0, min(top, 1.04) if kpi.is_percentage else top


def _labels(
    labels: Sequence[tuple[float, str, Ink]],
    low: float,
    high: float,
    height: int,
    last: dt.date,
    theme: Theme,
) -> list[dict[str, Any]]:
    """Names at the right end of the lines, moved apart where they would meet."""
    room = height - _TOP - _BOTTOM
    pixels = [(level - low) / (high - low) * room for level, _, _ in labels]
    apart = _LABEL * max((label.count("<br>") + 1 for _, label, _ in labels), default=1)
    return [
        note(
            text,
            theme,
            x=last.isoformat(),
            y=level,
            xanchor="left",
            yanchor="middle",
            align="left",
            xshift=6,
            yshift=round(place - pixel, 1),
            font={"size": SIZE, "color": ink(colour, theme)},
        )
        for (level, text, colour), place, pixel in zip(
            labels, spread(pixels, apart, 4, room - 4), pixels, strict=True
        )
    ]


def _room(texts: Any) -> int:
    """Pixels that the longest of the labels takes at the right."""
    lines = [line for text in texts for line in text.split("<br>")]
    return 14 + round(8.2 * max((len(line) for line in lines), default=4))


def _compared(day: dt.date, theme: Theme) -> list[dict[str, Any]]:
    """A faint line at the compared date."""
    return [
        {
            "type": "line",
            "xref": "x",
            "yref": "paper",
            "x0": day.isoformat(),
            "x1": day.isoformat(),
            "y0": 0,
            "y1": 1,
            "line": {"color": ink(palette.LINE, theme), "width": 1},
            "layer": "below",
        }
    ]
