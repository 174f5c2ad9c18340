"""A KPI by region or pillar over time, and how far chance moves its groups, as a table too."""

from __future__ import annotations

import itertools
from typing import Literal

import pytest

from scorecard import breakdowns, chance, publication, readings, snapshot, wording
from scorecard.confidentiality import ROLES, Role
from scorecard.exhibits import strands
from scorecard.refusal import Refusal
from scorecard.screen import tables
from scorecard.selection import Selection
from scorecard.snapshot import Snapshot, Sources

DIMENSIONS: tuple[Literal["region", "pillar"], ...] = ("region", "pillar")


@pytest.fixture(scope="module")
def sample() -> Snapshot:
    return publication.kept(Sources()) or snapshot.in_memory(Sources())


@pytest.mark.parametrize("role", ROLES)
def test_each_group_is_what_its_own_selection_shows_the_role(sample: Snapshot, role: Role) -> None:
    until = sample.dates[-8]
    for kpi, by in itertools.product(sample.plan.kpis, DIMENSIONS):
        if by not in kpi.dimensions:
            continue
        found = strands.by_group(sample, kpi, by, Selection(), role, until)
        assert found.strands.dates == sample.dates[:-7]
        for strand in found.strands.strands:
            alone = Selection(**{f"{by}s": (strand.name,)})
            points = readings.series(sample, kpi, alone, role).points[:-7]
            assert strand.values == tuple(point.value for point in points)
        shown = breakdowns.breakdown(sample, kpi, by, Selection(), role, until)
        known = {group.group for group in shown.groups if group.value and group.group}
        assert known <= {strand.name for strand in found.strands.strands}
        whole = readings.series(sample, kpi, Selection(), role).points[:-7]
        assert found.whole.values == tuple(point.value for point in whole)
        for change, strand in zip(found.changes, found.strands.strands, strict=True):
            first, last = strand.values[0], strand.values[-1]
            if change is not None:
                assert first is not None and last is not None and change == last - first


def test_a_selection_of_the_other_dimension_holds_and_of_the_same_does_not(
    sample: Snapshot,
) -> None:
    kpi = sample.plan.kpi("retention")
    every = strands.by_group(sample, kpi, "region", Selection(), "board", sample.data_date)
    same = Selection(regions=("Africa",))
    assert strands.by_group(sample, kpi, "region", same, "board", sample.data_date) == every
    other = Selection(pillars=("company",))
    found = strands.by_group(sample, kpi, "region", other, "board", sample.data_date)
    africa = next(s for s in found.strands.strands if s.name == "Africa")
    both = Selection(("Africa",), ("company",))
    points = readings.series(sample, kpi, both, "board").points
    assert africa.values == tuple(point.value for point in points)


def test_two_dimensions_of_a_confidential_kpi_are_refused(sample: Snapshot) -> None:
    kpi = sample.plan.kpi("indicators_met")
    with pytest.raises(Refusal, match="two dimensions"):
        strands.by_group(
            sample, kpi, "region", Selection(pillars=("company",)), "board", sample.data_date
        )


def test_of_shares_of_few_no_change_is_told(sample: Snapshot) -> None:
    kpi = sample.plan.kpi("field_review_coverage")
    found = strands.by_group(sample, kpi, "region", Selection(), "executive", sample.data_date)
    by_name = dict(zip([s.name for s in found.strands.strands], found.changes, strict=True))
    assert by_name["Latin America and the Caribbean"] is None
    assert by_name["Europe"] is not None


def test_the_table_of_a_breakdown_gives_the_interval_where_few_are_counted(
    sample: Snapshot,
) -> None:
    kpi = sample.plan.kpi("field_review_coverage")
    for by in ("region", "country"):
        found = breakdowns.breakdown(sample, kpi, by, Selection(), "executive")
        table = tables.of_breakdown(kpi, found, by, tables.names(sample.plan, by))
        assert ("By chance from" in table) == (by == "region")
        for row, group in zip(table.itertuples(), tables.ranked(found), strict=True):
            if by == "region":
                low, high = row[-2:]
                span = chance.interval(kpi, group.numerator, group.denominator, group.n)
                assert (low, high) == span if span else low != low and high != high
    many = breakdowns.breakdown(sample, sample.plan.kpi("company_members"), "region", Selection(),
                              "executive")  # fmt: skip
    plain = tables.of_breakdown(sample.plan.kpi("company_members"), many, "region", tables.Names())
    assert "By chance from" not in plain


def test_the_table_over_time_has_a_column_a_group_and_all_together(sample: Snapshot) -> None:
    kpi = sample.plan.kpi("company_members")
    found = strands.by_group(sample, kpi, "region", Selection(), "guest", sample.data_date)
    table = tables.of_groups(found.strands, tables.Names(), found.whole)
    assert list(table["Date"]) == list(sample.dates)
    groups = [strand.name for strand in found.strands.strands]
    assert list(table.columns) == ["Date", *groups, "All"]
    assert list(table[groups].sum(axis=1)) == list(table["All"])
    assert wording.plain(table["All"].iloc[-1]) == "96"
