"""The annex: what is counted, the arithmetic, where the data come from, and which snapshot."""

from __future__ import annotations

from collections.abc import Sequence

from scorecard import wording
from scorecard.briefing import brief as cells
from scorecard.briefing.brief import Brief
from scorecard.briefing.document import Bullets, Cell, Column, Section, Table
from scorecard.catalogue import Kpi
from scorecard.languages import say, say_in
from scorecard.readings import Reading


def section(brief: Brief, kpis: Sequence[Kpi]) -> Section:
    """For these KPIs."""
    return Section(
        say("Annex"),
        (),
        opens_page=True,
        sections=(_arithmetic(brief, kpis), _definitions(kpis), _statuses(), sources(brief, kpis)),
    )


def _arithmetic(brief: Brief, kpis: Sequence[Kpi]) -> Section:
    """Baseline, expected, value, target and r of every KPI that has a path."""
    rows = [_row(kpi, brief.reading[kpi.id]) for kpi in kpis]
    return Section(
        say("The arithmetic"),
        (
            Table(
                say("How each status was got, at {date}", date=wording.date(brief.occasion.as_of)),
                (
                    Column(say("KPI"), width=3.2),
                    Column(say("Baseline"), numeric=True, width=1.1),
                    Column(say("Expected"), numeric=True, width=1.1),
                    Column(say("Value"), numeric=True, width=1.1),
                    Column(say("Target"), numeric=True, width=1.1),
                    Column(say_in("deadline", "By"), numeric=True, width=1.3),
                    Column("r", numeric=True, width=0.7),
                    Column("n", numeric=True, width=0.9),
                    Column(say("Status"), width=1.5),
                ),
                tuple(rows),
                note=say(
                    "r is the share of the way expected by now that is done: (value "
                    "− baseline) ÷ (expected − baseline). n is how many entries were "
                    "counted."
                ),
            ),
        ),
        level=2,
    )


def _row(kpi: Kpi, reading: Reading) -> tuple[Cell, ...]:
    r = reading.ratio_to_plan
    ratio = Cell(wording.NOTHING) if r is None else Cell(wording.plain(r, 2), r, "ratio")
    return (
        cells.text(kpi.title),
        cells.level(kpi, reading.baseline),
        cells.level(kpi, reading.expected),
        cells.value(kpi, reading),
        cells.level(kpi, reading.target),
        cells.day(reading.target_date),
        ratio,
        cells.count(reading.n),
        cells.status(reading),
    )


def _definitions(kpis: Sequence[Kpi]) -> Section:
    return Section(
        say("What is counted"),
        (
            Table(
                say("Definitions, and what each KPI cannot tell"),
                (
                    Column(say("KPI"), width=2.0),
                    Column(say("Definition"), width=3.6),
                    Column(say("Limitation"), width=3.6),
                    Column(say("Owner"), width=1.6),
                ),
                tuple(
                    tuple(cells.text(t) for t in (k.title, k.definition, k.limitation, k.owner))
                    for k in kpis
                ),
            ),
        ),
        level=2,
    )


def _statuses() -> Section:
    return Section(
        say("What the statuses mean"),
        (
            Table(
                say("Ten statuses, each a word and a shape"),
                (Column(say("Status"), width=1.4), Column(say("Meaning"), width=6.0)),
                tuple(
                    (Cell(words, words, status=status), cells.text(wording.STATUS_MEANING[status]))
                    for status, words in wording.STATUS.items()
                ),
            ),
        ),
        level=2,
    )


def sources(brief: Brief, kpis: Sequence[Kpi]) -> Section:
    """The exports behind the KPIs, the data date, and the hash that names it all."""
    needed = list(dict.fromkeys(name for kpi in kpis for name in kpi.exports))
    rows = (
        brief.snapshot.cursor()
        .execute(
            'select export, present, "rows", accepted, quarantined from ledger '
            "where list_contains(?, export) order by export",
            [needed],
        )
        .fetchall()
    )
    snapshot = brief.snapshot
    facts = [
        say("Data of {date}.", date=wording.date(snapshot.data_date)),
        say("Figures at {date}.", date=wording.date(brief.occasion.as_of)),
        say("Snapshot {id}: the same snapshot gives the same papers.", id=snapshot.id),
    ]
    if snapshot.synthetic:
        facts.append(snapshot.synthetic)
    return Section(
        say("Where the data come from"),
        (
            Bullets(tuple(facts)),
            Table(
                say("The exports behind the figures"),
                (
                    Column(say("File"), width=2.6),
                    Column(say("State"), width=2.0),
                    Column(say("Rows"), numeric=True, width=1.0),
                    Column(say("Accepted"), numeric=True, width=1.0),
                    Column(say("Quarantined"), numeric=True, width=1.1),
                ),
                tuple(
                    (
                        cells.text(f"{name}.csv"),
                        cells.text(say("Arrived") if present else say("Not arrived or not usable")),
                        cells.count(total),
                        cells.count(accepted),
                        cells.count(quarantined),
                    )
                    for name, present, total, accepted, quarantined in rows
                ),
            ),
        ),
        level=2,
    )
