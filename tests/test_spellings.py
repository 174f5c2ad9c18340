"""What people say of headers: kept with the written state, and used wherever exports are read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError

from scorecard import watched
from scorecard.__main__ import main
from scorecard.intake import load, take
from scorecard.refusal import Refusal
from scorecard.state import audit, spellings, tables
from scorecard.state.store import Store, open_store

HEAD = "org_id;category;start_on;Schluss;end_reason\n"
ROW = "C0001;member;2020-03-13;2022-12-31;other\n"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    url = f"sqlite:///{tmp_path}/state.db"
    monkeypatch.setenv("SCORECARD_STATE", url)
    opened = open_store(url)
    yield opened
    opened.close()


def arrived(tmp_path: Path) -> Path:
    folder = tmp_path / "arrived"
    folder.mkdir()
    (folder / "memberships.csv").write_text(HEAD + ROW, encoding="utf-8")
    return folder


def test_a_saved_match_is_used_from_then_on_by_the_command_line_too(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["intake", "--from", str(arrived(tmp_path)), "--out"]
    assert main([*words, str(tmp_path / "one")]) == 1
    spellings.save(store, "memberships", "Schluss", "end_on", "Ada")
    assert main([*words, str(tmp_path / "two")]) == 0
    written = (tmp_path / "two" / "memberships.csv").read_text(encoding="utf-8")
    assert written.splitlines()[1] == "C0001,member,2020-03-13,2022-12-31,other"
    spellings.remove(store, "memberships", "Schluss", "Bob")
    assert main([*words, str(tmp_path / "three")]) == 1
    capsys.readouterr()


def test_a_saved_match_is_used_by_the_watched_folder(store: Store, tmp_path: Path) -> None:
    folder = arrived(tmp_path)
    with pytest.raises(Refusal, match="it is asked"):
        watched.take_in(folder, tmp_path, "x", "y", store, lambda share, what: None)
    spellings.save(store, "memberships", "Schluss", "", "Ada")
    # There is no plan here, so that it is refused for that alone.
    with pytest.raises(Exception) as refused:  # noqa: B017
        watched.take_in(folder, tmp_path, "x", "y", store, lambda share, what: None)
    assert "it is asked" not in str(refused.value)


def test_the_newest_word_counts_however_a_header_is_written(store: Store, tmp_path: Path) -> None:
    spellings.save(store, "memberships", "SCHLUSS", "end_reason", "Ada")
    spellings.save(store, "memberships", "Schluss:", "end_on", "Bob")
    spellings.save(store, "events", "Schluss", "", "Bob")
    found = [(s.export, s.header, s.means, s.who) for s in spellings.saved(store)]
    assert found == [("events", "Schluss", "", "Bob"), ("memberships", "Schluss:", "end_on", "Bob")]
    laid = spellings.laid_over(load(), store)
    assert not take(arrived(tmp_path), tmp_path / "out", laid).questions


def test_each_word_is_in_the_audit_trail_and_none_is_ever_changed(store: Store) -> None:
    hostile = '=1+1 "b"\0<img>'
    spellings.save(store, "memberships", hostile, "end_on", "Ada")
    spellings.remove(store, "memberships", hostile, "Bob")
    assert spellings.saved(store) == ()
    trail = [(e.event, e.who, e.subject["header"]) for e in audit.entries(store)]
    assert trail == [("mapping_removed", "Bob", hostile), ("mapping_saved", "Ada", hostile)]
    for change in (delete(tables.spellings), update(tables.spellings).values(means="x")):
        with pytest.raises((Refusal, DBAPIError)), store.writing() as connection:
            connection.execute(change)


@pytest.mark.parametrize(
    ("export", "header", "means"),
    [("moon", "a", "b"), ("memberships", "a", "colour"), ("memberships", "  ", "end_on"),
     ("memberships", "x" * 1001, "end_on")],
)  # fmt: skip
def test_what_cannot_be_a_match_is_refused(
    store: Store, export: str, header: str, means: str
) -> None:
    with pytest.raises(Refusal):
        spellings.save(store, export, header, means, "Ada")
    with pytest.raises(Refusal):
        spellings.remove(store, "memberships", "never said", "Ada")
    assert spellings.saved(store) == () and audit.entries(store) == ()


def test_nothing_is_made_where_nobody_has_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCORECARD_STATE", f"sqlite:///{tmp_path}/none/state.db")
    known = load()
    assert spellings.in_use(known) is known
    assert not (tmp_path / "none").exists()
