"""Whatever arrives: a clear finding or message, never a traceback, and the rest still shows."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from small_set import ask, write

from scorecard import catalogue, checks, exports

KPIS = catalogue.load()
SOUND: dict[str, list[dict[str, str]]] = {
    "organisations": [{"org_id": "A", "country": "KEN"}, {"org_id": "B", "country": "CHE"}],
    "memberships": [
        {"org_id": org, "category": "member", "start_on": "2019-01-01"} for org in "AB"
    ],
    "media_mentions": [{"mention_id": f"N{i}", "published_on": "2021-06-01"} for i in range(12)],
    "web_traffic": [{"month": "2021-06", "country": "CHE", "visits": "40"}],
    "targets": [{"kpi": "company_members", "date": "2021-01-01", "value": "2"}],
}
Spoil = Callable[[Path], None]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Only files with rows, as each that is read costs its time."""
    folder = tmp_path_factory.mktemp("sound") / "set"
    write(folder, SOUND)
    for path in folder.glob("*/*.csv"):
        if path.stem not in SOUND and path.stem != "regions":
            path.unlink()
    return folder


@pytest.fixture(autouse=True)
def no_store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("SCORECARD_SNAPSHOTS", str(tmp_path / "snapshots"))
    yield


def given(sound: Path, tmp_path: Path, spoil: Spoil) -> list[str]:
    folder = tmp_path / "set"
    shutil.copytree(sound, folder)
    spoil(folder)
    return ["--exports", str(folder / "exports"), "--plan", str(folder / "plan")]


def text(name: str, content: str | bytes) -> Spoil:
    raw = content.encode() if isinstance(content, str) else content

    def spoil(folder: Path) -> None:
        (folder / name).write_bytes(raw)

    return spoil


def edit(name: str, change: Callable[[str], str]) -> Spoil:
    def spoil(folder: Path) -> None:
        path = folder / name
        path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")

    return spoil


def folder_instead(name: str) -> Spoil:
    def spoil(folder: Path) -> None:
        (folder / name).unlink()
        (folder / name).mkdir()

    return spoil


def loop_instead(name: str) -> Spoil:
    """A file that cannot be opened, not even by one who may read everything."""

    def spoil(folder: Path) -> None:
        (folder / name).unlink()
        (folder / name).symlink_to(folder / name)

    return spoil


def memory_instead(name: str) -> Spoil:
    """A file that opens, and fails to be read."""

    def spoil(folder: Path) -> None:
        (folder / name).unlink()
        (folder / name).symlink_to("/proc/self/mem")

    return spoil


