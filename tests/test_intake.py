"""Intake as a whole: the command, its limits, its questions, and files that nobody would write."""

from __future__ import annotations

import contextlib
import io
import json
import random
import resource
import shutil
import string
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from messy_generator import make

from scorecard import contract
from scorecard.__main__ import main
from scorecard.intake import Answer, Report, body, load, read_answers, take
from scorecard.intake import mapping as mapping_module
from scorecard.intake.mapping import Told
from scorecard.refusal import Refusal

SPELLINGS = load()
SAMPLE = contract.ROOT / "data" / "exports"
HEAD = "org_id,category,start_on,end_on,end_reason\n"
ROW = "C1,member,2019-09-02,,\n"


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def taken(tmp_path: Path, files: dict[str, str | bytes], *answers: Answer) -> Report:
    return take(write(tmp_path / "in", files), tmp_path / "out", SPELLINGS, answers)


def ask(*words: str) -> tuple[int, Any, str]:
    printed, said = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(said):
        code = main(["intake", *words, "--format", "json"])
    text = printed.getvalue()
    return code, json.loads(text) if text else None, said.getvalue()


def zipped(entries: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_canonical_exports_come_out_byte_for_byte(tmp_path: Path) -> None:
    report = take(SAMPLE, tmp_path / "out", SPELLINGS)
    for path in [*SAMPLE.glob("*.csv"), *SAMPLE.glob("*.txt")]:
        assert (tmp_path / "out" / path.name).read_bytes() == path.read_bytes(), path.name
    assert not report.questions and not any(file.done for file in report.files)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_sample_made_messy_comes_back_equal(tmp_path: Path, seed: int) -> None:
    from test_intake_round_trip import differences

    messy = make(random.Random(seed), SAMPLE, tmp_path)
    report = take(messy.source, tmp_path / "out", SPELLINGS)
    asked = {export for export, _ in messy.asked}
    assert {t.export for t in report.files for q in report.questions if q.file == t.file} == asked
    assert not list(differences(SAMPLE, tmp_path / "out", asked))


def test_the_command_prints_the_report_and_ends_with_1_where_a_question_is_open(
    tmp_path: Path,
) -> None:
    source = write(
        tmp_path / "in",
        {"memberships.csv": HEAD.replace("end_on", "zzz") + ROW, "organisations.csv": "x"},
    )
    words = ["--from", str(source), "--out", str(tmp_path / "out")]
    code, answer, _ = ask(*words)
    assert code == 1
    assert set(answer) == {"files", "questions", "findings"}
    assert [set(q) for q in answer["questions"]] == [{"file", "column", "question", "choices"}]
    assert set(answer["files"][0]) == {"file", "export", "encoding", "delimiter", "rows", "done"}
    assert not (tmp_path / "out" / "memberships.csv").exists()
    answers = tmp_path / "answers.toml"
    answers.write_text('[[answers]]\ncolumn = "zzz"\nanswer = "end_on"\n', encoding="utf-8")
    code, answer, _ = ask(*words, "--answers", str(answers))
    assert (code, answer["questions"]) == (0, [])
    assert (tmp_path / "out" / "memberships.csv").read_text(encoding="utf-8") == HEAD + ROW


def test_the_command_prints_for_people_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = write(tmp_path / "in", {"members.csv": HEAD.replace(",", ";") + ROW.replace(",", ";")})
    assert main(["intake", "--from", str(source), "--out", str(tmp_path / "out")]) == 0
    assert "members.csv -> memberships, 1 row" in capsys.readouterr().out


@pytest.mark.parametrize("what", ["absent", "file", "inside"])
def test_what_cannot_be_taken_in_is_refused(tmp_path: Path, what: str) -> None:
    source = write(tmp_path / "in", {"a.txt": "x"})
    out = source / "out" if what == "inside" else tmp_path / "out"
    source = {"absent": tmp_path / "no", "file": source / "a.txt", "inside": source}[what]
    code, _, said = ask("--from", str(source), "--out", str(out))
    assert code == 2 and said.startswith("scorecard intake: ")


def test_a_match_of_a_header_is_learned_and_used_from_then_on(tmp_path: Path) -> None:
    header = 'Bis "wann"\\ \x7f'
    told = [Told("memberships", header, "end_on"), Told("memberships", "Farbe", "")]
    head = HEAD.replace("end_on", '"' + header.replace('"', '""') + '"').strip() + ",Farbe\n"
    source = write(tmp_path / "in", {"memberships.csv": head + ROW.strip() + ",x\n"})
    report = take(source, tmp_path / "out", load().with_headers(told))
    assert not report.questions
    assert (tmp_path / "out" / "memberships.csv").read_text(encoding="utf-8") == HEAD + ROW


@pytest.mark.parametrize("text", ["[[answers]]\n", "answers = 1", "\0", "[[answers]]\nanswer"])
def test_answers_that_are_none_are_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "answers.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Refusal):
        read_answers(path)


def test_an_export_from_before_that_was_not_written_now_is_said(tmp_path: Path) -> None:
    write(tmp_path / "out", {"events.csv": "old"})
    report = taken(tmp_path, {"memberships.csv": HEAD + ROW})
    assert [(f.file, f.rule) for f in report.findings] == [("events.csv", "stale_file")]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        (b"2022-12-31\n", b"2022-12-31\n"),
        (b" 2022-12-31", b" 2022-12-31"),
        (b"31.12.2022\r\n", b"2022-12-31\n"),
        ("31. Dezember 2022".encode("utf-16"), b"2022-12-31\n"),
        (b"31/12/2022", b"2022-12-31\n"),
        (b"some day", b"some day"),
        (b"01/02/2022", None),
    ],
)
def test_the_date_of_the_export_is_turned_or_asked(
    tmp_path: Path, text: bytes, written: bytes | None
) -> None:
    report = taken(tmp_path, {"exported_on.txt": text})
    path = tmp_path / "out" / "exported_on.txt"
    assert (path.read_bytes() if path.exists() else None) == written
    assert bool(report.questions) == (written is None)


