"""One who asks all that a guest or director may ask bounds each hidden number by what is shown."""

from __future__ import annotations

import datetime as dt
import itertools
import random
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from oracle.generate import generate
from scipy.optimize import linprog
from small_set import write

from scorecard import breakdowns, confidentiality, readings, snapshot
from scorecard.catalogue import Kpi
from scorecard.confidentiality import Role, hidden_of
from scorecard.contract import ROOT
from scorecard.selection import Selection
from scorecard.snapshot import Snapshot, Sources

YEAR_END = (12, 31)
Sum = tuple[frozenset[str], float, float]
"""Groups, and how many of them say yes and no together; of a sum, or of organisations, all do."""


def bounds(
    groups: Sequence[str], sums: Sequence[Sum], most: Mapping[str, float], aim: int, group: str
) -> tuple[float, float]:
    """The least and most that those of a group who say yes (0) or no (1) may be."""
    size = len(groups)
    left, right = [], []
    for some, *totals in sums:
        marks = np.array([float(name in some) for name in groups])
        for place, total in enumerate(totals):
            left.append(np.concatenate([marks * (place == 0), marks * (place == 1)]))
            right.append(total)
    weigh = np.zeros(2 * size)
    weigh[aim * size + list(groups).index(group)] = 1
    limited = {}
    if most:
        limited = {"A_ub": np.hstack([np.eye(size)] * 2), "b_ub": [most[name] for name in groups]}
    ends = [
        linprog(sign * weigh, A_eq=np.array(left), b_eq=right, bounds=(0, None), **limited)
        for sign in (1, -1)
    ]
    assert all(end.status == 0 for end in ends), "what is published cannot be"
    return ends[0].fun, -ends[1].fun


def parts(part: breakdowns.Group | readings.Point | readings.Reading) -> tuple[float, float]:
    top, bottom = part.numerator, part.denominator
    assert top is not None
    return top, 0 if bottom is None else bottom - top


def published(
    snap: Snapshot, kpi: Kpi, dimension: str, role: Role
) -> Iterator[tuple[dt.date, list[Sum], list[Sum], set[str]]]:
    """Year ends with all that can be asked of one dimension: sums of answers, of organisations
    or cases, and the groups that are hidden.

    That is the world, the breakdown, and the series of all selections of one group, of two and
    of all but one or two, which give all sums of more. A category is never shown within a group,
    so that its totals may be dealt out at will and bound nothing.
    """
    groups = frozenset(snap.cube.regions if dimension == "region" else snap.cube.pillars)
    asked = [
        (frozenset(some), Selection(some) if dimension == "region" else Selection((), some))
        for size in {1, 2, len(groups) - 2, len(groups) - 1}
        for some in itertools.combinations(sorted(groups), size)
    ]
    answers = [(some, readings.series(snap, kpi, chosen, role)) for some, chosen in asked]
    world = readings.series(snap, kpi, Selection(), role)
    for place, point in enumerate(world.points):
        shown = [(some, series.points[place]) for some, series in answers]
        if (point.date.month, point.date.day) != YEAR_END:
            assert all(other.suppressed for _, other in shown)
            continue
        found = breakdowns.breakdown(snap, kpi, dimension, Selection(), role, point.date)
        named = {group.group or "" for group in found.groups}
        sums = [(groups, *parts(point))]
        sums += [(some, *parts(other)) for some, other in shown if not other.suppressed]
        sums += [
            (frozenset([group.group or ""]), *parts(group))
            for group in found.groups
            if not group.suppressed
        ]
        heads: list[Sum] = [(groups, world_n(snap, kpi, role, point.date), 0)]
        heads += [
            (frozenset([group.group or ""]), group.n, 0)
            for group in found.groups
            if group.n is not None
        ]
        known = {name for some, *_ in sums for name in some if len(some) == 1}
        if named:  # A group that is not named has no facts.
            nothing = [(frozenset([name]), 0, 0) for name in groups - named]
            sums, heads, known = sums + nothing, heads + nothing, known | groups - named
        yield point.date, sums, heads, set(groups) - known


def world_n(snap: Snapshot, kpi: Kpi, role: Role, date: dt.date) -> int:
    return readings.reading(snap, kpi, Selection(), role, date, None).n or 0


