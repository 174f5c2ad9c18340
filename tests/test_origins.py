"""Rows of exports that intake made are known by the file, sheet and line in which they arrived."""

from __future__ import annotations

import contextlib
import io
import json
import random
import shutil
import zipfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from arrived import Arrived, canonical_rows
from hypothesis import given, settings
from hypothesis import strategies as st
from messy_set import WRONG, messy_set

from scorecard import drafts, files, origins, snapshot
from scorecard.__main__ import main
from scorecard.drafts import Drafts, corrections, keeping
from scorecard.exhibits import arrivals
from scorecard.intake import Report, load, take
from scorecard.intake import runs as runs_module
from scorecard.intake.runs import Runs
from scorecard.origins import Place
from scorecard.snapshot import Sources

SPELLINGS = load()
HEAD = "org_id,name,pillar,country\n"


# Runs ---------------------------------------------------------------------------------------


@st.composite
def _lines(draw: st.DrawFn) -> list[int]:
    """The lines of records, mostly one below the other."""
    steps = draw(st.lists(st.sampled_from([1, 1, 1, 1, 2, 3, 10]), max_size=40))
    return [1 + int(total) for total in np.cumsum(steps)]


def every(runs: Runs) -> list[int]:
    return runs.lines(np.arange(runs.count)).tolist()


@given(_lines())
def test_runs_hold_the_line_of_each_record_and_as_few_runs_as_there_are(lines: list[int]) -> None:
    runs = Runs.of(lines)
    assert every(runs) == lines
    breaks = sum(b - a != 1 for a, b in zip(lines, lines[1:], strict=False))
    assert len(runs.first) == (breaks + 1 if lines else 0)


@given(_lines(), st.data())
def test_runs_without_records_are_those_of_what_is_left(lines: list[int], data: st.DataObject):  # type: ignore[no-untyped-def]
    gone = sorted(data.draw(st.sets(st.sampled_from(range(len(lines)))))) if lines else []
    left = [line for place, line in enumerate(lines) if place not in gone]
    found = Runs.of(lines).without(np.array(gone, np.int64))
    assert every(found) == left == every(Runs.of(left))
    assert len(found.first) == len(Runs.of(left).first)


@given(_lines(), st.data())
def test_runs_with_records_among_them_are_those_of_all(lines: list[int], data: st.DataObject):  # type: ignore[no-untyped-def]
    odd = sorted(data.draw(st.sets(st.sampled_from(range(len(lines)))))) if lines else []
    rest = [line for place, line in enumerate(lines) if place not in odd]
    before = [place - nth for nth, place in enumerate(odd)]
    found = Runs.of(rest).among(
        np.array(before, np.int64), np.array([lines[place] for place in odd], np.int64)
    )
    assert every(found) == lines
    assert len(found.first) == len(Runs.of(lines).first)


_CELL = st.text(st.sampled_from('ab",\n\r '), max_size=6)


