"""What each part of a page asks of the core, at three sizes of the registers."""

from __future__ import annotations

import datetime as dt
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bench.results import Result, result
from scorecard import breakdowns, evidence, meeting, readings
from scorecard.exhibits import brand, capacity, compliance, membership, movements, strands
from scorecard.selection import Selection, months_before
from scorecard.snapshot import Snapshot

ALL = Selection()
FACTS_WITHIN, PAGE = 300.0, 500
"""Milliseconds in which the rows of one KPI at one date must come, and how many make a page."""


@dataclass(frozen=True)
class Part:
    """One part of a page: what it is called, and what it asks."""

    name: str
    ask: Callable[[Snapshot], object]


def parts() -> Iterator[Part]:
    """Every part of a page whose cost might depend on the registers."""
    yield Part("the scorecard", lambda s: readings.scorecard(s, ALL, "executive"))
    yield Part("KPI: breakdown by country", lambda s: _breakdown(s, "company_members", "country"))
    yield Part("KPI: indicators by region", lambda s: _breakdown(s, "indicators_met", "region"))
    yield Part("capacity: pathway", lambda s: capacity.pathway(s, ALL, "board", *_dates(s)))
    yield Part("capacity: expiring", lambda s: capacity.expiring(s, ALL, "board", _dates(s)[0]))
    yield Part(
        "capacity: the first to expire, by name",
        lambda s: capacity.expiries(s, ALL, "board", _dates(s)[0], limit=movements.PAGE),
    )
    yield Part(
        "compliance: sections",
        lambda s: compliance.sections(s, ALL, "executive", _dates(s)[0], "all"),
    )
    yield Part("compliance: reviews", lambda s: compliance.reviews(s, ALL, "board", _dates(s)[0]))
    yield Part("membership: moves", _moves)
    yield Part("membership: seats", lambda s: membership.seats(s, ALL, "board", _dates(s)[0]))
    yield Part("brand: visits", lambda s: brand.visits(s, ALL, "board", _dates(s)[0]))
    yield Part("brand: events", lambda s: brand.events(s, ALL, "board", _dates(s)[0]))
    yield Part(
        "brand: mentions by tone",
        lambda s: strands.by_category(s, s.plan.kpi("media_mentions"), ALL, "board", _dates(s)[0]),
    )
    yield Part("changes: one KPI explained, and who came and went", _changes)


def _moves(snapshot: Snapshot) -> object:
    """Counts and the first page of names over a year, in which some move at any size."""
    return membership.moves(snapshot, ALL, "board", *_year(snapshot), limit=movements.PAGE)


def _changes(snapshot: Snapshot) -> object:
    dates = _year(snapshot)
    found = meeting.since(snapshot, ALL, "board", *dates, ["company_members"], named=0)
    limit = movements.PAGE
    return movements.persons(snapshot, ALL, "board", *dates, found.turnover, limit=limit)


def _year(snapshot: Snapshot) -> tuple[dt.date, dt.date]:
    """The last year of the data."""
    return months_before(snapshot.data_date, 12), snapshot.data_date


def _dates(snapshot: Snapshot) -> tuple[dt.date, dt.date]:
    """The data date and the meeting before."""
    before = readings.last_meeting(snapshot, snapshot.data_date)
    assert before
    return snapshot.data_date, before


def _breakdown(snapshot: Snapshot, kpi: str, by: str) -> object:
    return breakdowns.breakdown(snapshot, snapshot.plan.kpi(kpi), by, ALL, "executive")


def cost(ask: Callable[[Snapshot], object], snapshot: Snapshot, runs: int = 7) -> float:
    """Median of the milliseconds, after one call that is not counted."""
    spent = []
    for i in range(runs + 1):
        started = time.perf_counter()
        ask(snapshot)
        if i:
            spent.append((time.perf_counter() - started) * 1000)
    return statistics.median(spent)


def rows(snapshot: Snapshot) -> Iterator[Part]:
    """The first page of the rows of each KPI, and one from their middle."""
    for kpi in snapshot.plan.kpis:
        middle = evidence.count(snapshot, kpi, ALL, "executive") // 2
        for offset in (0, middle):
            yield Part(
                f"rows of {kpi.id}" + (f" after the first {offset:,}" if offset else ""),
                lambda s, k=kpi, o=offset: evidence.facts(  # type: ignore[misc]
                    s, k, ALL, "executive", limit=PAGE, offset=o
                ),
            )


def measure(sizes: Mapping[int, Snapshot]) -> Iterator[Result]:
    """Each part at the largest size against the smallest, and the slowest rows of a KPI."""
    smallest, largest = min(sizes), max(sizes)
    for part in parts():
        spent = {size: cost(part.ask, snapshot) for size, snapshot in sizes.items()}
        told = ", ".join(f"{ms:.1f} ms at {size:,}" for size, ms in spent.items())
        yield result(
            part.name, spent[largest], spent[smallest], f"the same at {smallest:,}", 1.2,
            note=f"median of 7; {told}",
        )  # fmt: skip
    spent_on = {part.name: cost(part.ask, sizes[largest], 3) for part in rows(sizes[largest])}
    slowest = max(spent_on, key=lambda name: spent_on[name])
    print(", ".join(f"{name} {ms:.0f} ms" for name, ms in sorted(spent_on.items())))
    yield result(
        f"{slowest}, {PAGE} of them, at {largest:,} organisations", spent_on[slowest], FACTS_WITHIN,
        f"{FACTS_WITHIN:.0f} ms", 1.0,
        note="the slowest of first and middle pages of all KPIs; median of 3",
    )  # fmt: skip
