"""What happened around a KPI, along the foot of its trend: meetings, and milestones of its goal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from scorecard import palette, wording
from scorecard.charts.canvas import escape, ink
from scorecard.exhibits.milestones import STATES, Standing
from scorecard.languages import say
from scorecard.palette import Theme
from scorecard.plan import Meeting

Range = tuple[float, float]
"""Where the axis of values begins and ends."""
_FOOT, _ABOVE = 0.02, 0.055
_TEXT = "%{customdata[0]}<br><b>%{customdata[1]}</b><extra></extra>"


def of_meetings(
    meetings: Sequence[Meeting], start: dt.date, last: dt.date, axis: Range, theme: Theme
) -> list[dict[str, Any]]:
    """A thin mark at each, between two dates."""
    met = {m.date: m for m in meetings if start <= m.date <= last}
    if not met:
        return []
    marker = {
        "symbol": "line-ns",
        "size": 13,
        "line": {"color": ink(palette.MUTED, theme), "width": 1},
    }
    words = [[wording.date(day), escape(met[day].title)] for day in sorted(met)]
    return [_marks("meetings", sorted(met), _at(axis, _FOOT), marker, words)]


def of_milestones(
    found: Sequence[Standing], start: dt.date, last: dt.date, axis: Range, theme: Theme
) -> list[dict[str, Any]]:
    """A diamond at the due date of each, between two dates; filled where it is done."""
    due = [s for s in found if start <= s.milestone.due_on <= last]
    if not due:
        return []
    colour = ink(palette.MUTED, theme)
    marker = {
        "symbol": ["diamond" if s.state.startswith("done") else "diamond-open" for s in due],
        "size": 8,
        "color": colour,
        "line": {"color": colour, "width": 1.2},
    }
    words = [
        [
            say(
                "Milestone due {date}: {state}",
                date=wording.date(s.milestone.due_on), state=wording.lower(STATES[s.state]),
            ),
            escape(s.milestone.title),
        ]
        for s in due
    ]  # fmt: skip
    return [
        _marks("milestones", [s.milestone.due_on for s in due], _at(axis, _ABOVE), marker, words)
    ]


def _at(axis: Range, share: float) -> float:
    return axis[0] + share * (axis[1] - axis[0])


def _marks(
    name: str,
    days: Sequence[dt.date],
    height: float,
    marker: dict[str, Any],
    words: list[list[str]],
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "name": name,
        "mode": "markers",
        "cliponaxis": False,
        "x": [day.isoformat() for day in days],
        "y": [height] * len(days),
        "marker": marker,
        "customdata": words,
        "hovertemplate": _TEXT,
    }
