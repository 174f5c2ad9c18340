"""What must hold of any set: parts add up, order does not matter, two ways agree."""

from __future__ import annotations

import csv
import datetime as dt
import itertools
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from oracle.generate import generate

from scorecard import breakdowns, changes, confidentiality, evidence, readings, snapshot
from scorecard.catalogue import Kpi
from scorecard.confidentiality import ROLES, Role
from scorecard.refusal import Refusal
from scorecard.selection import Selection, select
from scorecard.snapshot import Snapshot, Sources

SETS = range(1000, 1012)
CLOSE = 1e-9


@pytest.fixture(scope="module", params=SETS)
def given(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[random.Random, Snapshot, Sources]]:
    """A generated set, its snapshot, and a generator of chance for questions."""
    rng = random.Random(request.param)
    exports, plan = generate(rng, tmp_path_factory.mktemp("set"), dirty=request.param % 3 == 0)
    sources = Sources(exports, plan)
    try:
        yield rng, snapshot.in_memory(sources), sources
    except Refusal as reason:
        pytest.skip(f"set {request.param}: {reason}")


Given = tuple[random.Random, Snapshot, Sources]


def some_selection(rng: random.Random, snap: Snapshot) -> Selection:
    regions = rng.sample(snap.plan.regions, rng.choice([0, 0, 1, 2, len(snap.plan.regions)]))
    pillars = rng.sample(snap.plan.pillars, rng.choice([0, 0, 1, 2, 4]))
    return select(snap.plan, regions, pillars)


def some_day(rng: random.Random, snap: Snapshot) -> dt.date:
    year_ends = [day for day in snap.dates if (day.month, day.day) == (12, 31)]
    return rng.choice([*snap.dates, *year_ends * 5])


def by(kpi: Kpi) -> list[str]:
    return [*kpi.dimensions, *(["country"] if "region" in kpi.dimensions else [])]


def same(a: float | None, b: float | None) -> bool:
    if a is None or b is None:
        return a is b
    return abs(a - b) <= CLOSE * max(1, abs(a))


@pytest.mark.parametrize("role", ROLES)
def test_a_group_has_the_value_of_the_whole_restricted_to_it(given: Given, role: Role) -> None:
    rng, snap, _ = given
    for kpi, dimension in itertools.product(snap.plan.kpis, ("region", "pillar")):
        if dimension not in kpi.dimensions:
            continue
        day, chosen = some_day(rng, snap), some_selection(rng, snap)
        try:
            found = breakdowns.breakdown(snap, kpi, dimension, chosen, role, day)
        except Refusal:
            assert confidentiality.guards(kpi, role)
            continue
        mine = chosen.regions if dimension == "region" else chosen.pillars
        for group in found.groups:
            if group.group is None:
                continue
            assert not mine or group.group in mine
            one = Selection(
                (group.group,) if dimension == "region" else chosen.regions,
                (group.group,) if dimension == "pillar" else chosen.pillars,
            )
            reading = readings.reading(snap, kpi, one, role, day, None)
            where = (kpi.id, dimension, group.group, day, chosen)
            assert reading.suppressed == group.suppressed, where
            assert same(reading.value, group.value), where
            assert (reading.n, same(reading.numerator, group.numerator)) == (group.n, True), where
            assert same(reading.denominator, group.denominator), where


def test_the_parts_of_an_explanation_add_up_to_the_change(given: Given) -> None:
    rng, snap, _ = given
    for kpi in snap.plan.kpis:
        for dimension in (*by(kpi), "entity"):
            start, end = some_day(rng, snap), some_day(rng, snap)
            chosen = some_selection(rng, snap)
            found = changes.explain(snap, kpi, start, end, dimension, chosen)
            where = (kpi.id, dimension, start, end, chosen)
            if found.change is None:
                assert not found.parts, where
                continue
            assert found.value_from is not None and found.value_to is not None
            assert same(found.change, found.value_to - found.value_from), where
            assert same(sum(part.contribution for part in found.parts), found.change), where
            assert all(abs(part.contribution) > CLOSE for part in found.parts), where
            effects = {part.effect for part in found.parts}
            assert (
                effects
                <= {
                    "sum": {"entered", "left", "changed"} if dimension == "entity" else {"sum"},
                    "ratio": {"rate", "mix"},
                    "countries": {"gained", "lost"},
                }[kpi.aggregate]
            ), where


