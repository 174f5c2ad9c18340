"""What changed between two dates: who, what and why, in numbers and in sentences."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from oracle.generate import generate

from scorecard import evidence, meeting, publication, readings, snapshot, wording
from scorecard.changes import Explanation, Part
from scorecard.confidentiality import ROLES, Role
from scorecard.exhibits import movements
from scorecard.exhibits.movements import Person, Turnover
from scorecard.meeting import Course, StatusMove, moves, names, people, sentences
from scorecard.plan import Plan
from scorecard.refusal import Refusal
from scorecard.selection import Selection, select
from scorecard.snapshot import Snapshot, Sources
from tests.small_set import Row, write

ALL = Selection()
START, END = dt.date(2020, 12, 31), dt.date(2021, 12, 31)
SPRING, AUTUMN = dt.date(2021, 3, 31), dt.date(2021, 10, 31)
N = wording.NARROW
Given = tuple[random.Random, Snapshot]


def made(folder: Path, tables: Mapping[str, Sequence[Row]]) -> Snapshot:
    """The snapshot of a small set, from 31 December 2020 to 31 December 2021."""
    write(folder, tables)
    return snapshot.in_memory(Sources(folder / "exports", folder / "plan"))


def organisation(name: str, country: str = "KEN", pillar: str = "company") -> Row:
    return {"org_id": name, "name": f"Name of {name}", "pillar": pillar, "country": country}


def spell(name: str, start: str = "2020-01-01", end: str = "") -> Row:
    return {"org_id": name, "category": "member", "start_on": start, "end_on": end}


def certificate(name: str, start: str, end: str = "2030-01-01") -> Row:
    return {"org_id": name, "standard": "PSC.1", "certified_on": start, "expires_on": end}


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    return made(tmp_path_factory.mktemp("plan"), {}).plan


@pytest.fixture(scope="module")
def sample() -> Snapshot:
    return publication.kept(Sources()) or snapshot.in_memory(Sources())


@pytest.fixture(scope="module", params=range(2001, 2006))
def given(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Given]:
    """A generated set, and a generator of chance for questions."""
    rng = random.Random(request.param)
    folders = generate(rng, tmp_path_factory.mktemp("set"), dirty=request.param % 2 == 0)
    try:
        yield rng, snapshot.in_memory(Sources(*folders))
    except Refusal as reason:
        pytest.skip(f"set {request.param}: {reason}")


def between(snap: Snapshot, role: Role, start: dt.date, end: dt.date) -> tuple[Person, ...]:
    """All that did something between two dates."""
    found = movements.turnover(snap, ALL, role, start, end)
    named = movements.persons(snap, ALL, role, start, end, found)
    assert len(named) == found.total
    return named


def pairs(rng: random.Random, snap: Snapshot, many: int) -> list[tuple[dt.date, dt.date]]:
    every = list(itertools.combinations(snap.dates, 2))
    return rng.sample(every, min(many, len(every)))


# What holds of any set ----------------------------------------------------------------------


def test_the_steps_of_a_waterfall_lead_from_the_value_before_to_the_value_after(
    given: Given,
) -> None:
    rng, snap = given
    for kpi in snap.plan.kpis:
        for by in (None, *meeting.ways(kpi, "executive")):
            for start, end in pairs(rng, snap, 2):
                regions = rng.sample(snap.plan.regions, rng.choice([0, 0, 1, 2]))
                chosen = select(snap.plan, regions)
                found = meeting.explained(snap, kpi, start, end, chosen, by=by)
                if found.explanation is None:
                    assert not found.steps
                    continue
                first, *between, last = found.steps
                reached = first.amount + sum(step.amount for step in between)
                assert (first.is_total, last.is_total) == (True, True)
                assert not any(step.is_total for step in between)
                close = 1e-9 * max(1.0, abs(last.amount))
                assert abs(reached - last.amount) <= close, (kpi.id, by, start, end)
                parts = sum(part.contribution for part in found.explanation.parts)
                assert abs(parts - (last.amount - first.amount)) <= close


def test_certified_companies_are_those_before_and_after_whoever_came_and_went(
    given: Given,
) -> None:
    rng, snap = given
    plan = snap.plan
    if snap.missing_exports(plan.kpi("certified_companies")):
        return
    members = plan.kpi("company_members")
    certified = plan.kpi("certified_companies")
    for start, end in pairs(rng, snap, 12):
        found = between(snap, "executive", start, end)

        def who(what: str, found: Sequence[Person] = found) -> set[str]:
            return {p.entity for p in found if p.what == what and p.pillar == "company"}

        def facts(kpi: str, date: dt.date) -> set[str]:
            rows = evidence.facts(snap, plan.kpi(kpi), ALL, "executive", date).facts
            return {fact.entity for fact in rows}

        before, after = facts(certified.id, start), facts(certified.id, end)
        assert after == before - who("lapsed") - who("left") | who("certified")
        assert facts(members.id, end) == facts(members.id, start) - who("left") | who("joined")


@pytest.mark.parametrize("role", ["board", "guest"])
def test_a_confidential_kpi_is_never_explained_below_the_executive(
    given: Given, role: Role
) -> None:
    rng, snap = given
    start, end = pairs(rng, snap, 1)[0]
    found = meeting.since(snap, ALL, role, start, end)
    for kpi in snap.plan.kpis:
        told = found.explanations[kpi.id]
        assert told.explanation is None or not kpi.confidential
        if kpi.confidential:
            assert meeting.ways(kpi, role) == ()
            assert not told.steps and not told.labels and not told.concentration
            assert told.refused.endswith("since the KPI is confidential.")


@pytest.mark.parametrize("role", ROLES)
def test_nothing_is_said_of_a_status_that_may_not_be_seen(given: Given, role: Role) -> None:
    rng, snap = given
    chosen = select(snap.plan, snap.plan.regions[:1], ["company"])
    for start, end in pairs(rng, snap, 4):
        found = meeting.since(snap, chosen, role, start, end, ())
        hidden = {r.kpi for r in (*found.before, *found.after) if r.suppressed}
        told = {m.kpi for m in (*found.statuses, *found.toward, *found.away)}
        assert not hidden & told


@pytest.mark.parametrize("role", ROLES)
def test_the_sentences_are_grammatical_and_always_the_same(given: Given, role: Role) -> None:
    rng, snap = given
    for start, end in pairs(rng, snap, 2):
        found = meeting.since(snap, ALL, role, start, end)
        assert found == meeting.since(snap, ALL, role, start, end)
        texts = [
            *(found.headline, found.statuses_sentence, found.courses_sentence),
            *(found.people_sentence, found.people_concentration, found.milestones_sentence),
            *(move.sentence for move in (*found.statuses, *found.toward, *found.away)),
            *(told.text for told in found.explanations.values()),
        ]
        for text in texts:
            assert not text or text.endswith((".", ".)")), text
            assert not text or text[0].isupper() or not text[0].isalpha(), text
            assert "  " not in text and "None" not in text and "nan" not in text.split(), text
            plural = r"\b(one|1) (additional )?(companies|organisations|countries|milestones)\b"
            assert not re.search(plural, text, re.IGNORECASE), text


def test_too_few_are_not_explained(given: Given) -> None:
    rng, snap = given
    for kpi in snap.plan.kpis:
        for start, end in pairs(rng, snap, 3):
            told = meeting.explained(snap, kpi, start, end)
            counts = [
                readings.reading(snap, kpi, ALL, "executive", day, None).n for day in (start, end)
            ]
            if kpi.aggregate == "ratio" and min(n or 0 for n in counts) < kpi.minimum_n:
                assert told.explanation is None and not told.steps, (kpi.id, start, end)


# People, milestones, dates ------------------------------------------------------------------


@pytest.fixture(scope="module")
def coming_and_going(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """Four join in Africa and one in Europe; one leaves, one is certified, one lapses."""
    joined = [organisation(f"new-{i}", "CHE" if i == 5 else "KEN") for i in range(1, 6)]
    return made(
        tmp_path_factory.mktemp("people"),
        {
            "organisations": [
                *joined,
                *(organisation(name) for name in ("goes", "passes", "lapses", "stays")),
                organisation("state", "NGA", "government"),
            ],
            "memberships": [
                *(spell(row["org_id"], "2021-03-01") for row in joined),
                spell("goes", end="2021-03-01"),
                *(spell(name) for name in ("passes", "lapses", "stays", "state")),
            ],
            "certifications": [
                certificate("passes", "2021-02-01"),
                certificate("lapses", "2020-02-01", "2021-02-01"),
                certificate("stays", "2020-02-01"),
                certificate("goes", "2020-02-01"),
            ],
            "meetings": [
                {"date": "2021-06-16", "kind": "board", "title": "Board"},
                {"date": "2021-11-24", "kind": "board", "title": "Board"},
                {"date": "2021-11-25", "kind": "general_assembly", "title": "Assembly"},
                {"date": "2021-11-30", "kind": "working_group", "title": "Group"},
            ],
            "milestones": [
                {"milestone_id": "a", "goal": "1", "due_on": "2021-06-30", "done_on": "2021-06-30"},
                {"milestone_id": "b", "goal": "2", "due_on": "2020-06-30", "done_on": "2021-06-30"},
                {"milestone_id": "c", "goal": "3", "due_on": "2021-12-30"},
                {"milestone_id": "d", "goal": "3", "due_on": "2021-12-31"},
                {"milestone_id": "e", "goal": "4", "due_on": "2020-06-30", "done_on": "2020-06-30"},
            ],
        },
    )


def test_who_came_and_went_is_told_by_name(coming_and_going: Snapshot) -> None:
    found = meeting.since(coming_and_going, ALL, "guest", START, END, ())
    told = {what: [p.entity for p in found.people if p.what == what] for what in movements.WHATS}
    assert told == {
        "joined": [f"new-{i}" for i in range(1, 6)],
        "left": ["goes"],
        "certified": ["passes"],
        "lapsed": ["lapses"],
    }
    assert found.people[0].name == "Name of new-1"
    assert found.people_sentence == (
        "Five organisations joined and one left, "
        "one company was certified and one lost its certificate."
    )
    assert found.people_concentration == "Four of the five that joined are in Africa."


def test_people_outside_the_selection_are_not_told(coming_and_going: Snapshot) -> None:
    europe = meeting.since(coming_and_going, Selection(("Europe",)), "board", START, END, ())
    assert [person.entity for person in europe.people] == ["new-5"]
    states = meeting.since(
        coming_and_going, Selection((), ("government",)), "board", START, END, ()
    )
    assert states.people == ()
    assert states.people_sentence.startswith("Nobody joined or left")


def test_names_are_withheld_from_a_role_that_the_kpi_does_not_admit(
    coming_and_going: Snapshot,
) -> None:
    plan = coming_and_going.plan
    kpis = tuple(dataclasses.replace(kpi, rows_for="board") for kpi in plan.kpis)
    strict = dataclasses.replace(
        coming_and_going, planned=dataclasses.replace(plan, kpis=kpis, goals=plan.goals)
    )
    assert between(strict, "guest", START, END) == ()
    assert between(strict, "board", START, END)
    # Whoever counted, names are for those only whom the KPI admits.
    counted = movements.turnover(strict, ALL, "board", START, END)
    assert movements.persons(strict, ALL, "guest", START, END, counted) == ()


def test_milestones_are_met_late_or_missed_in_between_only(coming_and_going: Snapshot) -> None:
    found = meeting.since(coming_and_going, ALL, "board", START, END, ())
    told = [(standing.milestone.id, standing.state) for standing in found.milestones]
    assert told == [("b", "done late"), ("a", "done"), ("c", "overdue")]
    assert found.milestones_sentence == (
        "Two milestones were met, one of them late, and one became overdue."
    )
    assert found.headline.endswith("one milestone became overdue.")
    later = meeting.since(coming_and_going, ALL, "board", dt.date(2021, 7, 31), AUTUMN, ())
    assert later.milestones == ()
    assert later.milestones_sentence == "No milestone was met or became overdue."


def test_an_assembly_the_day_after_a_board_meeting_is_the_same_occasion(
    coming_and_going: Snapshot,
) -> None:
    assert meeting.last_two(coming_and_going) == (dt.date(2021, 6, 16), dt.date(2021, 11, 25))
    assert meeting.last_two(coming_and_going, AUTUMN) == (START, dt.date(2021, 6, 16))
    assert meeting.last_two(coming_and_going, SPRING) == (START, SPRING)


def test_dates_in_the_wrong_order_are_refused(coming_and_going: Snapshot) -> None:
    for start, end in ((END, START), (END, END)):
        with pytest.raises(Refusal, match="is not before"):
            meeting.since(coming_and_going, ALL, "executive", start, end)
    with pytest.raises(Refusal, match="no reporting date"):
        meeting.since(coming_and_going, ALL, "executive", dt.date(2021, 1, 1), END)


def test_the_sum_of_new_companies_is_said_with_where_most_of_them_are(
    coming_and_going: Snapshot,
) -> None:
    kpi = coming_and_going.plan.kpi("company_members")
    told = meeting.explained(coming_and_going, kpi, START, END)
    assert told.by == "region"
    assert told.text == (
        "Company members: 8, up from 4. Africa +3, Europe +1. "
        "Three of the four additional companies are in Africa."
    )
    assert [(step.label, step.amount) for step in told.steps] == [
        ("31 December 2020", 4),
        ("Africa", 3),
        ("Europe", 1),
        ("31 December 2021", 8),
    ]
    by_entity = meeting.explained(coming_and_going, kpi, START, END, by="entity")
    assert by_entity.sentence == "Company members: 8, up from 4. Five entered and one left."
    assert by_entity.labels["goes"] == "Name of goes"


def test_single_entries_are_refused_to_a_role_that_may_not_see_them(
    coming_and_going: Snapshot,
) -> None:
    kpi = coming_and_going.plan.kpi("retention")
    assert "entity" not in meeting.ways(kpi, "guest")
    with pytest.raises(Refusal):
        meeting.explained(coming_and_going, kpi, START, END, ALL, "guest", by="entity")


def test_an_export_that_is_absent_leaves_people_unknown(tmp_path: Path) -> None:
    write(tmp_path, {})
    (tmp_path / "exports" / "memberships.csv").unlink()
    snap = snapshot.in_memory(Sources(tmp_path / "exports", tmp_path / "plan"))
    found = meeting.since(snap, ALL, "board", START, END)
    assert found.people_sentence == "Who came and went is not known: no memberships.csv."
    assert "organisation" not in found.headline
    assert found.explanations["company_members"].text == "Company members: awaiting data."


# Sentences ----------------------------------------------------------------------------------


def move(verdict: moves.Verdict) -> StatusMove:
    return StatusMove("a", "A", "on_track", "some_delay", verdict, "1, up from 0")


@pytest.mark.parametrize(
    ("better", "worse", "other", "text"),
    [
        (0, 0, 0, "No status moved."),
        (1, 0, 0, "One KPI moved to a better status."),
        (2, 0, 0, "Two KPIs moved to a better status."),
        (0, 1, 0, "One KPI moved to a worse status."),
        (0, 3, 0, "Three KPIs moved to a worse status."),
        (1, 1, 0, "One KPI moved to a better status and one to a worse one."),
        (13, 2, 0, "13 KPIs moved to a better status and two to a worse one."),
        (
            0,
            0,
            1,
            "No KPI moved to a better or worse status; one has a status that cannot be compared.",
        ),
        (
            1,
            0,
            2,
            "One KPI moved to a better status; two have statuses that cannot be compared.",
        ),
    ],
)
def test_moved_statuses_are_counted_in_a_sentence(
    better: int, worse: int, other: int, text: str
) -> None:
    moved = [move("better")] * better + [move("worse")] * worse + [move("other")] * other
    assert moves.statuses_sentence(moved) == text


def course(title: str, share: float) -> Course:
    return Course("a", title, 0.5, share, share - 0.5, 0.1, "text")


@pytest.mark.parametrize(
    ("toward", "away", "text"),
    [
        ([], [], "No KPI moved toward the plan or away from it."),
        ([course("Retention", 0.6)], [], "Most toward the plan: retention."),
        ([], [course("Retention", 0.4)], "Most away from the plan: retention."),
        (
            [course("Affiliates", 0.6)],
            [course("Retention", 1.2)],
            "Most toward the plan: affiliates; "
            "most away from the plan: retention, though still ahead of it.",
        ),
    ],
)
def test_the_kpis_that_moved_most_are_named(
    toward: list[Course], away: list[Course], text: str
) -> None:
    assert moves.courses_sentence(toward, away) == text


def counted(**counts: int) -> Turnover:
    return Turnover({(what, "Africa"): n for what, n in counts.items()})  # type: ignore[misc]


@pytest.mark.parametrize(
    ("counts", "text"),
    [
        ({}, "Nobody joined or left, and no company was certified or lost its certificate."),
        ({"joined": 1}, "One organisation joined and none left."),
        ({"left": 2}, "Two organisations left."),
        ({"joined": 5, "left": 1}, "Five organisations joined and one left."),
        ({"certified": 1}, "One company was certified."),
        ({"lapsed": 1}, "One company lost its certificate."),
        ({"lapsed": 2}, "Two companies lost their certificates."),
        (
            {"left": 1, "certified": 2, "lapsed": 1},
            "One organisation left, two companies were certified and one lost its certificate.",
        ),
    ],
)
def test_people_are_counted_in_a_sentence(counts: dict[str, int], text: str) -> None:
    assert people.sentence(counted(**counts)) == text


@pytest.mark.parametrize(
    ("regions", "text"),
    [
        (["Africa"] * 2, ""),
        (["Africa", "Africa", "Europe", "Europe"], ""),
        (["Africa"] * 7 + ["Europe"] * 2, "Seven of the nine that joined are in Africa."),
        (["Middle East"] * 3, "All three that joined are in the Middle East."),
        (["Not specified"] * 3, "All three that joined are of no specified region."),
    ],
)
def test_concentration_is_said_where_enough_joined(regions: list[str], text: str) -> None:
    joined = Turnover({("joined", region): n for region, n in Counter(regions).items()})
    assert people.concentration(joined) == text


def explanation(kpi: str, start: float, *parts: tuple[str | None, float]) -> Explanation:
    """A change by `sum`, or, of shares, by `rate`."""
    change = sum(amount for _, amount in parts)
    effect = "rate" if kpi in ("retention", "months_to_certification") else "sum"
    told = tuple(Part(group, effect, amount) for group, amount in parts)
    return Explanation(kpi, START, END, start, start + change, change, (), told)


@pytest.mark.parametrize(
    ("kpi", "by", "parts", "text"),
    [
        (
            "company_members",
            "region",
            [("Africa", 7), ("Europe", 2)],
            "Seven of the nine additional companies are in Africa.",
        ),
        (
            "company_members",
            "region",
            [("Middle East", -3), ("Europe", -1)],
            "Three of the four companies that are no longer counted are in the Middle East.",
        ),
        ("company_members", "region", [("Africa", 2)], ""),
        ("company_members", "region", [("Africa", 2), ("Europe", 2)], ""),
        ("company_members", "region", [("Africa", 3), ("Europe", -3)], ""),
        (
            "company_members",
            "region",
            [("Africa", 5), ("Europe", -2)],
            "Without the contribution of Africa the number would have fallen by two.",
        ),
        (
            "media_mentions",
            "category",
            [("positive", 37), ("negative", 3)],
            "37 of the 40 additional mentions are in the category “positive”.",
        ),
        (
            "website_visits",
            "region",
            [("Africa", 12_000), ("Not specified", 100)],
            "12,000 of the 12,100 additional visits are in Africa.",
        ),
        (
            "website_visits",
            "region",
            [("Africa", 1), ("Not specified", 100)],
            "100 of the 101 additional visits are in no specified region.",
        ),
        (
            "retention",
            "pillar",
            [("company", 0.03), ("government", 0.01)],
            "3 of the 4 points come from the pillar “companies”.",
        ),
        (
            "retention",
            "region",
            [("Africa", -0.03), ("Europe", 0.01)],
            "Without the contribution of Africa the share would have risen by 1 point.",
        ),
        (
            "months_to_certification",
            "region",
            [("Africa", 2.0), ("Europe", -1.0)],
            "Without the contribution of Africa the average would have fallen by 1 month.",
        ),
        ("retention", "region", [("Africa", 0.0001)], ""),
    ],
)
def test_concentration_of_a_change_is_said_where_it_has_a_centre(
    coming_and_going: Snapshot, kpi: str, by: str, parts: list[tuple[str, float]], text: str
) -> None:
    found = explanation(kpi, 10, *parts)
    plan = coming_and_going.plan
    assert sentences.concentration(coming_and_going, plan.kpi(kpi), by, found, ALL) == text


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        ([("Africa", 1)], "Africa +1."),
        ([("Africa", 1), ("Europe", -3)], "Europe −3, Africa +1."),
        ([("A", 4), ("B", 3), ("C", 2), ("D", 1)], "A +4, B +3, C +2, D +1."),
        ([("A", 5), ("B", 4), ("C", 3), ("D", 2), ("E", 1)], "A +5, B +4, C +3, all others +3."),
        ([("A", 5), ("B", 4), ("C", 3), ("D", 1), ("E", -1)], "A +5, B +4, C +3."),
    ],
)
def test_the_greatest_parts_are_named_and_the_others_added_up(
    plan: Plan, parts: list[tuple[str, float]], text: str
) -> None:
    kpi = plan.kpi("company_members")
    labels: dict[str | None, str] = {group: group for group, _ in parts}
    assert sentences.because(plan, kpi, "region", explanation(kpi.id, 10, *parts), labels) == text


def test_rates_and_weights_are_told_apart(plan: Plan) -> None:
    kpi = plan.kpi("retention")
    parts = (Part("Africa", "rate", 0.03), Part("Africa", "mix", -0.01), Part("E", "rate", 0.0001))
    found = Explanation(kpi.id, START, END, 0.5, 0.5201, 0.0201, (), parts)
    assert sentences.because(plan, kpi, "region", found, {"Africa": "Africa", "E": "E"}) == (
        "Africa +2 pts. The rates of the regions account for +3 pts, their weights for −1 pt."
    )


@pytest.mark.parametrize(
    ("gained", "lost", "text", "where"),
    [
        (["KEN"], [], "New: KEN.", ""),
        ([], ["CHE", "NOR"], "No longer: CHE and NOR.", ""),
        (["KEN"], ["CHE"], "New: KEN. No longer: CHE.", ""),
        (
            ["CHE", "KEN", "NGA"],
            [],
            "New: CHE, KEN and NGA.",
            "Two of the three new countries are in Africa.",
        ),
        (
            ["A", "B", "C", "D", "E", "F", "G"],
            [],
            "New: A, B, C, D, E and two more.",
            "",
        ),
    ],
)
def test_countries_gained_and_lost_are_named(
    coming_and_going: Snapshot, gained: list[str], lost: list[str], text: str, where: str
) -> None:
    plan = coming_and_going.plan
    # The names of countries are what the plan calls them.
    coded = {code: (code, region) for code, (_, region) in plan.countries.items()}
    plan = dataclasses.replace(plan, countries=coded)
    parts = [Part(code, "gained", 1) for code in gained] + [Part(c, "lost", -1) for c in lost]
    change = len(gained) - len(lost)
    found = Explanation("countries_represented", START, END, 9, 9 + change, change, (), (*parts,))
    kpi = plan.kpi("countries_represented")
    assert sentences.because(plan, kpi, "country", found, {}) == text
    assert sentences._where_countries(plan, found, ALL) == where


@pytest.mark.parametrize(
    ("by", "group", "label", "inside"),
    [
        ("region", "Africa", "Africa", "in Africa"),
        ("region", "Middle East", "Middle East", "in the Middle East"),
        ("region", "Not specified", "Not specified", "in no specified region"),
        ("pillar", "civil_society", "Civil society", "in the pillar “civil society”"),
        (
            "category",
            "personnel_misconduct",
            "Personnel misconduct",
            "in the category “personnel misconduct”",
        ),
        ("category", None, "No category", "in no category"),
        ("country", "XXX", "XXX", "in XXX"),
    ],
)
def test_groups_are_called_by_words(
    plan: Plan, by: str, group: str | None, label: str, inside: str
) -> None:
    assert names.label(plan, by, group) == label
    assert names.inside(plan, by, group) == inside


def test_the_sample_says_what_moved_since_the_board_met(sample: Snapshot) -> None:
    start, end = meeting.last_two(sample)
    assert (start, end) == (dt.date(2022, 9, 15), dt.date(2022, 12, 7))
    found = meeting.since(sample, ALL, "board", start, end)
    assert found.headline.startswith("Since the board meeting of 15 September 2022, ")
    assert found.statuses and found.toward and found.away and found.people
    shares = [abs(course.move) for course in found.toward]
    assert shares == sorted(shares, reverse=True)
    for told in (*found.statuses, *found.toward, *found.away):
        # The words of a move hold the value, to the decimals that its change needs.
        kpi = sample.plan.kpi(told.kpi)
        reading = next(r for r in found.after if r.kpi == kpi.id)
        before = next(r for r in found.before if r.kpi == kpi.id)
        assert told.text.startswith(wording.moved(kpi, reading, before))
