"""A rule for each kind of question: signals in, sentences out; nothing is read here."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Literal

from scorecard import chance, judgement, standing, wording
from scorecard.catalogue import Kpi
from scorecard.languages import say, say_n, to_say
from scorecard.meeting import names
from scorecard.questions.signals import ONE_OCCASION, Signals
from scorecard.readings import Reading

Kind = Literal[
    "missed_again", "misses_by_far", "action_late", "awaiting", "milestone", "got_worse",
    "concentrated", "rests_on_few", "older", "not_shown",
]  # fmt: skip
KINDS: tuple[Kind, ...] = (
    "missed_again", "misses_by_far", "action_late", "awaiting", "milestone", "got_worse",
    "concentrated", "rests_on_few", "older", "not_shown",
)  # fmt: skip
"""From the most important on."""

FAR = 0.5
"""A pace that covers less than this share of what is left misses its target by far."""


@dataclass(frozen=True)
class Question:
    """What to ask, of what, and why it is asked; all plain text."""

    kind: Kind
    title: str
    """What it is about: a KPI, an export, a milestone or an action."""
    text: str
    """The figures and the question; it ends with a question mark."""
    reason: str
    """The signal behind it, as sentences."""
    kpis: tuple[str, ...] = ()
    goal: int | None = None

    @property
    def sentence(self) -> str:
        return f"{self.title}: {self.text}"


def ask(signals: Signals) -> tuple[Question, ...]:
    """All questions, by kind in the order of `KINDS` and within one by what weighs most."""
    found = [
        *_missed_again(signals),
        *_misses_by_far(signals),
        *_actions_late(signals),
        *_awaiting(signals),
        *_milestones(signals),
        *_got_worse(signals),
        *_concentrated(signals),
        *_rests_on_few(signals),
        *_older(signals),
        *_not_shown(signals),
    ]
    return tuple(sorted(found, key=lambda question: KINDS.index(question.kind)))


def _missed_again(signals: Signals) -> list[Question]:
    """Behind the plan now and at the last meetings, two in a row or more."""
    found = []
    for reading in standing.behind(signals.now):
        kpi = signals.plan.kpi(reading.kpi)
        missed = []
        for day, was in signals.earlier.get(kpi.id, ()):
            if was.status not in standing.BEHIND:
                break
            missed.append((day, was))
        if len(missed) < 2:
            continue
        seen = [
            say("{against} on {date}", against=wording.against(kpi, was), date=wording.date(day))
            for day, was in missed[:3]
        ]
        found.append(
            Question(
                "missed_again",
                kpi.title,
                say(
                    "behind plan at the last {meetings} meetings, now {against}. "
                    "What will be done differently?",
                    meetings=wording.in_words(len(missed)),
                    against=wording.against(kpi, reading),
                ),
                say("It was {earlier}.", earlier=wording.listed(seen)),
                (kpi.id,),
                kpi.goal,
            )
        )
    return found


def _misses_by_far(signals: Signals) -> list[Question]:
    """The pace of the last year covers less than half of what is left."""
    found = []
    for reading in standing.behind(signals.now):
        kpi = signals.plan.kpi(reading.kpi)
        left, covered = _left(reading), _covered(reading)
        if left is None or covered is None or covered >= FAR * left:
            continue
        assert reading.projected is not None and reading.target is not None
        assert reading.target_date is not None
        found.append(
            Question(
                "misses_by_far",
                kpi.title,
                say(
                    "at this pace {projected} by {until}, where the plan wants {target}. What "
                    "would close the gap?",
                    projected=wording.number(kpi, reading.projected),
                    until=wording.by_when(reading.target_date),
                    target=wording.number(kpi, reading.target),
                ),
                _sentence(wording.needed(kpi, reading)),
                (kpi.id,),
                kpi.goal,
            )
        )
    return found


def _left(reading: Reading) -> float | None:
    """What is left to the target, as an amount above 0; none where it is reached or unknown."""
    if reading.value is None or reading.target is None:
        return None
    left = abs(reading.target - reading.value)
    return left if left > judgement.SAME and reading.required_pace else None


def _covered(reading: Reading) -> float | None:
    """How much of that the present pace covers; below 0 where it leads away."""
    if reading.value is None or reading.target is None or reading.projected is None:
        return None
    moved = reading.projected - reading.value
    return moved if reading.target > reading.value else -moved


def _actions_late(signals: Signals) -> list[Question]:
    late = [
        task
        for task in signals.tasks or ()
        if task.is_action and task.due_on and task.due_on < signals.on and task.is_open(signals.on)
    ]
    late.sort(key=lambda task: (task.due_on, task.text))
    found = []
    for task in late:
        assert task.due_on
        text = to_say("due on {date} and not done. What is needed to finish it?")
        if task.owner:
            text = to_say("due on {date} and not done by {owner}. What is needed to finish it?")
        found.append(
            Question(
                "action_late",
                _short(task.text),
                say(text, date=wording.date(task.due_on), owner=_short(task.owner)),
                say(
                    "The action was agreed on, and its day has passed by {days}.",
                    days=_days(signals.on - task.due_on),
                ),
                tuple(name for name in task.kpis if name in signals.plan.by_id),
            )
        )
    return found


def _awaiting(signals: Signals) -> list[Question]:
    """What has no figure, by the exports that it waits for."""
    waiting: defaultdict[tuple[str, ...], list[Kpi]] = defaultdict(list)
    for reading in signals.now:
        if reading.status == "awaiting_data":
            files = signals.missing.get(reading.kpi, ())
            waiting[files].append(signals.plan.kpi(reading.kpi))
    found = []
    for files, kpis in sorted(waiting.items(), key=lambda pair: (not pair[0], -len(pair[1]))):
        if not files:
            # Where some pillars are selected, KPIs of others have nothing to count.
            found += [] if signals.of_some else [_nothing_counts(kpi) for kpi in kpis]
            continue
        named = [wording.lower(kpi.title) for kpi in kpis[:3]]
        titles = wording.listed(named) if len(kpis) <= 3 else ", ".join(named)
        about = tuple(kpi.id for kpi in kpis)
        goals = {kpi.goal for kpi in kpis}
        goal = goals.pop() if len(goals) == 1 else None
        count = wording.in_words(len(kpis))
        if len(files) == 1:
            text = say_n(
                "without it one KPI has no figure. Who will send it, and when?",
                "without it {count} KPIs have no figure. Who will send it, and when?",
                len(kpis),
                count=count,
            )
        else:
            text = say_n(
                "without them one KPI has no figure. Who will send them, and when?",
                "without them {count} KPIs have no figure. Who will send them, and when?",
                len(kpis),
                count=count,
            )
        reason = to_say("Awaiting data: {titles}.")
        if len(kpis) > 3:
            reason = to_say("Awaiting data: {titles} and others.")
        found.append(
            Question(
                "awaiting",
                wording.listed([f"{name}.csv" for name in files]),
                text,
                say(reason, titles=titles),
                about,
                goal,
            )
        )
    return found


def _nothing_counts(kpi: Kpi) -> Question:
    text = say("there is nothing to count here so far. From when on will there be?")
    reason = say("All exports of the KPI have arrived, and none of their rows counts.")
    return Question("awaiting", kpi.title, text, reason, (kpi.id,), kpi.goal)


def _milestones(signals: Signals) -> list[Question]:
    """What is overdue though nothing that is written down and open is about its goal."""
    found = []
    tasks = signals.tasks
    for milestone in sorted(signals.overdue, key=lambda m: (m.due_on, m.id)):
        goals = {signals.plan.kpi(name).goal
                 for task in tasks or () if task.is_open(signals.on)
                 for name in task.kpis if name in signals.plan.by_id}  # fmt: skip
        if milestone.goal in goals:
            continue
        reason = to_say("No decision and no action about goal {goal} is open.")
        if tasks is None:
            reason = to_say("It is a milestone of goal {goal}; who answers for it: {owner}.")
        found.append(
            Question(
                "milestone",
                milestone.title,
                say(
                    "due on {date} and not done. What holds it up?",
                    date=wording.date(milestone.due_on),
                ),
                say(reason, goal=milestone.goal, owner=milestone.owner),
                (),
                milestone.goal,
            )
        )
    return found


def _got_worse(signals: Signals) -> list[Question]:
    if signals.compare is None:
        return []
    found = []
    for reading in signals.now:
        was = signals.before.get(reading.kpi)
        if was is None or not standing.is_worse(was.status, reading.status):
            continue
        kpi = signals.plan.kpi(reading.kpi)
        text = say(
            "from {was} to {now} since {since}. Is that a lapse, or the beginning of something?",
            was=wording.STATUS[was.status],
            now=wording.STATUS[reading.status],
            since=wording.met(signals.plan, signals.compare),
        )
        reason = _sentence(standing.reason(kpi, reading, was))
        drop = judgement.JUDGED.index(reading.status) - judgement.JUDGED.index(was.status)
        question = Question("got_worse", kpi.title, text, reason, (kpi.id,), kpi.goal)
        found.append((-drop, question))
    return [question for _, question in sorted(found, key=lambda pair: pair[0])]


def _concentrated(signals: Signals) -> list[Question]:
    """One region or pillar makes most of a change."""
    if signals.compare is None:
        return []
    found = []
    for reading in signals.now:
        driver = signals.drivers.get(reading.kpi)
        if driver is None or reading.change is None:
            continue
        kpi = signals.plan.kpi(reading.kpi)
        text = to_say("{part} of the {change} since {since} is from {group}. What happened there?")
        if wording.change(kpi, driver.amount) == wording.change(kpi, reading.change):
            text = to_say("the whole {change} since {since} is from {group}. What happened there?")
        found.append(
            Question(
                "concentrated",
                kpi.title,
                say(
                    text,
                    part=wording.change(kpi, driver.amount),
                    change=wording.change(kpi, reading.change),
                    since=wording.met(signals.plan, signals.compare),
                    group=names.subject(signals.plan, driver.by, driver.group),
                ),
                say(
                    "Of all that moved, two thirds or more is from {group}.",
                    group=names.subject(signals.plan, driver.by, driver.group),
                ),
                (kpi.id,),
                kpi.goal,
            )
        )
    return found


def _rests_on_few(signals: Signals) -> list[Question]:
    found = []
    for reading in signals.now:
        kpi = signals.plan.kpi(reading.kpi)
        if reading.status != "too_few" or reading.value is None or reading.n is None:
            continue
        reason = wording.STATUS_MEANING["too_few"]
        span = chance.interval(kpi, reading.numerator, reading.denominator, reading.n)
        if span is not None:
            reason = f"{reason} {_sentence(chance.words(kpi, span))}"
        question = Question(
            "rests_on_few",
            kpi.title,
            say(
                "{value}, too few to judge. Over which time would it say something?",
                value=wording.value(kpi, reading),
            ),
            reason,
            (kpi.id,),
            kpi.goal,
        )
        found.append((reading.n, question))
    return [question for _, question in sorted(found, key=lambda pair: pair[0])]


def _older(signals: Signals) -> list[Question]:
    """The figures end before the meeting."""
    age = signals.on - signals.as_of
    if age <= ONE_OCCASION:
        return []
    return [
        Question(
            "older",
            say("Data of {date}", date=wording.date(signals.as_of)),
            say("{days} before the meeting. What has happened since?", days=_days(age)),
            say("The figures end on that day."),
        )
    ]


def _not_shown(signals: Signals) -> list[Question]:
    hidden = [reading for reading in signals.now if reading.status == "suppressed"]
    if not hidden:
        return []
    text = say(
        "not shown for this selection and date. Is the figure of the whole Association enough?"
    )
    titles = [signals.plan.kpi(reading.kpi).title for reading in hidden]
    title = titles[0]
    if len(hidden) > 1:
        count = wording.in_words(len(hidden)).capitalize()
        title = say("{count} confidential KPIs", count=count)
    return [
        Question(
            "not_shown",
            title,
            text,
            wording.STATUS_MEANING["suppressed"],
            tuple(reading.kpi for reading in hidden),
        )
    ]


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _short(text: str, most: int = 90) -> str:
    """What somebody wrote, on one line and not too long."""
    words = " ".join(text.split())
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"


def _days(span: dt.timedelta) -> str:
    return say_n("one day", "{count} days", span.days, count=wording.plain(span.days))
