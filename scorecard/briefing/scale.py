"""The axis and the labels of a chart, the same in every paper, and the pieces of a waterfall."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from scorecard import numerals, wording
from scorecard.briefing.document import Chart, Line, Unit
from scorecard.languages import per_cent, say, say_n

MOST_BARS = 18
"""Groups that one bar chart can show legibly; more go on in a further chart."""


@dataclass(frozen=True)
class Axis:
    """A value axis from `low` to `high`, marked every `step`, in the unit of the chart."""

    low: float
    high: float
    step: float

    def ticks(self) -> list[float]:
        count = round((self.high - self.low) / self.step)
        return [round(self.low + i * self.step, 10) for i in range(count + 1)]


@dataclass(frozen=True)
class Piece:
    """One bar of a waterfall, from one running total to the next."""

    name: str
    start: float
    end: float
    is_total: bool

    @property
    def amount(self) -> float:
        return self.end - self.start


def axis(chart: Chart) -> Axis:
    """Round marks around all values and zero, some five of them."""
    values = [v for line in chart.lines for v in line.values if v is not None]
    if chart.kind == "waterfall":
        values = [edge for piece in pieces(chart) for edge in (piece.start, piece.end)]
    low, high = min([0.0, *values]), max([0.0, *values])
    if low == high:
        high = 1.0
    smallest = {"count": 1.0, "percent": 0.01}.get(chart.unit, 0.1)
    step = max(_nice((high - low) / 5), smallest)
    return Axis(math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step, step)


def shown(value: float | None, unit: Unit) -> str:
    """A value of a chart as the screen shows it: 48, 50 %, 19.4."""
    if value is None:
        return wording.NOTHING
    if unit == "percent":
        return per_cent(wording.plain(value * 100))
    if unit == "months":
        return wording.plain(value, 0 if float(value).is_integer() else 1)
    return wording.plain(value)


def step_shown(amount: float, unit: Unit) -> str:
    """A change with its sign: +3, −2 pts, −0.8; 0 where nothing visible changed."""
    scaled, digits = (amount * 100, 1) if unit == "percent" else (amount, int(unit == "months"))
    if numerals.half_up(abs(scaled), digits) == 0:
        return "0"
    sign = wording.MINUS if amount < 0 else "+"
    if unit == "percent":
        points = numerals.half_up(abs(scaled), 1)
        return sign + say_n("{count} pt", "{count} pts", points, count=numerals.trimmed(points))
    return sign + wording.plain(abs(scaled), digits)


def piece_shown(piece: Piece, unit: Unit) -> str:
    """What stands beside a bar of a waterfall: a total, or a step with its sign."""
    return shown(piece.end, unit) if piece.is_total else step_shown(piece.amount, unit)


def pieces(chart: Chart) -> list[Piece]:
    """The bars of a waterfall: its first and last values from zero, the steps from each other."""
    values = chart.lines[0].values if chart.lines else ()
    found: list[Piece] = []
    running = 0.0
    for place, (name, value) in enumerate(zip(chart.categories, values, strict=False)):
        if place in (0, len(values) - 1):
            running = 0.0 if value is None else value
            found.append(Piece(name, 0.0, running, True))
        else:
            after = running + (value or 0.0)
            found.append(Piece(name, running, after, False))
            running = after
    return found


def is_empty(chart: Chart) -> bool:
    """Whether there is nothing to draw."""
    return not any(value is not None for line in chart.lines for value in line.values)


def split(chart: Chart) -> Iterator[Chart]:
    """A bar chart as several where its groups are too many for one."""
    count = len(chart.categories)
    if chart.kind != "bar" or count <= MOST_BARS:
        yield chart
        return
    parts = math.ceil(count / MOST_BARS)
    size = math.ceil(count / parts)
    for part in range(parts):
        cut = slice(part * size, (part + 1) * size)
        yield replace(
            chart,
            title=say("{title} ({part} of {parts})", title=chart.title, part=part + 1, parts=parts),
            categories=chart.categories[cut],
            lines=tuple(Line(ln.name, ln.values[cut], ln.role) for ln in chart.lines),
        )


def dates(chart: Chart) -> list[dt.date] | None:
    """The categories of a line chart as dates, or none where one is no date or out of order."""
    try:
        found = [dt.date.fromisoformat(category) for category in chart.categories]
    except ValueError:
        return None
    return found if found and sorted(set(found)) == found else None


def last_known(line: Line) -> int | None:
    """The place of the last value that is known."""
    return max((i for i, v in enumerate(line.values) if v is not None), default=None)


def _nice(step: float) -> float:
    """The smallest of 1, 2, 2.5, 5 times a power of ten that is no smaller."""
    power = 10.0 ** math.floor(math.log10(step))
    return next(n * power for n in (1, 2, 2.5, 5, 10) if n * power >= step * (1 - 1e-9))