def test_of_two_dates_of_the_export_a_person_chooses(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"exported_on.txt": "2022-12-31", "export date.txt": "1.1.2023"}
    report = taken(tmp_path, files)
    assert [q.choices for q in report.questions] == [("2022-12-31", "2023-01-01")]
    assert not taken(tmp_path, files, Answer("2023-01-01")).questions
    assert (tmp_path / "out" / "exported_on.txt").read_text(encoding="utf-8") == "2023-01-01\n"


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    bomb = zipped(
        {"organisations.csv": b"0" * (60 << 20), "memberships.csv": (HEAD + ROW).encode()}
    )
    path = tmp_path / "exports.zip"
    path.write_bytes(bomb)
    report = take(path, tmp_path / "out", SPELLINGS)
    assert [f.rule for f in report.findings] == ["archive"]
    assert [f.export for f in report.files] == ["memberships"]


def test_a_workbook_that_is_a_bomb_is_refused(tmp_path: Path) -> None:
    bomb = zipped({"xl/worksheets/sheet1.xml": b" " * (60 << 20)})
    report = taken(tmp_path, {"memberships.xlsx": bomb})
    assert [f.rule for f in report.findings] == ["unreadable"]


def test_a_thousand_columns_are_read(tmp_path: Path) -> None:
    names = [f"extra{i}" for i in range(995)]
    head = HEAD.strip() + "," + ",".join(names) + "\n"
    rows = "".join(ROW.strip().replace("C1", f"C{n}") + ",x" * 995 + "\n" for n in range(200))
    report = taken(tmp_path, {"memberships.csv": head + rows})
    assert [file.rows for file in report.files] == [200]
    assert sum(f.rule == "extra_column" for f in report.findings) == 995