MENTIONS, MEMBERS = "media_mentions", "company_members"
FILE = "exports/media_mentions.csv"
HEAD = "mention_id,published_on,outlet,country,language,tone,url"
ROW = "N1,2021-06-01,Daily,CHE,en,positive,"
# What is done to the mentions; findings (rule, line, column) of that file; then mentions taken in,
# none where the export counts as absent.
CASES: dict[str, tuple[Spoil, list[tuple[str, int | None, str | None]], int | None]] = {
    "zero bytes": (
        text(FILE, ""),
        [
            ("missing_column", 1, c)
            for c in ["mention_id", "published_on", "outlet", "country", "language", "tone", "url"]
        ],
        None,
    ),
    "a header only": (text(FILE, HEAD + "\n"), [], 0),
    "a header without line end": (text(FILE, HEAD), [], 0),
    "a missing column that is required": (
        edit(FILE, lambda t: t.replace("tone", "mood", 1)),
        [("missing_column", 1, "tone"), ("extra_column", 1, "mood")],
        None,
    ),
    "a missing column that is not": (
        edit(FILE, lambda t: t.replace(",url", ",link", 1)),
        [("missing_column", 1, "url"), ("extra_column", 1, "link")],
        12,
    ),
    "swapped columns": (
        text(FILE, "tone,country,published_on,mention_id,language,outlet\n"
             "positive,CHE,2021-06-01,N1,en,Daily\n"),
        [("missing_column", 1, "url")],
        1,
    ),
    "values that stand in each other's column": (
        text(FILE, f"{HEAD}\nN1,CHE,Daily,2021-06-01,en,positive,\n{ROW}\n"),
        [("type", 2, "published_on"), ("type", 2, "country")],
        1,
    ),
    "quoted line breaks": (
        text(FILE, f'{HEAD}\nN0,2021-06-01,"The\nDaily\n\nNews",CHE,en,positive,\n'
             "N2,2021-06-31,x,CHE,en,positive,\n"),
        [("type", 6, "published_on")],
        1,
    ),
    "an unclosed quote": (
        text(FILE, f'{HEAD}\nN0,2021-06-01,"The Daily,CHE,en,positive,\n{ROW}\n'),
        [("structure", 2, None)],
        1,
    ),
    "not UTF-8": (
        text(FILE, f"{HEAD}\n{ROW}é\n".encode("latin-1")), [("encoding", None, None)], None,
    ),
    "UTF-16": (text(FILE, f"{HEAD}\n{ROW}\n".encode("utf-16")), [("encoding", None, None)], None),
    "a byte order mark": (text(FILE, f"\ufeff{HEAD}\n{ROW}\n"), [], 1),
    "NUL bytes": (text(FILE, f"{HEAD}\nN\0,2021-06-01,Daily,CHE,en,positive,\n{ROW}\n"), [], 2),
    "line ends of Windows": (text(FILE, f"{HEAD}\r\n{ROW}\r\n\r\n"), [], 1),
    "lone carriage returns for line ends": (
        text(FILE, f"{HEAD}\r{ROW}\rN2,x,Daily,CHE,en,positive,\r"),
        [("type", 3, "published_on")],
        1,
    ),
    "a thousand columns": (
        text(FILE, HEAD + "".join(f",more{i}" for i in range(993)) + f"\n{ROW}" + "," * 993 + "\n"),
        [("extra_column", 1, f"more{i}") for i in range(993)],
        1,
    ),
    "the same column twice": (
        text(FILE, f"{HEAD},tone\n{ROW},negative\n"), [("extra_column", 1, "tone")], 1,
    ),
    "blank lines": (text(FILE, f"{HEAD}\n\n  \n{ROW}\n\nN2,,x,CHE,en,positive,\n"),
                    [("required", 6, "published_on")], 1),
    "fields too few and too many": (
        text(FILE, f"{HEAD}\nN0,2021-06-01\n{ROW},more\n{ROW}\n"),
        [("structure", 2, None), ("structure", 3, None)],
        1,
    ),
    "semicolons for commas": (
        text(FILE, f"{HEAD}\n{ROW}\n".replace(",", ";")),
        [("extra_column", 1, HEAD.replace(",", ";"))]
        + [("missing_column", 1, c) for c in HEAD.split(",")],
        None,
    ),
    "formulas and markup": (
        text(FILE, f'{HEAD}\n=1+1,2021-06-01,<script>,CHE,"a,""b""",positive,\n{ROW}\n'), [], 2,
    ),
    "absent": (lambda folder: (folder / FILE).unlink(), [("missing_file", None, None)], None),
    "a folder of that name": (folder_instead(FILE), [("missing_file", None, None)], None),
    "a link to itself": (loop_instead(FILE), [("missing_file", None, None)], None),
    "unreadable": (memory_instead(FILE), [("missing_file", None, None)], None),
}  # fmt: skip


def reading(answer: Any, kpi: str) -> dict[str, Any]:
    found: dict[str, Any] = next(r for r in answer["readings"] if r["kpi"] == kpi)
    return found


@pytest.mark.parametrize("name", CASES)
def test_a_bad_file_gives_findings_and_the_rest_is_taken_in(
    sound: Path, tmp_path: Path, name: str
) -> None:
    spoil, stated, counted = CASES[name]
    folders = given(sound, tmp_path, spoil)
    with duckdb.connect(":memory:") as con:
        exports.take_in(con, Path(folders[1]), Path(folders[3]), KPIS)
        found = [f for f in checks.findings(con) if f["export"] == MENTIONS]
        places = [(f["rule"], f["line"], f["column"]) for f in found]
        assert sorted(map(str, places)) == sorted(map(str, stated))
        assert all(f["message"] for f in found)
        ledger = con.execute("select export, present, accepted from ledger").fetchall()
    counts = {export: accepted if present else None for export, present, accepted in ledger}
    assert counts[MENTIONS] == counted
    assert counts["memberships"] == 2