def told_by_sums(snap: Snapshot, role: Role) -> Iterator[str]:
    """Hidden numbers of which all answers together leave one value, though the world alone,
    and how many companies take part in each group, leave several."""
    everyone = snap.plan.kpi("training_coverage")
    for kpi, dimension in itertools.product(snap.plan.kpis, ("region", "pillar")):
        if not kpi.confidential or dimension not in kpi.dimensions or snap.missing_exports(kpi):
            continue
        if dimension == "pillar" and kpi.id in ("psea_policy", "indicators_met"):
            continue  # They are of companies by definition: the row is the world, as published.
        for date, sums, heads, hidden in published(snap, kpi, dimension, role):
            groups = sorted(sums[0][0])
            most = {}
            if kpi.id == "psea_policy":  # No more can have answered than take part.
                found = breakdowns.breakdown(snap, everyone, dimension, Selection(), role, date)
                most = {group.group or "": group.denominator or 0 for group in found.groups}
                most = {name: most.get(name, 0) for name in groups}
            for group, aim in itertools.product(sorted(hidden), (0, 1)):
                # Where nobody in the world says so, nobody in a group does: that is published.
                if sums[0][1 + aim]:
                    low, high = bounds(groups, sums, most, aim, group)
                    wide = bounds(groups, sums[:1], most, aim, group)
                    if high - low < 1e-6 <= wide[1] - wide[0]:
                        said = "no" if aim else "yes"
                        yield f"{kpi.id} {date:%Y} {group}: {low:g} {said}"
            for group in sorted(hidden) if heads[0][1] else ():
                low, high = bounds(groups, heads, {}, 0, group)
                if high - low < 1e-6:
                    yield f"{kpi.id} {date:%Y} {group}: {low:g} counted"


@pytest.fixture(scope="module")
def sample() -> Snapshot:
    return snapshot.in_memory(Sources(ROOT / "data" / "exports", ROOT / "data" / "plan"))


@pytest.mark.parametrize("role", ["guest", "board"])
def test_no_hidden_number_of_the_sample_follows_from_what_is_shown(
    sample: Snapshot, role: Role
) -> None:
    assert list(told_by_sums(sample, role)) == []


def generated(number: int) -> Snapshot:
    with tempfile.TemporaryDirectory() as folder:
        exports, plan = generate(random.Random(number), Path(folder), dirty=False)
        return snapshot.in_memory(Sources(exports, plan))


@settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(number=st.integers(0, 2**32))
def test_no_hidden_number_of_a_generated_set_follows_from_what_is_shown(number: int) -> None:
    assert list(told_by_sums(generated(number), "board")) == []


@pytest.fixture
def rule_alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Leaves the last step out, from when it is called to the end of the test."""

    def leave_out() -> None:
        monkeypatch.setattr(confidentiality, "is_derivable", lambda *_: False)
        hidden_of.cache_clear()

    yield leave_out
    hidden_of.cache_clear()


@pytest.mark.parametrize("number", [31, 37])
def test_sets_that_the_rule_alone_gives_away_are_safe(
    number: int, rule_alone: Callable[[], None]
) -> None:
    snap = generated(number)
    hidden_of.cache_clear()
    assert list(told_by_sums(snap, "board")) == []
    rule_alone()
    assert len(list(told_by_sums(snap, "board"))) >= 3


@pytest.fixture(scope="module")
def in_time(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """Complaints of 2021 that are all answered in time in Africa and the Middle East."""
    answered = {"KEN": (12, 12), "IRQ": (8, 8), "CHE": (10, 30)}
    complaints = [
        {
            "country": country,
            "received_on": "2021-03-01",
            "closed_on": "2021-03-02" if i < top else "",
        }
        for country, (top, count) in answered.items()
        for i in range(count)
    ]
    folders = write(tmp_path_factory.mktemp("attack") / "set", {"complaints": complaints})
    return snapshot.in_memory(Sources(Path(folders[1]), Path(folders[3])))


def test_what_all_hidden_groups_share_is_not_told(
    in_time: Snapshot, rule_alone: Callable[[], None]
) -> None:
    assert list(told_by_sums(in_time, "board")) == []
    rule_alone()
    # What the world has more than is shown is then twenty of twenty.
    assert set(told_by_sums(in_time, "board")) == {
        "complaints_resolved_on_time 2021 Africa: 0 no",
        "complaints_resolved_on_time 2021 Middle East: 0 no",
    }


@pytest.mark.parametrize("role", ["guest", "board"])
def test_what_is_said_beside_a_value_is_said_of_values_that_are_shown(
    sample: Snapshot, role: Role
) -> None:
    """Change, pace and what follows from them would give a hidden value away."""
    asked = 0
    chosen = [Selection((name,)) for name in sample.cube.regions]
    chosen += [Selection((), (name,)) for name in sample.cube.pillars]
    days = [d for d in sample.dates if (d.month, d.day) == YEAR_END or d == sample.data_date]
    days += [d for d in sample.dates if d.month == 11]
    days.sort()
    for selection, day in itertools.product(chosen, days):
        for compare in [d for d in days if (d.month, d.day) == YEAR_END and d < day][-2:]:
            card = readings.scorecard(sample, selection, role, day, compare)
            for reading in card.readings:
                if not sample.plan.kpi(reading.kpi).confidential:
                    continue
                points = dict(zip(sample.dates, card.series[reading.kpi], strict=True))
                now, then = points[day], points[compare]
                asked += reading.suppressed
                assert (reading.value, reading.previous_value) == (now, then)
                follows = (reading.change, reading.pace, reading.projected, reading.arrives_on)
                if now is None:
                    assert follows == (None,) * 4
                    assert reading.ratio_to_plan is None and reading.required_pace is None
                if then is None:
                    assert reading.change is None
                if reading.suppressed:
                    assert reading.status == "suppressed"
                    assert (reading.numerator, reading.denominator, reading.n) == (None,) * 3
    assert asked > 300
