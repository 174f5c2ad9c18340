"""Small multiples: the groups of a dimension over time, one panel each, all on one scale."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from scorecard import palette, wording
from scorecard.catalogue import Kpi
from scorecard.charts.canvas import (
    Figure,
    date_axis,
    escape,
    faint,
    figure,
    ink,
    left_margin,
    note,
    two_lines,
    value_axis,
)
from scorecard.charts.lines import lonely, mode
from scorecard.exhibits.strands import Strand, Strands
from scorecard.palette import Theme

_PANEL = 132
"""Pixels that a row of panels takes."""
_ABOVE, _BELOW = 38, 24
"""Of these, for the title and the years."""
_BETWEEN = 0.035


def panels(
    kpi: Kpi,
    found: Strands,
    titles: Sequence[str],
    theme: Theme,
    whole: Strand | None = None,
    meetings: Sequence[dt.date] = (),
    selected: Sequence[str] = (),
    columns: int = 2,
) -> Figure:
    """A panel a strand in their order, titled by `titles`; all on one scale from nought.

    `whole` is drawn faint behind each, and `meetings` are thin marks on each axis. Of strands of
    which some are `selected` the others are fainter.
    """
    rows = -(-len(found.strands) // columns)
    every = [*found.strands, *([whole] if whole else [])]
    high = max((v for s in every for v in s.values if v is not None), default=1.0) * 1.06 or 1.0
    high = min(high, 1.04) if kpi.is_percentage else high
    days = [date.isoformat() for date in found.dates]
    said = [[wording.date(date)] for date in found.dates]
    met = [day.isoformat() for day in meetings if found.dates[0] <= day <= found.dates[-1]]
    layout: dict[str, Any] = {}
    notes, data = [], []
    for place, (strand, title) in enumerate(zip(found.strands, titles, strict=True)):
        row, column = divmod(place, columns)
        suffix = "" if place == 0 else str(place + 1)
        axes = {"xaxis": f"x{suffix}", "yaxis": f"y{suffix}"}
        left = column * (1 + _BETWEEN) / columns
        across = [left, left + (1 - _BETWEEN * (columns - 1)) / columns]
        up = [1 - (row + 1 - _BELOW / _PANEL) / rows, 1 - (row + _ABOVE / _PANEL) / rows]
        layout[f"xaxis{suffix}"] = date_axis(
            theme, days[0], days[-1], domain=across, anchor=f"y{suffix}", dtick="M24"
        )
        layout[f"yaxis{suffix}"] = value_axis(
            theme, kpi, domain=up, anchor=f"x{suffix}", range=[0, high], nticks=3,
            showticklabels=column == 0, automargin=False,
        )  # fmt: skip
        notes.append(
            note(
                two_lines(title, 26), theme, x=across[0], y=up[1], xref="paper", yref="paper",
                xanchor="left", yanchor="bottom", align="left", yshift=2,
                font={"size": 12, "color": ink(palette.TEXT, theme)},
            )
        )  # fmt: skip
        if met:
            data.append(_marks(met, theme) | axes)
        if whole is not None:
            data.append(_behind(days, whole, theme) | axes)
        strong = not selected or strand.name in selected
        data.append(
            {
                "type": "scatter",
                "name": escape(strand.name),
                "mode": mode(strand.values),
                "connectgaps": False,
                "x": days,
                "y": rounded(strand.values),
                "line": {
                    "color": ink(palette.ACTUAL, theme)
                    if strong
                    else faint(palette.ACTUAL, theme, 0.45),
                    "width": 2,
                },
                "marker": {"size": lonely(strand.values), "color": ink(palette.ACTUAL, theme)},
                "customdata": said,
                "hovertemplate": "%{customdata[0]}<br><b>%{y:"
                + _format(kpi)
                + "}</b><extra></extra>",
                **axes,
            }
        )
    return figure(
        data,
        theme,
        _PANEL * rows,
        margin={"l": left_margin(kpi, high), "r": 8, "t": 0, "b": 0},
        annotations=notes,
        hovermode="closest",
        **layout,
    )


def _marks(met: Sequence[str], theme: Theme) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": list(met),
        "y": [0] * len(met),
        "marker": {
            "symbol": "line-ns-open",
            "size": 6,
            "color": ink(palette.MUTED, theme),
            "line": {"width": 1},
        },
        "hoverinfo": "skip",
    }


def _behind(days: Sequence[str], whole: Strand, theme: Theme) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "connectgaps": False,
        "x": list(days),
        "y": rounded(whole.values),
        "line": {"color": faint(palette.MUTED, theme, 0.6), "width": 1.2},
        "hoverinfo": "skip",
    }


def rounded(values: Sequence[float | None]) -> list[float | None]:
    """To what can be seen of them; there are many."""
    return [None if value is None else round(value, 4) for value in values]


def _format(kpi: Kpi) -> str:
    return ",.0%" if kpi.is_percentage else ",.1f" if kpi.aggregate == "ratio" else ",.0f"


def title(name: str, value: str) -> str:
    """What stands over a panel: the group and where it is now."""
    return f"{name} {value}" if value else f"{name} {wording.NOTHING}"
