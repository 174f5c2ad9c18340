"""Questions to ask: signals in, sentences out; and what holds of them for any set and role."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections.abc import Iterator
from dataclasses import replace

import pytest
from oracle.generate import generate

from scorecard import changes, judgement, publication, questions, readings, snapshot, wording
from scorecard.changes import Part
from scorecard.confidentiality import ROLES, Role, guards
from scorecard.plan import Meeting, Milestone
from scorecard.questions import Driver, Question, Signals, Task
from scorecard.refusal import Refusal
from scorecard.selection import Selection, select
from scorecard.snapshot import Snapshot, Sources
from tests.test_wording import reading, tiny

NOW, THEN = dt.date(2022, 12, 31), dt.date(2022, 9, 15)
MEMBERS, RATE = "company_members", "certification_rate"
BEFORE = reading(MEMBERS, value=93, expected=110, status="serious_delay")
ON_PLAN = {"status": "on_track", "value": 112, "projected": 119, "ratio_to_plan": 0.96}


def signals(**parts: object) -> Signals:
    """Signals that raise no question, with other parts."""
    made = Signals(
        plan=replace(tiny().plan, meetings=(Meeting(THEN, "board", "Board meeting"),)),
        as_of=NOW,
        compare=THEN,
        on=NOW,
        now=(),
        before={},
        earlier={},
        drivers={},
        missing={},
        overdue=(),
        tasks=(),
    )
    return replace(made, **parts)  # type: ignore[arg-type]


def asked(**parts: object) -> list[str]:
    return [question.sentence for question in questions.ask(signals(**parts))]


def action(**parts: object) -> Task:
    made = Task("Write to the insurers", "Head of Policy", dt.date(2022, 11, 30), None, (), True)
    return replace(made, **parts)  # type: ignore[arg-type]


SLOW = reading(MEMBERS, projected=118.0)
SUMMER, SPRING = dt.date(2022, 6, 15), dt.date(2022, 3, 16)
EIGHTH = Milestone("M1", 3, "Eighth government joins", dt.date(2021, 12, 31), None, "Director")
N, MINUS = wording.NARROW, wording.MINUS
CASES: dict[str, tuple[dict[str, object], list[str]]] = {
    "nothing is asked of what is on plan": (
        {"now": (reading(MEMBERS, **ON_PLAN),), "before": {MEMBERS: reading(MEMBERS, **ON_PLAN)}},
        [],
    ),
    "behind at two meetings in a row": (
        {"now": (SLOW,), "earlier": {MEMBERS: ((THEN, BEFORE), (SUMMER, BEFORE))}},
        [
            "Company members: behind plan at the last two meetings, now 96 of 113 expected. What "
            "will be done differently?"
        ],
    ),
    "behind at one meeting is no habit": (
        {
            "now": (SLOW,),
            "earlier": {
                MEMBERS: (
                    (THEN, BEFORE),
                    (SUMMER, reading(MEMBERS, **ON_PLAN)),
                    (SPRING, BEFORE),
                )
            },
        },
        [],
    ),
    "a pace that covers less than half of what is left": (
        {"now": (reading(MEMBERS),)},
        [
            "Company members: at this pace 101 by the end of 2023, where the plan wants 120. What "
            "would close the gap?"
        ],
    ),
    "a pace that covers half of it": ({"now": (reading(MEMBERS, projected=108.0),)}, []),
    "a pace that leads away from a target below": (
        {
            "now": (
                reading(
                    "past_deadline", value=14, baseline=20, expected=11, target=0, projected=15,
                    status="some_delay",
                ),
            )
        },
        [
            "Companies past their deadline: at this pace 15 by the end of 2023, where the plan "
            "wants 0. What would close the gap?"
        ],
    ),
    "an action whose day has passed": (
        {"tasks": (action(), action(text="Done", done_on=NOW), action(due_on=NOW))},
        [
            "Write to the insurers: due on 30 November 2022 and not done by Head of Policy. What "
            "is needed to finish it?"
        ],
    ),
    "an action of nobody": (
        {"tasks": (action(owner=""),)},
        [
            "Write to the insurers: due on 30 November 2022 and not done. What is needed to "
            "finish it?"
        ],
    ),
    "a decision is not late, it is asked for": ({"tasks": (action(is_action=False),)}, []),
    "one export blinds several KPIs": (
        {
            "now": (
                reading("complaints_received", status="awaiting_data", value=None),
                reading("complaints_resolved_on_time", status="awaiting_data", value=None),
            ),
            "missing": {
                "complaints_received": ("complaints",),
                "complaints_resolved_on_time": ("complaints",),
            },
        },
        ["complaints.csv: without it two KPIs have no figure. Who will send it, and when?"],
    ),
    "nothing to count": (
        {"now": (reading(RATE, status="awaiting_data", value=None),)},
        [
            "Certification rate: there is nothing to count here so far. From when on will there "
            "be?"
        ],
    ),
    "a milestone that nobody works at": (
        {"overdue": (EIGHTH,), "tasks": (action(due_on=None, kpis=("website_visits",)),)},
        ["Eighth government joins: due on 31 December 2021 and not done. What holds it up?"],
    ),
    "a milestone whose goal has an open action": (
        {"overdue": (EIGHTH,), "tasks": (action(due_on=None, kpis=(MEMBERS,)),)},
        [],
    ),
    "a status that got worse": (
        {
            "now": (reading(MEMBERS, projected=118.0),),
            "before": {MEMBERS: reading(MEMBERS, status="on_track")},
        },
        [
            "Company members: from On track to Serious delay since the board meeting of 15 "
            "September 2022. Is that a lapse, or the beginning of something?"
        ],
    ),
    "one region makes most of a change": (
        {
            "now": (reading(MEMBERS, **ON_PLAN, change=9),),
            "drivers": {MEMBERS: Driver("region", "Middle East", 7)},
        },
        [
            "Company members: +7 of the +9 since the board meeting of 15 September 2022 is from "
            "the Middle East. What happened there?"
        ],
    ),
    "one pillar makes all of a fall": (
        {
            "now": (reading(RATE, **(ON_PLAN | {"value": 0.5}), change=-0.04),),
            "drivers": {RATE: Driver("pillar", "company", -0.04)},
        },
        [
            f"Certification rate: the whole {MINUS}4 pts since the board meeting of 15 September "
            "2022 is from the pillar “companies”. What happened there?"
        ],
    ),
    "a share of few": (
        {"now": (reading(RATE, status="too_few", value=5 / 7, numerator=5, denominator=7, n=7),)},
        [
            "Certification rate: 5 of 7, too few to judge. Over which time would it say something?"
        ],
    ),
    "figures older than the meeting": (
        {"on": dt.date(2023, 2, 14)},
        ["Data of 31 December 2022: 45 days before the meeting. What has happened since?"],
    ),
    "figures of the same week": ({"on": dt.date(2023, 1, 7)}, []),
    "what is not shown": (
        {"now": (reading(RATE, status="suppressed", value=None), reading(
            MEMBERS, status="suppressed", value=None))},
        [
            "Two confidential KPIs: not shown for this selection and date. Is the figure of the "
            "whole Association enough?"
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_signal_becomes_a_question(case: str) -> None:
    parts, sentences = CASES[case]
    assert asked(**parts) == sentences


def test_a_question_gives_its_reason() -> None:
    found = questions.ask(
        signals(now=(SLOW,), earlier={MEMBERS: ((THEN, BEFORE), (SUMMER, BEFORE))})
    )
    assert found[0].reason == (
        "It was 93 of 110 expected on 15 September 2022 and 93 of 110 expected on 15 June 2022."
    )
    few = reading(RATE, status="too_few", value=5 / 7, numerator=5, denominator=7, n=7)
    (question,) = questions.ask(signals(now=(few,)))
    assert f"anything from 36{N}% to 92{N}%." in question.reason


def test_where_nobody_knows_what_was_written_a_milestone_does_not_claim_it() -> None:
    (question,) = questions.ask(signals(overdue=(EIGHTH,), tasks=None))
    assert "decision" not in question.reason and "Director" in question.reason


def test_the_first_few_are_of_different_kinds_and_kpis() -> None:
    def question(kind: questions.Kind, *kpis: str) -> Question:
        return Question(kind, " ".join(kpis), "Why?", "", kpis)

    found = [
        question("missed_again", "a"),
        question("missed_again", "b"),
        question("misses_by_far", "a"),
        question("misses_by_far", "c"),
        question("got_worse", "b"),
        question("older"),
    ]
    assert questions.first(found, 3) == (found[0], found[3], found[4])
    assert questions.first(found, 4) == (found[0], found[3], found[4], found[5])
    assert questions.first(found, 9) == questions.first(found, 4)
    assert questions.first(found[:2], 3) == tuple(found[:2])


@pytest.mark.parametrize(
    ("amounts", "change", "group"),
    [
        ({"Africa": 7, "Asia": 2, "Europe": 0}, 9, "Africa"),
        ({"Africa": 5, "Asia": 4}, 9, None),
        ({"Africa": 12, "Asia": -3}, 9, "Africa"),
        ({"Africa": 9, "Asia": -5}, 4, None),
        ({"Africa": 9}, 9, None),
        ({"Africa": 9, "Asia": 0}, 9, "Africa"),
        ({"Africa": -7, "Asia": -1}, -8, "Africa"),
        ({"Not specified": 9, "Asia": 0}, 9, None),
        ({None: 9, "Asia": 0}, 9, None),
        ({}, 0, None),
    ],
)
def test_a_group_drives_a_change_where_most_of_all_that_moved_is_its(
    amounts: dict[str | None, float], change: float, group: str | None
) -> None:
    parts = [Part(name, "sum", amount) for name, amount in amounts.items()]
    found = questions.driven(parts, "region", change)
    assert (found.group if found else None) == group


# What holds of any set ----------------------------------------------------------------------


@pytest.fixture(scope="module", params=["sample", 2001, 2002, 2004])
def given(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Snapshot]:
    if request.param == "sample":
        yield publication.kept(Sources()) or snapshot.in_memory(Sources())
        return
    rng = random.Random(request.param)
    try:
        folders = generate(rng, tmp_path_factory.mktemp("set"), dirty=request.param % 2 == 0)
        yield snapshot.in_memory(Sources(*folders))
    except Refusal as reason:
        pytest.skip(f"set {request.param}: {reason}")


def selections(snap: Snapshot) -> Iterator[Selection]:
    yield Selection()
    for region, pillar in itertools.product(snap.plan.regions[:3], snap.plan.pillars[:2]):
        yield from (
            select(snap.plan, [region]),
            select(snap.plan, [], [pillar]),
            select(snap.plan, [region], [pillar]),
        )


@pytest.mark.parametrize("role", ROLES)
def test_whatever_the_selection_questions_tell_no_more_than_the_scorecard(
    given: Snapshot, role: Role
) -> None:
    plan = given.plan
    for selection in selections(given):
        for date in (given.dates[-1], given.dates[len(given.dates) // 2]):
            card = readings.scorecard(given, selection, role, date)
            before = readings.turned(given, card, card.compare) if card.compare else None
            then = {r.kpi: r for r in before.readings} if before else {}
            found = questions.gather(given, card, role, then)
            assert not any(guards(plan.kpi(kpi), role) for kpi in found.drivers)
            asked = questions.ask(found)
            ranks = [questions.KINDS.index(question.kind) for question in asked]
            assert ranks == sorted(ranks)
            for question in asked:
                assert question.text.endswith("?") and question.reason.endswith(".")
                assert "None" not in question.sentence + question.reason
                assert "nan" not in question.sentence + question.reason
                hidden = [r for r in card.readings if r.kpi in question.kpis and r.suppressed]
                assert bool(hidden) == (question.kind == "not_shown"), question
            firsts = questions.first(asked, 3)
            about = [kpi for question in firsts for kpi in question.kpis]
            assert len(firsts) <= 3 and len(about) == len(set(about))


def test_a_driver_is_the_greatest_part_of_the_change_explained(given: Snapshot) -> None:
    end = given.dates[-1]
    for start, selection in itertools.product(given.dates[-14:-1:5], selections(given)):
        for kpi in given.plan.kpis:
            for by in ("region", "pillar"):
                if by not in kpi.dimensions or kpi.aggregate == "countries":
                    continue
                whole = changes.explain(given, kpi, start, end, by, selection)
                if whole.change is None:
                    continue
                parts = changes.in_memory(given, kpi, start, end, by, selection, "executive")
                seen = {(p.group, p.effect): p.contribution for p in parts}
                seen = {key: v for key, v in seen.items() if abs(v) > judgement.SAME}
                told = {(p.group, p.effect): p.contribution for p in whole.parts}
                assert seen.keys() == told.keys(), (kpi.id, by)
                for key, amount in told.items():
                    assert seen[key] == pytest.approx(amount, abs=1e-9)


def test_questions_about_few_kpis_are_among_those_about_all(given: Snapshot) -> None:
    card = readings.scorecard(given)
    assert card.compare is not None
    then = {r.kpi: r for r in readings.turned(given, card, card.compare).readings}
    every = questions.ask(questions.gather(given, card, "executive", then, ()))
    per_kpi = ("missed_again", "misses_by_far", "got_worse", "rests_on_few")
    for kpi in given.plan.kpis:
        alone = questions.ask(questions.gather(given, card, "executive", then, (), among=[kpi.id]))
        assert [q for q in alone if q.kind in per_kpi] == [
            q for q in every if q.kind in per_kpi and q.kpis == (kpi.id,)
        ]


def test_the_questions_of_the_sample_come_out_at_their_meeting() -> None:
    snap = publication.kept(Sources()) or snapshot.in_memory(Sources())
    card = readings.scorecard(snap)
    assert card.compare is not None
    then = {r.kpi: r for r in readings.turned(snap, card, card.compare).readings}
    found = questions.ask(questions.gather(snap, card, "executive", then, ()))
    sentences = [question.sentence for question in found]
    assert (
        "Government members: behind plan at the last six meetings, now 7 of 9 expected. What will "
        "be done differently?"
    ) in sentences
    assert (
        "Eighth government joins: due on 31 December 2021 and not done. What holds it up?"
    ) in sentences
