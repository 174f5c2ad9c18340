"""The audit trail: one unbroken chain, however many write, and no change that goes unseen."""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import io
import json
from multiprocessing import get_context
from pathlib import Path

import pytest
import state_writers as writers
from databases import server, store, url
from small_set import ask
from sqlalchemy import Connection, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from scorecard.__main__ import main
from scorecard.refusal import Refusal
from scorecard.state import audit, links
from scorecard.state import store as stores
from scorecard.state.store import Store, open_store
from scorecard.state.tables import audit as table

__all__ = ["server", "store", "url"]

_SPAWN = get_context("spawn")
_ROWS = 9


def fill(store: Store, rows: int = _ROWS) -> tuple[audit.Entry, ...]:
    """So many rows, oldest first."""
    for i in range(rows):
        audit.record(store, "downloaded", f"Ada {i}", "board", {"file": f"{i}.csv"})
    return audit.entries(store)[::-1]


@contextlib.contextmanager
def tampering(store: Store):  # type: ignore[no-untyped-def]
    """A connection of one who may do everything, and has switched the triggers off."""
    with store.writing() as connection:
        if connection.dialect.name == "sqlite":
            query = "select name from sqlite_master where type = 'trigger'"
            for (name,) in connection.exec_driver_sql(query).all():
                connection.exec_driver_sql(f"drop trigger {name}")
        else:
            connection.exec_driver_sql("alter table audit disable trigger user")
        yield connection


# What is written ----------------------------------------------------------------------------


def test_a_row_is_kept_as_it_was_given_and_sealed_to_the_one_before(store: Store) -> None:
    before = dt.datetime.now(dt.UTC)
    first = audit.record(store, "signed_in", "ada@example.org", "board", {"via": "Provider"})
    second = audit.record(store, "refused", "eve@example.org", None, {})
    assert audit.entries(store) == (second, first)
    assert (first.seq, second.seq) == (1, 2)
    assert second.previous == first.hash != second.hash
    assert first.subject == {"via": "Provider"}
    assert (first.role, second.role) == ("board", None)
    assert before <= first.at <= second.at <= dt.datetime.now(dt.UTC)


@pytest.mark.parametrize(
    "typed",
    ["=1+1", "<script>", "a\0b\\0\\", "\u202e\u05d0 🎉", "line\nline", "'); drop table audit; --"],
)
def test_hostile_text_is_kept_as_typed_and_the_chain_stays_whole(store: Store, typed: str) -> None:
    audit.record(store, "refused", typed, None, {typed: typed})
    (entry,) = audit.entries(store)
    assert entry.who == typed
    assert entry.subject == {typed: typed}
    assert audit.verify(store).is_whole


def test_text_that_cannot_be_kept_cannot_keep_itself_off_the_record(store: Store) -> None:
    audit.record(store, "refused", "x" * 5000, None, {"half": "\ud83d", "long": "y" * 99_999})
    (entry,) = audit.entries(store)
    assert entry.who.startswith("xxx") and len(entry.who) == 300
    assert entry.subject["half"] == "?"
    assert len(entry.subject["long"]) == 1000
    assert audit.verify(store).is_whole


def test_rows_are_found_by_event_and_day_the_newest_first(store: Store) -> None:
    fill(store, 3)
    moment = dt.datetime.now(dt.UTC)
    audit.record(store, "signed_in", "Bob", "board", {})
    assert [e.who for e in audit.entries(store, event="downloaded")] == ["Ada 2", "Ada 1", "Ada 0"]
    assert [e.who for e in audit.entries(store, since=moment)] == ["Bob"]
    assert [e.who for e in audit.entries(store, limit=2)] == ["Bob", "Ada 2"]


def test_an_event_that_nobody_knows_is_not_recorded(store: Store) -> None:
    with pytest.raises(ValueError, match="no event"):
        audit.record(store, "borrowed", "Ada", "board", {})  # type: ignore[arg-type]
    assert audit.entries(store) == ()


# Only added ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["audit", "links", "link_openings", "link_revocations"])
def test_the_database_refuses_to_change_or_remove_a_row(store: Store, name: str) -> None:
    draft = links.Draft("Eve", "plan", {}, None, "Ada", soon())
    made = links.make(store, draft)
    links.note_opening(store, made.id)
    links.revoke(store, made.id, "Ada")
    column = {"audit": "who", "links": "recipient"}.get(name, "link")
    statements = [f"update {name} set {column} = 'x'", f"delete from {name}"]
    if store.engine.dialect.name == "postgresql":
        statements.append(f"truncate {name} cascade")
    for statement in statements:
        with pytest.raises(DBAPIError, match="only added"), store.engine.begin() as connection:
            connection.exec_driver_sql(statement)
    with store.reading() as connection:
        assert connection.execute(text(f"select count(*) from {name}")).scalar()
    assert audit.verify(store).is_whole


