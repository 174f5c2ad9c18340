"""What the other commands print: series, breakdown, facts, explain and reconcile."""

from __future__ import annotations

import datetime as dt
import math
from fractions import Fraction
from typing import Any

from .contract import KPIS
from .kpis import available
from .readings import CLOSE, as_reporting_date, same
from .register import Fact
from .selection import (
    Amount,
    Refused,
    Selection,
    add_up,
    amount,
    cells,
    group_of,
    group_order,
    is_crossed,
    is_hidden,
    may_see_rows,
    number,
    of_kpi,
    reporting_dates,
    select,
    selected,
    unfiltered,
)
from .tables import World

DIMENSION = {"region": "R", "country": "R", "pillar": "P", "category": "C"}


def _asked(
    world: World, kpi: str, regions: list[str] | None, pillars: list[str] | None
) -> Selection:
    reporting_dates(world)
    if kpi not in KPIS:
        raise Refused("no such KPI")
    return select(world, regions or [], pillars or [])


def _printed(given: Amount) -> dict[str, Any]:
    return {
        "value": number(given.value),
        "numerator": number(given.numerator),
        "denominator": number(given.denominator),
    }


def series(
    world: World,
    kpi: str,
    regions: list[str] | None = None,
    pillars: list[str] | None = None,
    role: str = "executive",
) -> dict[str, Any]:
    selection = _asked(world, kpi, regions, pillars)
    if is_crossed(kpi, selection, role):
        raise Refused("never two dimensions crossed")
    return {
        "kpi": kpi,
        "unfiltered": unfiltered(kpi, selection),
        "points": [
            {
                "date": day.isoformat(),
                **_printed(amount(world, kpi, day, selection, role)),
                "suppressed": is_hidden(world, kpi, day, selection, role),
            }
            for day in reporting_dates(world)
        ],
    }


def breakdown(
    world: World,
    kpi: str,
    by: str,
    as_of: dt.date | None = None,
    regions: list[str] | None = None,
    pillars: list[str] | None = None,
    role: str = "executive",
) -> dict[str, Any]:
    selection = _asked(world, kpi, regions, pillars)
    if by not in DIMENSION or DIMENSION[by] not in KPIS[kpi].dims:
        raise Refused("the KPI has no such dimension")
    day = as_reporting_date(world, as_of or reporting_dates(world)[-1])
    if is_crossed(kpi, selection, role, by):
        raise Refused("never by country, never two dimensions crossed")
    groups = []
    some = selected(world, kpi, day, selection)
    names = sorted({group_of(fact, by) for fact in some}, key=group_order)
    hidden: dict[str, bool] | None = {}
    if KPIS[kpi].confidential and role != "executive" and by in ("region", "pillar"):
        year_end = (day.month, day.day) == (12, 31)
        hidden = cells(world, kpi, day, by) if year_end else None
    if hidden is None:
        names = []
    for name in names:
        suppressed = bool(hidden and hidden[name or ""])
        given = add_up(world, kpi, [f for f in some if group_of(f, by) == name])
        if suppressed:
            given = Amount()
        groups.append({"group": name, **_printed(given), "n": given.n, "suppressed": suppressed})
    return {
        "kpi": kpi,
        "as_of": day.isoformat(),
        "unfiltered": unfiltered(kpi, selection),
        "groups": groups,
    }


def facts(
    world: World,
    kpi: str,
    as_of: dt.date | None = None,
    regions: list[str] | None = None,
    pillars: list[str] | None = None,
    role: str = "executive",
) -> dict[str, Any]:
    """The rows by entity, without their labels, which are words and not figures."""
    selection = _asked(world, kpi, regions, pillars)
    day = as_reporting_date(world, as_of or reporting_dates(world)[-1])
    if not may_see_rows(kpi, role):
        raise Refused("rows are not for this role")
    aggregate = KPIS[kpi].aggregate
    rows = [
        {
            "entity": f.entity,
            "country": f.country,
            "region": f.region,
            "pillar": f.pillar,
            "category": f.category,
            "numerator": None if aggregate == "countries" else number(f.numerator),
            "denominator": number(f.denominator) if aggregate == "ratio" else None,
        }
        for f in selected(world, kpi, day, selection)
    ]
    return {
        "kpi": kpi,
        "as_of": day.isoformat(),
        "unfiltered": unfiltered(kpi, selection),
        "facts": sorted(rows, key=lambda row: str(row["entity"])),
    }


