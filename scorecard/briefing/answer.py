"""The answer: where the plan stands, what changed, what to decide, and what is not known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from scorecard import standing, wording
from scorecard.briefing import asked, tables
from scorecard.briefing import brief as cells
from scorecard.briefing.brief import Brief
from scorecard.briefing.document import Block, Bullets, Paragraph, Section
from scorecard.briefing.written import Item
from scorecard.exhibits import milestones
from scorecard.exhibits.movements import WHATS
from scorecard.languages import Words, say, say_in, say_n, to_say
from scorecard.meeting import Changes
from scorecard.plan import Goal
from scorecard.readings import Reading

MOST = 6
"""Remarks of one kind that an answer gives; how many more there are is said."""
_DID = Words(
    {
        "joined": to_say("Joined"),
        "left": to_say("Left"),
        "certified": to_say("Certified"),
        "lapsed": to_say("No longer certified"),
    }
)


def section(brief: Brief) -> Section:
    """The page that answers first."""
    return Section(
        say("The answer"),
        (
            Paragraph(
                standing.headline(brief.plan, brief.readings, brief.occasion.as_of), strong=True
            ),
        ),
        opens_page=True,
        sections=(
            _goals(brief),
            _changed(brief),
            _decisions(brief),
            *asked.sections(brief),
            _unknown(brief),
        ),
    )


def _goals(brief: Brief) -> Section:
    return Section(
        say("Where each goal stands"),
        (Bullets(tuple(_goal(brief, goal) for goal in brief.plan.goals)),),
        level=2,
    )


def _goal(brief: Brief, goal: Goal) -> str:
    """How many KPIs of a goal stand where, and the one furthest from plan; never an average."""
    mine = [reading for reading in brief.readings if reading.goal == goal.number]
    missing = {r.kpi: brief.snapshot.missing_exports(brief.plan.kpi(r.kpi)) for r in mine}
    where = ", ".join(
        f"{wording.plain(count)} {wording.lower(wording.STATUS[status])}"
        for status, count in standing.counts(mine).items()
    )
    head = wording.titled(tables.of(goal), f"{tables.stand(mine)} ({where}).")
    return f"{head} {standing.furthest(brief.plan, mine, missing)}"


def _changed(brief: Brief) -> Section:
    found = brief.changes
    if found is None:
        text = say("There is no earlier meeting to compare with.")
        return Section(say("What changed"), (Paragraph(text),), level=2)
    items = [move.sentence for move in found.statuses]
    named = {move.kpi for move in found.statuses}
    items += [
        note.sentence
        for note in standing.changed(brief.plan, found.after, found.before, len(found.after))
        if note.kpi not in named and not _is_chance(brief, note.kpi)
    ]
    items = items[: max(MOST, len(found.statuses))]
    items = _most(items)
    items += [text for text in (*_people(found), _turned(found)) if text]
    blocks: list[Block] = [Paragraph(found.headline)]
    if items:
        blocks.append(Bullets(tuple(items)))
    return Section(say("What changed since {since}", since=brief.since), tuple(blocks), level=2)


def _is_chance(brief: Brief, kpi: str) -> bool:
    """Whether so few are counted that a change says nothing."""
    return cells.is_few(brief.plan.kpi(kpi), brief.reading[kpi])


def _people(found: Changes) -> list[str]:
    """Who joined, left, was certified or lapsed by name, as far as the role may see it."""
    if found.waiting:
        return [found.people_sentence]
    lines = []
    for what in WHATS:
        names = [f"{p.name} ({p.country_name})" for p in found.people if p.what == what]
        if names:
            many = found.turnover.by_what[what]
            lines.append(wording.titled(_DID[what], f"{_listed(names, cells.NAMED, many)}."))
    if found.people_concentration:
        lines.append(found.people_concentration)
    return lines


def _turned(found: Changes) -> str:
    """The milestones met and missed, by name where they are few."""
    if not found.milestones:
        return ""
    names = [f"“{turn.milestone.title}” ({_state(turn)})" for turn in found.milestones]
    sentence = found.milestones_sentence.removesuffix(".")
    return wording.titled(sentence, f"{_listed(names, 3)}.")


def _state(turn: milestones.Standing) -> str:
    return wording.lower(milestones.STATES[turn.state])


def _decisions(brief: Brief) -> Section:
    """What is asked of the meeting, else what its members might ask about."""
    blocks: list[Block] = []
    asked = [decision(brief, item) for item in brief.written.decisions]
    if asked:
        blocks.append(Bullets(tuple(asked)))
    elif brief.written.is_known:
        blocks.append(Paragraph(say("No decision has been put to this meeting so far.")))
    slow = standing.behind(brief.readings)
    notes = [note.sentence for note in standing.attention(brief.plan, brief.readings, len(slow))]
    if notes:
        lead = say_n(
            "one KPI is behind plan, the furthest first:",
            "{count} KPIs are behind plan, the furthest first:",
            len(slow), count=wording.in_words(len(slow)),
        )  # fmt: skip
        blocks.append(Paragraph(wording.capital(lead)))
        blocks.append(Bullets(tuple(_most(notes))))
    elif any(reading.status in standing.ON_PLAN for reading in brief.readings):
        blocks.append(Paragraph(say("No KPI is behind its path.")))
    if overdue := _overdue(brief):
        blocks.append(Paragraph(overdue))
    open_items = [item for item in brief.written.actions if item.done_on is None]
    if open_items:
        late = sum(i.due_on is not None and i.due_on < brief.occasion.meeting for i in open_items)
        text = say_n(
            "{count} action from this and earlier meetings is open, {late} late.",
            "{count} actions from this and earlier meetings are open, {late} late.",
            len(open_items), late=late or say_in("actions", "none"),
        )  # fmt: skip
        blocks.append(Paragraph(text))
    return Section(say("What needs a decision"), tuple(blocks), level=2)


def decision(brief: Brief, item: Item) -> str:
    """What is asked, about which KPIs, of whom and by when."""
    about = [brief.plan.by_id[kpi].title for kpi in item.kpis if kpi in brief.plan.by_id]
    parts = [wording.listed(about), item.owner]
    if item.due_on:
        parts.append(say("by {date}", date=wording.the_day(item.due_on)))
    if item.done_on:
        parts.append(say("taken on {date}", date=wording.the_day(item.done_on)))
    extra = wording.clauses(part for part in parts if part)
    return f"{item.text} ({extra})" if extra else item.text


def _overdue(brief: Brief) -> str:
    late = [
        entry.milestone.title
        for goal in brief.plan.goals
        for entry in milestones.of_goal(brief.plan, goal.number, brief.occasion.as_of)
        if entry.state == "overdue"
    ]
    if not late:
        return ""
    names = [f"“{title}”" for title in late[:3]]
    if len(late) > 3:
        names.append(wording.more(len(late) - 3))
    return say_n(
        "Milestone overdue: {names}.", "Milestones overdue: {names}.",
        len(late), names=wording.listed(names),
    )  # fmt: skip


def _unknown(brief: Brief) -> Section:
    """What the papers cannot say, and why: nothing is left out in silence."""
    items: list[str] = []
    by_status: dict[str, list[Reading]] = {}
    for reading in brief.readings:
        by_status.setdefault(reading.status, []).append(reading)
    for status in ("awaiting_data", "too_few", "suppressed", "no_target"):
        if found := by_status.get(status):
            items.append(wording.titled(wording.STATUS[status], f"{_named(brief, found)}."))
    items += _quarantined(brief)
    if missing := without_commentary(brief):
        titles = [wording.lower(brief.plan.kpi(kpi).title) for kpi in missing]
        items.append(
            say("No commentary yet on what is behind plan: {titles}.", titles=_listed(titles))
        )
    behind = (brief.occasion.meeting - brief.snapshot.data_date).days
    if behind > 0:
        items.append(
            say(
                "Whatever happened between the data date, {date}, and the meeting.",
                date=wording.the_day(brief.snapshot.data_date),
            )
        )
    if not items:
        return Section(
            say("What we do not know"),
            (Paragraph(say("All exports have arrived, and no row is set aside.")),),
            level=2,
        )
    return Section(say("What we do not know"), (Bullets(tuple(items)),), level=2)


def without_commentary(brief: Brief) -> list[str]:
    """The KPIs in delay on which nobody has written for this meeting, the worst first."""
    if not brief.written.is_known:
        return []
    return [r.kpi for r in standing.behind(brief.readings) if r.kpi not in brief.written.comments]


def _named(brief: Brief, found: Sequence[Reading]) -> str:
    """KPIs by name, each with what it waits for, or how few it counts."""
    names = []
    for reading in found:
        kpi = brief.plan.kpi(reading.kpi)
        title = wording.lower(kpi.title)
        if reading.status == "awaiting_data":
            absent = brief.snapshot.missing_exports(kpi)
            title += f" ({wording.missing(absent) or say('nothing to count')})"
        elif reading.status == "too_few":
            title += f" ({wording.value(kpi, reading)})"
        names.append(title)
    return _listed(names)


def _listed(names: Sequence[str], most: int = 8, whole: int | None = None) -> str:
    """The first names, and how many more there are of the `whole`, where it is not all names."""
    whole = len(names) if whole is None else whole
    if whole > most + 1:
        names = [*names[:most], wording.more(whole - most)]
    return wording.listed(names)


def _quarantined(brief: Brief) -> list[str]:
    """How many rows are set aside in which files."""
    rows = Counter(
        dict(
            brief.snapshot.cursor()
            .execute("select export, count(*) from quarantine group by export order by export")
            .fetchall()
        )
    )
    if not rows:
        return []
    files = [
        say("{count} in {file}", count=count, file=f"{name}.csv")
        for name, count in rows.most_common()
    ]
    text = say_n(
        "{count} row is set aside and counted nowhere: {files}.",
        "{count} rows are set aside and counted nowhere: {files}.",
        rows.total(), files=_listed(files),
    )  # fmt: skip
    return [text]


def _most(items: list[str]) -> list[str]:
    if len(items) <= MOST + 1:
        return items
    rest = len(items) - MOST
    more = say_n(
        "one other KPI, in the scorecard.", "{count} other KPIs, in the scorecard.",
        rest, count=wording.in_words(rest),
    )  # fmt: skip
    return [*items[:MOST], wording.capital(more)]
