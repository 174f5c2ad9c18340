"""The doctor says what is wrong or odd in words, with a remedy and the rows."""

from __future__ import annotations

import csv
import datetime as dt
import io
import itertools
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from scorecard import contract, doctor, snapshot
from scorecard.__main__ import main
from scorecard.doctor import awaited, jumps, quarantine, registers
from scorecard.doctor.diagnosis import Ailment, Diagnosis
from scorecard.snapshot import Snapshot, Sources
from tests import small_set
from tests.small_set import Row

Tables = Mapping[str, Sequence[Row]]


def _org(key: str, name: str, country: str = "CHE") -> Row:
    return {"org_id": key, "name": name, "pillar": "company", "country": country}


def _member(org: str, start: str = "2020-01-01", end: str = "") -> Row:
    return {"org_id": org, "start_on": start, "end_on": end, "category": "member"}


ORGANISATIONS = tuple(_org(f"O{i}", f"Org {i}") for i in range(10))


@pytest.fixture
def make(tmp_path: Path):  # type: ignore[no-untyped-def]
    made = 0

    def build(tables: Tables, data_date: str = "2021-12-31", without: str = "") -> Snapshot:
        nonlocal made
        made += 1
        place = tmp_path / str(made)
        small_set.write(place, {"organisations": ORGANISATIONS, **tables}, data_date)
        if without:
            (place / "exports" / f"{without}.csv").unlink()
        return snapshot.in_memory(Sources(place / "exports", place / "plan"))

    return build


def _of(found: Diagnosis, kind: str) -> list[Ailment]:
    return [ailment for ailment in found.ailments if ailment.kind == kind]


def test_findings_are_grouped_with_words_remedy_and_places(make) -> None:  # type: ignore[no-untyped-def]
    rows = [_member(f"O{i}", "2021-01-01", "2020-12-01") for i in range(3)]
    found = doctor.examine(make({"memberships": [*rows, _member("O9"), _member("X")]}), None)
    (early,) = _of(found, "range")
    assert early.words == (
        "3 rows of memberships.csv have end_on before start_on. "
        "They are set aside and counted nowhere."
    )
    assert "swap the dates" in early.remedy
    assert [(w.file, w.line, w.column, w.value) for w in early.rows] == [
        ("memberships.csv", line, "end_on", "2020-12-01") for line in (2, 3, 4)
    ]
    (lost,) = _of(found, "reference")
    assert (lost.count, lost.rows[0].line, lost.rows[0].value) == (1, 6, "X")
    assert found.ailments[0] is early and found.has_errors


def test_a_missing_export_comes_first_and_says_what_it_blinds(make) -> None:  # type: ignore[no-untyped-def]
    rows = {"memberships": [_member("X")]}
    found = doctor.examine(make(rows, without="complaints"), None)
    gone = next(a for a in found.ailments if a.kind == "missing_file")
    assert "complaints.csv has not arrived" in gone.words and "2 KPIs" in gone.words
    assert "Head of Monitoring" in gone.remedy
    (late,) = [line for line in found.awaited if line.export == "complaints"]
    assert late.blinds == ("complaints_received", "complaints_resolved_on_time")
    assert (late.ages, late.newest, late.late_since) == ((), None, None)


def test_every_rule_has_its_own_words(make) -> None:  # type: ignore[no-untyped-def]
    small = make({
        "organisations": [_org("A", ""), _org("B", "b", "XXX"), _org("C", "c", "ch"),
                          {**_org("D", "d"), "pillar": "firm"}, *ORGANISATIONS],
        "memberships": [_member("O1"), _member("O1", "2020-06-01"), _member("O2"), _member("O2")],
        "complaints": [{"complaint_id": "C", "received_on": "2022-05-05"}],
        "certifications": [{"org_id": "O1", "certified_on": "2021-02-02",
                            "expires_on": "2021-02-02"}],
        "training_attendance": [{"participants": "0"}],
    })  # fmt: skip
    found = doctor.examine(small, None)
    kinds = {ailment.kind for ailment in found.ailments}
    assert kinds >= {
        "required", "type", "enum", "range", "unknown_country", "unique", "overlap",
        "after_data_date",
    }  # fmt: skip
    for ailment in found.ailments:
        assert ailment.title and ailment.remedy.endswith((".", "?")), ailment
        assert ailment.words.endswith(".") and "  " not in ailment.words, ailment


def test_organisations_that_vanished_or_changed_their_id_are_told_apart(make) -> None:  # type: ignore[no-untyped-def]
    before = make({})
    after = make({"organisations": [*ORGANISATIONS[2:], _org("N1", "ORG  1"), _org("N2", "New")]})
    found = doctor.examine(after, before)
    (lost,), (moved,) = _of(found, "vanished"), _of(found, "renumbered")
    assert (lost.count, lost.rows[0].value) == (1, "O0 Org 0")
    assert (moved.count, moved.rows[0].value) == (1, "O1 Org 1 is now N1")


