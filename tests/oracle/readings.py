"""Where each KPI stands against the plan, and the scorecard as the command `show` prints it."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .contract import KPIS, Kpi
from .register import months_before
from .selection import (
    Refused,
    Selection,
    amount,
    is_hidden,
    number,
    of_kpi,
    reporting_dates,
    select,
    selected,
    unfiltered,
)
from .selection import entities as entities_of
from .tables import World

CLOSE = Fraction(1, 10**9)
YEAR = Fraction("365.25")
Path = list[tuple[dt.date, Fraction]]


def same(a: Fraction, b: Fraction) -> bool:
    return abs(a - b) <= CLOSE


def below(a: Fraction, b: Fraction) -> bool:
    return a < b and not same(a, b)


def no_worse(kpi: Kpi, a: Fraction, b: Fraction) -> bool:
    """Whether a equals b or is better."""
    return same(a, b) or (a > b if kpi.better == "up" else a < b)


def whole(x: Fraction, up: bool) -> Fraction:
    nearest = Fraction(round(x))
    if same(x, nearest):
        return nearest
    return Fraction(math.ceil(x) if up else math.floor(x))


def path_of(world: World, kpi: str, selection: Selection) -> Path | None:
    """The path for exactly this selection; none where one of its rows is quarantined."""
    used = of_kpi(kpi, selection)
    if len(used.regions) + len(used.pillars) > 1 or KPIS[kpi].better == "":
        return None
    scope = "".join([f"region={r}" for r in used.regions] + [f"pillar={p}" for p in used.pillars])
    file = world.files["targets"]
    if file.state != "read":
        return None
    rows = [
        row
        for row in file.rows
        if row.text and (row.text["kpi"], row.text["scope"]) == (kpi, scope)
    ]
    if not rows or any(row.quarantined for row in rows):
        return None
    return sorted((row.value["date"], row.value["value"]) for row in rows)


def expected_value(kpi: Kpi, path: Path, day: dt.date) -> Fraction | None:
    if day < path[0][0]:
        return None
    value = path[-1][1]
    for (d1, v1), (d2, v2) in zip(path, path[1:], strict=False):
        if d1 <= day <= d2:
            value = v1 + (v2 - v1) * Fraction((day - d1).days, (d2 - d1).days)
            break
    if kpi.aggregate != "ratio":
        value = whole(value, up=path[-1][1] < path[0][1])
    return value


def status_of(
    kpi: Kpi, path: Path | None, expected: Fraction | None, value: Fraction | None, n: int
) -> str:
    """The first status that applies, `suppressed` apart; n counts entities (organisations)."""
    if kpi.better == "":
        return "monitor"
    if value is None:
        return "awaiting_data"
    if path is None or expected is None:
        return "no_target"
    if kpi.aggregate == "ratio" and kpi.id != "board_seats_filled" and n < 10:
        return "too_few"
    first, last = path[0][1], path[-1][1]
    if no_worse(kpi, value, last):
        return "achieved"
    count = kpi.aggregate != "ratio"
    moved = abs(expected - first)
    if (
        same(first, last)
        or below(moved, Fraction(1, 20) * abs(last - first))
        or (count and below(moved, Fraction(2)))
    ):
        if no_worse(kpi, value, expected):
            return "on_track"
        shortfall = abs(expected - value)
        allowed = Fraction(1, 20) * max(abs(first), abs(last))
        if not below(allowed, shortfall) or (count and not below(Fraction(1), shortfall)):
            return "some_delay"
        return "serious_delay"
    r = (value - first) / (expected - first)
    if not below(r, Fraction("0.95")):
        return "on_track"
    if not below(r, Fraction("0.60")):
        return "some_delay"
    if not below(r, Fraction(0)):
        return "serious_delay"
    return "moving_away"


@dataclass(frozen=True)
class Pace:
    pace: Fraction | None = None
    projected: Fraction | None = None
    required_pace: Fraction | None = None
    arrives_on: dt.date | None = None


def pace_of(
    world: World, kpi_id: str, day: dt.date, selection: Selection, role: str, path: Path | None
) -> Pace:
    kpi = KPIS[kpi_id]
    value = amount(world, kpi_id, day, selection, role).value
    if value is None:
        return Pace()
    pace = None
    earlier = [d for d in reporting_dates(world) if d <= months_before(day, 12)]
    if earlier:
        before = amount(world, kpi_id, earlier[-1], selection, role).value
        if before is not None:
            pace = (value - before) / (Fraction((day - earlier[-1]).days) / YEAR)
    if path is None or day >= path[-1][0]:
        return Pace(pace)
    target_date, target = path[-1]
    years = Fraction((target_date - day).days) / YEAR
    reached = no_worse(kpi, value, target)
    required = Fraction(0) if reached else (target - value) / years
    if pace is None:
        return Pace(None, None, required)
    projected = max(Fraction(0), value + pace * years)
    if kpi.unit == "%":
        projected = min(Fraction(1), projected)
    arrives = None
    if not reached and pace * (target - value) > 0:
        days = int(whole((target - value) / pace * YEAR, up=True))
        if days <= (dt.date(2100, 12, 31) - day).days:
            arrives = day + dt.timedelta(days=days)
    return Pace(pace, projected, required, arrives)


def as_reporting_date(world: World, day: dt.date) -> dt.date:
    if day not in reporting_dates(world):
        raise Refused("no reporting date")
    return day


def show(
    world: World,
    as_of: dt.date | None = None,
    compare: dt.date | None = None,
    regions: list[str] | None = None,
    pillars: list[str] | None = None,
    role: str = "executive",
) -> dict[str, Any]:
    dates = reporting_dates(world)
    day = as_reporting_date(world, as_of or dates[-1])
    selection = select(world, regions or [], pillars or [])
    if compare is not None:
        as_reporting_date(world, compare)
    else:
        meetings = {
            m["date"] for m in world.rows("meetings") if m["kind"] in ("board", "general_assembly")
        }
        compare = max((d for d in dates if d < day and d in meetings), default=None)
    return {
        "as_of": day.isoformat(),
        "compare": compare.isoformat() if compare else None,
        "data_date": dates[-1].isoformat() if world.data_date else None,
        "regions": list(selection.regions),
        "pillars": list(selection.pillars),
        "readings": [_reading(world, k, day, compare, selection, role) for k in KPIS],
    }


def _reading(
    world: World,
    kpi_id: str,
    day: dt.date,
    compare: dt.date | None,
    selection: Selection,
    role: str,
) -> dict[str, Any]:
    kpi = KPIS[kpi_id]
    hidden = is_hidden(world, kpi_id, day, selection, role)
    now = amount(world, kpi_id, day, selection, role)
    path = path_of(world, kpi_id, selection)
    expected = expected_value(kpi, path, day) if path else None
    ratio = None
    if path and expected is not None and now.value is not None:
        first = path[0][1]
        ratio = None if same(expected, first) else (now.value - first) / (expected - first)
    previous = amount(world, kpi_id, compare, selection, role).value if compare else None
    change = None
    if previous is not None and now.value is not None:
        change = now.value - previous
    n = entities_of(kpi_id, selected(world, kpi_id, day, selection))
    status = "suppressed" if hidden else status_of(kpi, path, expected, now.value, n)
    pace = pace_of(world, kpi_id, day, selection, role, path)
    reading = {
        "kpi": kpi_id,
        "goal": kpi.goal,
        "value": now.value,
        "numerator": now.numerator,
        "denominator": now.denominator,
        "n": now.n,
        "unfiltered": unfiltered(kpi_id, selection),
        "suppressed": hidden,
        "baseline": path[0][1] if path else None,
        "expected": expected,
        "target": path[-1][1] if path else None,
        "target_date": path[-1][0].isoformat() if path else None,
        "ratio_to_plan": ratio,
        "status": status,
        "previous_value": previous,
        "change": change,
        "pace": pace.pace,
        "projected": pace.projected,
        "required_pace": pace.required_pace,
        "arrives_on": pace.arrives_on.isoformat() if pace.arrives_on else None,
    }
    return {key: number(value) for key, value in reading.items()}