def test_pillars_regions_and_categories_of_a_sum_add_up_to_the_whole(given: Given) -> None:
    rng, snap, _ = given
    for kpi in snap.plan.kpis:
        day, chosen = some_day(rng, snap), some_selection(rng, snap)
        whole = readings.reading(snap, kpi, chosen, "executive", day, None)
        for dimension in by(kpi):
            groups = breakdowns.breakdown(snap, kpi, dimension, chosen, "executive", day).groups
            where = (kpi.id, dimension, day, chosen)
            if kpi.aggregate == "sum" and whole.value is not None:
                assert same(sum(group.value or 0 for group in groups), whole.value), where
            if kpi.aggregate == "ratio" and whole.value is not None:
                top = sum(group.numerator or 0 for group in groups)
                bottom = sum(group.denominator or 0 for group in groups)
                assert same(top / bottom, whole.value), where
            if kpi.counts == "entities":
                assert sum(group.n or 0 for group in groups) == (whole.n or 0), where


def test_facts_add_up_to_the_reading(given: Given) -> None:
    rng, snap, _ = given
    for kpi in snap.plan.kpis:
        day, chosen = some_day(rng, snap), some_selection(rng, snap)
        whole = readings.reading(snap, kpi, chosen, "executive", day, None)
        rows = evidence.facts(snap, kpi, chosen, "executive", day).facts
        if whole.n is None:
            assert not rows
            continue
        assert len({row.entity for row in rows}) == len(rows), (kpi.id, day)
        if kpi.counts == "entities":
            assert len(rows) == whole.n, (kpi.id, day, chosen)
        if kpi.aggregate == "countries":
            assert len({row.country for row in rows}) == whole.value
        else:
            top = sum(row.numerator or 0 for row in rows)
            assert same(top, whole.numerator), (kpi.id, day, chosen)


@pytest.mark.parametrize("role", ROLES)
def test_scorecard_reading_and_series_say_the_same(given: Given, role: Role) -> None:
    rng, snap, _ = given
    for _ in range(4):
        day, chosen = some_day(rng, snap), some_selection(rng, snap)
        card = readings.scorecard(snap, chosen, role, day)
        place = snap.dates.index(day)
        for kpi, found in zip(snap.plan.kpis, card.readings, strict=True):
            where = (kpi.id, day, chosen)
            assert found == readings.reading(snap, kpi, chosen, role, day, card.compare), where
            assert card.series[kpi.id][place] == found.value, where
            try:
                points = readings.series(snap, kpi, chosen, role).points
            except Refusal:
                assert found.suppressed, where
                continue
            assert tuple(point.value for point in points) == card.series[kpi.id], where
            assert points[place].suppressed == found.suppressed, where
            assert points[place].numerator == found.numerator, where
            if found.previous_value is not None and found.value is not None:
                assert found.change == found.value - found.previous_value, where


def test_a_lower_role_sees_what_a_higher_one_sees_or_nothing(given: Given) -> None:
    rng, snap, _ = given
    for _ in range(4):
        day, chosen = some_day(rng, snap), some_selection(rng, snap)
        all_seen = readings.scorecard(snap, chosen, "executive", day)
        for role in ("board", "guest"):
            seen = readings.scorecard(snap, chosen, role, day)
            for kpi, mine, theirs in zip(
                snap.plan.kpis, seen.readings, all_seen.readings, strict=True
            ):
                assert not theirs.suppressed
                if mine.suppressed:
                    assert kpi.confidential and mine.status == "suppressed"
                    assert mine.value is mine.n is mine.change is mine.pace is None
                    assert mine.target == theirs.target and mine.expected == theirs.expected
                else:
                    assert (mine.value, mine.n, mine.status) == (
                        theirs.value, theirs.n, theirs.status,
                    )  # fmt: skip


@pytest.mark.parametrize("number", [2001, 2002, 2003])
def test_the_order_of_the_rows_changes_no_reading(tmp_path: Path, number: int) -> None:
    """Sound sets only: of two rows that exclude each other, the first would stay."""
    rng = random.Random(number)
    exports, plan = generate(rng, tmp_path / "set", dirty=False)
    before = snapshot.in_memory(Sources(exports, plan))
    for path in exports.glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            header, *rows = [row for row in csv.reader(file) if "".join(row).strip()]
        rng.shuffle(rows)
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *rows])
    after = snapshot.in_memory(Sources(exports, plan))
    assert after.id != before.id
    for _ in range(10):
        day, chosen = some_day(rng, before), some_selection(rng, before)
        for role in ROLES:
            assert (
                readings.scorecard(before, chosen, role, day).readings
                == readings.scorecard(after, chosen, role, day).readings
            )
