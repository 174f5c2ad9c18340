"""Why a reading changed between two dates: parts that add up to the change, with no residual."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scorecard import breakdowns, confidentiality, readings
from scorecard.catalogue import Kpi
from scorecard.confidentiality import Role
from scorecard.judgement import SAME
from scorecard.selection import Selection, bound, condition
from scorecard.snapshot import Snapshot


@dataclass(frozen=True)
class Part:
    """What one group adds to the change, in the unit of the value.

    `effect` is `sum`, `entered`, `left` or `changed` for sums, `rate` or `mix` for ratios,
    `gained` or `lost` for countries.
    """

    group: str | None
    effect: str
    contribution: float


@dataclass(frozen=True)
class Explanation:
    kpi: str
    start: dt.date
    end: dt.date
    value_from: float | None
    value_to: float | None
    change: float | None
    unfiltered: tuple[str, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class _Totals:
    """Numerator and denominator of each group at one date."""

    groups: Mapping[str | None, tuple[float, float]]

    @property
    def numerator(self) -> float:
        return sum(top for top, _ in self.groups.values())

    @property
    def denominator(self) -> float:
        return sum(bottom for _, bottom in self.groups.values())


def explain(
    snapshot: Snapshot,
    kpi: Kpi,
    start: dt.date,
    end: dt.date,
    by: str,
    selection: Selection = Selection(),
    role: Role = "executive",
) -> Explanation:
    """Splits the change of a KPI from `start` to `end` by a dimension or by `entity`."""
    start = readings.reporting_date(snapshot, start)
    end = readings.reporting_date(snapshot, end)
    if by != "entity":
        breakdowns.dimension(kpi, by)
    confidentiality.refuse_explanation(kpi, role)
    if by == "entity":
        confidentiality.refuse_rows(kpi, role)
    before = readings.reading(snapshot, kpi, selection, role, start, None)
    after = readings.reading(snapshot, kpi, selection, role, end, None)
    change = None
    parts: list[Part] = []
    if before.value is not None and after.value is not None:
        change = after.value - before.value
        parts = list(_parts(snapshot, kpi, start, end, by, selection.within(kpi)))
    parts = [part for part in parts if abs(part.contribution) > SAME]
    parts.sort(key=lambda part: (breakdowns.last_places(part.group), part.effect))
    return Explanation(
        kpi=kpi.id,
        start=start,
        end=end,
        value_from=before.value,
        value_to=after.value,
        change=change,
        unfiltered=selection.unfiltered(kpi),
        parts=tuple(parts),
    )


def in_memory(
    snapshot: Snapshot,
    kpi: Kpi,
    start: dt.date,
    end: dt.date,
    by: str,
    selection: Selection,
    role: Role,
) -> tuple[Part, ...]:
    """The parts of `explain` by region or pillar of a sum or a ratio whose value is known at both
    dates, without asking the database; those of no size too, as they tell how many groups are."""
    confidentiality.refuse_explanation(kpi, role)
    old, new = (
        _Totals(breakdowns.groups(snapshot, kpi, by, selection, date)) for date in (start, end)
    )
    if kpi.aggregate == "ratio":
        return tuple(_rate_and_mix(old, new))
    return tuple(_differences(old, new, by))


def _parts(
    snapshot: Snapshot, kpi: Kpi, start: dt.date, end: dt.date, by: str, chosen: Selection
) -> Iterator[Part]:
    if kpi.aggregate == "countries":
        before = _totals(snapshot, kpi, start, "country", chosen).groups.keys()
        after = _totals(snapshot, kpi, end, "country", chosen).groups.keys()
        yield from (Part(country, "gained", 1) for country in after - before if country)
        yield from (Part(country, "lost", -1) for country in before - after if country)
        return
    old = _totals(snapshot, kpi, start, by, chosen)
    new = _totals(snapshot, kpi, end, by, chosen)
    if kpi.aggregate == "ratio":
        yield from _rate_and_mix(old, new)
        return
    yield from _differences(old, new, by)


def _differences(old: _Totals, new: _Totals, by: str) -> Iterator[Part]:
    for group in old.groups.keys() | new.groups.keys():
        effect = "sum"
        if by == "entity":
            effect = "changed"
            if group not in old.groups:
                effect = "entered"
            elif group not in new.groups:
                effect = "left"
        difference = new.groups.get(group, (0.0, 0.0))[0] - old.groups.get(group, (0.0, 0.0))[0]
        yield Part(group, effect, difference)


def _rate_and_mix(old: _Totals, new: _Totals) -> Iterator[Part]:
    """Change of a ratio: what the rates of the groups did, and what their weights did.

    With w the share of a group in the denominator, r its rate and R the overall rate, each as
    the mean of both dates: rate = w x change of r, mix = (r - R) x change of w. A group that is
    absent at one date takes its rate from the other.
    """
    overall = (old.numerator / old.denominator + new.numerator / new.denominator) / 2
    for group in old.groups.keys() | new.groups.keys():
        was, now = old.groups.get(group), new.groups.get(group)
        rate_was = _rate(was) if was and was[1] else None
        rate_now = _rate(now) if now and now[1] else None
        if rate_was is None and rate_now is None:
            continue
        r0 = rate_was if rate_was is not None else rate_now
        r1 = rate_now if rate_now is not None else rate_was
        assert r0 is not None and r1 is not None
        w0 = was[1] / old.denominator if was else 0.0
        w1 = now[1] / new.denominator if now else 0.0
        yield Part(group, "rate", (w0 + w1) / 2 * (r1 - r0))
        yield Part(group, "mix", ((r0 + r1) / 2 - overall) * (w1 - w0))


def _rate(parts: tuple[float, float]) -> float:
    return parts[0] / parts[1]


def _totals(snapshot: Snapshot, kpi: Kpi, date: dt.date, by: str, chosen: Selection) -> _Totals:
    if by != "entity":
        rows = breakdowns.grouped(snapshot, kpi, by, chosen, date)
        return _Totals({group: (top, bottom) for group, top, bottom, *_ in rows})
    found = snapshot.cursor().execute(
        f"select entity, sum(numerator), sum(denominator) from {snapshot.facts_at(kpi)} "
        f"where {condition(chosen, facts=True)} group by 1",
        bound(chosen) | {"date": date},
    ).fetchall()  # fmt: skip
    return _Totals({group: (top, bottom) for group, top, bottom in found})