def test_an_organisation_set_aside_has_not_vanished(make) -> None:  # type: ignore[no-untyped-def]
    broken = [*ORGANISATIONS[1:], {**ORGANISATIONS[0], "pillar": "firm"}]
    assert not _of(doctor.examine(make({"organisations": broken}), make({})), "vanished")


@pytest.mark.parametrize(("left", "is_reported"), [(8, False), (7, True)])
def test_a_count_that_falls_by_more_than_a_fifth_is_reported(  # type: ignore[no-untyped-def]
    make, left: int, is_reported: bool
) -> None:
    before = make({"memberships": [_member(f"O{i}") for i in range(10)]})
    after = make({"memberships": [_member(f"O{i}") for i in range(left)]})
    titles = [ailment.title for ailment in _of(doctor.examine(after, before), "fell")]
    for what in ("Rows of memberships.csv", "Company members"):
        assert any(title.startswith(what) for title in titles) == is_reported, titles
    # The KPI has said it.
    assert not any(title.startswith("Members, companies") for title in titles)


def test_names_that_differ_in_case_accents_and_legal_form_are_duplicates(make) -> None:  # type: ignore[no-untyped-def]
    same = [
        "Sécurité Ægir S.A.",
        "The Securite-Aegir",
        "SECURITE  AEGIR",
        "securite-ægir sa",
        "Securite Aegir, Ltd.",
    ]
    found = doctor.examine(make({"organisations": [
        *(_org(f"S{i}", name) for i, name in enumerate(same)),
        _org("T", "Securite Aegir", "NOR"), _org("U", "SA"), _org("V", "AG"),
        _org("W", "Group E"), _org("Y", "Group V"),
    ]}), None)  # fmt: skip
    (twice,) = _of(found, "duplicate")
    assert [(w.line, w.value) for w in twice.rows] == [
        (2 + i, f"S{i} {name}") for i, name in enumerate(same)
    ]


def test_a_value_out_of_its_own_range_is_a_jump() -> None:
    varied = list(itertools.accumulate([1.0, 2.0, 3.0] * 4))
    assert jumps.own_range(varied) == (2 - 6, 2 + 6)
    assert jumps.own_range([1.0] * 11 + [4.0]) == (0, 3)
    assert jumps.own_range([1.0] * 9) is None


def test_a_kpi_that_would_jump_is_reported_and_a_steady_one_is_not(make) -> None:  # type: ignore[no-untyped-def]
    organisations = [_org(f"O{i}", f"Org {i}") for i in range(60)]
    starts = [f"{2021 + i // 12}-{i % 12 + 1:02}-05" for i in range(24)]
    steady = [_member(f"O{i}", start) for i, start in enumerate(starts)]
    flood = [_member(f"O{i}", "2022-12-20") for i in range(30, 60)]

    def members(rows: Sequence[Row], data_date: str) -> Snapshot:
        tables = {"organisations": organisations, "memberships": rows}
        made = make(tables, data_date)
        assert isinstance(made, Snapshot)
        return made

    before = members(steady, "2022-11-30")
    quiet = doctor.examine(members(steady, "2022-12-31"), before)
    loud = doctor.examine(members([*steady, *flood], "2022-12-31"), before)
    titles = [[ailment.title for ailment in _of(found, "jump")] for found in (quiet, loud)]
    assert "Company members would jump" in titles[1]
    assert "Company members would jump" not in titles[0]
    restated = members([*steady, *(_member(f"O{i}", "2022-06-06") for i in range(30, 60))],
                       "2022-11-30")  # fmt: skip
    (words,) = [a.words for a in _of(doctor.examine(restated, before), "jump")
                if a.title == "Company members would jump"]  # fmt: skip
    assert "at 30 November 2022 was 23 and would be 53" in words


def test_an_export_without_anything_as_new_as_its_frequency_is_awaited(make) -> None:  # type: ignore[no-untyped-def]
    tables = {
        "web_traffic": [{"month": "2021-10", "visits": "5", "downloads": "1"}],
        "media_mentions": [{"mention_id": "M", "published_on": "2021-12-01"}],
        "events": [{"event_id": "E", "held_on": "2020-03-01"}, {"event_id": "F",
                    "held_on": "2022-03-01"}],
        "event_attendance": [{"event_id": "E", "participants": "1"}],
    }  # fmt: skip
    lines = {line.export: line for line in awaited.awaited(make(tables), None)}
    web = lines["web_traffic"]
    assert (web.newest, web.late_since) == (dt.date(2021, 10, 31), dt.date(2021, 11, 30))
    assert (web.owner, web.ages, web.blinds) == (
        "Head of Communications", ("website_visits",), (),
    )  # fmt: skip
    assert "media_mentions" not in lines
    assert lines["events"].newest == lines["event_attendance"].newest == dt.date(2020, 3, 1)
    later = awaited.awaited(make(tables), None, dt.date(2022, 3, 2))
    assert "media_mentions" in {line.export for line in later}
    assert "events" not in {line.export for line in later}