@given(st.lists(st.lists(_CELL, min_size=2, max_size=2), max_size=12), st.integers(1, 40))
def test_lines_of_a_canonical_file_are_those_that_the_contract_finds(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], piece: int
) -> None:
    path = tmp_path_factory.mktemp("lines") / "x.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        for row in (["a", "b"], *rows):
            # As DuckDB writes them: Python's writer leaves a lone CR unquoted.
            cells = (f'"{c.replace(chr(34), chr(34) * 2)}"' if c.strip("ab ") else c for c in row)
            out.write(",".join(["k", *cells]) + "\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runs_module, "_PIECE", piece)
        assert [1, *every(runs_module.of_file(path))] == files.begins(path)


# Round trips --------------------------------------------------------------------------------


def misplaced(source: Path, out: Path, report: Report, export: str = "organisations") -> list[str]:
    """Rows of an export, known by their first cell, that do not stand where it is said."""
    rows = canonical_rows(out / f"{export}.csv")
    places = origins.find(out, [(export, line) for line in rows])
    wrong, arrived = [], Arrived(source, report)
    for line, cells in rows.items():
        place = places.get((export, line))
        if place is None or cells[0] not in arrived.record_at(place):
            wrong.append(f"line {line}, {cells}: {place}")
    return wrong


@st.composite
def _messy(draw: st.DrawFn) -> list[tuple[str, str, list[str]]]:
    """Files for one export, as delimiter, encoding and records of text."""
    number = 0
    known: list[str] = []
    found = []
    for _ in range(draw(st.integers(1, 3))):
        sign = draw(st.sampled_from(",;\t"))
        encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
        records = ["Export of the register\n"] * draw(st.integers(0, 2))
        records.append(sign.join(["Identifiant", "Nom", "Pilier", "Pays"]) + "\n")
        kinds = ["row"] * 5 + ["broken", "blank", "ragged", "short", "stray", "header", "again"]
        for kind in draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=25)):
            number += 1
            key, name = f"K{number:05d}", f"Société {number}"
            if kind == "broken":
                lines = draw(st.integers(1, 3))
                name = f'"{name}{sign}' + "\nof Geneva" * lines + '"'
            if kind == "stray":
                name = f'{name} "of" Geneva'
            row = [key, name, "entreprise", "Suisse"]
            if kind == "ragged":
                row += ["one", "too many"]
            if kind == "short":
                row = row[:2]
            text = sign.join(row) + "\n"
            if kind == "blank":
                text = draw(st.sampled_from(["\n", sign * 3 + "\n"]))
            if kind == "header":
                text = records[-1] if records[-1].startswith("Ident") else text
            if kind == "again" and known:
                text = sign.join([known[0], "Société 0", "entreprise", "Suisse"]) + "\n"
            elif kind == "again":
                known.append(key)
                text = sign.join([key, "Société 0", "entreprise", "Suisse"]) + "\n"
            records.append(text)
        if draw(st.booleans()):
            records.append(sign.join(["Total", str(number), "", ""]) + "\n")
        found.append((sign, encoding, records))
    return found


@settings(max_examples=25)
@given(_messy(), st.booleans(), st.booleans())
def test_a_row_is_found_where_its_text_stands_in_what_arrived(
    tmp_path_factory: pytest.TempPathFactory,
    messy: list[tuple[str, str, list[str]]],
    crlf: bool,
    packed: bool,
) -> None:
    folder = tmp_path_factory.mktemp("messy")
    source = folder / "in"
    source.mkdir()
    for number, (_, encoding, records) in enumerate(messy, start=2020):
        text = "".join(records).replace("\n", "\r\n" if crlf else "\n")
        (source / f"Organisations {number}.csv").write_bytes(text.encode(encoding))
    if packed:
        source = zipped(source, folder / "in.zip")
    report = take(source, folder / "out", SPELLINGS)
    assert not report.questions
    if (folder / "out" / "organisations.csv").exists():
        assert not misplaced(source, folder / "out", report)
    shutil.rmtree(folder)


def zipped(folder: Path, target: Path) -> Path:
    with zipfile.ZipFile(target, "w") as archive:
        for path in folder.iterdir():
            archive.write(path, path.name)
    return target


