"""What is selected, what a role may see of it, and what the facts add up to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .contract import ALLOWED, KPIS
from .inference import Content, Table, is_told
from .kpis import available, facts
from .register import Fact
from .tables import World

NOWHERE = "Not specified"
ROLES = ("guest", "board", "executive")


class Refused(Exception):
    """The command would end with 2."""


@dataclass(frozen=True)
class Selection:
    regions: tuple[str, ...] = ()
    pillars: tuple[str, ...] = ()


@dataclass(frozen=True)
class Amount:
    """A value with what it is made of; all None where there is none to give."""

    value: Fraction | None = None
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    n: int | None = None


def select(world: World, regions: list[str], pillars: list[str]) -> Selection:
    known = {row["region"] for row in world.rows("regions")} | {NOWHERE}
    if not set(regions) <= known or not set(pillars) <= set(ALLOWED["pillar"]):
        raise Refused("no such region or pillar")
    return Selection(
        () if set(regions) == known else tuple(dict.fromkeys(regions)),
        () if set(pillars) == set(ALLOWED["pillar"]) else tuple(dict.fromkeys(pillars)),
    )


def of_kpi(kpi: str, selection: Selection) -> Selection:
    """The selection without the dimensions that the KPI does not have."""
    dims = KPIS[kpi].dims
    return Selection(
        selection.regions if "R" in dims else (), selection.pillars if "P" in dims else ()
    )


def unfiltered(kpi: str, selection: Selection) -> list[str]:
    used = of_kpi(kpi, selection)
    names = []
    if selection.regions and not used.regions:
        names.append("region")
    if selection.pillars and not used.pillars:
        names.append("pillar")
    return names


def selected(world: World, kpi: str, day: dt.date, selection: Selection) -> list[Fact]:
    used = of_kpi(kpi, selection)
    return [
        fact
        for fact in facts(world, kpi, day)
        if (not used.regions or fact.region in used.regions)
        and (not used.pillars or fact.pillar in used.pillars)
    ]


def entities(kpi: str, some: list[Fact]) -> int:
    if kpi == "indicators_met":
        return len({fact.organisation for fact in some})
    return len({fact.entity for fact in some})


def add_up(world: World, kpi: str, some: list[Fact]) -> Amount:
    if not available(world, kpi):
        return Amount()
    n = entities(kpi, some)
    numerator = sum((fact.numerator for fact in some), Fraction(0))
    denominator = sum((fact.denominator for fact in some), Fraction(0))
    if KPIS[kpi].aggregate == "sum":
        return Amount(numerator, numerator, None, n)
    if KPIS[kpi].aggregate == "countries":
        countries = {fact.country for fact in some if fact.country is not None}
        return Amount(Fraction(len(countries)), None, None, n)
    return Amount(numerator / denominator if denominator else None, numerator, denominator, n)


def group_of(fact: Fact, by: str) -> str | None:
    return {
        "region": fact.region,
        "country": fact.country,
        "pillar": fact.pillar,
        "category": fact.category,
        "entity": fact.entity,
    }[by]


def group_order(group: str | None) -> tuple[int, str]:
    """By name, `Not specified` and null last."""
    if group is None:
        return 2, ""
    return (1, "") if group == NOWHERE else (0, group)


def reporting_dates(world: World) -> list[dt.date]:
    if not world.plan_ok or world.data_date is None:
        raise Refused("no plan, no regions or no data date")
    if "dates" not in world.memory:
        world.memory["dates"] = _reporting_dates(world)
    dates: list[dt.date] = world.memory["dates"]
    return dates


def _reporting_dates(world: World) -> list[dt.date]:
    first, last = world.starts_on, world.data_date
    assert first is not None and last is not None
    dates = {last}
    day = first
    while day <= last:
        if (day + dt.timedelta(days=1)).day == 1:
            dates.add(day)
        day += dt.timedelta(days=1)
    dates |= {m["date"] for m in world.rows("meetings") if first <= m["date"] <= last}
    dates |= {p["as_of"] for p in world.rows("published_figures") if first <= p["as_of"] <= last}
    return sorted(dates)


def cells(world: World, kpi: str, day: dt.date, by: str) -> dict[str, bool] | None:
    """Whether each cell of a confidential KPI's row is hidden; None where the whole row is."""
    names: list[str] = list(ALLOWED["pillar"])
    if by == "region":
        names = [*{row["region"] for row in world.rows("regions")} | {NOWHERE}]
    row = {name: _content(world, kpi, day, by, name) for name in names}
    key = ("cells", kpi, tuple(sorted(row.items())))
    if key not in world.memory:
        world.memory[key] = hidden(kpi, row)
    found: frozenset[str] | None = world.memory[key]
    return None if found is None else {name: name in found for name in names}


