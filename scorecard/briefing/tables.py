"""The tables of a briefing: the scorecard, goal by goal, and the milestones."""

from __future__ import annotations

from collections.abc import Sequence

from scorecard import standing, wording
from scorecard.briefing import brief as cells
from scorecard.briefing.brief import Brief
from scorecard.briefing.document import Cell, Column, Section, Table
from scorecard.exhibits import milestones
from scorecard.judgement import JUDGED
from scorecard.plan import Goal
from scorecard.readings import Reading


def scorecard(brief: Brief) -> Section:
    """All KPIs against the plan, a table a goal."""
    return Section(
        "The scorecard",
        tuple(_of_goal(brief, goal) for goal in brief.plan.goals),
        opens_page=True,
        notes=("Where the pace of the last twelve months leads stands under “At this pace”.",),
    )


def row_of(brief: Brief, reading: Reading) -> tuple[Cell, ...]:
    """One KPI: name, value, what the plan asks for, change, where the pace leads, status."""
    kpi = brief.plan.kpi(reading.kpi)
    is_judged = reading.status in JUDGED
    return (
        cells.text(f"{kpi.title} {wording.ARROW[kpi.direction]}"),
        cells.value(kpi, reading),
        cells.level(kpi, reading.expected),
        cells.level(kpi, reading.target),
        cells.change(kpi, reading.change),
        cells.level(kpi, reading.projected if is_judged else None),
        cells.status(reading),
    )


def columns(brief: Brief) -> tuple[Column, ...]:
    compare = brief.occasion.compare
    since = f"Since {wording.short_date(compare)}" if compare else "Change"
    return (
        Column("KPI", width=3.4),
        Column("Value", numeric=True, width=1.1),
        Column("Expected", numeric=True, width=1.1),
        Column("Target", numeric=True, width=1.1),
        Column(since, numeric=True, width=1.2),
        Column("At this pace", numeric=True, width=1.1),
        Column("Status", width=1.5),
    )


def behind(brief: Brief, slow: Sequence[Reading]) -> Table:
    """The KPIs behind their path, how far, and whether anyone has written about them."""
    head = columns(brief)
    commented = brief.written.comments
    heads: tuple[Column, ...] = (
        head[0],
        head[1],
        head[2],
        Column("Behind by", numeric=True, width=1.4),
        head[6],
    )
    rows = []
    for reading in slow:
        kpi = brief.plan.kpi(reading.kpi)
        gap = (reading.value or 0.0) - (reading.expected or 0.0)
        cells_of = [
            cells.text(kpi.title),
            cells.value(kpi, reading),
            cells.level(kpi, reading.expected),
            Cell(wording.difference(kpi, gap)),
            cells.status(reading),
        ]
        if brief.written.is_known:
            cells_of.append(cells.text("written" if kpi.id in commented else "missing"))
        rows.append(tuple(cells_of))
    if brief.written.is_known:
        heads = (*heads, Column("Commentary", width=1.2))
    return Table("What is behind plan, the furthest first", heads, tuple(rows))


def _of_goal(brief: Brief, goal: Goal) -> Table:
    mine = [reading for reading in brief.readings if reading.goal == goal.number]
    return Table(
        f"Goal {goal.number}, {goal.title}: {stand(mine)}",
        columns(brief),
        tuple(row_of(brief, reading) for reading in mine),
        note=_unfiltered(brief, mine),
    )


def stand(mine: Sequence[Reading]) -> str:
    """How many KPIs are on plan, of those that can be judged."""
    judged = [reading for reading in mine if reading.status in JUDGED]
    if not judged:
        return "no KPI can be judged"
    good = sum(reading.status in standing.ON_PLAN for reading in judged)
    noun = "KPI" if len(judged) == 1 else "KPIs"
    return f"{wording.plain(good)} of {wording.plain(len(judged))} judged {noun} on plan"


def _unfiltered(brief: Brief, mine: Sequence[Reading]) -> str:
    """Which KPIs of a table are not restricted to what was selected."""
    by_words: dict[str, list[str]] = {}
    for reading in mine:
        kpi = brief.plan.kpi(reading.kpi)
        if words := wording.unfiltered(kpi, reading.unfiltered):
            by_words.setdefault(words, []).append(kpi.title)
    return " ".join(
        f"{words[:1].upper()}{words[1:]}: {wording.listed(titles)}."
        for words, titles in by_words.items()
    )


def milestone_section(brief: Brief) -> Section:
    """The milestones of all goals as they stood at the date of the figures."""
    as_of = brief.occasion.as_of
    blocks: list[Table] = []
    for goal in brief.plan.goals:
        found = milestones.of_goal(brief.plan, goal.number, as_of)
        if not found:
            continue
        blocks.append(
            Table(
                f"Goal {goal.number}: {wording.lower(milestones.finding(found, as_of))}",
                (
                    Column("Milestone", width=4.2),
                    Column("Due", numeric=True, width=1.3),
                    Column("Done", numeric=True, width=1.3),
                    Column("State", width=1.0),
                    Column("Owner", width=2.0),
                ),
                tuple(
                    (
                        cells.text(entry.milestone.title),
                        cells.day(entry.milestone.due_on),
                        cells.day(
                            entry.milestone.done_on if entry.state.startswith("done") else None
                        ),
                        cells.text(entry.state.capitalize()),
                        cells.text(entry.milestone.owner),
                    )
                    for entry in found
                ),
            )
        )
    return Section("Milestones", tuple(blocks), opens_page=True)
