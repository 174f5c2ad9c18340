"""The ledger of awaited exports: which is late, since when, whom it concerns, what it costs."""

from __future__ import annotations

import datetime as dt

from scorecard import contract
from scorecard.contract import File
from scorecard.doctor.diagnosis import Awaited
from scorecard.rowchanges import dated
from scorecard.selection import months_before
from scorecard.snapshot import Snapshot

MONTHS = {"monthly": 1, "quarterly": 3, "half-yearly": 6, "yearly": 12}


def awaited(
    proposed: Snapshot, current: Snapshot | None, on: dt.date | None = None
) -> tuple[Awaited, ...]:
    """Exports that are absent, or whose newest row is older than their frequency on a day.

    That day is the data date unless told: what was exported then should have held it. Absent
    ones come first, then those that are late longest.
    """
    day = on or proposed.data_date
    found = []
    for file in contract.load().exports:
        is_absent = file.name in proposed.absent
        source = proposed
        if is_absent and current and file.name not in current.absent:
            source = current
        newest = _newest(source, file, day)
        due = _due(file, newest)
        is_late = due is not None and due < day
        if not is_absent and not is_late:
            continue
        needs = tuple(kpi.id for kpi in proposed.plan.kpis if file.name in kpi.exports)
        found.append(
            Awaited(
                export=file.name,
                title=file.title,
                owner=file.owner,
                frequency=file.frequency,
                newest=newest,
                late_since=due if is_late else None,
                blinds=needs if is_absent else (),
                ages=() if is_absent else needs,
            )
        )
    far = dt.date.max
    return tuple(sorted(found, key=lambda a: (not a.blinds, a.late_since or far, a.export)))


def _newest(side: Snapshot, file: File, until: dt.date) -> dt.date | None:
    """The day of the newest row that is not planned ahead; none where nothing is dated."""
    if file.dated_by is None or file.name in side.absent:
        return None
    day, join = dated(file)
    row = side.cursor().execute(
        f"select max(belongs_to) from (select {day} as belongs_to from {file.name} as own {join}) "
        "where belongs_to <= ?",
        [until],
    ).fetchone()  # fmt: skip
    newest: dt.date | None = row[0] if row else None
    return newest


def _due(file: File, newest: dt.date | None) -> dt.date | None:
    """The last day on which something newer may still arrive in time."""
    if newest is None or file.frequency is None:
        return None
    return months_before(newest, -MONTHS[file.frequency])
