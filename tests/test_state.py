"""The written state: what is kept, refused, listed as missing, followed up and exported."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from databases import server, store, url
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_set import ask
from sqlalchemy import Engine, insert, inspect, select, text
from sqlalchemy.exc import IntegrityError

from scorecard import readings, snapshot, standing, wording
from scorecard.refusal import Refusal
from scorecard.selection import Selection
from scorecard.snapshot import Snapshot, Sources
from scorecard.spreadsheet import safe
from scorecard.state import commentary, followup, glance, items, library, schema, sheets, tables
from scorecard.state.commentary import Conflict, Draft, Saved
from scorecard.state.items import Content, Overtaken, Revised
from scorecard.state.store import Store, address, open_store
from scorecard.state.tables import item_revisions, metadata

__all__ = ["server", "store", "url"]

MEETING = dt.date(2022, 6, 15)
KPI = "company_members"
HOSTILE = [
    "<script>alert(1)</script> & <b>",
    "=cmd|' /C calc'!A0",
    "'); drop table commentary; --",
    "\u202eright to left \u05d0\u05d1\u05d2 \u0645\u0631\u062d\u0628\u0627",
    "👩‍👩‍👧‍👦 🇨🇭 e\u0301 \U0001f600",
    "a\0b\0\0",
    "\\0 \\\\ \\\0 \\",
    "one\ntwo\r\nthree\rfour\u2028five\tsix",
    "x" * 300,
    "é" * 1000,
    "  kept, spaces and all  ",
    "100 % %s %(name)s {} {0} :name ?",
]


def draft(happened: str = "h", planned: str = "p", author: str = "Ada", seen: int = 0) -> Draft:
    return Draft(MEETING, KPI, happened, planned, author, seen)


# Commentary ---------------------------------------------------------------------------------


def test_a_save_adds_a_revision_and_earlier_ones_stay(store: Store) -> None:
    before = dt.datetime.now(dt.UTC)
    first = commentary.save(store, draft("first"))
    second = commentary.save(store, draft("second", author="Bob", seen=1))
    assert isinstance(first, Saved) and isinstance(second, Saved)
    found = commentary.history(store, MEETING, KPI)
    assert found == (first.entry, second.entry)
    assert [entry.author for entry in found] == ["Ada", "Bob"]
    assert all(before <= entry.written_at <= dt.datetime.now(dt.UTC) for entry in found)
    assert all(entry.written_at.utcoffset() == dt.timedelta(0) for entry in found)
    assert commentary.latest(store, MEETING) == {KPI: second.entry}


def test_a_save_over_an_unseen_text_is_refused_with_that_text_and_both_are_kept(
    store: Store,
) -> None:
    commentary.save(store, draft("from the first"))
    refused = commentary.save(store, draft("from the second", author="Bob"))
    assert isinstance(refused, Conflict)
    assert refused.theirs.happened == "from the first"
    assert commentary.asides(store, MEETING, KPI) == (refused.mine,)
    assert refused.mine.happened == "from the second"
    assert [entry.happened for entry in commentary.history(store)] == ["from the first"]
    merged = commentary.save(store, draft("both", author="Bob", seen=refused.theirs.revision))
    assert isinstance(merged, Saved)
    assert commentary.asides(store), "what was set aside stays"


def test_a_save_whose_answer_was_lost_may_be_repeated(store: Store) -> None:
    once = commentary.save(store, draft())
    assert commentary.save(store, draft()) == once
    assert len(commentary.history(store)) == 1
    assert commentary.asides(store) == ()


def test_meetings_and_kpis_do_not_disturb_each_other(store: Store) -> None:
    commentary.save(store, draft())
    assert isinstance(commentary.save(store, replace(draft(), kpi="media_tone")), Saved)
    other = replace(draft(), meeting=dt.date(2022, 9, 15))
    assert isinstance(commentary.save(store, other), Saved)
    assert set(commentary.latest(store, MEETING)) == {KPI, "media_tone"}


def test_a_blank_text_takes_commentary_back_and_keeps_its_history(store: Store) -> None:
    commentary.save(store, draft())
    commentary.save(store, draft("", " ", seen=1))
    assert commentary.latest(store, MEETING) == {}
    assert len(commentary.history(store)) == 2


def test_commentary_can_be_read_as_it_stood(store: Store) -> None:
    commentary.save(store, draft("then"))
    moment = dt.datetime.now(dt.UTC)
    commentary.save(store, draft("now", seen=1))
    assert commentary.latest(store, MEETING, until=moment)[KPI].happened == "then"


@pytest.mark.parametrize("typed", HOSTILE)
def test_text_is_kept_as_typed(store: Store, typed: str) -> None:
    commentary.save(store, draft(typed, typed, typed[:300]))
    item = items.add(store, "action", MEETING, Content(typed, typed[:300]), typed[:300])
    (entry,) = commentary.history(store)
    assert (entry.happened, entry.planned, entry.author) == (typed, typed, typed[:300])
    assert items.one(store, item.id) == item
    assert item.content == Content(typed, typed[:300])


@given(st.text(max_size=1000))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_text_comes_back_equal(store: Store, typed: str) -> None:
    meeting = dt.date(2022, 9, 15)
    there = commentary.newest(store, meeting, KPI)
    seen = there.revision if there else 0
    commentary.save(store, Draft(meeting, KPI, typed, typed, "Ada", seen))
    there = commentary.newest(store, meeting, KPI)
    assert there and (there.happened, there.planned) == (typed, typed)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (draft("x" * 1001), "1,001 characters"),
        (draft("", "x" * 1001), "what will be done"),
        (draft(author=" "), "the author is empty"),
        (draft(author="x" * 301), "301"),
        (draft("half \ud83d"), "no text"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_nothing_is_written(
    store: Store, wrong: Draft, said: str
) -> None:
    with pytest.raises(Refusal, match=said):
        commentary.save(store, wrong)
    assert commentary.history(store) == ()


# Decisions and actions ----------------------------------------------------------------------


def test_an_item_is_revised_and_its_history_stays(store: Store) -> None:
    content = Content("Call ten", "Ada", dt.date(2022, 7, 1), None, ("b", "a", "a"))
    item = items.add(store, "action", MEETING, content, "Ada")
    assert item.content.kpis == ("a", "b")
    revised = items.revise(store, item.id, 1, items.done(item, dt.date(2022, 7, 2)), "Bob")
    assert isinstance(revised, Revised)
    assert items.of_meeting(store, MEETING) == (revised.item,)
    assert items.history(store) == (item, revised.item)
    assert items.of_meeting(store, MEETING, "decision") == ()
    assert items.of_meeting(store, MEETING, kpi="b") == (revised.item,)
    assert items.of_meeting(store, MEETING, kpi="c") == ()


def test_who_revises_an_unseen_revision_is_shown_it(store: Store) -> None:
    item = items.add(store, "decision", MEETING, Content("Approve"), "Ada")
    items.revise(store, item.id, 1, Content("Approve more"), "Eve")
    refused = items.revise(store, item.id, 1, Content("Approve less"), "Bob")
    assert isinstance(refused, Overtaken)
    assert refused.theirs.content.text == "Approve more"
    assert refused.mine.text == "Approve less"
    assert items.one(store, item.id).content.text == "Approve more"


def test_a_withdrawn_item_is_listed_no_more_and_kept(store: Store) -> None:
    item = items.add(store, "decision", MEETING, Content("Approve"), "Ada")
    items.revise(store, item.id, 1, replace(item.content, withdrawn=True), "Ada")
    assert items.of_meeting(store) == ()
    assert len(items.history(store)) == 2


def test_an_item_without_text_or_number_is_refused(store: Store) -> None:
    with pytest.raises(Refusal, match="empty"):
        items.add(store, "action", MEETING, Content(" \n"), "Ada")
    with pytest.raises(Refusal, match="no item 7"):
        items.revise(store, 7, 1, Content("x"), "Ada")
    with pytest.raises(ValueError, match="neither"):
        items.add(store, "wish", MEETING, Content("x"), "Ada")  # type: ignore[arg-type]


def test_an_item_is_overdue_after_its_day_until_it_is_done(store: Store) -> None:
    due = dt.date(2022, 7, 1)
    item = items.add(store, "action", MEETING, Content("x", due_on=due), "Ada")
    late = dt.date(2022, 7, 2)
    assert not item.is_overdue(due)
    assert item.is_overdue(late)
    assert not replace(item, content=items.done(item, late)).is_overdue(late)
    assert followup.overdue([item], late) == (item,)


# The library --------------------------------------------------------------------------------


def test_the_library_lists_how_each_briefing_was_made_newest_first(store: Store) -> None:
    made = library.Briefing(
        MEETING, None, "full", "pptx", "board", Selection(("Asia, “east”",), ("company",)), "f00",
        "Ada", content="c0",
    )  # fmt: skip
    first = library.keep(store, made)
    second = library.keep(store, replace(made, variant="one-kpi", kpi=KPI, compare=MEETING))
    assert library.made(store, MEETING) == (second, first)
    assert replace(first, made_at=None, id=None) == made
    assert first.made_at and first.made_at.tzinfo
    assert library.made(store, dt.date(2000, 1, 1)) == ()


# What is missing, and what became of it -----------------------------------------------------


@pytest.fixture(scope="module")
def sample() -> Snapshot:
    return snapshot.in_memory(Sources())


def test_kpis_in_delay_without_commentary_are_missing_the_worst_first(
    store: Store, sample: Snapshot
) -> None:
    card = readings.scorecard(sample)
    late = [reading.kpi for reading in standing.behind(card.readings)]
    assert len(late) > 2
    missing = commentary.missing({}, card.readings)
    assert [gap.kpi for gap in missing] == late
    assert {gap.lacks for gap in missing} == {("happened", "planned")}
    commentary.save(store, Draft(MEETING, late[0], "h", "p", "Ada"))
    commentary.save(store, Draft(MEETING, late[1], "h", " ", "Ada"))
    on_time = next(r.kpi for r in card.readings if r.status in standing.ON_PLAN)
    commentary.save(store, Draft(MEETING, on_time, "h", "", "Ada"))
    missing = commentary.missing(commentary.latest(store, MEETING), card.readings)
    assert [gap.kpi for gap in missing] == late[1:]
    assert missing[0].lacks == ("planned",)


def test_two_meetings_later_counts_occasions_of_the_board_and_the_assembly(
    sample: Snapshot,
) -> None:
    later = followup.later_meeting
    # December's board meets on the eve of the Assembly: one occasion, whose last day counts.
    assert later(sample.plan, dt.date(2022, 6, 15)) == dt.date(2022, 12, 7)
    assert later(sample.plan, dt.date(2022, 9, 15)) == dt.date(2023, 3, 15)
    assert later(sample.plan, dt.date(2022, 12, 6)) == later(sample.plan, dt.date(2022, 12, 7))
    assert later(sample.plan, dt.date(2023, 9, 13)) is None


def test_a_movement_is_the_difference_of_two_readings(sample: Snapshot) -> None:
    seen = set()
    for meeting in sorted({m.date for m in sample.plan.meetings if m.date in sample.places}):
        for kpi in sample.plan.kpis:
            moved = followup.movement(sample, kpi, meeting)
            seen.add(moved.verdict)
            said = followup.sentence(sample.plan, moved)
            assert said.startswith(kpi.title) and said.endswith(".")
            if moved.verdict == "too_early":
                assert moved.after is None and moved.change is None
                continue
            assert moved.before and moved.after and moved.later
            then = readings.reading(sample, kpi, Selection(), "executive", meeting, None)
            now = readings.reading(sample, kpi, Selection(), "executive", moved.later, meeting)
            assert moved.change == now.change
            assert moved.before.value == then.value and moved.after.status == now.status
            if moved.verdict in ("better", "worse"):
                assert moved.change is not None
                rises = (moved.change > 0) == (kpi.direction == "up")
                assert rises == (moved.verdict == "better")
                assert wording.value(kpi, moved.after) in said
                assert f"({wording.change(kpi, moved.change)})" in said
    assert {"better", "worse", "same", "too_early"} <= seen


def test_an_item_about_a_kpi_of_an_older_plan_still_opens(store: Store, sample: Snapshot) -> None:
    item = items.add(store, "action", MEETING, Content("x", kpis=("gone", KPI)), "Ada")
    assert [moved.kpi for moved in followup.movements(sample, item)] == [KPI]


# The tables ---------------------------------------------------------------------------------


def shape(engine: Engine) -> dict[str, Any]:
    """All that a database says of its tables but for how its migrations are counted."""
    look = inspect(engine)
    ask: tuple[Callable[[str], Any], ...] = (
        look.get_columns, look.get_pk_constraint, look.get_foreign_keys, look.get_indexes,
        look.get_unique_constraints, look.get_check_constraints,
    )  # fmt: skip
    return {
        table: [sorted(_said(part)) for part in (one(table) for one in ask)]
        for table in look.get_table_names()
        if table != "alembic_version"
    }


def _said(part: Any) -> list[str]:
    parts = part if isinstance(part, list) else [part]
    return [str({key: str(value) for key, value in sorted(entry.items())}) for entry in parts]


def test_the_tables_equal_what_the_migrations_make(store: Store, url: str, tmp_path: Path) -> None:
    with store.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    migrated = shape(store.engine)
    with store.writing() as connection:
        metadata.drop_all(connection)
    with store.writing() as connection:
        metadata.create_all(connection)
    assert shape(store.engine) == migrated


def test_the_migrations_are_one_chain_from_an_empty_database() -> None:
    found = schema.versions()
    assert len(found.get_heads()) == 1
    assert len(found.get_bases()) == 1


def test_what_is_newest_is_known_without_alembic() -> None:
    found = schema.versions()
    chain = {script.revision: script.down_revision for script in found.walk_revisions()}
    assert schema.known() == {"001": None} | {k: v for k, v in chain.items() if v}
    assert schema.known().keys() == chain.keys()
    assert schema.head() == found.get_current_head()


def test_what_was_written_is_seen_at_a_glance_on_sqlite_and_never_denied(
    store: Store, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_sqlite = url.startswith("sqlite")
    monkeypatch.setenv("SCORECARD_STATE", url)
    assert glance.is_empty("items") == is_sqlite
    items.add(store, "action", MEETING, Content("x"), "Ada")
    assert not glance.is_empty("items")


@pytest.mark.parametrize(("held", "is_empty"), [(None, True), (b"", False), (b"x" * 999, False)])
def test_a_state_that_is_no_database_is_not_taken_for_an_empty_one(
    held: bytes | None, is_empty: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "odd name %20.db"
    if held is not None:
        path.write_bytes(held)
    monkeypatch.setenv("SCORECARD_STATE", f"sqlite:///{path}")
    assert glance.is_empty("items") is is_empty


def test_references_are_enforced(store: Store) -> None:
    row = {
        "item": 99, "revision": 1, "text": "x", "owner": "", "withdrawn": False, "author": "x",
        "written_at": dt.datetime.now(dt.UTC),
    }  # fmt: skip
    with pytest.raises(Refusal), store.writing() as connection:
        connection.execute(insert(item_revisions).values(**row))
    # The first connection migrated; one that is used again must enforce them as well.
    with pytest.raises(IntegrityError), store.engine.begin() as connection:
        connection.execute(insert(item_revisions).values(**row))


def test_a_block_that_fails_leaves_nothing_behind(store: Store) -> None:
    with pytest.raises(RuntimeError), store.writing() as connection:
        connection.execute(insert(tables.items).values(kind="action", meeting=MEETING))
        raise RuntimeError
    with store.reading() as connection:
        assert connection.execute(select(tables.items)).all() == []


def test_a_database_of_a_newer_version_is_left_alone(store: Store, url: str) -> None:
    commentary.save(store, draft())
    with store.writing() as connection:
        connection.execute(text("update alembic_version set version_num = '999'"))
    with pytest.raises(Refusal, match="newer version"):
        open_store(url)
    assert len(commentary.history(store)) == 1


def test_opening_again_finds_what_was_written(store: Store, url: str) -> None:
    commentary.save(store, draft("before"))
    store.close()
    again = open_store(url)
    assert commentary.latest(again, MEETING)[KPI].happened == "before"
    again.close()


def test_sqlite_writes_ahead_and_waits(tmp_path: Path) -> None:
    opened = open_store(f"sqlite:///{tmp_path}/s.db")
    with opened.reading() as connection:

        def say(name: str) -> Any:
            return connection.exec_driver_sql(f"pragma {name}").scalar()

        assert say("journal_mode") == "wal"
        assert say("foreign_keys") == 1
        assert say("synchronous") == 2
        assert say("busy_timeout") >= 10_000


@pytest.mark.parametrize(
    "wrong", ["sqlite://", "sqlite:///:memory:", "mysql://u:secret@h/d", "nothing: secret", "x"]
)
def test_a_url_that_names_no_lasting_database_is_refused_without_its_password(wrong: str) -> None:
    with pytest.raises(Refusal) as refused:
        address(wrong)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "url",
    ["postgresql://ada:secret@127.0.0.1:1/none", "postgresql://127.0.0.1:1/none?password=secret"],
)
def test_a_database_that_does_not_answer_is_named_without_its_password(url: str) -> None:
    with pytest.raises(Refusal) as refused:
        open_store(url)
    assert "secret" not in str(refused.value)
    assert "127.0.0.1" in str(refused.value)


def test_a_postgres_url_of_any_spelling_uses_the_same_driver() -> None:
    for spelling in ("postgres://h/d", "postgresql://h/d", "postgresql+psycopg://h/d"):
        assert address(spelling).drivername == "postgresql+psycopg"


def test_the_configured_database_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SCORECARD_STATE", f"sqlite:///{tmp_path}/mine.db")
    assert address().database == f"{tmp_path}/mine.db"
    monkeypatch.delenv("SCORECARD_STATE")
    assert str(address().database).endswith("/state/state.db")


# As CSV, and at the command line ------------------------------------------------------------


def test_everything_is_exported_and_no_cell_is_a_formula(store: Store, tmp_path: Path) -> None:
    seen = 0
    for typed in HOSTILE:
        done = commentary.save(store, draft(typed, "=1+1", typed[:300], seen))
        assert isinstance(done, Saved)
        seen = done.entry.revision
    commentary.save(store, draft("@second", author="Bob"))
    for kind in items.KINDS:
        items.add(store, kind, MEETING, Content("-1+1", "+x", kpis=("b", "a")), "Ada")
    library.keep(
        store, library.Briefing(MEETING, None, "full", "pdf", "board", Selection(), "f", "Ada")
    )
    written = sheets.export(store, tmp_path / "out")
    assert written == {
        "commentary.csv": len(HOSTILE), "set_aside.csv": 1, "decisions.csv": 1, "actions.csv": 1,
        "briefings.csv": 1,
    }  # fmt: skip
    for name, rows in written.items():
        content = (tmp_path / "out" / name).read_bytes().decode("utf-8-sig")
        found = list(csv.DictReader(io.StringIO(content, newline="")))
        assert len(found) == rows
        for row in found:
            for cell in row.values():
                assert safe(cell) == cell or cell.startswith("'")
                assert not cell.lstrip().startswith(("=", "+", "-", "@"))
        if name == "commentary.csv":
            assert [row["happened"].removeprefix("'") for row in found] == [
                typed.removeprefix("'") for typed in HOSTILE
            ]


@pytest.mark.parametrize(
    "cell", ["=1", " =1", "\u00a0@x", "\u202e+1", "\ufeff-1", "\t1", "\r1", "\n=1", "＝1", "\0=1"]
)
def test_a_formula_is_found_behind_what_cannot_be_seen(cell: str) -> None:
    assert safe(cell) == f"'{cell}"
    assert safe("a=1") == "a=1"
    assert safe("") == ""
    assert safe(-1) == -1


def test_the_commands_write_and_read_back(url: str) -> None:
    there = ["--state", url]

    def told(*words: str) -> Any:
        code, answer, said = ask(there, *words)
        assert code == 0, said
        return answer

    meeting = ("--meeting", "2022-06-15", "--kpi", KPI)
    answer = told("commentary", *meeting)
    assert answer["entries"] == [] and answer["as_of"] == "2022-06-15"
    assert [gap["kpi"] for gap in answer["missing"]] == [KPI]
    answer = told("commentary", *meeting, "--set-happened", "Two joined", "--author", "Ada")
    assert answer["missing"][0]["lacks"] == ["planned"]
    answer = told("commentary", *meeting, "--set-planned", "Call ten", "--author", "Bob")
    assert [e["happened"] for e in answer["entries"]] == ["Two joined"]
    assert answer["missing"] == []
    assert len(told("commentary", *meeting, "--history")["entries"]) == 2
    late = ("--set-happened", "x", "--set-planned", "y", "--author", "Eve", "--seen", "1")
    code, _, said = ask(there, "commentary", *meeting, *late)
    assert code == 2 and "Bob" in said and "Call ten" in said
    assert told("commentary", *meeting)["set_aside"][0]["author"] == "Eve"
    added = told("actions", *meeting, "--add", "=1+1", "--author", "Ada", "--due", "2022-07-01")
    (item,) = added["items"]
    assert item["overdue"] is True and item["text"] == "=1+1"
    (moved,) = added["movements"]
    assert moved["later"] == "2022-12-07"
    assert moved["change"] == moved["value_later"] - moved["value"]
    changed = told("actions", "--change", str(item["id"]), "--done", "2022-07-01",
                   "--author", "Ada")  # fmt: skip
    assert changed["items"][0]["overdue"] is False
    assert told("decisions")["items"] == []
    assert told("library")["briefings"] == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("commentary", "--meeting", "2022-06-16"), "2022-06-15"),
        (("commentary", "--meeting", "2022-06-15", "--kpi", "company_member"), "company_members"),
        (("commentary", "--meeting", "2022-06-15", "--set-planned", "x"), "--kpi"),
        (("actions", "--add", "x", "--author", "Ada"), "--meeting"),
        (("actions", "--role", "guest"), "board only"),
        (("actions", "--role", "board", "--meeting", "2022-06-15", "--add", "x"), "executive"),
        (("decisions", "--change", "5", "--author", "Ada"), "no item 5"),
    ],
)
def test_a_command_that_is_called_wrongly_says_what_is_right(
    tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    code, answer, error = ask(["--state", f"sqlite:///{tmp_path}/s.db"], *words)
    assert code == 2
    assert answer is None
    assert said in error
