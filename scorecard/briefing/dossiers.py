"""A section for a KPI: its finding, course, why it changed, and what the secretariat says."""

from __future__ import annotations

from scorecard import meeting, readings, wording
from scorecard.briefing import brief as cells
from scorecard.briefing import figures
from scorecard.briefing.brief import Brief
from scorecard.briefing.document import Block, Bullets, Paragraph, Section
from scorecard.catalogue import Kpi
from scorecard.exhibits import arithmetic
from scorecard.judgement import JUDGED
from scorecard.languages import say
from scorecard.readings import Reading


def section(brief: Brief, kpi: Kpi, reading: Reading, *, level: int = 2) -> Section:
    """One KPI, the arithmetic in its notes."""
    return Section(
        kpi.title,
        (
            Paragraph(_where(kpi, reading), strong=True),
            *_course(brief, kpi, reading),
            *_why(brief, kpi),
            *_commentary(brief, kpi),
        ),
        level=level,
        opens_page=True,
        notes=notes(brief, kpi, reading),
    )


def _where(kpi: Kpi, reading: Reading) -> str:
    """Where it is; whether it will arrive is the finding of its course."""
    status = wording.STATUS[reading.status]
    if reading.status in JUDGED and not cells.is_few(kpi, reading):
        shown = f"{wording.counted(kpi, reading.value)}, {wording.gap(kpi, reading)}."
        return wording.titled(status, shown)
    return f"{status}. {wording.finding(kpi, reading)}"


def _course(brief: Brief, kpi: Kpi, reading: Reading) -> list[Block]:
    absent = brief.snapshot.missing_exports(kpi)
    if absent:
        return [Paragraph(say("Awaiting data: {missing}.", missing=wording.missing(absent)))]
    chart = figures.trend(brief, kpi, reading)
    return [chart] if chart else [Paragraph(say("Its course cannot be shown for this selection."))]


def _why(brief: Brief, kpi: Kpi) -> list[Block]:
    """Why it changed since the compared date; where that may not be said, so it is."""
    asked = brief.occasion
    if asked.compare is None or brief.snapshot.missing_exports(kpi):
        return []
    why = meeting.explained(
        brief.snapshot, kpi, asked.compare, asked.as_of, brief.selection, brief.role
    )
    said = Paragraph(
        say(
            "Since {since}: {why}",
            since=brief.since, why=why.text.removeprefix(wording.titled(kpi.title, "")),
        )
    )  # fmt: skip
    if len(why.steps) < 3:
        return [said]
    return [said, figures.waterfall(brief, kpi, why)]


def _commentary(brief: Brief, kpi: Kpi) -> list[Block]:
    if not brief.written.is_known:
        return []
    comment = brief.written.comments.get(kpi.id)
    if comment is None:
        return [Paragraph(say("Commentary: none has been written for this meeting."))]
    said = [
        wording.titled(head, text)
        for head, text in (
            (say("What happened"), comment.happened.strip() or say("not written yet")),
            (say("What will be done"), comment.planned.strip() or say("not written yet")),
        )
    ]
    by = say(
        "Commentary by {author}, {date}:",
        author=comment.author, date=wording.date(comment.written_on),
    )  # fmt: skip
    return [Paragraph(by), Bullets(tuple(said))]


def notes(brief: Brief, kpi: Kpi, reading: Reading) -> tuple[str, ...]:
    """The arithmetic behind the status, a line a figure."""
    if reading.suppressed:
        return (arithmetic.status(kpi, reading),)
    path = readings.target(brief.snapshot, kpi, brief.selection)
    lines = [
        wording.titled(step.what, step.figure) + (f" ({step.how})" if step.how else "")
        for step in arithmetic.steps(kpi, reading, path, brief.occasion.as_of)
    ]
    return (*lines, arithmetic.status(kpi, reading), kpi.definition)
