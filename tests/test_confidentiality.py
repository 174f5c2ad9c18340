"""What a role may see of confidential KPIs, and that nothing hidden can be reckoned back."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from small_set import ask, write

from scorecard import publication, snapshot
from scorecard.confidentiality import hidden_of
from scorecard.suppression import Cell, by_rule

# A row of cells, `name=count` or `name=numerator/count`, and the groups that the rule hides of it:
# none at all, some, or `whole`.
ROWS = [
    ("A=0 B=0", ""),
    ("A=5 B=9 C=0", ""),
    ("A=5/9 B=1/5 C=0", ""),
    # One to four, with the smallest other, until ten are hidden together.
    ("A=1 B=9 C=20", "A B"),
    ("A=4 B=9 C=20", "A B"),
    ("A=4 B=5 C=6 D=20", "A B C"),
    ("A=4 B=6 C=7", "A B"),
    ("A=3 B=6 C=7", "A B C"),
    ("A=1 B=2 C=3 D=4", "A B C D"),
    ("A=1 B=2 C=3 D=3", "whole"),
    ("A=1 B=2 C=3 D=3 E=9", "A B C D E"),
    ("A=4 B=4 C=4", "A B C"),
    ("A=4 B=4 C=4 D=50", "A B C"),
    # Nothing is left to hide a single cell with, and an empty one hides nothing.
    ("A=4 B=0 C=0", "whole"),
    ("A=4", "whole"),
    ("A=3 B=5", "whole"),
    ("A=3 B=7 C=0", "A B"),
    # A rate of 0 or 1 tells on everyone in it, however many they are.
    ("A=20/20 B=9/18 C=10/30", "A B"),
    ("A=0/20 B=9/18 C=10/30", "A B"),
    ("A=0/20 B=18/18 C=10/30", "A B"),
    ("A=5/5 B=1/5 C=3/6", "A B"),
    ("A=7/7", "whole"),
    ("A=1/3 B=2/9 C=10/30", "A B"),
    # Of equals the first name by code points: capitals before small letters before accents.
    ("a=9 B=9 C=1", "B C"),
    ("é=9 z=9 C=1", "C z"),
    ("Middle~East=9 Africa=9 Not~specified=3 Asia=9", "Africa Not~specified"),
    ("10=9 9=9 C=2", "10 C"),
]


# The same, where a hidden figure could be worked out, so that more is hidden than by the rule.
TOLD = [
    # Hidden by the rule: one 6 and the 4, and no others add up to 10 beside the 6 that is shown.
    ("A=6 B=6 C=4", "A C", "A B C"),
    ("A=6 B=6 C=4 D=30", "A C", "A B C"),
    # With B hidden too, 22 in three cells of at most 9 would still be 9, 9 and 4.
    ("A=9 B=9 C=4 D=9", "A C", "A B C D"),
    # Between A and B the rule could have chosen otherwise, so nothing is told.
    ("A=4 B=6 C=6", "A B", "A B"),
    # All hidden rates are 1, or all 0, and the total says so.
    ("A=12/12 B=8/8 C=10/30", "A B", "A B C"),
    ("A=0/12 B=0/8 C=10/30", "A B", "A B C"),
    ("A=12/12 B=8/8 C=10/30 D=10/20", "A B", "A B D"),
    ("A=3/3 B=7/7 C=5/9 D=6/8", "A B", "A B D"),
    # Ten yes and ten no in two cells: neither may be one of few beside so small a third.
    ("A=10/10 B=0/10 C=4/8", "A B", "A B C"),
    ("A=10/10 B=0/10 C=4/30", "A B", "A B"),
    # Where nothing is left to hide, nothing is shown.
    ("A=12/12 B=8/8", "A B", "whole"),
    ("A=0/12 B=0/8 C=0/30", "A B C", "whole"),
]


def row_of(text: str) -> dict[str, Cell]:
    row = {}
    for word in text.split():
        name, _, number = word.replace("~", " ").partition("=")
        top, _, bottom = number.partition("/")
        row[name] = Cell(int(bottom or top), int(top), int(bottom) if bottom else None)
    return row


def stated(text: str) -> frozenset[str] | None:
    if text == "whole":
        return None
    return frozenset(word.replace("~", " ") for word in text.split())


@pytest.mark.parametrize(("text", "hidden"), [*ROWS, *((text, rule) for text, rule, _ in TOLD)])
def test_the_rule_hides_these_groups_of_a_row(text: str, hidden: str) -> None:
    assert by_rule(row_of(text)) == stated(hidden)


@pytest.mark.parametrize(("text", "rule", "hidden"), TOLD)
def test_more_is_hidden_where_a_figure_could_be_worked_out(
    text: str, rule: str, hidden: str
) -> None:
    assert hidden_of(tuple(row_of(text).items()), "amount") == stated(hidden)


@pytest.mark.parametrize(("text", "hidden"), ROWS)
def test_no_more_is_hidden_where_none_could_be(text: str, hidden: str) -> None:
    assert hidden_of(tuple(row_of(text).items()), "amount") == stated(hidden)


@pytest.mark.parametrize("text", [row[0] for row in (*ROWS, *TOLD)])
def test_what_is_hidden_does_not_depend_on_the_order_of_the_row(text: str) -> None:
    cells = tuple(row_of(text).items())
    assert hidden_of(cells[::-1], "amount") == hidden_of(cells, "amount")


CONFIDENTIAL = [
    *("psea_policy", "indicators_met", "open_concerns", "concerns_resolved_on_time"),
    *("complaints_received", "complaints_resolved_on_time"),
]
YEAR_END, OTHER_DAY = "2021-12-31", "2021-11-30"
COUNTRY = {"Africa": "KEN", "Europe": "CHE", "Middle East": "IRQ", "Not specified": ""}
COMPLAINTS = {"Africa": 3, "Europe": 12, "Middle East": 8, "Not specified": 2}
"""Of the year 2021, so many from each region."""


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """Five companies with an assessment each, concerns, and complaints from four regions."""
    place = tmp_path_factory.mktemp("confidential")
    orgs = [f"O{i}" for i in range(5)]
    complaints = [
        {
            "country": COUNTRY[region],
            "received_on": "2021-03-01",
            "closed_on": "2021-03-02" if i % 2 else "",
            "alleges_violation": "true" if i % 3 else "false",
        }
        for region, count in COMPLAINTS.items()
        for i in range(count)
    ]
    tables: Mapping[str, Any] = {
        "organisations": [{"org_id": o, "country": "KEN"} for o in orgs],
        "memberships": [
            {"org_id": o, "category": "member", "start_on": "2019-01-01"} for o in orgs
        ],
        "self_assessments": [
            {"org_id": o, "cycle": "2020", "submitted_on": "2020-01-02"} for o in orgs
        ],
        "self_assessment_answers": [
            {"org_id": o, "cycle": "2020", "section": "Policy", "indicator": "PSEA-1"}
            for o in orgs
        ],
        "concerns": [{"org_id": o, "opened_on": "2021-01-15"} for o in orgs],
        "complaints": complaints,
        "targets": [
            {"kpi": k, "scope": s, "date": d, "value": v, "source": "plan"}
            for k in ("complaints_resolved_on_time", "certified_companies")
            for s in ("", "region=Africa")
            for d, v in (("2020-12-31", "0"), ("2023-12-31", "1"))
        ],
        "published_figures": [
            {"figure": "a", "kpi": "complaints_received", "scope": scope, "as_of": day}
            for scope, day in (
                ("", YEAR_END), ("region=Africa", YEAR_END),
                ("region=Europe", OTHER_DAY), ("category=other", OTHER_DAY),
            )
        ],
    }  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SCORECARD_SNAPSHOTS", str(place / "snapshots"))
        # Opening it anew for each question would take most of the time.
        patch.setattr(snapshot, "open_file", lru_cache(1)(snapshot.open_file))
        given = write(place / "set", tables)
        publication.propose(snapshot.Sources(Path(given[1]), Path(given[3])))
        yield given


# What is refused of each confidential KPI to board and guest (2), and what is answered (0).
QUESTIONS = [
    (2, "facts"),
    (2, f"explain --from {OTHER_DAY} --to {YEAR_END} --by region"),
    (2, f"explain --from {OTHER_DAY} --to {YEAR_END} --by category"),
    (2, f"explain --from {OTHER_DAY} --to {YEAR_END} --by entity"),
    (2, "breakdown --by country"),
    (2, "breakdown --by country --region Africa"),
    (2, "breakdown --by pillar --region Africa"),
    (2, "breakdown --by category --region Africa"),
    (2, "breakdown --by category --pillar company"),
    (2, "series --region Africa --pillar company"),
    (0, "series"),
    (0, "series --region Africa"),
    (0, "series --pillar company"),
    (0, "breakdown --by region"),
    (0, f"breakdown --by region --as-of {OTHER_DAY}"),
    (0, "breakdown --by region --region Africa"),
    (0, "breakdown --by pillar"),
    (0, "breakdown --by category"),
]


def has(kpi: str, question: str) -> bool:
    """Whether the KPI has the dimensions that the question is about."""
    lacks = {"pillar"} if kpi.startswith("complaints") else set()
    if kpi not in (
        "indicators_met", "open_concerns", "concerns_resolved_on_time", "complaints_received",
        "complaints_resolved_on_time",
    ):  # fmt: skip
        lacks.add("category")
    words = question.replace("--", "").split()
    return not lacks & set(words)


ASKED = [
    (code, kpi, question)
    for (code, question), kpi in itertools.product(QUESTIONS, CONFIDENTIAL)
    if has(kpi, question)
]


@pytest.mark.parametrize("role", ["board", "guest"])
@pytest.mark.parametrize(("code", "kpi", "question"), ASKED)
def test_what_is_never_shown_is_refused(
    folders: list[str], role: str, code: int, kpi: str, question: str
) -> None:
    found, answer, said = ask(folders, *question.split(), "--kpi", kpi, "--role", role)
    assert found == code
    assert (answer is None) == (code == 2)
    assert "Traceback" not in said and (code == 0 or kpi in said)


@pytest.mark.parametrize(("code", "kpi", "question"), ASKED)
def test_the_executive_is_refused_nothing(
    folders: list[str], code: int, kpi: str, question: str
) -> None:
    assert ask(folders, *question.split(), "--kpi", kpi)[0] == 0


@pytest.mark.parametrize(
    ("kpi", "role", "code"),
    [
        ("certified_companies", "guest", 0),
        ("certification_rate", "guest", 2),
        ("certification_rate", "board", 0),
        ("open_concerns", "board", 2),
        ("open_concerns", "executive", 0),
    ],
)
def test_rows_by_entity_are_for_the_role_that_the_kpi_names(
    folders: list[str], kpi: str, role: str, code: int
) -> None:
    assert ask(folders, "facts", "--kpi", kpi, "--role", role)[0] == code
    days = ["--from", OTHER_DAY, "--to", YEAR_END]
    words = ["explain", "--kpi", kpi, "--by", "entity", *days, "--role", role]
    assert ask(folders, *words)[0] == code


def values_of(reading: Mapping[str, Any]) -> set[str]:
    """Keys of a reading that say something about the value."""
    about_plan = {"kpi", "goal", "unfiltered", "suppressed", "status"}
    about_plan |= {"baseline", "expected", "target", "target_date"}
    return {key for key, value in reading.items() if key not in about_plan and value is not None}


def test_of_a_suppressed_reading_only_the_plan_stays(folders: list[str]) -> None:
    words = ["show", "--role", "board", "--region", "Africa", "--compare", "2020-12-31"]
    _, answer, _ = ask(folders, *words)
    reading = next(r for r in answer["readings"] if r["kpi"] == "complaints_resolved_on_time")
    assert (reading["suppressed"], reading["status"]) == (True, "suppressed")
    # A year before, nothing had been received, so that nothing was hidden.
    assert values_of(reading) <= {"previous_value"}
    assert (reading["baseline"], reading["target"]) == (0, 1)


def test_other_kpis_still_show_where_a_confidential_one_is_crossed(folders: list[str]) -> None:
    words = ["show", "--role", "guest", "--region", "Africa", "--pillar", "company"]
    code, answer, _ = ask(folders, *words)
    assert code == 0
    for reading in answer["readings"]:
        if reading["kpi"] in CONFIDENTIAL:
            crossed = not reading["kpi"].startswith("complaints")
            assert reading["suppressed"] or not crossed
        else:
            assert not reading["suppressed"]


@pytest.mark.parametrize("role", ["board", "guest"])
def test_away_from_year_ends_not_even_the_names_of_groups_are_given(
    folders: list[str], role: str
) -> None:
    words = ["breakdown", "--kpi", "complaints_received", "--by", "region", "--role", role]
    _, answer, _ = ask(folders, *words, "--as-of", OTHER_DAY)
    assert answer["groups"] == []
    _, answer, _ = ask(folders, *words, "--as-of", YEAR_END)
    assert {g["group"]: g["value"] for g in answer["groups"]} == {
        "Africa": None, "Europe": 12, "Middle East": None, "Not specified": None,
    }  # fmt: skip
    _, answer, _ = ask(folders, "series", *words[1:3], "--region", "Europe", "--role", role)
    shown = {point["date"] for point in answer["points"] if not point["suppressed"]}
    assert shown == {"2020-12-31", YEAR_END}


@pytest.mark.parametrize("role", ["board", "guest"])
def test_reconciliation_shows_the_world_and_no_hidden_region(folders: list[str], role: str) -> None:
    _, answer, _ = ask(folders, "reconcile", "--role", role)
    assert [f["computed"] for f in answer["figures"]] == [25, None, None, 9]
    assert [f["agrees"] is None for f in answer["figures"]] == [False, True, True, False]


@pytest.mark.parametrize("role", ["board", "guest"])
@pytest.mark.parametrize("kpi", ["complaints_received", "complaints_resolved_on_time"])
def test_no_selection_gives_a_hidden_count_back(folders: list[str], role: str, kpi: str) -> None:
    """Asks for every selection of regions, and counts the solutions of all answers together."""
    names = list(COMPLAINTS)
    answers: dict[tuple[str, ...], float] = {}
    for size in range(len(names) + 1):
        for chosen in itertools.combinations(names, size):
            words = [word for name in chosen for word in ("--region", name)]
            _, answer, _ = ask(folders, "series", "--kpi", kpi, *words, "--role", role)
            point = answer["points"][-1]
            assert point["date"] == YEAR_END
            if not point["suppressed"]:
                count = "numerator" if kpi == "complaints_received" else "denominator"
                answers[chosen or tuple(names)] = point[count]
    _, answer, _ = ask(folders, "breakdown", "--kpi", kpi, "--by", "region", "--role", role)
    shown = {g["group"]: g for g in answer["groups"] if not g["suppressed"]}
    assert shown.keys() == {names[0] for names in answers if len(names) == 1}
    solutions = [
        counts
        for counts in itertools.product(range(26), repeat=len(names))
        if all(
            sum(c for n, c in zip(names, counts, strict=True) if n in chosen) == total
            for chosen, total in answers.items()
        )
    ]
    assert tuple(COMPLAINTS.values()) in solutions
    for place, name in enumerate(names):
        assert (len({counts[place] for counts in solutions}) == 1) == (name in shown)
    assert {"Africa", "Not specified"} & shown.keys() == set()
