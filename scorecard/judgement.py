"""Where a value stands against its path, and whether it will arrive: arithmetic only.

Values that are equal within 1e-9 are equal; nothing is rounded before it is compared.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

from scorecard.catalogue import Kpi
from scorecard.plan import Target

SAME = 1e-9
YEAR = 365.25

STATUSES = (
    "achieved",
    "on_track",
    "some_delay",
    "serious_delay",
    "moving_away",
    "too_few",
    "awaiting_data",
    "no_target",
    "monitor",
    "suppressed",
)
"""All ten, from the best to those that say nothing about the plan."""

JUDGED = STATUSES[:5]


@dataclass(frozen=True)
class Pace:
    """Change a year, and where it leads; each part is none where it cannot be known."""

    pace: float | None = None
    projected: float | None = None
    required_pace: float | None = None
    arrives_on: dt.date | None = None


def expected(kpi: Kpi, path: Target, date: dt.date) -> float | None:
    """The value that the plan expects at a date; a count in whole things, on the lenient side."""
    value = path.at(date)
    if value is None or not kpi.is_count:
        return value
    return float(_whole(value, up=path.target < path.baseline))


def ratio_to_plan(value: float | None, path: Target, due: float | None) -> float | None:
    """r = (v - b) / (e - b): the share of the distance expected by now that is covered."""
    if value is None or due is None or _same(due, path.baseline):
        return None
    return (value - path.baseline) / (due - path.baseline)


def status(kpi: Kpi, value: float | None, n: float, path: Target | None, date: dt.date) -> str:
    """The first of the rules that applies; the role's own (`suppressed`) comes before."""
    if kpi.direction == "watch":
        return "monitor"
    if value is None:
        return "awaiting_data"
    due = expected(kpi, path, date) if path else None
    if path is None or due is None:
        return "no_target"
    if kpi.aggregate == "ratio" and n < kpi.minimum_n:
        return "too_few"
    if _reached(kpi, value, path.target):
        return "achieved"
    if _hardly_begun(kpi, path, due):
        return _against_level(kpi, value, path, due)
    r = ratio_to_plan(value, path, due)
    assert r is not None
    if r >= 0.95 - SAME:
        return "on_track"
    if r >= 0.60 - SAME:
        return "some_delay"
    return "serious_delay" if r >= -SAME else "moving_away"


def pace(
    kpi: Kpi,
    now: float | None,
    date: dt.date,
    before: float | None,
    date_before: dt.date | None,
    path: Target | None,
) -> Pace:
    """Change a year since `date_before`, where it leads by the target date, and what is needed."""
    speed = None
    if now is not None and before is not None and date_before is not None:
        speed = (now - before) / ((date - date_before).days / YEAR)
    if path is None or now is None or date >= path.ends_on:
        return Pace(speed)
    years = (path.ends_on - date).days / YEAR
    reached = _reached(kpi, now, path.target)
    gap = path.target - now
    projected = arrives_on = None
    if speed is not None:
        projected = max(0.0, now + speed * years)
        if kpi.is_percentage:
            projected = min(1.0, projected)
        if not reached and speed * gap > 0:
            arrives_on = _arrival(date, gap / speed)
    return Pace(speed, projected, 0.0 if reached else gap / years, arrives_on)


def _arrival(date: dt.date, years: float) -> dt.date | None:
    days = years * YEAR
    if days > (dt.date(2100, 12, 31) - date).days + 1:
        return None
    arrival = date + dt.timedelta(days=_whole(days, up=True))
    return arrival if arrival.year <= 2100 else None


def _hardly_begun(kpi: Kpi, path: Target, due: float) -> bool:
    """Whether the plan expects so little change by now that a share of it would say nothing."""
    whole, part = abs(path.target - path.baseline), abs(due - path.baseline)
    return whole <= SAME or part < 0.05 * whole - SAME or (kpi.is_count and part < 2 - SAME)


def _against_level(kpi: Kpi, value: float, path: Target, due: float) -> str:
    if _reached(kpi, value, due):
        return "on_track"
    shortfall = abs(due - value)
    bearable = 0.05 * max(abs(path.target), abs(path.baseline))
    if shortfall <= bearable + SAME or (kpi.is_count and shortfall <= 1 + SAME):
        return "some_delay"
    return "serious_delay"


def _reached(kpi: Kpi, value: float, level: float) -> bool:
    """Whether a value equals a level or is better."""
    return value <= level + SAME if kpi.direction == "down" else value >= level - SAME


def _same(a: float, b: float) -> bool:
    return abs(a - b) <= SAME


def _whole(value: float, *, up: bool) -> int:
    nearest = round(value)
    if _same(value, nearest):
        return nearest
    return math.ceil(value) if up else math.floor(value)