def test_a_file_of_200_megabytes_takes_little_memory(tmp_path: Path) -> None:
    line = "N{0:07d};31.12.2021;Daily of somewhere;Schweiz;en;positiv;https://press.example/{0}\n"
    source = tmp_path / "in"
    source.mkdir()
    with (source / "media_mentions.csv").open("w", encoding="cp1252") as out:
        out.write("ID;Date;Media;Pays;Langue;Ton;Lien\n")
        for start in range(0, 2_500_000, 10_000):
            out.write("".join(map(line.format, range(start, start + 10_000))))
    assert (source / "media_mentions.csv").stat().st_size > 200_000_000
    report = take(source, tmp_path / "out", SPELLINGS)
    assert [file.rows for file in report.files] == [2_500_000] and not report.findings
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 2_000_000  # kilobytes
    shutil.rmtree(tmp_path / "out")


def test_no_word_of_the_mapping_means_two_things() -> None:
    words = [word for all_ in SPELLINGS.toml["words"].values() for word in set(all_)]
    assert len(words) == len(set(words))
    assert mapping_module.HOME.is_file()


@pytest.mark.parametrize("file", contract.load().exports, ids=lambda file: file.name)
def test_the_titles_of_the_contract_are_known_as_headers(tmp_path: Path, file: Any) -> None:
    titles = ";".join(f.title.replace(";", ",") for f in file.fields)
    report = taken(tmp_path, {f"{file.name}.csv": titles + "\n"})
    assert not report.questions
    header = (tmp_path / "out" / f"{file.name}.csv").read_text(encoding="utf-8").strip()
    assert header == ",".join(f.name for f in file.fields)


CELLS = st.one_of(
    st.sampled_from(
        ["", " ", "C1", "member", "membre", "2019-09-02", "02.09.2019", "31/12/2019", "Total", "x",
         '"', 'a"b', '"open', "1'234", "\x00", "\ufeff", "é", "NON", "=1+1", "\r", "\n", "a\nb"]
    ),
    st.text(alphabet=string.printable + "é\u00a0\ufeff\x00\x85\u2028", max_size=8),
)  # fmt: skip
FUZZ = settings(
    max_examples=60, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)  # fmt: skip


def accounts(report: Report, out: Path) -> None:
    """Rows written are the rows that the report counts, as the contract would count them."""
    from scorecard.intake.records import read

    for export in {file.export for file in report.files}:
        path = out / f"{export}.csv"
        if not path.is_file():
            assert report.questions or report.findings
            continue
        with path.open(encoding="utf-8", newline="") as text:
            found = [r for r in read(text, ",", lambda _: True) if r.fields]
        assert len(found) - 1 == sum(f.rows for f in report.files if f.export == export)


@FUZZ
@given(
    rows=st.lists(st.lists(CELLS, max_size=7), max_size=8),
    delimiter=st.sampled_from(",;\t|"),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1252"]),
)
def test_any_cells_are_taken_and_accounted_for(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], delimiter: str, end: str,
    encoding: str,
) -> None:  # fmt: skip
    folder = tmp_path_factory.mktemp("fuzz")
    head = delimiter.join(HEAD.strip().split(","))
    text = end.join([head, *(delimiter.join(row) for row in rows)])
    raw = text.encode(encoding, errors="replace")
    report = take(write(folder / "in", {"memberships.csv": raw}), folder / "out", SPELLINGS)
    accounts(report, folder / "out")


@FUZZ
@given(
    raw=st.binary(max_size=300), name=st.sampled_from(["memberships.csv", "a.csv", "events.xlsx"])
)
def test_any_bytes_are_taken_or_reported(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes, name: str
) -> None:
    folder = tmp_path_factory.mktemp("fuzz")
    report = take(write(folder / "in", {name: raw}), folder / "out", SPELLINGS)
    assert report.files or report.findings
    accounts(report, folder / "out")