def test_an_absent_export_is_as_old_as_it_was_last_known(make) -> None:  # type: ignore[no-untyped-def]
    tables = {"complaints": [{"complaint_id": "C", "received_on": "2021-03-31"}]}
    (line, *_) = awaited.awaited(make(tables, without="complaints"), make(tables))
    assert (line.export, line.newest) == ("complaints", dt.date(2021, 3, 31))
    assert line.late_since == dt.date(2021, 9, 30)


def test_every_export_has_an_owner_and_a_frequency_that_is_known() -> None:
    for file in contract.load().exports:
        assert file.owner, file.name
        assert file.frequency is None or file.frequency in awaited.MONTHS, file.name
        assert file.frequency is None or file.dated_by, file.name


def test_quarantined_rows_come_back_equal_when_they_are_sent_again(
    make, tmp_path: Path  # type: ignore[no-untyped-def]
) -> None:  # fmt: skip
    odd = {"org_id": "A", "name": '=1+1, "so"\nto say', "pillar": "firm", "country": "CHE"}
    content = quarantine.to_correct(
        make({"organisations": [odd, *ORGANISATIONS]}).cursor(), contract.load()["organisations"]
    )
    assert content is not None
    assert list(csv.DictReader(io.StringIO(content.decode(), newline=""))) == [odd]
    assert quarantine.to_correct(make({}).cursor(), contract.load()["organisations"]) is None


def test_lines_that_could_not_be_split_are_kept_and_an_open_quote_swallows_none(
    tmp_path: Path,
) -> None:
    small_set.write(tmp_path, {})
    path = tmp_path / "exports" / "organisations.csv"
    path.write_text('org_id,name,pillar,country\nA,a,company\n\nB,"b,company,CHE\nC,,company,CHE\n')
    made = snapshot.in_memory(Sources(tmp_path / "exports", tmp_path / "plan"))
    content = quarantine.to_correct(made.cursor(), contract.load()["organisations"])
    assert content is not None
    rows = list(csv.reader(io.StringIO(content.decode(), newline="")))
    assert rows[1:] == [["A", "a", "company"], ['B,"b,company,CHE'], ["C", "", "company", "CHE"]]


def _ask(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = main(words)
    return code, capsys.readouterr().out


def test_the_commands_print_what_was_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small_set.write(tmp_path / "old", {"organisations": ORGANISATIONS})
    members = [_member("O1"), _member("O2", "2020-01-01", "2019-01-01")]
    folders = small_set.write(
        tmp_path / "new", {"organisations": ORGANISATIONS[:5], "memberships": members}
    )
    against = ("--against", str(tmp_path / "old"))
    code, text = _ask(capsys, "doctor", *folders, *against, "--format", "json",
                      "--out", str(tmp_path / "out"))  # fmt: skip
    found = json.loads(text)
    assert code == 1 and {"vanished", "range", "fell"} <= {a["kind"] for a in found["ailments"]}
    assert (tmp_path / "out" / "memberships.csv").read_text().splitlines()[1].startswith("O2,")
    code, text = _ask(capsys, "doctor", *folders, *against)
    assert code == 1 and "5 organisations of the current figures are no longer" in text
    code, text = _ask(capsys, "effect", *folders, *against, "--format", "json")
    effects = {found["kpi"]: found for found in json.loads(text)["effects"]}
    assert code == 0 and effects["company_members"]["parts"] == {"late": 1}
    code, text = _ask(capsys, "effect", *folders, *against)
    assert code == 0 and "Company members: 0 → 1" in text
    assert main(["effect", *folders, "--against", "nowhere"]) == 2
    assert main(["doctor", *folders, "--out", str(tmp_path / "new" / "exports")]) == 2


def test_exports_that_cannot_be_computed_are_examined_all_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folders = small_set.write(tmp_path, {"memberships": [_member("X")]})
    (tmp_path / "plan" / "regions.csv").unlink()
    code, text = _ask(capsys, "doctor", *folders, "--format", "json")
    found = json.loads(text)
    assert code == 1 and found["problem"].startswith("regions.csv is absent")
    assert found["ailments"][0]["kind"] == "missing_file"


def test_the_register_of_organisations_is_the_one_of_the_contract() -> None:
    names = {f.name for f in contract.load()[registers.REGISTER].fields}
    assert {"org_id", "name", "country"} <= names
