"""The rows behind a figure, one a fact, by entity: all of them, or a page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from scorecard import breakdowns, confidentiality, readings, slices
from scorecard.catalogue import Kpi
from scorecard.confidentiality import Role
from scorecard.exports import PILLARS
from scorecard.selection import Selection, bound, condition
from scorecard.slices import Slices
from scorecard.snapshot import Snapshot

ENOUGH = 20_000
"""Facts of which a page is found by slices of organisations; fewer are sorted as quickly."""


@dataclass(frozen=True)
class Fact:
    entity: str
    label: str
    country: str | None
    region: str | None
    pillar: str | None
    category: str | None
    numerator: float | None
    denominator: float | None


@dataclass(frozen=True)
class Facts:
    kpi: str
    as_of: dt.date
    unfiltered: tuple[str, ...]
    facts: tuple[Fact, ...]


def facts(
    snapshot: Snapshot,
    kpi: Kpi,
    selection: Selection,
    role: Role,
    as_of: dt.date | None = None,
    *,
    limit: int | None = None,
    offset: int = 0,
) -> Facts:
    """The rows behind a figure, by entity; refuses below the role that the KPI names.

    With a `limit` at most so many, after the first `offset`.
    """
    date = readings.reporting_date(snapshot, as_of)
    confidentiality.refuse_rows(kpi, role)
    chosen = selection.within(kpi)
    found = []
    if not snapshot.missing_exports(kpi):
        asked = _Asked(snapshot, kpi, chosen, date)
        cut = asked.cut
        if limit is None or cut is None:
            found = asked.read(None, None, limit, offset)
        else:
            found = slices.page(cut, asked.facts(), limit, offset)
    return Facts(
        kpi.id,
        date,
        selection.unfiltered(kpi),
        tuple(_fact(kpi, *row) for row in found),
    )


@dataclass(frozen=True)
class _Asked:
    """The facts of a KPI at a date within a selection."""

    snapshot: Snapshot
    kpi: Kpi
    chosen: Selection
    date: dt.date

    @property
    def cut(self) -> Slices | None:
        """What a page is found by: of facts that begin with the id of an organisation, where
        they are many."""
        is_of_organisation = self.kpi.entity.split("#")[0] == "org_id"
        is_worth_it = is_of_organisation and sum(self._by_pillar()) > ENOUGH
        return self.snapshot.slices if is_worth_it else None

    def facts(self) -> slices.Facts:
        by_pillar = self._by_pillar()
        return slices.Facts(int(sum(by_pillar)), by_pillar[:3], self._count, self.read)

    def read(
        self, first: str | None, last: str | None, limit: int | None, offset: int
    ) -> list[tuple[Any, ...]]:
        """Facts by entity, of organisations from `first` on and before `last`."""
        page = "" if limit is None else f" limit {limit:d} offset {offset:d}"
        where, given = self._between(first, last)
        return self.snapshot.cursor().execute(
            "select entity, coalesce(label, entity), country, region, pillar, category, "
            f"numerator, denominator from {self.snapshot.facts_at(self.kpi)} "
            f"where {where} order by entity{page}",
            given,
        ).fetchall()  # fmt: skip

    def _count(self, first: str | None, last: str | None) -> int:
        where, given = self._between(first, last)
        row = (
            self.snapshot.cursor()
            .execute(
                f"select count(*) from {self.snapshot.facts_at(self.kpi)} where {where}", given
            )
            .fetchone()
        )
        assert row
        return int(row[0])

    def _between(self, first: str | None, last: str | None) -> tuple[str, dict[str, object]]:
        where = condition(self.chosen, facts=True)
        given: dict[str, object] = {"date": self.date, **bound(self.chosen)}
        if first is not None:
            where, given["first"] = f"{where} and organisation >= $first", first
        if last is not None:
            where, given["last"] = f"{where} and organisation < $last", last
        return where, given

    def _by_pillar(self) -> list[float]:
        """How many facts there are of each pillar, and of none."""
        rows = breakdowns.grouped(self.snapshot, self.kpi, "pillar", self.chosen, self.date)
        known = {row[0]: row[3] for row in rows}
        return [known.get(pillar, 0.0) for pillar in (*PILLARS, None)]


def labels(
    snapshot: Snapshot,
    kpi: Kpi,
    role: Role,
    dates: Sequence[dt.date],
    entities: Collection[str | None],
) -> dict[str, str]:
    """What some entities are called at the last of the dates that has them; refuses as `facts`."""
    confidentiality.refuse_rows(kpi, role)
    found: dict[str, str] = {}
    if snapshot.missing_exports(kpi):
        return found
    wanted = [entity for entity in entities if entity is not None]
    for date in dates:
        rows = snapshot.cursor().execute(
            f"select entity, coalesce(label, entity) from {snapshot.facts_at(kpi)} "
            "where date = $date and entity in (select unnest($wanted::varchar[]))",
            {"date": date, "wanted": wanted},
        ).fetchall()  # fmt: skip
        found |= dict(rows)
    return found


def count(
    snapshot: Snapshot,
    kpi: Kpi,
    selection: Selection,
    role: Role,
    as_of: dt.date | None = None,
) -> int:
    """How many rows there are, without looking at any; refuses as `facts` does."""
    date = readings.reporting_date(snapshot, as_of)
    confidentiality.refuse_rows(kpi, role)
    if snapshot.missing_exports(kpi):
        return 0
    chosen = selection.within(kpi)
    sums = snapshot.cube.add_up(kpi, chosen.regions, chosen.pillars)
    return int(sums.n[snapshot.places[date]])


def _fact(
    kpi: Kpi,
    entity: str,
    label: str,
    country: str | None,
    region: str | None,
    pillar: str | None,
    category: str | None,
    numerator: float,
    denominator: float,
) -> Fact:
    parts = readings.printed(kpi, numerator, denominator)
    return Fact(entity, label, country, region, pillar, category, *parts)
