"""Who joined, left, was certified or lapsed between two dates: how many, and a page by name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from scorecard import prepared
from scorecard.confidentiality import Role, admits
from scorecard.exhibits import narrowed
from scorecard.selection import Selection
from scorecard.snapshot import Snapshot

What = Literal["joined", "left", "certified", "lapsed"]
WHATS: tuple[What, ...] = ("joined", "left", "certified", "lapsed")
KPIS = ("company_members", "certified_companies")
"""Whose rules say who may see members, and certified companies, by name."""
PAGE = 50
"""Rows of a page."""

_IN = {
    "joined": "{old} = '0' and {new} = '1'",
    "left": "{old} = '1' and {new} = '0'",
    "certified": "{new} = '1' and {new_held} = '1' and ({old} = '0' or {old_held} = '0')",
    "lapsed": "{old} = '1' and {old_held} = '1' and {new} = '1' and {new_held} = '0'",
}
"""What the digits of `members_over_time` say at both dates of one who did it."""


@dataclass(frozen=True)
class Person:
    """An organisation and what it did.

    `joined` and `left`: a member at one of the dates only. `certified`: a company that counts as
    certified now and did not before. `lapsed`: one that did, and is still a member, without a
    valid certificate. So certified companies = before + certified - lapsed - those that left.
    """

    what: What
    entity: str
    name: str
    pillar: str
    country: str
    country_name: str
    region: str


@dataclass(frozen=True)
class Turnover:
    """How many did what, by region; only what the role may see by name."""

    counts: Mapping[tuple[What, str], int]

    @cached_property
    def by_what(self) -> Mapping[What, int]:
        return {
            what: sum(n for (did, _), n in self.counts.items() if did == what) for what in WHATS
        }

    @property
    def total(self) -> int:
        """Rows there are by name."""
        return sum(self.counts.values())

    def regions(self, what: What) -> Mapping[str, int]:
        return {region: n for (did, region), n in self.counts.items() if did == what}


NOBODY = Turnover({})


def turnover(
    snapshot: Snapshot,
    selection: Selection,
    role: Role,
    start: dt.date,
    end: dt.date,
    whats: Collection[What] = WHATS,
) -> Turnover:
    """How many did what between two reporting dates, of which `start` is the earlier."""
    told = _open_to(snapshot, role, whats)
    if start >= end or not told:
        return NOBODY
    where, given = narrowed(snapshot.plan.kpi(KPIS[0]), selection)
    values: dict[str, object] = {**given}
    if prepared.TURNOVER in snapshot.tables:
        counts = ", ".join(f'sum("{what}")' for what in told)
        asked = f"from {prepared.TURNOVER} where since = $start and upto = $end{where}"
        values |= {"start": start, "end": end}
    else:
        did = (_did(snapshot, what, start, end) for what in told)
        counts = ", ".join(f"count(*) filter (where {condition})" for condition in did)
        members = prepared.source("members_over_time", snapshot)
        asked = f"from {members} as members where true{where}"
    rows = (
        snapshot.cursor()
        .execute(f"select region, {counts} {asked} group by all", values)
        .fetchall()
    )
    found = {
        (what, region): int(n)
        for region, *numbers in rows
        for what, n in zip(told, numbers, strict=True)
        if n
    }
    return Turnover(found)


def persons(
    snapshot: Snapshot,
    selection: Selection,
    role: Role,
    start: dt.date,
    end: dt.date,
    found: Turnover,
    whats: Collection[What] = WHATS,
    *,
    limit: int | None = None,
    offset: int = 0,
) -> tuple[Person, ...]:
    """Those that a turnover counts and who did one of `whats`, in this order, then by name.

    With a `limit` at most so many, after the first `offset`. The role is asked again, whoever
    counted.
    """
    rows: list[Person] = []
    for what in _open_to(snapshot, role, whats):
        wanted = None if limit is None else limit - len(rows)
        if wanted == 0:
            break
        many = found.by_what[what]
        if offset >= many:
            offset -= many
            continue
        rows += _named(snapshot, selection, start, end, what, wanted, offset)
        offset = 0
    return tuple(rows)


def _named(
    snapshot: Snapshot,
    selection: Selection,
    start: dt.date,
    end: dt.date,
    what: What,
    limit: int | None,
    offset: int,
) -> Iterator[Person]:
    where, given = narrowed(snapshot.plan.kpi(KPIS[0]), selection)
    rows = prepared.rows(
        snapshot,
        "members_over_time",
        "org_id, name, pillar, country, region",
        f"{_did(snapshot, what, start, end)}{where}",
        given,
        order="name, org_id",
        limit=limit,
        offset=offset,
    )
    countries = snapshot.plan.countries
    for entity, name, pillar, country, region in rows:
        country_name = countries[country][0] if country in countries else country
        yield Person(what, entity, name, pillar, country, country_name, region)


def _did(snapshot: Snapshot, what: What, start: dt.date, end: dt.date) -> str:
    """The condition for the rows of those that did it."""
    old, new = snapshot.places[start] + 1, snapshot.places[end] + 1
    digits = {
        "old": f"present[{old}]",
        "new": f"present[{new}]",
        "old_held": f"certified[{old}]",
        "new_held": f"certified[{new}]",
    }
    return _IN[what].format(**digits)


def _open_to(snapshot: Snapshot, role: Role, whats: Collection[What]) -> list[What]:
    """Those of which the role may see names."""
    plan = snapshot.plan
    return [
        what
        for what in WHATS
        if what in whats and admits(role, plan.kpi(KPIS[what in ("certified", "lapsed")]).rows_for)
    ]
