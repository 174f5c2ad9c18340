"""Where a value stands against its path: all ten statuses, and every boundary between them."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path
from typing import Any

import pytest
from small_set import ask, write

from scorecard import catalogue
from scorecard.judgement import STATUSES, expected, pace, ratio_to_plan, status
from scorecard.plan import Target

KPIS = {kpi.id: kpi for kpi in catalogue.load()}
UP, DOWN = "company_members", "past_deadline"
SHARE, MONTHS = "certification_rate", "months_to_certification"
DAY = dt.date.fromisoformat
START, MIDDLE, END = DAY("2020-01-01"), DAY("2021-01-01"), DAY("2022-01-02")
"""MIDDLE lies 366 of 732 days after START: exactly half of the way."""


def path(*values: float, days: tuple[dt.date, ...] = (START, END)) -> Target:
    return Target(tuple(zip(days, values, strict=True)), ("plan",))


# KPI, value, n, baseline and target, date, status. At MIDDLE half of the way is expected.
JUDGED: list[tuple[str, float | None, int, tuple[float, float] | None, dt.date, str]] = [
    ("open_concerns", 5, 5, None, MIDDLE, "monitor"),
    ("open_concerns", 5, 5, (0, 100), MIDDLE, "monitor"),
    ("open_concerns", None, 0, None, MIDDLE, "monitor"),
    (SHARE, None, 0, (0, 1), MIDDLE, "awaiting_data"),
    (UP, None, 0, None, MIDDLE, "awaiting_data"),
    (UP, 5, 5, None, MIDDLE, "no_target"),
    (UP, 500, 5, (0, 100), DAY("2019-12-31"), "no_target"),
    (UP, 0, 0, (0, 100), START, "on_track"),
    # Ratios of fewer than ten, whatever their value; sums never are too few.
    (SHARE, 1.0, 9, (0, 1), MIDDLE, "too_few"),
    (SHARE, 1.0, 10, (0, 1), MIDDLE, "achieved"),
    (MONTHS, 3.0, 9, (30, 6), MIDDLE, "too_few"),
    ("board_seats_filled", 0.25, 4, (0, 1), MIDDLE, "serious_delay"),
    ("indicators_met", 0.5, 9, (0, 1), MIDDLE, "too_few"),
    (UP, 100, 1, (0, 100), MIDDLE, "achieved"),
    # Achieved: the target or better, within 1e-9, on the right side.
    (UP, 101, 50, (0, 100), MIDDLE, "achieved"),
    (SHARE, 0.8 - 9e-10, 50, (0.2, 0.8), MIDDLE, "achieved"),
    (SHARE, 0.8 - 2e-9, 50, (0.2, 0.8), MIDDLE, "on_track"),
    (DOWN, 0, 50, (100, 0), MIDDLE, "achieved"),
    (DOWN, 20, 50, (100, 20), MIDDLE, "achieved"),
    (DOWN, 19, 50, (100, 20), MIDDLE, "achieved"),
    (MONTHS, 6 + 9e-10, 50, (30, 6), MIDDLE, "achieved"),
    (SHARE, 0.7, 50, (0.2, 0.8), DAY("2030-01-01"), "some_delay"),
    # r = 0.95, 0.60 and 0, and what lies just below each: b = 0, e = 0.5.
    (SHARE, 0.475, 50, (0, 1), MIDDLE, "on_track"),
    (SHARE, 0.475 - 1e-6, 50, (0, 1), MIDDLE, "some_delay"),
    (SHARE, 0.3, 50, (0, 1), MIDDLE, "some_delay"),
    (SHARE, 0.3 - 1e-6, 50, (0, 1), MIDDLE, "serious_delay"),
    (SHARE, 0.0, 50, (0, 1), MIDDLE, "serious_delay"),
    (SHARE, 0.2, 50, (0.2, 0.8), MIDDLE, "serious_delay"),
    (SHARE, 0.2 - 1e-6, 50, (0.2, 0.8), MIDDLE, "moving_away"),
    (UP, 47, 47, (0, 100), MIDDLE, "some_delay"),
    (UP, 48, 48, (0, 100), MIDDLE, "on_track"),
    (UP, 30, 30, (0, 100), MIDDLE, "some_delay"),
    (UP, 29, 29, (0, 100), MIDDLE, "serious_delay"),
    (UP, 9, 9, (10, 100), MIDDLE, "moving_away"),
    # Sums of decimals that are not exact: 0.1 + 0.2 is more than 0.3.
    (SHARE, 0.1 + 0.2, 50, (0.1, 0.3), MIDDLE, "achieved"),
    (SHARE, 0.57, 50, (0.0, 1.2), MIDDLE, "on_track"),
    # Fewer is better: b = 100, e = 60, so 62 and 76 are the boundaries.
    (DOWN, 62, 62, (100, 20), MIDDLE, "on_track"),
    (DOWN, 63, 63, (100, 20), MIDDLE, "some_delay"),
    (DOWN, 76, 76, (100, 20), MIDDLE, "some_delay"),
    (DOWN, 77, 77, (100, 20), MIDDLE, "serious_delay"),
    (DOWN, 100, 100, (100, 20), MIDDLE, "serious_delay"),
    (DOWN, 101, 101, (100, 20), MIDDLE, "moving_away"),
    (MONTHS, 18.6, 50, (30, 6), MIDDLE, "on_track"),
    (MONTHS, 22.8 + 1e-6, 50, (30, 6), MIDDLE, "serious_delay"),
    # Counts are rounded to the lenient side: half of 3..10 is 6.5, expected 6, 95 % of 3 is 2.85.
    (UP, 6, 6, (3, 10), MIDDLE, "on_track"),
    (UP, 5, 5, (3, 10), MIDDLE, "some_delay"),
    (DOWN, 7, 7, (10, 3), MIDDLE, "on_track"),
    (DOWN, 8, 8, (10, 3), MIDDLE, "some_delay"),
    # The plan wants no change, or hardly any by now: measured against the level itself.
    (SHARE, 0.5, 50, (0.5, 0.5), MIDDLE, "achieved"),
    (SHARE, 0.475, 50, (0.5, 0.5), MIDDLE, "some_delay"),
    (SHARE, 0.474, 50, (0.5, 0.5), MIDDLE, "serious_delay"),
    (UP, 99, 99, (100, 100), MIDDLE, "some_delay"),
    (UP, 95, 95, (100, 100), MIDDLE, "some_delay"),
    (UP, 94, 94, (100, 100), MIDDLE, "serious_delay"),
    (UP, 2, 2, (3, 3), MIDDLE, "some_delay"),
    (UP, 1, 1, (3, 3), MIDDLE, "serious_delay"),
    (DOWN, 0, 0, (0, 0), MIDDLE, "achieved"),
    (DOWN, 1, 1, (0, 0), MIDDLE, "some_delay"),
    (DOWN, 2, 2, (0, 0), MIDDLE, "serious_delay"),
    (SHARE, 0.0, 50, (0.0, 1.0), START, "on_track"),
    # Counts need to move by 2: half of 0..3 is 1.5, expected 1.
    (UP, 1, 1, (0, 3), MIDDLE, "on_track"),
    (UP, 0, 0, (0, 3), MIDDLE, "some_delay"),
    (UP, 0, 0, (0, 4), MIDDLE, "serious_delay"),
    (UP, 1, 1, (0, 4), MIDDLE, "serious_delay"),
    (UP, 2, 2, (0, 4), MIDDLE, "on_track"),
    (DOWN, 4, 4, (4, 1), MIDDLE, "some_delay"),
    (DOWN, 5, 5, (4, 1), MIDDLE, "serious_delay"),
]  # fmt: skip


@pytest.mark.parametrize("case", JUDGED, ids=str)
def test_a_value_has_the_status_of_the_first_rule_that_applies(case: Any) -> None:
    kpi, value, n, ends, date, stated = case
    assert status(KPIS[kpi], value, n, path(*ends) if ends else None, date) == stated


@pytest.mark.parametrize(
    ("moved", "value", "stated"),
    # T - b = 1, so the plan has hardly begun while less than 0.05 is expected. From 0.05 on the
    # share of the way counts, which punishes a small lag: r = 0.9.
    [(0.05, 0.045, "some_delay"), (0.0499, 0.0, "some_delay"), (0.05, 0.0, "serious_delay")],
)
def test_a_plan_has_begun_once_five_hundredths_of_the_way_are_expected(
    moved: float, value: float, stated: str
) -> None:
    way = path(0, moved, 1, days=(START, MIDDLE, END))
    assert status(KPIS[SHARE], value, 50, way, MIDDLE) == stated


def test_all_statuses_but_the_role_s_own_are_reached_above() -> None:
    assert {case[-1] for case in JUDGED} == set(STATUSES) - {"suppressed"}


def test_a_value_that_the_role_may_not_see_is_suppressed_before_all_else(tmp_path: Path) -> None:
    folders = write(
        tmp_path / "set",
        {
            "organisations": [{"org_id": "A", "country": "KEN"}],
            "concerns": [{"org_id": "A", "opened_on": "2021-01-01"}],
        },
    )
    _, answer, _ = ask(folders, "show", "--role", "board", "--region", "Africa")
    found = {r["kpi"]: r for r in answer["readings"]}
    for kpi in ("open_concerns", "concerns_resolved_on_time"):
        assert found[kpi]["status"] == "suppressed"
        assert found[kpi]["value"] is None and found[kpi]["n"] is None
    assert found["certified_companies"]["status"] == "no_target"


@pytest.mark.parametrize(
    ("kpi", "way", "date", "due"),
    [
        (UP, path(0, 10), DAY("2019-12-31"), None),
        (UP, path(0, 10), START, 0),
        (UP, path(0, 10), END, 10),
        (UP, path(0, 10), DAY("2050-01-01"), 10),
        (UP, path(0, 7), MIDDLE, 3),
        (DOWN, path(7, 0), MIDDLE, 4),
        (UP, path(7, 7), MIDDLE, 7),
        (SHARE, path(0, 0.7), MIDDLE, 0.35),
        (MONTHS, path(30, 5), MIDDLE, 17.5),
        ("countries_represented", path(20, 25), MIDDLE, 22),
        # 732 days: after 244 a third of the way to 0.3 x 10 is 1 within the last digit.
        (UP, path(0, 3), START + dt.timedelta(days=244), 1),
        (UP, path(0, 4, 100, days=(START, MIDDLE, END)), MIDDLE, 4),
        (UP, path(0, 4, 10, days=(START, MIDDLE, END)), MIDDLE + dt.timedelta(days=183), 7),
    ],
)
def test_a_path_expects_its_points_and_straight_lines_between_them(
    kpi: str, way: Target, date: dt.date, due: float | None
) -> None:
    found = expected(KPIS[kpi], way, date)
    assert found == (None if due is None else pytest.approx(due, abs=1e-12))


def test_a_path_of_one_point_is_its_own_baseline_and_target() -> None:
    way = path(5, days=(START,))
    assert expected(KPIS[UP], way, MIDDLE) == 5
    assert status(KPIS[UP], 4, 4, way, MIDDLE) == "some_delay"


@pytest.mark.parametrize(
    ("value", "way", "due", "r"),
    [
        (5, path(0, 10), 5, 1),
        (4, path(10, 0), 7, 2),
        (3, path(5, 10), 5, None),
        (3, path(5, 10), 5 + 5e-10, None),
        (None, path(0, 10), 5, None),
        (3, path(0, 10), None, None),
    ],
)
def test_the_ratio_to_plan_is_given_where_the_plan_has_moved(
    value: float | None, way: Target, due: float | None, r: float | None
) -> None:
    assert ratio_to_plan(value, way, due) == r


YEAR_AGO = DAY("2020-01-01")
NOW = DAY("2020-12-31")
"""365 days later; the target date is 367 days ahead."""


def ahead(kpi: str, now: float | None, before: float | None, way: Target | None) -> Any:
    return pace(KPIS[kpi], now, NOW, before, YEAR_AGO if before is not None else None, way)


def test_pace_is_the_change_of_a_year_of_365_and_a_quarter_days() -> None:
    found = ahead(UP, 10, 5, None)
    assert found.pace == pytest.approx(5 / (365 / 365.25), abs=1e-12)
    assert (found.projected, found.required_pace, found.arrives_on) == (None, None, None)


@pytest.mark.parametrize(
    ("kpi", "now", "before", "ends", "projected"),
    [
        (UP, 10, 5, (0, 100), 10 + 5 * 367 / 365),
        (UP, 5, 10, (0, 100), 0.0),
        (SHARE, 0.9, 0.5, (0, 1), 1.0),
        (MONTHS, 2.0, 1.0, (30, 1), 2 + 367 / 365),
        (MONTHS, 1.0, 20.0, (30, 0.5), 0.0),
    ],
)
def test_a_projection_is_at_least_nothing_and_at_most_all(
    kpi: str, now: float, before: float, ends: tuple[float, float], projected: float
) -> None:
    assert ahead(kpi, now, before, path(*ends)).projected == pytest.approx(projected, abs=1e-9)


@pytest.mark.parametrize(
    ("kpi", "now", "before", "ends", "arrives"),
    [
        # 5 in 365 days: 10 more need 730 days exactly, 11 more 803.
        (UP, 10, 5, (0, 20), NOW + dt.timedelta(days=730)),
        (UP, 10, 5, (0, 21), NOW + dt.timedelta(days=803)),
        # 3 in 365 days: 10 more need 1216.67, which is reached on the 1217th.
        (UP, 10, 7, (0, 20), NOW + dt.timedelta(days=1217)),
        (DOWN, 10, 13, (50, 0), NOW + dt.timedelta(days=1217)),
        (UP, 5, 10, (0, 20), None),
        (DOWN, 13, 10, (50, 0), None),
        (UP, 10, 10, (0, 20), None),
        (UP, 20, 10, (0, 20), None),
        (UP, 25, 30, (0, 20), None),
        (UP, 10, None, (0, 20), None),
        # 29219 days lead from NOW to the last day of 2100.
        (UP, 366, 1, (0, 366 + 29219), DAY("2100-12-31")),
        (UP, 366, 1, (0, 366 + 29220), None),
        (UP, 1e6, 1e6 - 1e-6, (0, 2e6), None),
        (UP, 1, 1 - 1e-15, (0, 2e9), None),
    ],
)
def test_the_day_of_arrival_is_rounded_up_and_not_after_2100(
    kpi: str, now: float, before: float | None, ends: tuple[float, float], arrives: dt.date | None
) -> None:
    assert ahead(kpi, now, before, path(*ends)).arrives_on == arrives


def test_the_pace_needed_does_not_depend_on_the_pace_there_was() -> None:
    found = ahead(UP, 10, None, path(0, 20))
    assert found.pace is None and found.projected is None
    assert found.required_pace == pytest.approx(10 / (367 / 365.25), abs=1e-12)


@pytest.mark.parametrize(("kpi", "now"), [(UP, 20), (UP, 30), (DOWN, 20), (DOWN, 3)])
def test_a_target_that_is_reached_needs_no_pace(kpi: str, now: float) -> None:
    ends = (0, 20) if kpi == UP else (40, 20)
    assert ahead(kpi, now, 10, path(*ends)).required_pace == 0


def test_nothing_is_projected_from_the_target_date_on() -> None:
    for date in (END, DAY("2025-01-01")):
        found = pace(KPIS[UP], 10, date, 5, YEAR_AGO, path(0, 100))
        assert found.pace is not None
        assert (found.projected, found.required_pace, found.arrives_on) == (None, None, None)


def test_a_projection_does_not_wait_for_the_first_point() -> None:
    way = path(10, 100, days=(DAY("2021-06-01"), DAY("2022-06-01")))
    found = ahead(UP, 10, 5, way)
    assert found.projected is not None and found.arrives_on is not None
    assert math.isfinite(found.required_pace)


def test_without_a_value_there_is_no_pace() -> None:
    found = ahead(SHARE, None, 0.5, path(0, 1))
    assert found.pace is found.projected is found.required_pace is found.arrives_on is None
