"""KPIs that would jump: beyond the range of their own changes from month to month."""

from __future__ import annotations

import calendar
import datetime as dt
import statistics
from collections.abc import Iterator, Sequence
from itertools import pairwise

from scorecard import numerals, readings, wording
from scorecard.catalogue import Kpi
from scorecard.doctor import registers
from scorecard.doctor.diagnosis import Ailment, Where
from scorecard.judgement import SAME
from scorecard.languages import say
from scorecard.selection import Selection
from scorecard.snapshot import Snapshot

LEAST_DATES = 10
WIDTH = 6
"""So many median absolute deviations around the median change are a KPI's own range."""
LEAST_SHARE = 0.05
"""A smaller change, as a share of the greater value, is no jump, however steady a KPI is."""


def jumps(proposed: Snapshot, current: Snapshot | None) -> Iterator[Ailment]:
    """The KPIs with a change, in a month that is new, out of their own range; with current
    figures also those whose newest month that both have would be restated by so much.

    The range is that of the current figures, or without them of the proposed ones before their
    newest date.
    """
    for kpi in proposed.plan.kpis:
        found = _months(proposed, kpi)
        known = found[:-1]
        if current and kpi.id in current.plan.by_id:
            known = _months(current, current.plan.kpi(kpi.id))
        bounds = own_range([value for _, value in known])
        if bounds is None:
            continue
        if current:
            both = dict(known).keys() & dict(found).keys()
            for day in sorted(both)[-1:]:
                was, now = dict(known)[day], dict(found)[day]
                # A count at the data date that fell is reported as that.
                if not (
                    kpi.is_count
                    and registers.fell(was, now)
                    and day == proposed.data_date == current.data_date
                ):
                    yield from _jump(kpi, day, was, day, now, bounds)
        for (was_date, was), (date, now) in pairwise(found):
            if date > known[-1][0]:
                yield from _jump(kpi, was_date, was, date, now, bounds)


def own_range(values: Sequence[float]) -> tuple[float, float] | None:
    """Least and greatest change that are usual; none where there are too few values to tell.

    Where more than half of the changes are alike, a deviation says nothing, so that the range is
    that of all changes that there ever were.
    """
    if len(values) < LEAST_DATES:
        return None
    changes = [now - was for was, now in pairwise(values)]
    middle = statistics.median(changes)
    spread = statistics.median(abs(change - middle) for change in changes)
    if spread <= SAME:
        return min(changes), max(changes)
    return middle - WIDTH * spread, middle + WIDTH * spread


def _jump(
    kpi: Kpi, was_date: dt.date, was: float, date: dt.date, now: float, bounds: tuple[float, float]
) -> Iterator[Ailment]:
    if bounds[0] - SAME <= now - was <= bounds[1] + SAME or abs(now - was) <= SAME:
        return
    if abs(now - was) < LEAST_SHARE * max(abs(was), abs(now)):
        return
    digits = numerals.alike(kpi, now, was)
    old, new = numerals.precise(kpi, was, digits), numerals.precise(kpi, now, digits)
    if was_date == date:
        words = say(
            "{kpi} at {date} was {old} and would be {new}, which is beyond its usual change from "
            "month to month.",
            kpi=kpi.title, date=wording.date(date), old=old, new=new,
        )  # fmt: skip
    else:
        words = say(
            "{kpi} would go from {old} at {before} to {new} at {date}, which is beyond its usual "
            "change from month to month.",
            kpi=kpi.title, before=wording.date(was_date), date=wording.date(date), old=old, new=new,
        )  # fmt: skip
    yield Ailment(
        "jump",
        "warning",
        say("{kpi} would jump", kpi=kpi.title),
        words,
        say(
            "Look at the rows behind it; if they are right, say so in the note of the publication."
        ),
        (Where(", ".join(f"{name}.csv" for name in kpi.exports), None, None, f"{old} → {new}"),),
        1,
    )


def _months(side: Snapshot, kpi: Kpi) -> list[tuple[dt.date, float]]:
    """The known values at ends of months and at the data date, in order."""
    points = readings.series(side, kpi, Selection(), "executive").points
    return [
        (point.date, point.value)
        for point in points
        if point.value is not None and (_ends_month(point.date) or point.date == side.data_date)
    ]


def _ends_month(date: dt.date) -> bool:
    return date.day == calendar.monthrange(date.year, date.month)[1]