def _content(world: World, kpi: str, day: dt.date, by: str, name: str) -> Content:
    some = [fact for fact in facts(world, kpi, day) if group_of(fact, by) == name]
    complaints = KPIS[kpi].exports == ("complaints",)
    count = len({f.entity if complaints else f.organisation for f in some})
    yes = sum((fact.numerator for fact in some), Fraction(0))
    if KPIS[kpi].aggregate != "ratio":
        return count, yes, Fraction(0)
    return count, yes, sum((fact.denominator for fact in some), Fraction(0)) - yes


def specified(kpi: str, row: dict[str, Content]) -> frozenset[str] | None:
    """The cells that the rule of the specification hides; None where it hides the whole row."""
    count = {name: content[0] for name, content in row.items()}
    found = {name for name in row if 1 <= count[name] <= 4}
    if KPIS[kpi].aggregate == "ratio":
        found |= {name for name, (n, yes, no) in row.items() if n and 0 in (yes, no)}
    while found and (len(found) == 1 or sum(count[name] for name in found) < 10):
        other = _next(row, found)
        if other is None:
            return None
        found.add(other)
    return frozenset(found)


def hidden(kpi: str, row: dict[str, Content]) -> frozenset[str] | None:
    """Those, and more while one of them could be worked out."""
    found = specified(kpi, row)
    while found and leaks(kpi, row, found):
        other = _next(row, set(found))
        if other is None:
            return None
        found |= {other}
    return found


def leaks(kpi: str, row: dict[str, Content], unseen: frozenset[str]) -> bool:
    """Whether one who knows the rule and what is shown can work out one of the hidden cells."""
    names = sorted(unseen)
    counted = "amount"
    if kpi == "indicators_met":
        counted = "printed"
    elif kpi in ("open_concerns", "concerns_resolved_on_time"):
        counted = "unknown"

    def alike(table: Table) -> bool:
        other = dict(row)
        if counted == "unknown":  # as many organisations behind what is shown as there may be
            other = {name: (int(yes + no), yes, no) for name, (_, yes, no) in row.items()}
        return specified(kpi, other | dict(zip(names, table, strict=True))) == unseen

    truth = tuple(row[name] for name in names)
    is_ratio = KPIS[kpi].aggregate == "ratio"
    return is_told(truth, alike, is_ratio, counted, halves=kpi == "indicators_met")


def _next(row: dict[str, Content], found: set[str]) -> str | None:
    others = [name for name in row if name not in found and row[name][0] > 0]
    return min(others, key=lambda name: (row[name][0], name), default=None)


def is_crossed(kpi: str, selection: Selection, role: str, by: str | None = None) -> bool:
    """Whether a confidential KPI is asked for in more detail than the role may ever see."""
    if not KPIS[kpi].confidential or role == "executive":
        return False
    used = of_kpi(kpi, selection)
    asked = {by} if by else set()
    asked |= {"region"} if used.regions else set()
    asked |= {"pillar"} if used.pillars else set()
    return "country" in asked or len(asked) > 1


def is_hidden(world: World, kpi: str, day: dt.date, selection: Selection, role: str) -> bool:
    """Whether the value of this selection is suppressed for this role on this day."""
    used = of_kpi(kpi, selection)
    if not KPIS[kpi].confidential or role == "executive" or used == Selection():
        return False
    if is_crossed(kpi, selection, role) or (day.month, day.day) != (12, 31):
        return True
    by = "region" if used.regions else "pillar"
    row = cells(world, kpi, day, by)
    return row is None or any(row[name] for name in used.regions or used.pillars)


def amount(world: World, kpi: str, day: dt.date, selection: Selection, role: str) -> Amount:
    if is_hidden(world, kpi, day, selection, role):
        return Amount()
    return add_up(world, kpi, selected(world, kpi, day, selection))


def may_see_rows(kpi: str, role: str) -> bool:
    return ROLES.index(role) >= ROLES.index(KPIS[kpi].rows_for)


def number(value: Any) -> Any:
    return float(value) if isinstance(value, Fraction) else value
