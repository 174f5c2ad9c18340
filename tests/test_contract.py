"""The contract: what its descriptors state, and what the checks find where data break it."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pytest
from frictionless import Package
from small_set import CONTRACT, FILES, ask, write

from scorecard import catalogue, contract, exports

# Key columns carry a star, required ones an exclamation mark, references an arrow.
EXPORTS = """
organisations: org_id!* name! pillar! country!
memberships: org_id!*>organisations category! start_on!* end_on end_reason
certifications: org_id!*>organisations standard!* certified_on!* expires_on! withdrawn_on
self_assessments: org_id!*>organisations cycle!* opened_on! due_on! submitted_on
self_assessment_answers: org_id!*>self_assessments cycle!*>self_assessments section! indicator!* answer!
missions: mission_id!* kind! country! start_on! end_on!
mission_visits: mission_id!*>missions org_id!*>organisations
concerns: concern_id!* org_id!>organisations category! source! opened_on! closed_on
complaints: complaint_id!* received_on! country org_id>organisations alleges_violation! closed_on
trainings: training_id!* title! topic! mode! held_on!
training_attendance: training_id!*>trainings org_id!*>organisations participants!
engagements: engagement_id!* held_on! organisation! stakeholder_type! country! stage!
events: event_id!* title! kind! held_on! country
event_attendance: event_id!*>events stakeholder_type!* country!* participants!
media_mentions: mention_id!* published_on! outlet! country! language! tone! url
web_traffic: month!* country!* visits! downloads!
code_references: reference_id!* kind! issuer! country! in_force_on! ended_on
board_terms: seat_id!*>board_seats org_id>organisations start_on!* end_on
"""  # noqa: E501
PLAN = """
regions: country!* country_name! region! focus!
board_seats: seat_id!* pillar!
meetings: date!* kind!* title!
targets: kpi!*>kpis scope* date!* value! source!
milestones: milestone_id!* goal! title! due_on! done_on owner!
published_figures: figure!* kpi>kpis scope* as_of!* value! published_on source!* precision note
"""
STAKEHOLDERS = (
    "government company civil_society client donor insurer trade_association "
    "international_organisation academia media other"
)
ENUMS = {
    "organisations.pillar": "company civil_society government other",
    "memberships.category": "applicant transitional member affiliate observer",
    "memberships.end_reason": "progressed withdrawn non_payment no_self_assessment bad_faith other",
    "certifications.standard": "PSC.1 ISO~18788 ISO~28007",
    "self_assessment_answers.answer": "met partly not_met not_applicable",
    "missions.kind": "field_review outreach",
    "concerns.category": "personnel_misconduct management_governance other",
    "concerns.source": "remote_monitoring self_assessment field_review complaint civil_society",
    "trainings.mode": "online in_person",
    "engagements.stakeholder_type": STAKEHOLDERS,
    "engagements.stage": "contacted in_discussion applied joined declined",
    "events.kind": "webinar panel conference general_assembly workshop other",
    "event_attendance.stakeholder_type": STAKEHOLDERS,
    "media_mentions.tone": "positive neutral negative",
    "code_references.kind": "legislation public_procurement client_contract insurance financing "
    "standard",
    "board_seats.pillar": "company civil_society government",
    "meetings.kind": "board general_assembly working_group",
}
RULES = [
    *("missing_file", "encoding", "missing_column", "extra_column", "structure", "required"),
    *("type", "enum", "range", "unknown_country", "reference", "unique", "overlap"),
    "after_data_date",
]
TABLES = [(line, False) for line in EXPORTS.strip().splitlines()]
TABLES += [(line, True) for line in PLAN.strip().splitlines()]


@pytest.mark.parametrize(("stated", "is_plan"), TABLES, ids=lambda v: str(v).split(":")[0])
def test_a_descriptor_states_the_columns_keys_and_references_of_a_file(
    stated: str, is_plan: bool
) -> None:
    name, _, words = stated.partition(": ")
    file = FILES[name]
    refers = {column: r.file for r in file.references for column in r.fields}
    found = [
        field.name
        + "!" * field.required
        + "*" * (field.name in file.key)
        + (f">{refers[field.name]}" if field.name in refers else "")
        for field in file.fields
    ]
    assert found == words.split()
    assert file.is_plan is is_plan


def test_there_are_18_exports_and_6_plan_files_of_csv() -> None:
    assert Counter(file.is_plan for file in CONTRACT) == {False: 18, True: 6}


def test_every_column_of_a_closed_set_lists_its_words() -> None:
    found = {f"{file.name}.{f.name}": list(f.enum) for file in CONTRACT for f in file.fields}
    stated = {name: [w.replace("~", " ") for w in words.split()] for name, words in ENUMS.items()}
    assert {name: words for name, words in found.items() if words} == stated


@pytest.mark.parametrize("path", [contract.EXPORTS, contract.PLAN], ids=["exports", "plan"])
def test_a_descriptor_is_a_data_package_that_other_tools_read(path: Path) -> None:
    descriptor = json.loads(path.read_text(encoding="utf-8"))
    assert list(Package.metadata_validate(descriptor)) == []
    package = Package(str(path))
    for resource in package.resources:
        assert (path.parent / resource.path).is_file()
        assert resource.read_rows(size=1), resource.name


SOUND = {
    "meetings": [{"date": "2021-06-30", "kind": "board"}],
    "board_seats": [{"seat_id": "S1", "pillar": "company"}],
}
# File -> its text; the findings that each line must bring stand in FINDINGS.
BROKEN = {
    "plan/regions.csv": "country,country_name,region,focus\n"
    "CHE,Switzerland,Europe,false\nNOR,Norway,Europe,true\nKEN,Kenya,Africa,true\nno,Norway,X,true\n",
    "plan/targets.csv": "kpi,scope,date,value,source\n"
    "company_members,,2021-01-01,10,plan\n"
    "company_members,,2022-01-01,9,plan\n"
    "company_members,,2023-01-01,10.5,plan\n"
    "retention,,2021-01-01,90,plan\n"
    "open_concerns,,2021-01-01,3,plan\n"
    "company_member,,2021-01-01,3,plan\n"
    "countries_reviewed,pillar=company,2021-01-01,3,plan\n"
    "affiliates,region=Mars,2021-01-01,3,plan\n"
    "affiliats,region=Mars,2021-01-01,3,plan\n",
    "plan/published_figures.csv": "figure,kpi,scope,as_of,value,published_on,source,precision,note"
    "\n"
    "a,nothing,,2021-12-31,1,,report,,\n"
    "b,media_tone,category=positive,2021-12-31,0.5,,report,,\n"
    "c,,,2021-12-31,x,,report,,\n",
    "plan/milestones.csv": "milestone_id,goal,title,due_on,done_on,owner\nM,5,x,2021-01-01,,y\n",
    "exports/organisations.csv": "org_id,name,pillar,country\n"
    "A,Alpha,company,CHE\nB,Beta,company,KEN\nC,Gamma,companies,CHE\n,Delta,company,CHE\n"
    "E,Epsilon,company,USA\nF,Zeta,company,Norway\nG,Eta,company\nH,Theta,company,CHE,x\n"
    "A,Again,company,CHE\nI#1,Iota,company,CHE\n",
    "exports/memberships.csv": "org_id,category,start_on,end_on,end_reason\n"
    "A,member,2019-01-01,2021-01-01,progressed\n"
    "A,affiliate,2020-12-31,,\n"
    "A,affiliate,2021-01-01,,bored\n"
    "C,member,2019-01-01,,\n"
    "B,member,2019-02-29,,\n"
    "B,member,2020-06-01,2020-05-31,\n"
    "B,member,2022-01-01,,\n",
    "exports/certifications.csv": "org_id,standard,certified_on,expires_on,withdrawn_on\n"
    "A,PSC.1,2020-01-01,2020-01-01,\n"
    "A,PSC.1,2020-01-01,2023-01-01,2019-12-31\n"
    "A,PSC.2,2020-01-01,2023-01-01,\n",
    "exports/self_assessments.csv": "org_id,cycle,opened_on,due_on,submitted_on\n"
    "C,2020,2020-07-01,2020-08-31,2020-08-01\n"
    "B,20,2020-07-01,2020-08-31,2020-08-01\n",
    "exports/self_assessment_answers.csv": "org_id,cycle,section,indicator,answer\n"
    "C,2020,Policy,PSEA-1,met\n",
    "exports/training_attendance.csv": "training_id,org_id,participants\nT1,A,0\n",
    "exports/web_traffic.csv": "month,country,visits,downloads,bots\n"
    "2021-13,CHE,1,1,0\n2021-12,CHE,-1,1,0\n2022-01,CHE,1,one,0\n2022-01,KEN,1,1,0\n",
    "exports/complaints.csv": "complaint_id,received_on,country,alleges_violation,closed_on\n"
    "P1,2021-01-01,CHE,yes,\n",
    "exports/concerns.csv": "concern_id,org_id,category,opened_on,closed_on\n"
    "K1,A,other,2021-01-01,\n",
    "exports/events.csv": 'event_id,title,kind,held_on,country\nV1,"Open,panel,2021-01-01,\n'
    "V2,Sound,panel,2021-01-01,\n",
    "exports/board_terms.csv": "seat_id,org_id,start_on,end_on\nS1,A,2020-01-01,2020-06-01\n"
    "S1,A,2020-05-31,\nS1,B,2020-06-01,\nS9,A,2020-06-01,\n",
}  # fmt: skip
FINDINGS = """
regions.csv 3 focus range true warning
regions.csv 5 country type no error
targets.csv 3 value range 9 error
targets.csv 4 value range 10.5 error
targets.csv 5 value range 90 error
targets.csv 6 kpi range open_concerns warning
targets.csv 7 kpi reference company_member error
targets.csv 8 scope reference pillar=company error
targets.csv 9 scope reference region=Mars error
targets.csv 10 kpi reference affiliats error
targets.csv 10 scope reference region=Mars error
published_figures.csv 2 kpi reference nothing error
published_figures.csv 3 scope reference category=positive error
published_figures.csv 4 value type x error
milestones.csv 2 goal range 5 error
organisations.csv 4 pillar enum companies error
organisations.csv 5 org_id required - error
organisations.csv 6 country unknown_country USA error
organisations.csv 7 country type Norway error
organisations.csv 8 - structure - error
organisations.csv 9 - structure - error
organisations.csv 10 org_id unique A error
organisations.csv 11 org_id type I#1 error
memberships.csv 3 start_on overlap 2020-12-31 error
memberships.csv 4 end_reason enum bored error
memberships.csv 5 org_id reference C error
memberships.csv 6 start_on type 2019-02-29 error
memberships.csv 7 end_on range 2020-05-31 error
memberships.csv 8 start_on after_data_date 2022-01-01 warning
certifications.csv 2 expires_on range 2020-01-01 error
certifications.csv 3 withdrawn_on range 2019-12-31 error
certifications.csv 4 standard enum PSC.2 error
self_assessments.csv 2 org_id reference C error
self_assessments.csv 3 cycle type 20 error
self_assessment_answers.csv 2 org_id,~cycle reference C,~2020 error
training_attendance.csv 2 participants range 0 error
web_traffic.csv 1 bots extra_column - warning
web_traffic.csv 2 month type 2021-13 error
web_traffic.csv 3 visits range -1 error
web_traffic.csv 4 downloads type one error
web_traffic.csv 5 month after_data_date 2022-01 warning
complaints.csv 1 org_id missing_column - warning
complaints.csv 2 alleges_violation type yes error
concerns.csv 1 source missing_column - error
events.csv 2 - structure - error
board_terms.csv 3 start_on overlap 2020-05-31 error
board_terms.csv 5 seat_id reference S9 error
media_mentions.csv - - missing_file - warning
"""


def row_of(text: str) -> tuple[str | None, ...]:
    export, *rest = (w.replace("~", " ") for w in text.split())
    return (export.removesuffix(".csv"), *(None if w == "-" else w for w in rest))


EXPECTED = [row_of(line) for line in FINDINGS.strip().splitlines()]


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("broken") / "set"
    folders = write(folder, SOUND)
    for name, text in BROKEN.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "exports" / "media_mentions.csv").unlink()
    return folders


@pytest.fixture(scope="module")
def checked(broken: list[str]) -> dict[str, Any]:
    code, answer, _ = ask(broken, "check")
    assert code == 1
    assert isinstance(answer, dict)
    return answer


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda e: f"{e[3]} in {e[0]} line {e[1]}")
def test_a_broken_rule_is_found_with_its_line_column_rule_and_value(
    checked: dict[str, Any], expected: tuple[str | None, ...]
) -> None:
    export, line, column, rule, value, severity = expected
    here = [
        f
        for f in checked["findings"]
        if (f["export"], f["rule"], f["column"]) == (export, rule, column)
        and f["line"] == (int(line) if line else None)
        and f["severity"] == severity
    ]
    assert len(here) == 1
    if value is not None:
        assert here[0]["value"] == value
    assert here[0]["message"]


def test_nothing_is_found_but_what_is_broken(checked: dict[str, Any]) -> None:
    found = {(f["export"], f["line"], f["column"], f["rule"]) for f in checked["findings"]}
    stated = {(e, int(n) if n else None, c, r) for e, n, c, r, *_ in EXPECTED}
    assert found == stated
    assert len(checked["findings"]) == len(EXPECTED)


def test_every_rule_has_a_broken_example_or_one_among_the_bad_files() -> None:
    elsewhere = {"encoding"}
    assert {expected[3] for expected in EXPECTED} == set(RULES) - elsewhere


def test_findings_stand_in_the_order_of_export_line_and_checks(checked: dict[str, Any]) -> None:
    order = [(f["export"], f["line"] or 0, RULES.index(f["rule"])) for f in checked["findings"]]
    assert order == sorted(order)


def test_rows_are_accepted_or_quarantined_and_nothing_is_lost(checked: dict[str, Any]) -> None:
    counts = {e["export"]: (e["rows"], e["accepted"], e["quarantined"]) for e in checked["exports"]}
    assert counts.keys() >= FILES.keys()
    for rows, accepted, quarantined in counts.values():
        assert rows == accepted + quarantined
    assert counts["organisations"] == (10, 2, 8)
    assert counts["memberships"] == (7, 2, 5)
    assert counts["board_terms"] == (4, 2, 2)
    assert counts["concerns"] == (1, 0, 1)
    assert counts["events"] == (2, 1, 1)
    assert counts["media_mentions"] == (0, 0, 0)


def test_a_row_that_refers_to_a_quarantined_row_is_quarantined_with_it(
    checked: dict[str, Any],
) -> None:
    """C is quarantined for its pillar, so its assessment, so the answer to that."""
    counts = {e["export"]: e["accepted"] for e in checked["exports"]}
    assert counts["self_assessments"] == counts["self_assessment_answers"] == 0


def test_quarantined_rows_are_kept_as_they_were_read(broken: list[str]) -> None:
    with duckdb.connect(":memory:") as con:
        exports.take_in(con, Path(broken[1]), Path(broken[3]), catalogue.load())
        kept = con.execute(
            "select line, cells from quarantine where export = 'organisations' order by line"
        ).fetchall()
        assert [line for line, _ in kept] == [4, 5, 6, 7, 8, 9, 10, 11]
        cells = json.loads(kept[0][1])
        assert cells == {"org_id": "C", "name": "Gamma", "pillar": "companies", "country": "CHE"}
        counts = con.execute(
            "select export, count(*) from quarantine group by 1 order by 1"
        ).fetchall()
        ledger = con.execute(
            "select export, quarantined from ledger where quarantined > 0 order by 1"
        ).fetchall()
        assert counts == ledger


@pytest.mark.parametrize(
    ("stated", "date", "rule"),
    [
        (" 2021-12-31 \n", "2021-12-31", None),
        ("31.12.2021", "2021-06-29", "type"),
        ("", "2021-06-29", "type"),
        (None, "2021-06-29", "missing_file"),
    ],
)
def test_the_data_date_is_the_one_stated_else_the_latest_past_one(
    tmp_path: Path, stated: str | None, date: str, rule: str | None
) -> None:
    folders = write(
        tmp_path / "set",
        {
            "trainings": [{"held_on": "2021-06-29"}, {"held_on": "2999-01-01"}],
            "missions": [{"start_on": "2021-08-01", "end_on": "2021-08-02"}],
        },
    )
    path = tmp_path / "set" / "exports" / "exported_on.txt"
    path.unlink() if stated is None else path.write_text(stated)
    _, answer, _ = ask(folders, "check")
    assert answer["data_date"] == date
    found = [f["rule"] for f in answer["findings"] if f["export"] == "exported_on.txt"]
    assert found == ([rule] if rule else [])