@pytest.mark.parametrize("name", ["zero bytes", "UTF-16", "absent", "unreadable", "blank lines"])
def test_check_and_show_end_as_they_say_for_a_bad_file(
    sound: Path, tmp_path: Path, name: str
) -> None:
    spoil, stated, counted = CASES[name]
    folders = given(sound, tmp_path, spoil)
    code, answer, said = ask(folders, "check")
    assert code == int(any(f["severity"] == "error" for f in answer["findings"]))
    found = {f["rule"] for f in answer["findings"] if f["export"] == MENTIONS}
    assert found == {rule for rule, *_ in stated}
    code, answer, more = ask(folders, "show")
    assert code == 0 and reading(answer, MEMBERS)["value"] == 2
    assert reading(answer, MENTIONS)["value"] == counted
    assert "Traceback" not in said + more


def test_an_empty_folder_lacks_every_file_and_nothing_can_be_computed(tmp_path: Path) -> None:
    folders = ["--exports", str(tmp_path), "--plan", str(tmp_path)]
    code, answer, _ = ask(folders, "check")
    missing = {f["export"]: f["severity"] for f in answer["findings"]}
    assert code == 1 and len(missing) == 26
    assert {name for name, how in missing.items() if how == "error"} == {"plan.toml", "regions"}
    for command in (["show"], ["reconcile"], ["series", "--kpi", MEMBERS]):
        code, answer, said = ask(folders, *command)
        assert (code, answer) == (2, None)
        assert "plan.toml" in said and "Traceback" not in said


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    code, answer, said = ask(["--exports", str(tmp_path / "nowhere")], "show")
    assert (code, answer) == (2, None) and "nowhere" in said


def test_a_plan_alone_shows_that_it_awaits_data(sound: Path, tmp_path: Path) -> None:
    def spoil(folder: Path) -> None:
        for path in (folder / "exports").glob("*.csv"):
            path.unlink()

    code, answer, _ = ask(given(sound, tmp_path, spoil), "show")
    assert code == 0
    assert {r["status"] for r in answer["readings"]} == {"awaiting_data", "monitor"}
    assert {r["value"] for r in answer["readings"]} == {None}


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ("", "name|goals|starts_on"),
        ("name = ", "TOML"),
        ('name = "x"\nstarts_on = "2020-01-01"\nends_on = 2021-01-01\ngoals = []', "starts_on"),
        ('name = "x"\nstarts_on = 2020-01-01\nends_on = 2021-01-01\ngoals = 3', "understood|goals"),
        (b"name = '\xff'", "UTF-8"),
    ],
)
def test_a_plan_that_cannot_be_understood_is_an_error_that_says_why(
    sound: Path, tmp_path: Path, content: str | bytes, word: str
) -> None:
    folders = given(sound, tmp_path, text("plan/plan.toml", content))
    code, answer, _ = ask(folders, "check")
    found = [f for f in answer["findings"] if f["export"] == "plan.toml"]
    assert code == 1 and [f["rule"] for f in found] == ["missing_file"]
    assert any(w in found[0]["message"] for w in word.split("|"))
    code, answer, said = ask(folders, "show")
    assert (code, answer) == (2, None) and "plan.toml" in said


def test_columns_of_yes_and_no_stay_text(sound: Path, tmp_path: Path) -> None:
    """As in a country column whose two-letter codes happen to be Norway and Yemen."""
    head = "engagement_id,held_on,organisation,stakeholder_type,country,stage\n"
    rows = "NO,2021-06-01,NO,client,CHE,joined\nYES,2021-06-01,YES,client,CHE,joined\n"
    folders = given(sound, tmp_path, text("exports/engagements.csv", head + rows))
    _, answer, _ = ask(folders, "facts", "--kpi", "stakeholders_engaged")
    assert [fact["entity"] for fact in answer["facts"]] == ["NO#CHE", "YES#CHE"]
    shutil.rmtree(tmp_path / "set")
    rows = rows.replace("CHE", "NO")
    folders = given(sound, tmp_path, text("exports/engagements.csv", head + rows))
    _, answer, _ = ask(folders, "check")
    found = [f for f in answer["findings"] if f["export"] == "engagements"]
    assert [(f["line"], f["column"], f["value"]) for f in found] == [
        (2, "country", "NO"), (3, "country", "NO"),
    ]  # fmt: skip