def explain(
    world: World,
    kpi: str,
    start: dt.date,
    end: dt.date,
    by: str,
    regions: list[str] | None = None,
    pillars: list[str] | None = None,
    role: str = "executive",
) -> dict[str, Any]:
    selection = _asked(world, kpi, regions, pillars)
    as_reporting_date(world, start)
    as_reporting_date(world, end)
    if by != "entity" and (by not in DIMENSION or DIMENSION[by] not in KPIS[kpi].dims):
        raise Refused("the KPI has no such dimension")
    if by == "entity" and not may_see_rows(kpi, role):
        raise Refused("rows are not for this role")
    if KPIS[kpi].confidential and role != "executive":
        raise Refused("no explanation of a confidential KPI")
    before, after = (selected(world, kpi, day, selection) for day in (start, end))
    a, b = add_up(world, kpi, before), add_up(world, kpi, after)
    change = b.value - a.value if a.value is not None and b.value is not None else None
    parts: list[tuple[str | None, str, Fraction]] = []
    if change is not None:
        aggregate = KPIS[kpi].aggregate
        if aggregate == "sum":
            parts = _parts_of_sum(before, after, by)
        elif aggregate == "ratio":
            parts = _parts_of_ratio(before, after, by)
        else:
            parts = _parts_of_countries(before, after)
    parts = [part for part in parts if abs(part[2]) > CLOSE]
    parts.sort(key=lambda part: (group_order(part[0]), part[1]))
    return {
        "kpi": kpi,
        "from": start.isoformat(),
        "to": end.isoformat(),
        "value_from": number(a.value),
        "value_to": number(b.value),
        "change": number(change),
        "unfiltered": unfiltered(kpi, selection),
        "parts": [
            {"group": group, "effect": effect, "contribution": float(contribution)}
            for group, effect, contribution in parts
        ],
    }


def _sums(some: list[Fact], by: str) -> dict[str | None, tuple[Fraction, Fraction]]:
    sums: dict[str | None, tuple[Fraction, Fraction]] = {}
    for fact in some:
        group = group_of(fact, by)
        numerator, denominator = sums.get(group, (Fraction(0), Fraction(0)))
        sums[group] = numerator + fact.numerator, denominator + fact.denominator
    return sums


def _parts_of_sum(
    before: list[Fact], after: list[Fact], by: str
) -> list[tuple[str | None, str, Fraction]]:
    one, two = _sums(before, by), _sums(after, by)
    parts = []
    for group in one.keys() | two.keys():
        effect = "sum"
        if by == "entity":
            effect = "entered" if group not in one else "left" if group not in two else "changed"
        zero = Fraction(0), Fraction(0)
        parts.append((group, effect, two.get(group, zero)[0] - one.get(group, zero)[0]))
    return parts


def _parts_of_ratio(
    before: list[Fact], after: list[Fact], by: str
) -> list[tuple[str | None, str, Fraction]]:
    one, two = _sums(before, by), _sums(after, by)
    whole_one, whole_two = (sum(d for _, d in sums.values()) for sums in (one, two))
    rate_one = sum(n for n, _ in one.values()) / Fraction(whole_one)
    rate_two = sum(n for n, _ in two.values()) / Fraction(whole_two)
    overall = (rate_one + rate_two) / 2
    parts = []
    for group in one.keys() | two.keys():
        numerator, denominator = one.get(group, two.get(group, (Fraction(0), Fraction(0))))
        r1 = numerator / denominator
        numerator, denominator = two.get(group, one.get(group, (Fraction(0), Fraction(0))))
        r2 = numerator / denominator
        w1 = one[group][1] / whole_one if group in one else Fraction(0)
        w2 = two[group][1] / whole_two if group in two else Fraction(0)
        parts.append((group, "rate", (w1 + w2) / 2 * (r2 - r1)))
        parts.append((group, "mix", ((r1 + r2) / 2 - overall) * (w2 - w1)))
    return parts


def _parts_of_countries(
    before: list[Fact], after: list[Fact]
) -> list[tuple[str | None, str, Fraction]]:
    one, two = ({fact.country for fact in some} for some in (before, after))
    return [(country, "gained", Fraction(1)) for country in two - one] + [
        (country, "lost", Fraction(-1)) for country in one - two
    ]


def reconcile(world: World, role: str = "executive") -> dict[str, Any]:
    dates = reporting_dates(world)
    figures = []
    file = world.files["published_figures"]
    for row in file.rows if file.state == "read" else []:
        given = row.value
        if row.quarantined or given["kpi"] is None or given["as_of"] not in dates:
            continue
        computed = _published(world, given["kpi"], given["scope"], given["as_of"], role)
        difference = agrees = None
        if computed is not None:
            difference = computed - given["value"]
            tenths = 10 ** len(row.text["value"].partition(".")[2])
            # A value within 1e-9 below a half is that half.
            rounded = math.floor(computed * tenths + Fraction(1, 2) + CLOSE)
            agrees = same(Fraction(rounded, tenths), given["value"])
        figures.append(
            {
                "figure": given["figure"],
                "kpi": given["kpi"],
                "scope": given["scope"],
                "as_of": given["as_of"].isoformat(),
                "source": given["source"],
                "published": number(given["value"]),
                "computed": number(computed),
                "difference": number(difference),
                "agrees": agrees,
                "note": given["note"],
            }
        )
    return {"figures": figures}


def _published(
    world: World, kpi: str, scope: str | None, day: dt.date, role: str
) -> Fraction | None:
    if not available(world, kpi):
        return None
    dimension, _, member = (scope or "").partition("=")
    if dimension == "category":
        some = [f for f in selected(world, kpi, day, Selection()) if f.category == member]
        return add_up(world, kpi, some).value
    selection = Selection(
        (member,) if dimension == "region" else (), (member,) if dimension == "pillar" else ()
    )
    assert of_kpi(kpi, selection) == selection
    return amount(world, kpi, day, selection, role).value
