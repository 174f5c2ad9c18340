"""The desk, the watched folder and `publish` show findings where their rows stood on arrival."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from messy_set import WRONG, messy_set
from streamlit.testing.v1 import AppTest

from scorecard import origins, publication, watched
from scorecard.__main__ import main
from scorecard.doctor import places
from scorecard.doctor.places import Wrong
from scorecard.exhibits import arrivals
from scorecard.intake import load, take
from scorecard.languages import speaking
from scorecard.screen import store as stores
from scorecard.screen.desk import found
from scorecard.snapshot import Snapshot, Sources
from scorecard.state.store import Store, open_store
from tests.drawn import tables

LINES = [(place.file, place.line) for _, place in WRONG]


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.setenv("SCORECARD_SNAPSHOTS", str(tmp_path / "kept"))
    monkeypatch.setenv("SCORECARD_STATE", f"sqlite:///{tmp_path}/state/state.db")
    monkeypatch.setenv("SCORECARD_FOLLOW", "yes")
    monkeypatch.setattr(stores, "_watch", stores._Watch())
    opened = open_store()
    yield opened
    opened.close()


@pytest.fixture
def made(tmp_path: Path) -> Sources:
    """Exports that intake made of what arrived."""
    source, plan = messy_set(tmp_path)
    take(source, tmp_path / "exports", load())
    return Sources(tmp_path / "exports", plan)


def page(source: str) -> None:
    """The desk, with a draft of these files if it has none."""
    import pathlib

    import streamlit as st

    import scorecard.readings
    from scorecard import drafts
    from scorecard.access import session
    from scorecard.drafts import Draft, keeping
    from scorecard.screen import frame, store
    from scorecard.screen.desk import page as desk
    from scorecard.selection import Selection

    shown = store.find(lambda share, what: None).snapshot
    assert shown
    card = scorecard.readings.scorecard(shown, role="executive")
    visitor = session.arrive()
    st.session_state[frame._VIEW] = frame.View(
        shown, Selection(), visitor, "data", card.as_of, card.compare, card, "light"
    )
    room = drafts.place()
    folder = room.of(visitor.via, visitor.name)
    if not isinstance(room.open(folder), Draft):
        draft = room.begin(folder, visitor.name, "upload")
        for path in sorted(pathlib.Path(source).iterdir()):
            draft = keeping.add(draft, path.name, path)
    desk.show()


def drawn(source: Path) -> AppTest:
    app = AppTest.from_function(page, args=(str(source),), default_timeout=120).run()
    assert not app.exception
    return app


def lines(written: list[pd.DataFrame]) -> list[tuple[str, int]]:
    """File and line of all rows of tables that have both."""
    return [(row["File"], int(row["Line"])) for table in written
            for _, row in table[table["Line"] != "–"].iterrows()]  # fmt: skip


def test_the_desk_shows_the_file_and_line_that_were_brought(
    tmp_path: Path, made: Sources, state: Store
) -> None:
    publication.publish(made, "Ada", "why", state, force=True)
    app = drawn(tmp_path / "arrived")
    frames = tables(app)
    ailments = [t for t in frames if "Line" in t and not {"Severity", "org_id"} & set(t)]
    assert sorted(lines(ailments)) == sorted(LINES)
    assert "Lines are those of the files as you sent them." in [c.value for c in app.caption]
    (findings,) = [table for table in frames if {"Export", "Line"} <= set(table)]
    ours = findings[findings["Export"] == "organisations.csv"]
    assert lines([ours]) == LINES
    (aside,) = [table for table in frames if "What is wrong" in table]
    assert lines([aside]) == LINES and list(aside["org_id"]) == ["O2", "O4", "O5"]
    (sorts,) = [table for table in frames if "Times" in table]
    assert "Organisations 2021.csv, line 6" in list(sorts["First found in"])


def test_a_person_who_corrected_a_row_sees_so(made: Sources, state: Store) -> None:
    export = made.exports / "organisations.csv"
    aside = export.with_name("aside.csv")
    shutil.copyfile(export, aside)
    rows = [2, 4, 5, 6, 7, 8]
    origins.move(export, aside, rows, rows, [line == 4 for line in rows])
    publication.publish(made, "Ada", "why", state, force=True)
    shown = publication.open_current()
    table = found.table(arrivals.findings(shown, "executive"))
    (row,) = table[table["State"] == "corrected"].to_dict("records")
    assert (row["File"], row["Line"]) == LINES[0]
    with speaking("fr"):
        table = found.table(arrivals.findings(shown, "executive"))
        assert list(table[table["État"].notna()]["État"]) == ["corrigée"]


def test_what_was_published_from_canonical_exports_is_shown_as_ever(
    made: Sources, state: Store
) -> None:
    shutil.rmtree(made.exports / origins.FOLDER)
    publication.publish(made, "Ada", "why", state, force=True)
    shown: Snapshot = publication.open_current()
    table = found.table(arrivals.findings(shown, "executive"))
    assert list(table) == ["File", "Line", "Column", "Found", "Value", "The contract",
                           "What to do", "Severity"]  # fmt: skip
    aside = found._rows(arrivals.quarantined(shown, "executive", "organisations"), "organisations")
    assert list(aside)[:3] == ["Line", "What is wrong", "org_id"]
    assert list(aside["Line"]) == [4, 6, 7]


def test_the_watched_folder_tells_the_file_and_line_that_arrived(
    tmp_path: Path, state: Store
) -> None:
    source, plan = messy_set(tmp_path)
    wrong: list[Wrong] = []

    def quiet(share: float, what: str) -> None:
        pass

    with pytest.raises(publication.Objected, match=r"rows of organisations\.csv are set aside"):
        watched.take_in(source, plan, "Ada", "why", state, quiet, wrong.extend)
    assert [(one.column, one.arrived) for one in wrong] == list(WRONG)
    text = "\n".join(places.in_words(tuple(wrong)))
    assert "set aside: Organisations 2022.csv, line 4, pillar: " in text and "(club)" in text


def ask(*words: str) -> tuple[int, str]:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(io.StringIO()):
        code = main(["publish", *words])
    return code, printed.getvalue()


@pytest.mark.parametrize("how", ["--dry-run", "refused", "--force"])
def test_publish_tells_the_file_and_line_that_arrived(
    made: Sources, state: Store, how: str
) -> None:
    words = ["--exports", str(made.exports), "--plan", str(made.plan), "--note", "x",
             "--author", "Ada", *([how] if how.startswith("-") else [])]  # fmt: skip
    code, text = ask(*words)
    assert code == (0 if how == "--force" else 1)
    for file, line in LINES:
        assert f"  set aside: {file}, line {line}, " in text
    if how == "--dry-run":
        _, text = ask(*words, "--format", "json")
        assert json.loads(text)["set_aside"][0] == {
            "arrived": {"file": "Organisations 2021.csv", "sheet": None, "line": 6,
                        "corrected": False},
            "column": "country", "value": None, "message": "must not be empty",
        }  # fmt: skip
        shutil.rmtree(made.exports / origins.FOLDER)
        assert "set aside:" not in ask(*words)[1]


def test_of_many_rows_the_first_are_told_and_nothing_moves_the_cursor() -> None:
    place = origins.Place("a\x1b[2J\n.csv", "Sheet\t1", 3, True)
    many = tuple(Wrong(place, "name", "x\ny", "is wrong") for _ in range(12))
    told = list(places.in_words(many))
    assert len(told) == 11 and told[-1] == "and 2 more; doctor lists them"
    assert (
        told[0] == "set aside: a [2J .csv, sheet Sheet 1, row 3 (corrected), name: is wrong (x y)"
    )
