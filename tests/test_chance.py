"""How far chance can move a share: against the values that are known, and by what must hold."""

from __future__ import annotations

import math

import pytest

from scorecard import catalogue, chance, wording

KPIS = {kpi.id: kpi for kpi in catalogue.load()}
N = wording.NARROW


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        # Newcombe, Two-sided confidence intervals for the single proportion, Statistics in
        # Medicine 17 (1998), table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (5, 7, 0.3589, 0.9178),
    ],
)
def test_the_interval_is_that_of_the_literature(
    successes: int, trials: int, low: float, high: float
) -> None:
    assert chance.wilson(successes, trials) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize("trials", range(1, 41))
def test_the_ends_are_the_shares_at_which_the_score_is_the_percentile(trials: int) -> None:
    for successes in range(trials + 1):
        share = successes / trials
        low, high = chance.wilson(successes, trials)
        assert 0 <= low <= share <= high <= 1
        for end in {low, high} - {0.0, 1.0}:
            score = (share - end) / math.sqrt(end * (1 - end) / trials)
            assert abs(score) == pytest.approx(1.959963984540054, rel=1e-9)
        mirrored = chance.wilson(trials - successes, trials)
        assert mirrored == pytest.approx((1 - high, 1 - low), abs=1e-12)


def test_only_a_share_of_few_separate_cases_has_an_interval() -> None:
    assert chance.interval(KPIS["certification_rate"], 5, 7, 7) == chance.wilson(5, 7)
    assert chance.interval(KPIS["certification_rate"], 50, 70, 70) is None
    assert chance.interval(KPIS["certification_rate"], 0, 0, 0) is None
    assert chance.interval(KPIS["certification_rate"], None, None, None) is None
    # Answers of one company hang together; the seats are all there are; months are no share.
    for kpi in ("indicators_met", "board_seats_filled", "months_to_certification"):
        assert chance.interval(KPIS[kpi], 5, 7, 7) is None
    assert chance.interval(KPIS["company_members"], 7, None, 7) is None


def test_it_is_said_in_words() -> None:
    said = chance.words(KPIS["certification_rate"], chance.wilson(5, 7))
    assert said == f"with so few, chance alone could make it anything from 36{N}% to 92{N}%"