def test_an_unknown_kpi_in_the_targets_is_a_finding_that_names_it(
    sound: Path, tmp_path: Path
) -> None:
    row = "compny_members,,2021-01-01,2,plan\n"
    folders = given(sound, tmp_path, edit("plan/targets.csv", lambda t: t + row))
    code, answer, _ = ask(folders, "check")
    found = [f for f in answer["findings"] if f["export"] == "targets"]
    assert code == 1
    assert [(f["line"], f["rule"], f["value"]) for f in found] == [(3, "reference", row[:14])]
    _, shown, _ = ask(folders, "show")
    assert reading(shown, MEMBERS)["target"] == 2


def test_of_files_that_differ_in_case_only_the_exact_name_counts(
    sound: Path, tmp_path: Path
) -> None:
    def spoil(folder: Path) -> None:
        (folder / "exports" / "Media_Mentions.csv").write_text(f"{HEAD}\n{ROW}\n")

    folders = given(sound, tmp_path, spoil)
    assert reading(ask(folders, "show")[1], MENTIONS)["value"] == 12
    (tmp_path / "set" / FILE).unlink()
    _, answer, _ = ask(folders, "check")
    assert [f["rule"] for f in answer["findings"] if f["export"] == MENTIONS] == ["missing_file"]


@pytest.mark.parametrize("quoted", [False, True], ids=["plain", "with a quoted line break"])
def test_a_large_file_is_checked_in_seconds_to_its_last_line(
    sound: Path, tmp_path: Path, quoted: bool
) -> None:
    size = 100_000_000 if not quoted else 20_000_000
    block = "".join(
        f"%07d{i:03d},2021-06-01,Daily News of the Coast,CHE,en,positive,https://example.org/{i}\n"
        for i in range(1000)
    )
    blocks = size // len(block)
    with (tmp_path / "big.csv").open("w", encoding="utf-8") as out:
        out.write(HEAD + "\n" + ('Q,2021-06-01,"a\nb",CHE,en,positive,\n' if quoted else ""))
        for number in range(blocks):
            out.write(block.replace("%07d", f"{number:07d}"))
        out.write("BAD,2021-06-31,Daily,CHE,en,positive,\n")
    folders = given(sound, tmp_path, lambda f: shutil.move(tmp_path / "big.csv", f / FILE) and None)
    started = time.perf_counter()
    code, answer, _ = ask(folders, "check")
    assert time.perf_counter() - started < 20
    line = 1 + blocks * 1000 + 1 + 2 * quoted
    found = [f for f in answer["findings"] if f["export"] == MENTIONS]
    assert code == 1
    assert [(f["line"], f["rule"], f["value"]) for f in found] == [(line, "type", "2021-06-31")]
    counts = next(e for e in answer["exports"] if e["export"] == MENTIONS)
    assert counts["accepted"] == blocks * 1000 + quoted and counts["quarantined"] == 1


@pytest.mark.parametrize(
    ("words", "nearest"),
    [
        (["series", "--kpi", "compny_members"], "company_members"),
        (["show", "--region", "Afrika"], "Africa"),
        (["show", "--pillar", "companies"], "company"),
        (["show", "--as-of", "2021-06-29"], "2021-06-30"),
        (["breakdown", "--kpi", "media_tone", "--by", "pillar"], "region"),
        (["explain", "--kpi", "media_tone", "--by", "category", "--from", "2021-06-30",
          "--to", "2021-12-31"], "country|region"),
    ],
)  # fmt: skip
def test_a_wrong_question_is_answered_with_the_nearest_right_one(
    sound: Path, tmp_path: Path, words: list[str], nearest: str
) -> None:
    code, answer, said = ask(given(sound, tmp_path, lambda folder: None), *words)
    assert (code, answer) == (2, None)
    assert any(word in said for word in nearest.split("|")) and "Traceback" not in said


def test_the_command_ends_as_it_says_and_prints_json_only(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "scorecard", "check", "--format", "json"]
    found = subprocess.run(
        [*words, *write(tmp_path / "set", SOUND)],
        cwd=Path(__file__).resolve().parent.parent, env=os.environ, capture_output=True, text=True,
    )  # fmt: skip
    assert found.returncode == 0 and json.loads(found.stdout)["findings"] == []
    assert found.stderr == ""