def test_a_row_cannot_be_replaced_by_an_insert(store: Store) -> None:
    fill(store)
    with store.reading() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        row = dict(connection.execute(select(table).where(table.c.seq == 4)).mappings().one())
    row["who"] = "somebody else"
    statement = insert(table).values(**row)
    if is_sqlite:
        statement = statement.prefix_with("or replace")
    with pytest.raises(DBAPIError), store.engine.begin() as connection:
        connection.execute(statement)
    assert audit.verify(store) == audit.Verdict(_ROWS, head_of(store))


# Tampering ----------------------------------------------------------------------------------


def test_a_chain_that_nobody_touched_is_whole_with_its_head_and_any_earlier_one(
    store: Store,
) -> None:
    assert audit.verify(store) == audit.Verdict(0, None)
    found = fill(store)
    verdict = audit.verify(store)
    assert verdict == audit.Verdict(_ROWS, f"{_ROWS}-{found[-1].hash}")
    for entry in found:
        assert audit.verify(store, f"{entry.seq}-{entry.hash}").is_whole
        assert audit.verify(store, entry.hash).is_whole


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", dt.datetime(2020, 1, 1, tzinfo=dt.UTC)),
        ("event", "signed_in"),
        ("who", "Eve"),
        ("role", "guest"),
        ("role", None),
        ("subject", '{"file":"other.csv"}'),
        ("subject", "no json"),
        ("previous", "0" * 64),
        ("hash", "0" * 64),
    ],
)
def test_a_changed_field_is_found_and_its_row_named(
    store: Store, column: str, value: object
) -> None:
    fill(store)
    with tampering(store) as connection:
        connection.execute(update(table).where(table.c.seq == 4).values({column: value}))
    verdict = audit.verify(store)
    assert verdict.broken == 4
    assert verdict.rows == 3
    assert "row 4" in verdict.why
    assert len(audit.entries(store)) == _ROWS, "a page can still show what there is"


def test_a_changed_row_whose_own_seal_was_made_anew_breaks_the_next(store: Store) -> None:
    fill(store)
    with tampering(store) as connection:
        reseal(connection, 4, who="Eve")
    assert audit.verify(store).broken == 5


@pytest.mark.parametrize("gone", [1, 4])
def test_a_removed_row_is_found(store: Store, gone: int) -> None:
    fill(store)
    with tampering(store) as connection:
        connection.execute(table.delete().where(table.c.seq == gone))
    verdict = audit.verify(store)
    assert (verdict.broken, verdict.why) == (gone, f"row {gone} is missing")


@pytest.mark.parametrize("kept", [0, 6])
def test_rows_removed_from_the_end_are_found_with_a_head_that_was_noted(
    store: Store, kept: int
) -> None:
    head = fill(store)[-1]
    with tampering(store) as connection:
        connection.execute(table.delete().where(table.c.seq > kept))
    assert audit.verify(store).is_whole, "the chain alone cannot know"
    for noted in (f"{head.seq}-{head.hash}", head.hash):
        verdict = audit.verify(store, noted)
        assert (verdict.broken, verdict.rows) == (kept + 1, kept)


def test_a_chain_made_anew_from_a_changed_row_on_is_found_with_a_head_that_was_noted(
    store: Store,
) -> None:
    head = fill(store)[-1]
    with tampering(store) as connection:
        reseal(connection, 4, who="Eve")
        for seq in range(5, _ROWS + 1):
            reseal(connection, seq)
    assert audit.verify(store).is_whole, "the chain alone cannot know"
    assert audit.verify(store, f"{head.seq}-{head.hash}").broken == _ROWS
    assert not audit.verify(store, head.hash).is_whole


def test_an_inserted_row_is_found(store: Store) -> None:
    fill(store)
    with tampering(store) as connection:
        for seq in range(_ROWS, 3, -1):
            connection.execute(update(table).where(table.c.seq == seq).values(seq=seq + 1))
        row = dict(connection.execute(select(table).where(table.c.seq == 3)).mappings().one())
        row |= {"seq": 4, "previous": row["hash"], "who": "Eve"}
        connection.execute(insert(table).values(**{**row, "hash": audit._hash(row)}))
    assert audit.verify(store).broken == 5


def test_rows_that_changed_places_are_found(store: Store) -> None:
    fill(store)
    with tampering(store) as connection:
        for old, new in ((3, 99), (5, 3), (99, 5)):
            connection.execute(update(table).where(table.c.seq == old).values(seq=new))
    assert audit.verify(store).broken == 3


def test_a_row_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/s.db")
    fill(store)
    with tampering(store) as connection:
        connection.exec_driver_sql("update audit set at = 'yesterday' where seq = 4")
    assert audit.verify(store).broken == 4
    with tampering(store) as connection:
        connection.exec_driver_sql("update audit set who = x'ff00' where seq = 2")
    assert audit.verify(store).broken == 2


@pytest.mark.parametrize("wrong", ["", "x", "0" * 63, "12-", "12-" + "g" * 64, "0-" + "0" * 64])
def test_a_head_that_is_none_is_refused(store: Store, wrong: str) -> None:
    with pytest.raises(Refusal, match="a head is"):
        audit.verify(store, wrong)


# Who writes at once, and what fails ---------------------------------------------------------


