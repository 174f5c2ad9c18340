"""The scorecard's rows: every reading as the texts and positions that one row shows."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from scorecard import readings, wording
from scorecard.catalogue import Kpi
from scorecard.languages import say, say_in
from scorecard.plan import Plan, Target
from scorecard.readings import Reading
from scorecard.screen import links, sheet
from scorecard.screen.frame import View
from scorecard.screen.sheet import HEIGHT, LEVELS, WIDTH

_LOWEST, _GAP = ord("("), "!"


def table(view: View, kpis: Sequence[str], before: Mapping[str, Reading]) -> dict[str, Any]:
    """The block of a scorecard of these KPIs, by goal. `before`: readings when compared."""
    plan = view.snapshot.plan
    wanted = set(kpis)
    groups = []
    goals = [goal for goal in plan.goals if any(plan.kpi(k).goal == goal.number for k in wanted)]
    for goal in goals:
        rows = [
            row(view, reading, before.get(reading.kpi))
            for reading in view.scorecard.readings
            if reading.goal == goal.number and reading.kpi in wanted
        ]
        groups.append(
            {
                "over": say("Goal {number}", number=goal.number),
                "title": goal.title if len(goals) > 1 else "",
                "link": sheet.link(links.GOAL[goal.number]),
                "rows": rows,
            }
        )
    since = (
        say("Since {date}", date=wording.short_date(view.compare))
        if view.compare
        else say("Change")
    )
    years = f"{plan.starts_on.year}–{plan.ends_on.year}"
    return {
        "kind": "table",
        "caption": wording.titled(
            say("Scorecard"),
            wording.selection_sentence(plan, view.selection, view.as_of, view.compare),
        ),
        "columns": [
            ["name", say("KPI")],
            ["value", say("Value"), "reading"],
            ["plan", say("Expected and target"), "expected"],
            ["bullet", [say("Value"), say("expected"), say("target")]],
            ["change", since, "change"],
            ["trend", say("{years}, with path", years=years), "path"],
            ["state", say("Status"), "status"],
            ["fresh", say("Data of"), "data_of"],
        ],
        "upto": _until(view),
        "across": [(date - plan.starts_on).days for date in view.snapshot.dates]
        if view.visitor.link is None
        else [(d - plan.starts_on).days for d in view.snapshot.dates[: _until(view)]],
        "groups": groups,
    }


def row(view: View, reading: Reading, before: Reading | None) -> dict[str, Any]:
    """One row, as look and order require: name, value, plan, bullet, change, trend, status."""
    kpi = view.snapshot.plan.kpi(reading.kpi)
    figure, unit, few = _figure(kpi, reading)
    absent = view.snapshot.missing_exports(kpi)
    path = readings.target(view.snapshot, kpi, view.selection)
    short, words = (
        wording.short_change(kpi, reading, before),
        wording.change_words(kpi, reading, before),
    )
    return {
        "kpi": kpi.id,
        "link": sheet.link("kpi", kpi=kpi.id),
        "title": kpi.title,
        "arrow": wording.ARROW[kpi.direction],
        "direction": wording.DIRECTION[kpi.direction],
        "note": wording.unfiltered(kpi, reading.unfiltered),
        "value": figure,
        "unit": unit,
        "few": few,
        "plan": _planned(kpi, reading),
        "bullet": _bullet(kpi, reading),
        "without": say_in("bullet", "none"),
        # Of a share of few both say the same, and nought is said in words.
        "change": "" if short in (words, "0") else short,
        "changeWords": words,
        "trend": _trend(view, kpi, path),
        "trendWords": _trend_words(view, kpi),
        "status": reading.status,
        "statusWord": wording.STATUS[reading.status],
        "fresh": wording.missing(absent) or wording.short_date(view.snapshot.data_date),
    }


def _figure(kpi: Kpi, reading: Reading) -> tuple[str, str, str]:
    """The value, its unit, and of how few it is: set larger, beside it, and below."""
    shown, *count = re.split(r"[\s,·]+(?=n\s=\s)", wording.value(kpi, reading), maxsplit=1)
    few = count[0] if count else ""
    if kpi.aggregate == "ratio" and not kpi.is_percentage and " " in shown:
        number, _, unit = shown.partition(" ")
        return number, unit, few
    return shown, "", few


def _planned(kpi: Kpi, reading: Reading) -> list[tuple[str, str]]:
    """What the plan asks for, as figures with their words."""
    if reading.status == "monitor":
        return [("", say("watched, no target"))]
    if reading.target is None or reading.target_date is None:
        return [("", say("no target for this selection"))]
    parts = []
    if reading.expected is not None:
        parts.append((_bare(kpi, reading.expected), say("by now")))
    until = wording.until(reading.target_date)
    return [*parts, (_bare(kpi, reading.target), until)]


def _bare(kpi: Kpi, value: float) -> str:
    """A number without its unit, unless that is one."""
    return wording.number(kpi, value).partition(" ")[0]


def _bullet(kpi: Kpi, reading: Reading) -> dict[str, Any] | None:
    """Positions from 0 to 100 on a scale from nought; a share goes up to the whole."""
    if reading.target is None or reading.baseline is None:
        return None
    marks = [reading.value, reading.expected, reading.target, reading.baseline]
    top = 1.0 if kpi.is_percentage else max(m for m in marks if m is not None) * 1.06
    if top <= 0:
        return None

    def place(amount: float | None) -> float | None:
        return None if amount is None else round(min(100.0, max(0.0, 100 * amount / top)), 2)

    low, high = sorted((reading.baseline, reading.target))
    start, end = place(low) or 0.0, place(high) or 0.0
    return {
        "value": place(reading.value),
        "expected": place(reading.expected),
        "target": place(reading.target),
        "band": [start, round(end - start, 2)],
    }


def _trend(view: View, kpi: Kpi, path: Target | None) -> dict[str, Any] | None:
    """The value at each reporting date as an outline, and the required path dashed beside it.

    The scale is that of all dates, so that a line stands still while one steps through them. In
    a locked view there are none after its own.
    """
    plan = view.snapshot.plan
    values = view.scorecard.series[kpi.id]
    if view.visitor.link is not None:
        values = values[: _until(view)]
    required = tuple(path.points) if path else ()
    days = max((_ends(plan, required) - plan.starts_on).days, 1)
    found = _outlined(values, required, plan.starts_on, days)
    return {"days": days, "outline": found[0], "path": found[1]} if found else None


@lru_cache(4096)
def _outlined(
    values: tuple[float | None, ...],
    required: tuple[tuple[dt.date, float], ...],
    start: dt.date,
    days: int,
) -> tuple[str, str] | None:
    """A letter a reporting date, and the path in SVG; none where nothing is known."""
    heights = [value for value in values if value is not None] + [v for _, v in required]
    if not heights:
        return None
    low, high = min(heights), max(heights)
    spread = (high - low) or 1.0

    def level(value: float) -> int:
        return round(LEVELS * (value - low) / spread) if high > low else LEVELS // 2

    def place(date: dt.date, value: float) -> str:
        across = max(0.0, WIDTH * (date - start).days / days)
        up = 2 + (HEIGHT - 4) * (1 - level(value) / LEVELS)
        return f"{round(across, 1):g} {round(up, 2):g}"

    return (
        "".join(_GAP if v is None else chr(_LOWEST + level(v)) for v in values),
        "M" + "L".join(place(d, v) for d, v in required) if required else "",
    )


def _until(view: View) -> int:
    """How many reporting dates there are up to that of the view."""
    return view.snapshot.places[view.as_of] + 1


def _ends(plan: Plan, required: Sequence[tuple[dt.date, float]]) -> dt.date:
    return max([plan.ends_on, *(date for date, _ in required)])


def _trend_words(view: View, kpi: Kpi) -> str:
    """The line in words, for those who do not see it."""
    known = [
        (date, value)
        for date, value in zip(view.snapshot.dates, view.scorecard.series[kpi.id], strict=True)
        if value is not None and date <= view.as_of
    ]
    if not known:
        return say("no values yet")
    (first, start), (last, end) = known[0], known[-1]
    low, high = (wording.number(kpi, f(v for _, v in known)) for f in (min, max))
    course = wording.course(kpi, first, start, last, end)
    return say("{course}, between {low} and {high}", course=course, low=low, high=high)
