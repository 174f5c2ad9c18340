"""Readings: what the cells of a snapshot say for a selection, a date and a role."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from scorecard import confidentiality, judgement
from scorecard.catalogue import Kpi
from scorecard.cells import Floats, Sums
from scorecard.confidentiality import Role
from scorecard.languages import say
from scorecard.plan import Target
from scorecard.refusal import Refusal
from scorecard.selection import Selection, months_before
from scorecard.snapshot import Snapshot

COMPARED = ("board", "general_assembly")
"""The kinds of meeting that a reading is compared with unless asked otherwise."""


@dataclass(frozen=True)
class Reading:
    """One KPI at one date against the plan; shares are fractions, paces are a year."""

    kpi: str
    goal: int
    value: float | None
    numerator: float | None
    denominator: float | None
    n: int | None
    unfiltered: tuple[str, ...]
    suppressed: bool
    baseline: float | None
    expected: float | None
    target: float | None
    target_date: dt.date | None
    ratio_to_plan: float | None
    status: str
    previous_value: float | None
    change: float | None
    pace: float | None
    projected: float | None
    required_pace: float | None
    arrives_on: dt.date | None


@dataclass(frozen=True)
class Point:
    """The value at one reporting date."""

    date: dt.date
    value: float | None
    numerator: float | None
    denominator: float | None
    suppressed: bool


@dataclass(frozen=True)
class Series:
    kpi: str
    unfiltered: tuple[str, ...]
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Scorecard:
    """All readings of a selection at a date, with the series that each stands in."""

    as_of: dt.date
    compare: dt.date | None
    data_date: dt.date
    selection: Selection
    readings: tuple[Reading, ...]
    series: Mapping[str, tuple[float | None, ...]]
    """KPI -> value at each reporting date of the snapshot; none where unknown or not shown."""
    lines: Mapping[str, _Line] = field(repr=False, compare=False)
    """What all readings of the selection are made from, whatever the date."""


def reporting_date(snapshot: Snapshot, date: dt.date | None) -> dt.date:
    """The date asked for, or the data date; refuses one that is no reporting date."""
    if date is None:
        return snapshot.data_date
    if date not in snapshot.places:
        near = min(snapshot.dates, key=lambda other: abs(other - date))
        raise Refusal(
            say(
                "{date} is no reporting date; the nearest valid one is {near}", date=date, near=near
            )
        )
    return date


def last_meeting(snapshot: Snapshot, date: dt.date) -> dt.date | None:
    """The latest reporting date before `date` on which the board or the Assembly met."""
    met = [
        m.date
        for m in snapshot.plan.meetings
        if m.kind in COMPARED and m.date < date and m.date in snapshot.places
    ]
    return max(met, default=None)


def scorecard(
    snapshot: Snapshot,
    selection: Selection = Selection(),
    role: Role = "executive",
    as_of: dt.date | None = None,
    compare: dt.date | None = None,
) -> Scorecard:
    """The readings of all KPIs, by default at the data date against the last meeting."""
    date = reporting_date(snapshot, as_of)
    lines = {kpi.id: _line(snapshot, kpi, selection, role) for kpi in snapshot.plan.kpis}
    return _scorecard(snapshot, selection, lines, date, compare)


def turned(
    snapshot: Snapshot, card: Scorecard, as_of: dt.date, compare: dt.date | None = None
) -> Scorecard:
    """The same scorecard at another date, which adds up nothing anew."""
    date = reporting_date(snapshot, as_of)
    return _scorecard(snapshot, card.selection, card.lines, date, compare)


def at(snapshot: Snapshot, card: Scorecard, kpi: str, date: dt.date) -> Reading:
    """One KPI of a scorecard at another date, compared with nothing; adds up nothing anew."""
    line = card.lines[kpi]
    return _reading(snapshot, line.kpi, card.selection, line, date, None)


def _scorecard(
    snapshot: Snapshot,
    selection: Selection,
    lines: Mapping[str, _Line],
    date: dt.date,
    compare: dt.date | None,
) -> Scorecard:
    other = reporting_date(snapshot, compare) if compare else last_meeting(snapshot, date)
    return Scorecard(
        as_of=date,
        compare=other,
        data_date=snapshot.data_date,
        selection=selection,
        readings=tuple(
            _reading(snapshot, kpi, selection, lines[kpi.id], date, other)
            for kpi in snapshot.plan.kpis
        ),
        series={name: line.visible for name, line in lines.items()},
        lines=lines,
    )


def reading(
    snapshot: Snapshot,
    kpi: Kpi,
    selection: Selection,
    role: Role,
    as_of: dt.date,
    compare: dt.date | None,
) -> Reading:
    """One reading of the scorecard."""
    line = _line(snapshot, kpi, selection, role)
    return _reading(snapshot, kpi, selection, line, as_of, compare)


def series(snapshot: Snapshot, kpi: Kpi, selection: Selection, role: Role) -> Series:
    """The value at every reporting date; refuses crossed dimensions of a confidential KPI."""
    confidentiality.refuse_crossing(kpi, selection, role)
    line = _line(snapshot, kpi, selection, role)
    points = []
    for place, date in enumerate(snapshot.dates):
        if not line.shown[place]:
            points.append(Point(date, None, None, None, suppressed=True))
        else:
            numerator, denominator, _ = line.parts(place)
            points.append(Point(date, line.visible[place], numerator, denominator, False))
    return Series(kpi.id, selection.unfiltered(kpi), tuple(points))


def target(snapshot: Snapshot, kpi: Kpi, selection: Selection) -> Target | None:
    """The path for the scope that the selection equals, where there is one."""
    scope = selection.within(kpi).scope
    return None if scope is None else snapshot.plan.targets.get((kpi.id, scope))


@dataclass(frozen=True)
class _Line:
    """One KPI over all reporting dates, for one selection and role."""

    kpi: Kpi
    sums: Sums
    is_blind: bool
    """An export is absent, so that nothing is known."""
    shown: np.ndarray[tuple[int], np.dtype[np.bool_]]
    visible: tuple[float | None, ...]

    def parts(self, place: int) -> tuple[float | None, float | None, int | None]:
        """Numerator, denominator and n at the place of a date."""
        if self.is_blind:
            return None, None, None
        heads = self.sums.organisations if self.kpi.counts == "organisations" else self.sums.n
        top, bottom = printed(
            self.kpi, float(self.sums.numerator[place]), float(self.sums.denominator[place])
        )
        return top, bottom, int(heads[place])


def _line(snapshot: Snapshot, kpi: Kpi, selection: Selection, role: Role) -> _Line:
    chosen = selection.within(kpi)
    sums = snapshot.cube.add_up(kpi, chosen.regions, chosen.pillars)
    shown = confidentiality.shown(snapshot, kpi, selection, role)
    is_blind = bool(snapshot.missing_exports(kpi))
    if is_blind:
        visible: tuple[float | None, ...] = (None,) * len(snapshot.dates)
    else:
        values = _values_of(kpi, sums)
        known = shown & ~np.isnan(values)
        visible = tuple(
            _plain(value) if is_known else None
            for value, is_known in zip(values.tolist(), known.tolist(), strict=True)
        )
    return _Line(kpi, sums, is_blind, shown, visible)


def _values_of(kpi: Kpi, sums: Sums) -> Floats:
    """The value at every date; nan where a ratio has nothing to divide by."""
    if kpi.aggregate == "sum":
        return sums.numerator
    if sums.countries is not None:
        return sums.countries
    shares: Floats = np.divide(
        sums.numerator,
        sums.denominator,
        out=np.full(len(sums.numerator), np.nan),
        where=sums.denominator != 0,
    )
    return shares


def _reading(
    snapshot: Snapshot,
    kpi: Kpi,
    selection: Selection,
    line: _Line,
    date: dt.date,
    compare: dt.date | None,
) -> Reading:
    place = snapshot.places[date]
    suppressed = not line.shown[place]
    value = line.visible[place]
    numerator, denominator, n = (None, None, None) if suppressed else line.parts(place)
    path = target(snapshot, kpi, selection)
    due = judgement.expected(kpi, path, date) if path else None
    previous = line.visible[snapshot.places[compare]] if compare else None
    year_ago = bisect_right(snapshot.dates, months_before(date, 12)) - 1
    pace = judgement.pace(
        kpi,
        value,
        date,
        line.visible[year_ago] if year_ago >= 0 else None,
        snapshot.dates[year_ago] if year_ago >= 0 else None,
        path,
    )
    return Reading(
        kpi=kpi.id,
        goal=kpi.goal,
        value=value,
        numerator=numerator,
        denominator=denominator,
        n=n,
        unfiltered=selection.unfiltered(kpi),
        suppressed=suppressed,
        baseline=_plain(path.baseline) if path else None,
        expected=None if due is None else _plain(due),
        target=_plain(path.target) if path else None,
        target_date=path.ends_on if path else None,
        ratio_to_plan=judgement.ratio_to_plan(value, path, due) if path else None,
        status="suppressed" if suppressed else judgement.status(kpi, value, n or 0, path, date),
        previous_value=previous,
        change=None if value is None or previous is None else value - previous,
        pace=pace.pace,
        projected=pace.projected,
        required_pace=pace.required_pace,
        arrives_on=pace.arrives_on,
    )


def printed(kpi: Kpi, numerator: float, denominator: float) -> tuple[float | None, float | None]:
    """Numerator and denominator as printed: neither for countries, no denominator for sums."""
    if kpi.aggregate == "countries":
        return None, None
    return _plain(numerator), _plain(denominator) if kpi.aggregate == "ratio" else None


def _plain(value: float) -> float:
    """Whole numbers without a decimal point."""
    return int(value) if float(value).is_integer() else value