def test_many_processes_write_one_unbroken_chain(store: Store, url: str) -> None:
    names, times = ("Ada", "Bob", "Eve", "Kim"), 40
    together = _SPAWN.Barrier(len(names))
    processes = [
        _SPAWN.Process(target=writers.recording, args=(url, name, together, times))
        for name in names
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(100)
    assert [process.exitcode for process in processes] == [0] * len(names)
    found = audit.entries(store)[::-1]
    assert [entry.seq for entry in found] == list(range(1, len(names) * times + 1))
    assert {e.who for e in found} == {f"{name} {i}" for name in names for i in range(times)}
    assert audit.verify(store).is_whole


def test_an_action_whose_record_cannot_be_written_is_not_done(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = links.make(store, links.Draft("Eve", "plan", {}, None, "Ada", soon()))

    def fail(*words: object, **more: object) -> None:
        raise Refusal("the disk is full")

    monkeypatch.setattr(audit, "append", fail)
    with pytest.raises(Refusal, match="full"):
        links.make(store, links.Draft("Kim", "plan", {}, None, "Ada", soon()))
    with pytest.raises(Refusal, match="full"):
        links.revoke(store, made.id, "Ada")
    assert links.made(store) == (made,), "reading goes on, and nothing was made or withdrawn"


def test_an_action_that_fails_leaves_no_record(store: Store) -> None:
    with pytest.raises(RuntimeError), store.writing() as connection:
        audit.append(connection, "downloaded", "Ada", "board", {})
        raise RuntimeError
    assert audit.entries(store) == ()


def test_who_waits_too_long_is_refused_and_may_try_again(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores, "SECONDS_TO_WAIT", 1)
    one, other = open_store(url), open_store(url)
    with one.writing() as connection:
        audit.append(connection, "downloaded", "Ada", "board", {})
        with pytest.raises(Refusal, match="does not answer"):
            audit.record(other, "downloaded", "Bob", "board", {})
    assert audit.record(other, "downloaded", "Bob", "board", {}).seq == 2
    one.close()
    other.close()


# At the command line ------------------------------------------------------------------------


def test_the_command_prints_verifies_and_ends_with_one_where_the_chain_is_broken(
    store: Store, url: str
) -> None:
    there = ["--state", url]
    head = fill(store)[-1]
    code, answer, _ = ask(there, "audit", "--event", "downloaded")
    assert code == 0
    assert [row["seq"] for row in answer["entries"]] == list(range(_ROWS, 0, -1))
    code, answer, _ = ask(there, "audit", "--since", "2999-01-01")
    assert (code, answer) == (0, {"entries": []})
    code, answer, _ = ask(there, "audit", "--verify")
    assert (code, answer["whole"]) == (0, True)
    assert answer["head"] == f"{head.seq}-{head.hash}"
    code, answer, _ = ask(there, "audit", "--verify", "--head", "77-" + "0" * 64)
    assert (code, answer["whole"]) == (1, False)
    with tampering(store) as connection:
        connection.execute(update(table).where(table.c.seq == 4).values(who="Eve"))
    code, answer, _ = ask(there, "audit", "--verify")
    assert (code, answer["broken"]) == (1, 4)


def test_the_csv_holds_no_formula_and_what_is_needed_to_verify_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{tmp_path}/s.db"
    store = open_store(url)
    audit.record(store, "refused", "=cmd|' /C calc'!A0", None, {"+1": "@x"})
    assert main(["audit", "--format", "csv", "--state", url]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("\ufeff")
    (row,) = csv.DictReader(io.StringIO(printed.removeprefix("\ufeff"), newline=""))
    (entry,) = audit.entries(store)
    assert row["who"] == "'=cmd|' /C calc'!A0"
    assert json.loads(row["subject"]) == {"+1": "@x"}
    assert (row["seq"], row["previous"], row["hash"]) == ("1", entry.previous, entry.hash)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("audit", "--role", "board"), "executive"),
        (("audit", "--role", "guest"), "board only"),
        (("audit", "--event", "signed"), "signed_in"),
        (("audit", "--verify", "--head", "x"), "a head is"),
        (("links", "--role", "board"), "executive"),
        (("links", "--revoke", "x", "--by", "Ada"), "no such link"),
        (("links", "--revoke", "x"), "--by"),
    ],
)
def test_a_command_that_is_called_wrongly_says_why(
    tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    code, answer, error = ask(["--state", f"sqlite:///{tmp_path}/s.db"], *words)
    assert (code, answer) == (2, None)
    assert said in error


def soon() -> dt.datetime:
    return dt.datetime.now(dt.UTC) + dt.timedelta(days=7)


def head_of(store: Store) -> str:
    newest = audit.entries(store, limit=1)[0]
    return f"{newest.seq}-{newest.hash}"


def reseal(connection: Connection, seq: int, **changed: object) -> None:
    """Changes a row and gives it the seal that it then should have."""
    rows = connection.execute(select(table).where(table.c.seq.in_((seq - 1, seq)))).mappings()
    before, row = sorted((dict(row) for row in rows), key=lambda row: row["seq"])
    row |= {**changed, "previous": before["hash"]}
    row["hash"] = audit._hash(row)
    connection.execute(update(table).where(table.c.seq == seq).values(**row))
