"""How far chance alone can move a share of few, so that nobody reads more into it than it says."""

from __future__ import annotations

from collections.abc import Iterable
from math import sqrt

from scorecard import wording
from scorecard.breakdowns import Group
from scorecard.catalogue import Kpi
from scorecard.languages import say

Interval = tuple[float, float]

SMALL = 30
"""A share of fewer shows how far chance can move it; of more it hardly changes a judgement."""
_Z = 1.959963984540054
"""The 97.5th percentile of the standard normal distribution: an interval of 95 %."""


def wilson(successes: float, trials: float, z: float = _Z) -> Interval:
    """The score interval of a share: every share that `successes` of `trials` does not speak
    against at that level, 95 % by default; fractions from 0 to 1, `trials` above 0.

    E. B. Wilson, Probable inference, the law of succession, and statistical inference, Journal of
    the American Statistical Association 22 (1927), 209–212. Unlike the textbook interval it stays
    within 0 and 1 and keeps its level for few and for shares near the ends: L. D. Brown, T. T. Cai
    and A. DasGupta, Interval estimation for a binomial proportion, Statistical Science 16 (2001),
    101–133.
    """
    share = successes / trials
    shrink = 1 + z * z / trials
    centre = (share + z * z / (2 * trials)) / shrink
    half = z * sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials)) / shrink
    # At the ends the bound is the share itself, and only rounding says otherwise.
    low = 0.0 if successes <= 0 else max(0.0, centre - half)
    return low, 1.0 if successes >= trials else min(1.0, centre + half)


def interval(
    kpi: Kpi, numerator: float | None, denominator: float | None, n: int | None
) -> Interval | None:
    """How far chance can move a share; none where it is of many, or no share of separate cases.

    Answers of one organisation are not independent, and seats of the board are all there are.
    """
    if not kpi.is_percentage or kpi.counts != "entities" or not kpi.minimum_n:
        return None
    if numerator is None or not denominator or n is None or n >= SMALL:
        return None
    return wilson(numerator, denominator)


def spans(kpi: Kpi, groups: Iterable[Group]) -> dict[str | None, Interval]:
    """Group -> how far chance can move it, of those that are few and shown."""
    found = {g.group: interval(kpi, g.numerator, g.denominator, g.n) for g in groups}
    return {group: span for group, span in found.items() if span is not None}


def words(kpi: Kpi, span: Interval) -> str:
    """What that says, within a sentence: `with so few, chance alone could make it anything …`."""
    return say(
        "with so few, chance alone could make it anything from {low} to {high}",
        low=wording.number(kpi, span[0]),
        high=wording.number(kpi, span[1]),
    )