@pytest.mark.parametrize("seed", range(6))
def test_a_row_is_found_in_the_sheet_and_row_of_a_workbook(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    source = tmp_path / "in"
    source.mkdir()
    for year in (2021, 2022):
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.title = rng.choice(["Organisations", "Feuille 1"])
        for _ in range(rng.randrange(3)):
            sheet.append(["Export of the register"])
        sheet.append(["Identifiant", "Nom", "Pilier", "Pays"])
        for number in range(30):
            if rng.random() < 0.2:
                sheet.append([None])
            name = "two\nlines" if rng.random() < 0.2 else f"Société {number}"
            more = ["more"] * (number >= 5 and rng.random() < 0.1)
            key = f"K{number}" if number < 5 else f"K{year}{number}"
            sheet.append([key, name if number >= 5 else "Both", "entreprise", "Suisse", *more])
        sheet.append(["Total", 30])
        book.save(source / f"organisations_{year}.xlsx")
    report = take(source, tmp_path / "out", SPELLINGS)
    assert not report.questions
    assert not misplaced(source, tmp_path / "out", report)
    rows = canonical_rows(tmp_path / "out" / "organisations.csv")
    assert len(rows) == 55, "five stand in both workbooks"


# What the map counts for --------------------------------------------------------------------


def intaken(tmp_path: Path, **texts: str) -> Path:
    source = tmp_path / "in"
    source.mkdir()
    for name, text in texts.items():
        (source / f"{name}.csv").write_text(text, encoding="utf-8")
    take(source, tmp_path / "out", SPELLINGS)
    return tmp_path / "out"


def test_an_export_that_was_changed_since_has_no_places(tmp_path: Path) -> None:
    out = intaken(tmp_path, organisations=f"Register\n\n{HEAD}A,Alpha,company,CHE\n")
    assert origins.find(out, [("organisations", 2)]) == {
        ("organisations", 2): Place("organisations.csv", None, 4, False)
    }
    with (out / "organisations.csv").open("a", encoding="utf-8") as file:
        file.write("B,Beta,company,CHE\n")
    assert origins.find(out, [("organisations", 2)]) == {}
    assert origins.find(out, [("memberships", 2)]) == {}


def test_the_header_and_files_of_the_plan_have_no_place(tmp_path: Path) -> None:
    out = intaken(tmp_path, organisations=f"Register\n{HEAD}A,Alpha,company,CHE\n")
    assert origins.find(out, [("organisations", 1), ("regions", 2), ("plan.toml", 1)]) == {}


def test_what_intake_kept_is_no_arrival_itself(tmp_path: Path) -> None:
    out = intaken(tmp_path, organisations=f"{HEAD}A,Alpha,company,CHE\n")
    assert (out / origins.FOLDER).is_dir()
    report = take(out, tmp_path / "again", SPELLINGS)
    assert [taken.file for taken in report.files] == ["organisations.csv"]
    assert not report.findings


def test_exports_that_intake_wrote_are_known_by_what_they_were_made_of(tmp_path: Path) -> None:
    messy_set(tmp_path)
    source, out = tmp_path / "arrived", tmp_path / "out"
    report = take(source, out, SPELLINGS)
    first = places_by_key(out)
    assert set(first) == {"O1", "O2", "O3", "O4", "O5", "O6"} and not misplaced(source, out, report)
    # As they are; among other lines and rows; and from the folder of exports on the desk.
    take(out, tmp_path / "again", SPELLINGS)
    assert places_by_key(tmp_path / "again") == first
    (out / "organisations_2.csv").write_text(
        f"Late ones\n\n{HEAD}O3,Three,company,CHE\nO7,Seven,company,CHE\n", encoding="utf-8"
    )
    take(out, tmp_path / "more", SPELLINGS)
    later = places_by_key(tmp_path / "more")
    assert later == first | {"O7": Place("organisations_2.csv", None, 5, False)}
    (out / "organisations_2.csv").unlink()
    room = Drafts(tmp_path / "drafts")
    draft = room.begin(room.of("machine", "ada"), "ada", "exports")
    draft = keeping.add_folder(draft, out)
    assert places_by_key(drafts.read(draft, SPELLINGS).exports) == first
    # A better file of that name was made of nothing, also if it is as large.
    draft = keeping.add(draft, "organisations.csv", (out / "organisations.csv").read_bytes())
    found = places_by_key(drafts.read(draft, SPELLINGS).exports)
    assert {place.file for place in found.values()} == {"organisations.csv"}


@settings(max_examples=20)
@given(st.data())
def test_places_hold_through_two_intakes(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("twice")
    names = [f"K{n}" for n in range(12)]
    text = ["Title\n"] * data.draw(st.integers(0, 1)) + [HEAD]
    stood = {}
    for name in names:
        text += ["\n"] * data.draw(st.integers(0, 1))
        stood[name] = sum(piece.count("\n") for piece in text) + 1
        lines = 0 if name in ("K3", "K7") else data.draw(st.integers(0, 2))
        text.append(f'{name},"A{chr(10) * lines}b",company,CHE\n')
    (folder / "in").mkdir()
    (folder / "in" / "organisations.csv").write_text("".join(text), encoding="utf-8")
    take(folder / "in", folder / "out", SPELLINGS)
    if twice := data.draw(st.booleans()):
        # Comes before the other, in which two rows are left out then.
        (folder / "out" / "a").mkdir()
        (folder / "out" / "a" / "organisations.csv").write_text(
            f"{HEAD}K3,Ab,company,CHE\nK7,Ab,company,CHE\n", encoding="utf-8"
        )
    take(folder / "out", folder / "again", SPELLINGS)
    rows = canonical_rows(folder / "again" / "organisations.csv")
    places = origins.find(folder / "again", _asked(rows))
    assert sorted(cells[0] for cells in rows.values()) == sorted(names)
    for line, cells in rows.items():
        place = places["organisations", line]
        if twice and cells[0] in ("K3", "K7"):
            assert place.file == "a/organisations.csv"
        else:
            assert place == Place("organisations.csv", None, stood[cells[0]], False)
    shutil.rmtree(folder)


def test_a_name_that_no_text_can_hold_is_kept_as_far_as_it_can_be(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    name = b"organisations_\xff' 2022.csv".decode("utf-8", "surrogateescape")
    (source / name).write_text(f"{HEAD}A,Alpha,company,CHE\n", encoding="utf-8")
    take(source, tmp_path / "out", SPELLINGS)
    (place,) = origins.find(tmp_path / "out", [("organisations", 2)]).values()
    assert place.file.startswith("organisations_") and place.file.endswith("' 2022.csv")


# Surfaces -----------------------------------------------------------------------------------


@pytest.fixture
def made(tmp_path: Path) -> tuple[Path, Path]:
    """Exports that intake made of the messy set, and the plan."""
    source, plan = messy_set(tmp_path)
    assert not take(source, tmp_path / "exports", SPELLINGS).questions
    return tmp_path / "exports", plan


def said(*words: str) -> tuple[int, str]:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        code = main(list(words))
    return code, printed.getvalue()


def folders(exports: Path, plan: Path) -> list[str]:
    return ["--exports", str(exports), "--plan", str(plan)]


def test_the_doctor_names_the_file_and_line_that_arrived(made: tuple[Path, Path]) -> None:
    code, text = said("doctor", *folders(*made))
    assert code == 1
    for _, place in WRONG:
        assert f"- {place.file}, line {place.line}, " in text
    assert "organisations.csv, line" not in text
    _, text = said("doctor", *folders(*made), "--format", "json")
    rows = [row for a in json.loads(text)["ailments"] if a["severity"] == "error"
            for row in a["rows"] if row["file"] == "organisations.csv"]  # fmt: skip
    found = sorted(((row["column"], Place(**row["arrived"])) for row in rows), key=str)
    assert found == sorted(WRONG, key=str)


def test_without_a_map_the_doctor_says_what_it_always_said(made: tuple[Path, Path]) -> None:
    shutil.rmtree(made[0] / origins.FOLDER)
    _, text = said("doctor", *folders(*made))
    assert "- organisations.csv, line 4, country" in text
    assert "Organisations 2021.csv" not in text


def test_check_says_the_same_whether_or_not_there_is_a_map(made: tuple[Path, Path]) -> None:
    before = said("check", *folders(*made), "--format", "json")
    shutil.rmtree(made[0] / origins.FOLDER)
    assert said("check", *folders(*made), "--format", "json") == before


def test_a_snapshot_keeps_where_the_rows_with_findings_stood(made: tuple[Path, Path]) -> None:
    sources = Sources(*made)
    shown = snapshot.in_memory(sources)
    found = arrivals.findings(shown, "executive")
    there = [(f.column, f.arrived) for f in found if f.export == "organisations"]
    assert [pair for pair in there if pair[1]] == list(WRONG)
    aside = arrivals.quarantined(shown, "executive", "organisations")
    assert list(aside.arrived) == [place for _, place in WRONG]
    firsts = {s.column: s.arrived for s in arrivals.sorts(shown, "executive") if s.arrived}
    assert firsts == {"country": WRONG[0][1], "pillar": WRONG[1][1]}
    # The map is no input: the figures are the same without it.
    shutil.rmtree(made[0] / origins.FOLDER)
    assert sources.hash() == shown.id
    bare = snapshot.in_memory(sources)
    assert not any(f.arrived for f in arrivals.findings(bare, "executive"))


def test_a_snapshot_that_an_earlier_version_built_has_no_places(made: tuple[Path, Path]) -> None:
    shown = snapshot.in_memory(Sources(*made))
    shown.base.execute(f"drop table {origins.TABLE}")
    assert not any(f.arrived for f in arrivals.findings(shown, "executive"))
    assert not any(arrivals.quarantined(shown, "executive", "organisations").arrived)
    assert not any(sort.arrived for sort in arrivals.sorts(shown, "executive"))


def sent(path: Path, to: drafts.Draft) -> drafts.Draft:
    for file in path.iterdir():
        to = keeping.add(to, file.name, file)
    return to


def test_corrected_rows_keep_their_origin_and_say_so(tmp_path: Path) -> None:
    source, plan = messy_set(tmp_path)
    room = Drafts(tmp_path / "drafts")
    draft = sent(source, room.begin(room.of("machine", "ada"), "ada", "upload"))
    read = drafts.read(draft, SPELLINGS)
    content = corrections.workbook(snapshot.in_memory(Sources(read.exports, plan)), read.exports)
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book["organisations"]
    rows = {row[3].value: row for row in sheet.iter_rows()}
    assert rows["org_id"][2].value == corrections.STOOD
    assert rows["O2"][2].value == "Organisations 2021.csv, line 6"
    # One is still wrong once it is corrected, in more lines than before; one is removed.
    rows["O2"][4].value, rows["O2"][6].value = "Two\nand more", "Atlantis"
    for cell in rows["O4"][3:]:
        cell.value = None
    out = io.BytesIO()
    book.save(out)
    draft = keeping.correct(draft, "rows.xlsx", out.getvalue())
    read = drafts.read(draft, SPELLINGS)
    assert (read.corrected.replaced, read.corrected.removed) == (1, 1)
    assert places_by_key(read.exports) == {
        "O1": Place("Organisations 2021.csv", None, 4, False),
        "O2": Place("Organisations 2021.csv", None, 6, True),
        "O3": Place("Organisations 2021.csv", None, 8, False),
        "O5": Place("Organisations 2022.csv", None, 4, False),
        "O6": Place("Organisations 2022.csv", None, 5, False),
    }
    found = arrivals.findings(snapshot.in_memory(Sources(read.exports, plan)), "executive")
    assert Place("Organisations 2021.csv", None, 6, True) in [f.arrived for f in found]
    # Corrected once more, it is still known by where it stood first.
    content = corrections.workbook(snapshot.in_memory(Sources(read.exports, plan)), read.exports)
    book = openpyxl.load_workbook(io.BytesIO(content))
    rows = {row[3].value: row for row in book["organisations"].iter_rows()}
    assert rows["O2"][2].value == "Organisations 2021.csv, line 6 (corrected)"
    rows["O2"][6].value = "France"
    out = io.BytesIO()
    book.save(out)
    read = drafts.read(keeping.correct(draft, "rows.xlsx", out.getvalue()), SPELLINGS)
    assert places_by_key(read.exports)["O2"] == Place("Organisations 2021.csv", None, 6, True)


def places_by_key(exports: Path) -> dict[str, Place]:
    rows = canonical_rows(exports / "organisations.csv")
    places = origins.find(exports, _asked(rows))
    return {cells[0]: places["organisations", line] for line, cells in rows.items()}


def _asked(lines: Iterable[int]) -> list[tuple[str, int]]:
    return [("organisations", line) for line in lines]
