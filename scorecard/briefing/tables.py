"""The tables of a briefing: the scorecard, goal by goal, and the milestones."""

from __future__ import annotations

from collections.abc import Sequence

from scorecard import standing, wording
from scorecard.briefing import brief as cells
from scorecard.briefing.brief import Brief
from scorecard.briefing.document import Cell, Column, Section, Table
from scorecard.exhibits import milestones
from scorecard.judgement import JUDGED
from scorecard.languages import say, say_n
from scorecard.plan import Goal
from scorecard.readings import Reading


def scorecard(brief: Brief) -> Section:
    """All KPIs against the plan, a table a goal."""
    return Section(
        say("The scorecard"),
        tuple(_of_goal(brief, goal) for goal in brief.plan.goals),
        opens_page=True,
        notes=(say("Where the pace of the last twelve months leads stands under “At this pace”."),),
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
    since = (
        say("Since {short_date}", short_date=wording.short_date(compare))
        if compare
        else say("Change")
    )
    return (
        Column(say("KPI"), width=3.4),
        Column(say("Value"), numeric=True, width=1.1),
        Column(say("Expected"), numeric=True, width=1.1),
        Column(say("Target"), numeric=True, width=1.1),
        Column(since, numeric=True, width=1.2),
        Column(say("At this pace"), numeric=True, width=1.1),
        Column(say("Status"), width=1.5),
    )


def behind(brief: Brief, slow: Sequence[Reading]) -> Table:
    """The KPIs behind their path, how far, and whether anyone has written about them."""
    head = columns(brief)
    commented = brief.written.comments
    heads: tuple[Column, ...] = (
        head[0],
        head[1],
        head[2],
        Column(say("Behind by"), numeric=True, width=1.4),
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
            cells_of.append(cells.text(say("written") if kpi.id in commented else say("missing")))
        rows.append(tuple(cells_of))
    if brief.written.is_known:
        heads = (*heads, Column(say("Commentary"), width=1.2))
    return Table(say("What is behind plan, the furthest first"), heads, tuple(rows))


def _of_goal(brief: Brief, goal: Goal) -> Table:
    mine = [reading for reading in brief.readings if reading.goal == goal.number]
    return Table(
        wording.titled(of(goal), stand(mine)),
        columns(brief),
        tuple(row_of(brief, reading) for reading in mine),
        note=_unfiltered(brief, mine),
    )


def of(goal: Goal) -> str:
    return say("Goal {number}, {title}", number=goal.number, title=goal.title)


def stand(mine: Sequence[Reading]) -> str:
    """How many KPIs are on plan, of those that can be judged."""
    judged = [reading for reading in mine if reading.status in JUDGED]
    if not judged:
        return say("no KPI can be judged")
    good = sum(reading.status in standing.ON_PLAN for reading in judged)
    return say_n(
        "{good} of {count} judged KPI on plan", "{good} of {count} judged KPIs on plan",
        len(judged), good=wording.plain(good),
    )  # fmt: skip


def _unfiltered(brief: Brief, mine: Sequence[Reading]) -> str:
    """Which KPIs of a table are not restricted to what was selected."""
    by_words: dict[str, list[str]] = {}
    for reading in mine:
        kpi = brief.plan.kpi(reading.kpi)
        if words := wording.unfiltered(kpi, reading.unfiltered):
            by_words.setdefault(words, []).append(kpi.title)
    return " ".join(
        wording.titled(wording.capital(words), f"{wording.listed(titles)}.")
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
                wording.titled(
                    say("Goal {number}", number=goal.number),
                    wording.lower(milestones.finding(found, as_of)),
                ),
                (
                    Column(say("Milestone"), width=4.2),
                    Column(say("Due"), numeric=True, width=1.3),
                    Column(say("Done"), numeric=True, width=1.3),
                    Column(say("State"), width=1.0),
                    Column(say("Owner"), width=2.0),
                ),
                tuple(
                    (
                        cells.text(entry.milestone.title),
                        cells.day(entry.milestone.due_on),
                        cells.day(
                            entry.milestone.done_on if entry.state.startswith("done") else None
                        ),
                        cells.text(milestones.STATES[entry.state]),
                        cells.text(entry.milestone.owner),
                    )
                    for entry in found
                ),
            )
        )
    return Section(say("Milestones"), tuple(blocks), opens_page=True)