FOUND = sorted((Path(__file__).parent / "fuzz" / "corpus").iterdir())
# As tests/fuzz/read_exports.py names them by the first byte.
NAMES = ("memberships.csv", "organisations.csv", "web_traffic.csv", "nameless.txt", "events.xlsx")


@pytest.mark.parametrize("part", range(8))
def test_what_fuzzing_found_is_taken_and_accounted_for(tmp_path: Path, part: int) -> None:
    for place, path in enumerate(FOUND[part::8]):
        raw = path.read_bytes()
        if raw:
            source = write(tmp_path / f"in{place}", {NAMES[raw[0] % len(NAMES)]: raw[1:]})
            report = take(source, tmp_path / f"out{place}", SPELLINGS)
            accounts(report, tmp_path / f"out{place}")


@pytest.mark.parametrize("size", [4, 7, 64])
def test_a_survey_does_not_depend_on_the_pieces_in_which_a_file_is_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, size: int
) -> None:
    paths = sorted((Path(__file__).parent / "messy").glob("*.csv"))
    amid = tmp_path / "amid.csv"
    amid.write_text("a;b\nc;d\n\ufeffe;f\n", encoding="utf-8")
    for path in [amid, *(path for path in paths if path.stat().st_size < 20_000)]:
        for delimiter in ";,":
            whole = body._survey(path, delimiter)
            with monkeypatch.context() as patch:
                patch.setattr(body, "PIECE", size)
                parts = body._survey(path, delimiter)
            assert _plain(parts) == _plain(whole), path.name
            if parts and whole:  # More blanks than there are cost time and no more.
                assert set(parts.blanks) >= set(whole.blanks)


def _plain(survey: Any) -> Any:
    return survey and {
        name: value.tolist() if hasattr(value, "tolist") else value
        for name, value in vars(survey).items()
        if name != "blanks"
    }


def test_a_zip_within_a_zip_is_unpacked_and_no_deeper_than_anybody_packs(tmp_path: Path) -> None:
    inner = zipped({"Adhésions 2021.csv": (HEAD + ROW).encode()})
    path = tmp_path / "exports.zip"
    path.write_bytes(zipped({"a/inner.zip": inner, "broken.zip": b"PK\x05\x06"}))
    report = take(path, tmp_path / "out", SPELLINGS)
    assert [(f.file, f.export) for f in report.files] == [
        ("a/inner.zip/Adhésions 2021.csv", "memberships")
    ]
    assert report.findings
    for _ in range(3):
        inner = zipped({"inner.zip": inner})
    path.write_bytes(inner)
    report = take(path, tmp_path / "deep", SPELLINGS)
    assert not report.files
    assert [f.rule for f in report.findings] == ["archive"]


def test_names_that_an_archive_wrote_as_utf_8_without_saying_so_are_read(tmp_path: Path) -> None:
    name = "Événements.csv"
    # A stand-in of the same length, so that nothing else in the archive moves.
    stand_in = "x" * len(name.encode())
    raw = zipped({stand_in: b"event_id,title,kind,held_on,country\nV1,A,panel,2020-01-02,\n"})
    path = tmp_path / "exports.zip"
    path.write_bytes(raw.replace(stand_in.encode(), name.encode()))
    assert [f.file for f in take(path, tmp_path / "out", SPELLINGS).files] == [name]


def test_na_among_names_is_asked_about_and_the_answer_holds(tmp_path: Path) -> None:
    head = "complaint_id,received_on,country,org_id,alleges_violation,closed_on\n"
    files: dict[str, str | bytes] = {
        "complaints.csv": f"{head}P1,2020-01-05,Kenya,,true,\nP2,2020-01-06,NA,,true,\n"
    }
    (question,) = taken(tmp_path, files).questions
    for choice, code in zip(question.choices, ("NAM", ""), strict=True):
        assert not taken(tmp_path, files, Answer(choice)).questions
        text = (tmp_path / "out" / "complaints.csv").read_text(encoding="utf-8")
        assert f"P2,2020-01-06,{code},,true,\n" in text
