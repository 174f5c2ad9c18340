"""What publishing would change: current against proposed figures, and why each differs.

Between the two, snapshots that never were are computed one after the other, each by the very
code that computes real ones: the current rows without those that were removed, then with the
corrected ones, then with those that came late, then with the new ones, and at last under the
proposed definitions. What a figure changes from one to the next is the part of that cause, so
the parts add up to the difference. Where each figure stands at its own data date, the time that
passed counts as new. A changed path of targets moves no value, only the status.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Literal

import duckdb

from scorecard import (
    catalogue,
    confidentiality,
    contract,
    engine,
    judgement,
    readings,
    rowchanges,
    snapshot,
)
from scorecard.confidentiality import Role
from scorecard.judgement import SAME
from scorecard.plan import Target
from scorecard.readings import Reading
from scorecard.refusal import Refusal
from scorecard.rowchanges import ROW_CAUSES, RowCause, RowChanges
from scorecard.selection import Selection
from scorecard.snapshot import Snapshot

Cause = Literal["removed", "corrected", "late", "new", "definition", "target"]
CAUSES: tuple[Cause, ...] = (*ROW_CAUSES, "definition", "target")


@dataclass(frozen=True)
class Effect:
    """One KPI before and after; a status is none where the KPI is not in that snapshot."""

    kpi: str
    before: float | None
    after: float | None
    status_before: str | None
    status_after: str | None
    parts: Mapping[Cause, float]
    """What each cause adds to the difference; empty where a value is unknown or not to be
    explained to the role. A changed definition or path that moves nothing stands with 0."""
    status_by: tuple[Cause, ...]
    """The causes at which the status changed."""

    @property
    def is_moved(self) -> bool:
        """Whether a value, a status or what they are judged by differs."""
        return bool(self.parts) or (self.before, self.status_before) != (
            self.after,
            self.status_after,
        )


@dataclass(frozen=True)
class Step:
    """A snapshot once all up to and including the cause has changed."""

    cause: Cause
    snapshot: Snapshot


@dataclass(frozen=True)
class Comparison:
    """Two snapshots with the steps between them; the last step is the proposed one."""

    current: Snapshot
    proposed: Snapshot
    rows: RowChanges
    definitions: frozenset[str]
    """KPIs whose query, header or shared notions differ."""
    steps: tuple[Step, ...]
    dates: frozenset[dt.date]
    """The reporting dates that can be asked for."""

    def effects(
        self, role: Role, selection: Selection = Selection(), as_of: dt.date | None = None
    ) -> tuple[Effect, ...]:
        """Every KPI at a common reporting date, or each figure at its own data date.

        Refuses a date that the comparison was not made for, and regions that one side lacks.
        """
        if as_of is not None and as_of not in self.dates:
            raise Refusal(f"the comparison was not made for {as_of}")
        for region in selection.regions:
            for side in (self.current, self.proposed):
                if region not in side.plan.regions:
                    raise Refusal(f"there is no region {region!r} in both snapshots")
        names = dict.fromkeys((*self.proposed.plan.by_id, *self.current.plan.by_id))
        return tuple(self._effect(name, role, selection, as_of) for name in names)

    def _effect(self, name: str, role: Role, selection: Selection, as_of: dt.date | None) -> Effect:
        first = as_of or self.current.data_date
        last = as_of or self.proposed.data_date
        before = _reading(self.current, name, selection, role, first)
        after = _reading(self.proposed, name, selection, role, last)
        parts: dict[Cause, float] = {}
        moved: list[Cause] = []
        kpis = [side.plan.by_id.get(name) for side in (self.current, self.proposed)]
        if before and after and not any(kpi and confidentiality.guards(kpi, role) for kpi in kpis):
            found = [before]
            for step in self.steps[:-1]:
                date = first if _stands_before_time(step.cause) else last
                reading = _reading(step.snapshot, name, selection, role, date)
                assert reading
                found.append(reading)
            found.append(after)
            parts = self._parts(name, found)
            moved = self._moved(name, selection, found, last)
            if self._path(self.current, name, selection) != self._path(
                self.proposed, name, selection
            ):
                parts |= {"target": 0.0} if _is_known(before, after) else {}
        return Effect(
            kpi=name,
            before=before.value if before else None,
            after=after.value if after else None,
            status_before=before.status if before else None,
            status_after=after.status if after else None,
            parts=parts,
            status_by=tuple(moved),
        )

    def _parts(self, name: str, found: Sequence[Reading]) -> dict[Cause, float]:
        """Differences from step to step; one without a value leaves its part to the next."""
        if not _is_known(found[0], found[-1]):
            return {}
        parts: dict[Cause, float] = {"definition": 0.0} if name in self.definitions else {}
        at = found[0].value
        for step, reading in zip(self.steps, found[1:], strict=True):
            if reading.value is None or at is None:
                continue
            if abs(reading.value - at) > SAME:
                parts[step.cause] = reading.value - at
                at = reading.value
        return {cause: parts[cause] for cause in CAUSES if cause in parts}

    def _moved(
        self, name: str, selection: Selection, found: Sequence[Reading], date: dt.date
    ) -> list[Cause]:
        """The causes of status changes; the last reading is judged by the old path first."""
        after, kpi = found[-1], self.proposed.plan.by_id[name]
        by_old_path = after.status
        if after.status != "suppressed":
            path = self._path(self.current, name, selection)
            by_old_path = judgement.status(kpi, after.value, after.n or 0, path, date)
        statuses = [*(reading.status for reading in found[:-1]), by_old_path, after.status]
        causes: list[Cause] = [*(step.cause for step in self.steps), "target"]
        return [c for c, (was, now) in zip(causes, pairwise(statuses), strict=True) if was != now]

    @staticmethod
    def _path(side: Snapshot, name: str, selection: Selection) -> Target | None:
        return readings.target(side, side.plan.by_id[name], selection)


def newest_common(current: Snapshot, proposed: Snapshot) -> dt.date | None:
    """The newest reporting date that both have."""
    return max(set(current.dates) & set(proposed.dates), default=None)


def compare(current: Snapshot, proposed: Snapshot, as_of: dt.date | None = None) -> Comparison:
    """Computes the steps between two snapshots, at their data dates and one common date.

    That date is `as_of`, which both must have, or the newest one that both have.
    """
    common = as_of or newest_common(current, proposed)
    if as_of:
        for side in (current, proposed):
            readings.reporting_date(side, as_of)
    dates = frozenset(date for date in (common,) if date)
    calendar = sorted(dates | {current.data_date, proposed.data_date})
    rows = rowchanges.compare(current, proposed)
    definitions = _definitions(current, proposed, rows)
    causes: list[Cause] = [cause for cause in ROW_CAUSES if rows.has(cause)]
    causes += [] if "new" in causes or current.data_date == proposed.data_date else ["new"]
    causes += ["definition"] if definitions else []
    if not causes:
        # Should a figure differ all the same, it is computed in another way.
        causes = ["definition"]
    steps = [
        Step(cause, _halfway(current, proposed, rows, causes[: i + 1], calendar))
        for i, cause in enumerate(causes[:-1])
    ]
    steps.append(Step(causes[-1], proposed))
    changed = frozenset(kpi for kpi in definitions if kpi in proposed.plan.by_id)
    return Comparison(current, proposed, rows, changed, tuple(steps), dates)


def effect(
    current: Snapshot,
    proposed: Snapshot,
    role: Role,
    selection: Selection = Selection(),
    as_of: dt.date | None = None,
) -> tuple[Effect, ...]:
    """Every KPI at a date that both have, or without one each at its own data date."""
    return compare(current, proposed, as_of).effects(role, selection, as_of)


def _reading(
    side: Snapshot, name: str, selection: Selection, role: Role, date: dt.date
) -> Reading | None:
    kpi = side.plan.by_id.get(name)
    return readings.reading(side, kpi, selection, role, date, None) if kpi else None


def _is_known(before: Reading, after: Reading) -> bool:
    return before.value is not None and after.value is not None


def _stands_before_time(cause: Cause) -> bool:
    """Whether a step comes before time moves on to the data date of the proposed figures."""
    return CAUSES.index(cause) < CAUSES.index("new")


def _definitions(current: Snapshot, proposed: Snapshot, rows: RowChanges) -> frozenset[str]:
    """The KPIs that are not defined as they were: by their file, shared notions or the plan.

    Of the plan, targets are a cause of their own, and meetings, milestones and published figures
    define nothing.
    """
    was, now = current.plan.by_id, proposed.plan.by_id
    if _notions(current) != _notions(proposed):
        return frozenset(was) | frozenset(now)
    of_plan = {file.name for file in contract.load() if file.is_plan} & rows.counts.keys()
    if of_plan - {"targets", "meetings", "milestones", "published_figures"}:
        return frozenset(was) | frozenset(now)
    return frozenset(name for name in was | now if was.get(name) != now.get(name))


def _notions(side: Snapshot) -> tuple[str, ...]:
    found = side.cursor().execute("select value from about where key = 'notions'").fetchone()
    # A snapshot from before they were kept is taken to have those of today.
    return tuple(json.loads(found[0])) if found else catalogue.shared()


def _halfway(
    current: Snapshot,
    proposed: Snapshot,
    rows: RowChanges,
    causes: Iterable[Cause],
    calendar: Sequence[dt.date],
) -> Snapshot:
    """The snapshot of the current rows and definitions once these causes have changed rows."""
    applied = [cause for cause in ROW_CAUSES if cause in set(causes)]
    con = engine.connect()
    for file in contract.load():
        _put(con, file.name, rows.rows(file.name, () if file.is_plan else applied))
    # Rows of a country that the plan did not know have a region all the same.
    _put(
        con,
        "regions_proposed",
        rows.con.execute(
            "from now_regions where country not in (select country from was_regions)"
        ).to_arrow_table(),
    )
    con.execute("insert into regions by name from regions_proposed")
    for table in ("about", "kpis", "quarantine"):
        _put(con, table, current.cursor().execute(f"from {table}").to_arrow_table())
    con.execute("create table ledger (export varchar, present boolean)")
    con.executemany("insert into ledger values (?, ?)", _ledger(current, proposed, applied))
    con.execute("create table calendar as select unnest(?::date[]) as date", [list(calendar)])
    snapshot.derive(con, current.plan.kpis, _notions(current))
    return snapshot.of_database(con, "")


def _ledger(
    current: Snapshot, proposed: Snapshot, applied: Collection[RowCause]
) -> list[list[object]]:
    """Which files are there: one goes as its rows are removed, and comes as late ones come."""
    lines: list[list[object]] = []
    for file in contract.load():
        was, now = file.name not in current.absent, file.name not in proposed.absent
        is_there = was and (now or "removed" not in applied)
        lines.append([file.name, is_there or (now and bool({"late", "new"} & set(applied)))])
    return lines


def _put(con: duckdb.DuckDBPyConnection, table: str, rows: object) -> None:
    con.register("copied", rows)
    con.execute(f"create table {table} as from copied")
    con.unregister("copied")


def answer(comparison: Comparison, role: Role, selection: Selection) -> dict[str, object]:
    """What the command `effect` prints."""
    (common,) = comparison.dates or (None,)
    both = {
        "effects": comparison.effects(role, selection, common) if common else (),
        "at_data_dates": comparison.effects(role, selection),
    }
    return {
        "as_of": common,
        "data_date_before": comparison.current.data_date,
        "data_date_after": comparison.proposed.data_date,
        "rows": [
            {"export": name, **{cause: counts.get(cause, 0) for cause in ROW_CAUSES}}
            for name, counts in comparison.rows.counts.items()
        ],
        **{name: [asdict(found) for found in effects] for name, effects in both.items()},
    }
