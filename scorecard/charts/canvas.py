"""What all figures share: ground, type, axes, and labels that do not lie on each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scorecard import palette
from scorecard.catalogue import Kpi
from scorecard.languages import tongue
from scorecard.palette import Ink, Theme

Figure = dict[str, Any]
"""A Plotly figure: `data` and `layout`."""

FONT = (
    "system-ui, -apple-system, 'Segoe UI', Inter, Roboto, 'Helvetica Neue', 'DejaVu Sans', "
    "sans-serif"
)
SIZE = 13
"""Of text in a figure, in pixels."""

CLEAR = "rgba(0,0,0,0)"


def escape(text: str) -> str:
    """Text from data as Plotly shows it letter by letter; Plotly reads some HTML."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def shorten(text: str, most: int) -> str:
    """Escaped text of at most so many characters."""
    return escape(text if len(text) <= most else f"{text[: most - 1].rstrip()}…")


def two_lines(text: str, most: int = 18) -> str:
    """Escaped text, broken near its middle where it is longer than so many characters."""
    words = text.split()
    if len(text) <= most or len(words) < 2:
        return escape(text)
    half = min(
        range(1, len(words)),
        key=lambda i: abs(len(" ".join(words[:i])) - len(" ".join(words[i:]))),
    )
    return f"{escape(' '.join(words[:half]))}<br>{escape(' '.join(words[half:]))}"


def figure(data: Sequence[dict[str, Any]], theme: Theme, height: int, **layout: Any) -> Figure:
    """Traces on the common ground, so many pixels high."""
    return {
        "data": list(data),
        "layout": {
            "height": height,
            "autosize": True,
            "paper_bgcolor": CLEAR,
            "plot_bgcolor": CLEAR,
            "font": {"family": FONT, "size": SIZE, "color": ink(palette.TEXT, theme)},
            "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
            "showlegend": False,
            **_separators(),
            "dragmode": False,
            "hoverlabel": {
                "bgcolor": ink(palette.SURFACE, theme),
                "bordercolor": ink(palette.LINE, theme),
                "font": {"family": FONT, "size": SIZE, "color": ink(palette.TEXT, theme)},
                "align": "left",
            },
            **layout,
        },
    }


def _separators() -> dict[str, str]:
    """The marks of decimals and thousands, where they are not the English ones."""
    marks = tongue().marks
    return {} if marks is None else {"separators": marks[ord(".")] + marks[ord(",")]}


def ink(colour: Ink, theme: Theme) -> str:
    return colour.on(theme)


def faint(colour: Ink, theme: Theme, opacity: float) -> str:
    """A colour that lets the ground shine through."""
    red, green, blue = (int(colour.on(theme)[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


def series_ink(place: int) -> Ink:
    return palette.SERIES[place % len(palette.SERIES)]


def scale(theme: Theme, most: int = len(palette.SEQUENTIAL)) -> list[list[float | str]]:
    """The first sequential colours as Plotly wants them: share of the range, colour."""
    steps = palette.SEQUENTIAL[:most]
    return [[i / (len(steps) - 1), step.on(theme)] for i, step in enumerate(steps)]


def date_axis(theme: Theme, start: str, end: str, **more: Any) -> dict[str, Any]:
    """Years below, from and to an ISO date."""
    return {
        "type": "date",
        "range": [start, end],
        "dtick": "M12",
        "tick0": "2000-01-01",
        "tickformat": "%Y",
        "ticks": "outside",
        "ticklen": 4,
        "tickcolor": ink(palette.LINE, theme),
        "tickfont": {"color": ink(palette.MUTED, theme)},
        "ticklabelmode": "period",
        "tickangle": 0,
        "showgrid": False,
        "zeroline": False,
        "linecolor": ink(palette.LINE, theme),
        "showline": True,
        "fixedrange": True,
        **more,
    }


def value_axis(theme: Theme, kpi: Kpi | None, **more: Any) -> dict[str, Any]:
    """Values with faint lines; a share of one as per cent."""
    return {
        "tickformat": ",.0%" if kpi and kpi.is_percentage else ",~r",
        "tickfont": {"color": ink(palette.MUTED, theme)},
        "gridcolor": ink(palette.LINE, theme),
        "gridwidth": 0.5,
        "zeroline": False,
        "nticks": 6,
        "fixedrange": True,
        "automargin": True,
        **more,
    }


def left_margin(kpi: Kpi | None, high: float) -> int:
    """Pixels for the values beside the axis; where Plotly measures them itself it draws twice."""
    longest = 4 if kpi and kpi.is_percentage else len(f"{high:,.0f}" if high >= 5 else "0.0")
    return 14 + 8 * max(longest, 2)


def spread(places: Sequence[float], apart: float, low: float, high: float) -> list[float]:
    """Places moved as little as needed so that neighbours are `apart`, within low and high."""
    order = sorted(range(len(places)), key=lambda i: places[i])
    moved = list(places)
    below = low - apart
    for i in order:
        moved[i] = below = max(places[i], below + apart)
    above = high + apart
    for i in reversed(order):
        moved[i] = above = min(moved[i], above - apart)
    return moved


def note(text: str, theme: Theme, **more: Any) -> dict[str, Any]:
    """An annotation without an arrow; `text` is ready for Plotly."""
    return {
        "text": text,
        "showarrow": False,
        "font": {"size": SIZE - 1, "color": ink(palette.MUTED, theme)},
        **more,
    }
