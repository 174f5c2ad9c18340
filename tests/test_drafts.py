"""Drafts on the disk: kept, read once, corrected row by row, and nobody else's."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import shutil
import threading
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scorecard import depot, drafts, snapshot
from scorecard.drafts import Draft, Drafts, Gone, corrections, keeping, reading
from scorecard.intake import Answer, load
from scorecard.publication import Full
from scorecard.refusal import Refusal
from scorecard.snapshot import Sources

TINY = Path(__file__).parent / "data" / "tiny"


@pytest.fixture
def room(tmp_path: Path) -> Drafts:
    return Drafts(tmp_path / "drafts")


def begun(room: Drafts, name: str = "ada@example.org") -> Draft:
    return room.begin(room.of("sign-in", name), name, "upload")


def bring(draft: Draft, **changed: str) -> Draft:
    """The tiny set, some of its files with another text."""
    for path in sorted((TINY / "exports").glob("*")):
        text = changed.get(path.stem)
        draft = keeping.add(draft, path.name, path if text is None else text.encode())
    return draft


def reopened(room: Drafts, draft: Draft) -> Draft:
    found = room.open(draft.folder)
    assert isinstance(found, Draft)
    return found


def test_what_was_brought_and_said_is_there_again(room: Drafts) -> None:
    draft = keeping.add(begun(room), "Membres 2022.csv", b"a;b\n")
    draft = keeping.answer(draft, [Answer("end_on", "Membres 2022.csv", "Schluss")])
    draft = keeping.state_date(draft, dt.date(2022, 12, 31))
    found = reopened(room, draft)
    assert found == draft
    assert [path.name for path in found.files()] == ["Membres 2022.csv"]
    again = keeping.answer(found, [Answer("leave it out", "Membres 2022.csv", "Schluss")])
    assert [a.answer for a in reopened(room, again).answers] == ["leave it out"]
    assert keeping.withdraw(again, again.answers[0]).answers == ()


def test_each_person_has_a_draft_of_their_own(room: Drafts) -> None:
    mine = keeping.add(begun(room, "ada"), "a.csv", b"1")
    other = begun(room, "bob")
    assert mine.folder != other.folder and other.files() == ()
    # The same name by another way in is another person.
    assert room.of("machine", "ada") != room.of("sign-in", "ada")
    assert mine.folder.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\a.csv", "a.csv"),
        ("..", "file"),
        ("a\0b\n.csv", "ab.csv"),
        ("=HYPERLINK(1)<b>.csv", "=HYPERLINK(1)<b>.csv"),
        ("\ud800.csv", "file.csv"),
        ("Makefile of the register", "Makefile of the register"),
        ("", "file"),
    ],
)
def test_a_name_is_kept_as_typed_and_leads_nowhere(room: Drafts, typed: str, kept: str) -> None:
    draft = keeping.add(begun(room), typed, b"x")
    assert [path.name for path in draft.files()] == [kept]


@given(st.text(max_size=400))
def test_any_name_becomes_the_name_of_one_file(typed: str) -> None:
    kept = keeping.kept_name(typed)
    assert kept not in ("", ".", "..") and "/" not in kept and "\0" not in kept
    assert len(kept.encode()) <= 255 and keeping.kept_name(kept) == kept


def test_an_old_draft_goes_and_its_owner_is_told(room: Drafts) -> None:
    old, young = keeping.add(begun(room, "ada"), "a.csv", b"1"), begun(room, "bob")
    said = json.loads((old.folder / "draft.json").read_text())
    said["changed_at"] = (dt.datetime.now(dt.UTC) - keeping.KEPT).isoformat()
    (old.folder / "draft.json").write_text(json.dumps(said))
    room.tidy(dt.datetime.now(dt.UTC))
    gone = room.open(old.folder)
    assert isinstance(gone, Gone) and gone.files == 1
    assert not list(old.folder.glob("arrived/*"))
    assert isinstance(room.open(young.folder), Draft)
    assert isinstance(begun(room, "ada"), Draft)


def test_drafts_lie_beside_the_state_and_never_below_the_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert drafts.place(f"sqlite:///{tmp_path}/state.db").room == tmp_path / "drafts"
    monkeypatch.setenv("SCORECARD_SNAPSHOTS", str(tmp_path / "snapshots"))
    with_server = drafts.place("postgresql://user@nowhere/scorecard").room
    assert with_server == tmp_path / "snapshots" / "drafts"
    keeping.add(Drafts(with_server).begin(with_server / "a", "ada", "upload"), "a.csv", b"1")
    assert depot.open_depot().names() == ()


def test_a_full_disk_is_said_and_what_was_kept_stays(
    room: Drafts, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = keeping.add(begun(room), "a.csv", b"first")

    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(Full, match="the disk is full"):
        keeping.add(draft, "a.csv", b"second")
    monkeypatch.undo()
    assert [path.read_bytes() for path in draft.files()] == [b"first"]
    assert [path.name for path in draft.arrived.iterdir()] == ["a.csv"]


def test_a_draft_is_read_once_and_anew_when_something_changed(
    room: Drafts, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = bring(begun(room))
    assert not drafts.is_read(draft, load())
    first = drafts.read(draft, load())
    assert drafts.is_read(draft, load()) and first.has_date
    monkeypatch.setattr(reading, "take", None)
    assert drafts.read(draft, load()) == first
    monkeypatch.undo()
    more = keeping.add(draft, "exported_on.txt", b"2022-11-30\n")
    assert not drafts.is_read(more, load())
    assert drafts.read(more, load()).exports != first.exports
    assert not first.exports.exists()


def test_two_pages_that_read_at_once_find_the_same(room: Drafts) -> None:
    draft = bring(begun(room))
    found: list[Any] = []
    threads = [
        threading.Thread(target=lambda: found.append(drafts.read(draft, load()))) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 3 and found[0] == found[1] == found[2]


def test_a_date_that_a_person_states_counts_where_no_file_does(room: Drafts) -> None:
    draft = keeping.remove(bring(begun(room)), "exported_on.txt")
    assert not drafts.read(draft, load()).has_date
    read = drafts.read(keeping.state_date(draft, dt.date(2022, 12, 31)), load())
    assert read.has_date
    assert (read.exports / "exported_on.txt").read_text().strip() == "2022-12-31"


# Corrections --------------------------------------------------------------------------------

HEAD = "org_id,category,start_on,end_on,end_reason\n"


def with_wrong_rows(room: Drafts) -> tuple[Draft, str]:
    """A draft of which three rows of memberships are set aside; the text of that file."""
    text = (TINY / "exports" / "memberships.csv").read_text(encoding="utf-8")
    wrong = 'C1,member,soon,,\n"=cmd()",member,2020-01-01,,"two\nlines"\nC2,member,2020-13-01,,\n'
    return bring(begun(room), memberships=text + wrong), text


def proposed(read: drafts.Read) -> snapshot.Snapshot:
    return snapshot.in_memory(Sources(read.exports, TINY / "plan"))


def sheet_of(content: bytes, name: str = "memberships") -> tuple[Any, Any]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return book, book[name]


def saved(book: Any) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def cells(read: drafts.Read) -> list[list[str]]:
    with (read.exports / "memberships.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_rows_go_out_as_texts_and_come_back_equal(room: Drafts) -> None:
    draft, _ = with_wrong_rows(room)
    read = drafts.read(draft, load())
    before = (read.exports / "memberships.csv").read_bytes()
    snap = proposed(read)
    assert corrections.countable(snap)["memberships"] == 3
    content = corrections.workbook(snap, read.exports)
    _, sheet = sheet_of(content)
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert ["=cmd()", "member", "2020-01-01", None, "two\nlines"] in [row[3:] for row in rows]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}
    again = drafts.read(keeping.correct(draft, "rows.xlsx", content), load())
    assert (again.exports / "memberships.csv").read_bytes() == before
    assert (again.corrected.replaced, again.corrected.removed) == (0, 0)
    assert not again.corrected.problems and not again.report.questions


def test_corrected_rows_take_their_places_and_the_rest_stays(room: Drafts) -> None:
    draft, text = with_wrong_rows(room)
    read = drafts.read(draft, load())
    good = cells(read)[: text.count("\n")]
    book, sheet = sheet_of(corrections.workbook(proposed(read), read.exports))
    by_start = {row[5].value: row for row in sheet.iter_rows(min_row=2)}
    # As a person types it; the row of the formula is emptied; the third is not touched.
    by_start["soon"][5].value = "03.04.2020"
    for cell in by_start["2020-01-01"][3:]:
        cell.value = None
    once = keeping.correct(draft, "rows.xlsx", saved(book))
    read = drafts.read(once, load())
    assert (read.corrected.replaced, read.corrected.removed) == (1, 1)
    assert cells(read) == [
        *good,
        ["C1", "member", "2020-04-03", "", ""],
        ["C2", "member", "2020-13-01", "", ""],
    ]
    # A second round, from the file as it is now; sent as a CSV of a Swiss Excel this time.
    left = corrections.countable(proposed(read))["memberships"]
    _, sheet = sheet_of(corrections.workbook(proposed(read), read.exports))
    assert left == sheet.max_row - 1
    lines = [[cell.value or "" for cell in row] for row in sheet.iter_rows()]
    lines = [[c.replace("2020-13-01", "31.12.2020") for c in line] for line in lines]
    sent = "\r\n".join(";".join(line) for line in lines).encode("cp1252")
    read = drafts.read(keeping.correct(once, "rows.csv", sent), load())
    assert not read.corrected.problems
    assert ["C2", "member", "2020-12-31", "", ""] in cells(read)
    assert len(cells(read)) == len(good) + 2


def test_rows_that_have_moved_are_found_and_those_that_are_gone_are_said(room: Drafts) -> None:
    draft, text = with_wrong_rows(room)
    read = drafts.read(draft, load())
    book, sheet = sheet_of(corrections.workbook(proposed(read), read.exports))
    for row in sheet.iter_rows(min_row=2):
        if row[5].value in ("soon", "2020-13-01"):
            row[5].value = "2020-04-03"
    # Meanwhile the register is exported anew: one wrong row further up, the others are gone.
    anew = text.replace(HEAD, f"{HEAD}C2,member,2020-13-01,,\n", 1)
    draft = keeping.add(draft, "memberships.csv", anew.encode())
    read = drafts.read(keeping.correct(draft, "rows.xlsx", saved(book)), load())
    assert cells(read)[1] == ["C2", "member", "2020-04-03", "", ""]
    assert read.corrected.replaced == 1
    assert any("download the rows again" in problem for problem in read.corrected.problems)


def test_a_correction_in_question_is_asked_about_and_waits(room: Drafts) -> None:
    draft, _ = with_wrong_rows(room)
    read = drafts.read(draft, load())
    book, sheet = sheet_of(corrections.workbook(proposed(read), read.exports))
    for row in sheet.iter_rows(min_row=2):
        if row[5].value == "soon":
            row[5].value = "03/04/2020"
    draft = keeping.correct(draft, "rows.xlsx", saved(book))
    read = drafts.read(draft, load())
    (question,) = read.report.questions
    assert question.column == "start_on" and question.file.startswith("Corrected rows 1/")
    assert ["C1", "member", "soon", "", ""] in cells(read)
    answered = Answer("day/month/year", question.file, question.column)
    read = drafts.read(keeping.answer(draft, [answered]), load())
    assert not read.report.questions
    assert ["C1", "member", "2020-04-03", "", ""] in cells(read)


@pytest.mark.parametrize(
    "content",
    [b"", b"a,b\n1,2\n", b"PK\x03\x04 no workbook", b"\x81\x8d\x8f" * 40, b"set_aside_row\nx\n",
     b"set_aside_row,org_id\nmemberships/2/0000000000,C1\n",
     b"set_aside_row,org_id\nmemberships/99999999999999999999/00,C1\nplan/1/0,x\n"],
)  # fmt: skip
def test_what_is_no_correction_is_said_and_changes_nothing(room: Drafts, content: bytes) -> None:
    draft, _ = with_wrong_rows(room)
    before = cells(drafts.read(draft, load()))
    read = drafts.read(keeping.correct(draft, "x.csv", content), load())
    assert read.corrected.problems and cells(read) == before


_CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=12)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(_CELLS, min_size=5, max_size=5), min_size=1, max_size=4))
def test_any_row_that_was_set_aside_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, wrong: list[list[str]]
) -> None:
    room = Drafts(tmp_path_factory.mktemp("drafts"))
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(wrong)
    text = (TINY / "exports" / "memberships.csv").read_text(encoding="utf-8")
    draft = bring(begun(room), memberships=text + out.getvalue())
    read = drafts.read(draft, load())
    if read.report.questions or not (read.exports / "memberships.csv").exists():
        return
    before = (read.exports / "memberships.csv").read_bytes()
    snap = proposed(read)
    if not corrections.countable(snap):
        return
    content = corrections.workbook(snap, read.exports)
    again = drafts.read(keeping.correct(draft, "rows.xlsx", content), load())
    assert (again.exports / "memberships.csv").read_bytes() == before
    assert (again.corrected.replaced, again.corrected.problems) == (0, ())
    shutil.rmtree(room.room)


def test_too_many_files_are_refused(room: Drafts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MOST_FILES", 2)
    draft = keeping.add(keeping.add(begun(room), "a.csv", b"1"), "b.csv", b"2")
    with pytest.raises(Refusal, match="as one ZIP"):
        keeping.add(draft, "c.csv", b"3")
    assert keeping.add(draft, "b.csv", b"4").files()[1].read_bytes() == b"4"
