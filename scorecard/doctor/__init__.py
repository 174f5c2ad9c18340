"""The doctor: what is wrong or odd with figures before they are published, and what to do.

It reads rows of every register, so that what it says is for the executive only.
"""

from __future__ import annotations

import contextlib
import datetime as dt

from scorecard import catalogue, engine, snapshot
from scorecard.doctor import awaited as ledger
from scorecard.doctor import findings, jumps, registers
from scorecard.doctor.diagnosis import Ailment as Ailment
from scorecard.doctor.diagnosis import Awaited as Awaited
from scorecard.doctor.diagnosis import Diagnosis as Diagnosis
from scorecard.doctor.diagnosis import Where as Where
from scorecard.doctor.places import traced as traced
from scorecard.snapshot import Snapshot, Sources


def examine(proposed: Snapshot, current: Snapshot | None, on: dt.date | None = None) -> Diagnosis:
    """All ailments, the worst first: files and organisations that are gone, other errors, what a
    comparison with current figures shows, then warnings of the contract. Lateness is judged on the
    data date, or `on` a day."""
    found = findings.ailments(proposed.cursor(), proposed.plan.kpis)
    severe = [a for a in found if a.severity == "error" or a.kind == "missing_file"]
    # Files that are not there come first, then organisations that are not: rows that refer to
    # either lead nowhere, and whoever mends the cause need not look at each of those.
    whole = [a for a in severe if a.kind in findings.WHOLE]
    gone = [*registers.vanished(proposed, current)] if current else []
    odd = [*registers.falls(proposed, current)] if current else []
    odd += [*jumps.jumps(proposed, current), *registers.duplicates(proposed)]
    slight = [a for a in found if a not in severe]
    return Diagnosis(
        proposed.data_date,
        "",
        (*whole, *gone, *(a for a in severe if a not in whole), *odd, *slight),
        ledger.awaited(proposed, current, on),
    )


def examine_exports(sources: Sources) -> Diagnosis:
    """The ailments of exports of which no figures can be computed, by the contract alone."""
    kpis = catalogue.load()
    with contextlib.closing(engine.connect()) as con:
        built = snapshot.read_and_check(con, sources, kpis)
        return Diagnosis(built.data_date, built.problem or "", findings.ailments(con, kpis), ())
