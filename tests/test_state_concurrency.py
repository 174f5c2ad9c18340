"""Several processes write at once, or die while they write: nothing lost, nothing half written."""

from __future__ import annotations

import random
import threading
import time
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest
import state_writers as writers
from databases import server, store, url
from sqlalchemy import inspect, select
from state_writers import KPI, MEETING

from scorecard.refusal import Refusal
from scorecard.state import commentary, items, tables
from scorecard.state import store as stores
from scorecard.state.commentary import Conflict, Draft, Saved
from scorecard.state.items import Content, Overtaken, Revised
from scorecard.state.store import Store, open_store

__all__ = ["server", "store", "url"]

_SPAWN = get_context("spawn")
_KILLED = -9
_STARTED = 6.0
"""Seconds until several new processes are all ready, on a busy machine."""


def started(run: Any, *words: Any) -> BaseProcess:
    process = _SPAWN.Process(target=run, args=words)
    process.start()
    return process


def ended(*processes: BaseProcess) -> list[int | None]:
    for process in processes:
        process.join(120)
    return [process.exitcode for process in processes]


def test_processes_that_open_an_empty_database_together_migrate_it_once(url: str) -> None:
    moment = time.time() + _STARTED
    assert ended(*(started(writers.opening, url, moment) for _ in range(5))) == [0] * 5
    store = open_store(url)
    with store.reading() as connection:
        names = inspect(connection).get_table_names()
        versions = connection.exec_driver_sql("select * from alembic_version").all()
    assert set(names) == {*tables.metadata.tables, "alembic_version"}
    assert len(versions) == 1
    store.close()


def test_of_two_processes_that_save_at_the_same_moment_one_is_refused_and_both_texts_are_kept(
    store: Store, url: str
) -> None:
    times, start = 40, time.time() + _STARTED
    both = [started(writers.rounds, url, name, start, 0.05, times) for name in ("Ada", "Bob")]
    assert ended(*both) == [0, 0]
    first = commentary.history(store)
    second = commentary.asides(store)
    assert [entry.revision for entry in first] == [1] * times
    assert len(second) == times
    for i in range(times):
        (entry,) = (e for e in first if e.kpi == f"{KPI}_{i}")
        (aside,) = (a for a in second if a.kpi == f"{KPI}_{i}")
        assert {entry.author, aside.author} == {"Ada", "Bob"}
        assert (entry.happened, aside.happened) == (entry.author, aside.author)


def test_of_two_threads_that_save_together_the_second_is_shown_the_first(store: Store) -> None:
    for i in range(30):
        together = threading.Barrier(2)
        found: list[Saved | Conflict] = []

        def save(name: str, seen: int, together: Any = together, found: Any = found) -> None:
            together.wait()
            found.append(commentary.save(store, Draft(MEETING, KPI, name, name, name, seen)))

        threads = [threading.Thread(target=save, args=(f"{w}{i}", i)) for w in ("Ada", "Bob")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        (saved,) = (one for one in found if isinstance(one, Saved))
        (refused,) = (one for one in found if isinstance(one, Conflict))
        assert refused.theirs == saved.entry
        assert refused.mine.happened != saved.entry.happened
    assert len(commentary.history(store)) == len(commentary.asides(store)) == 30


def test_of_two_threads_that_revise_an_item_one_is_overtaken(store: Store) -> None:
    item = items.add(store, "action", MEETING, Content("first"), "Ada")
    for seen in range(1, 21):
        together = threading.Barrier(2)
        found: list[Revised | Overtaken] = []

        def revise(name: str, seen: int, together: Any = together, found: Any = found) -> None:
            together.wait()
            content = Content(f"{name} {seen}", kpis=(name, "both"))
            found.append(items.revise(store, item.id, seen, content, name))

        threads = [threading.Thread(target=revise, args=(name, seen)) for name in ("Ada", "Bob")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        (revised,) = (one for one in found if isinstance(one, Revised))
        (overtaken,) = (one for one in found if isinstance(one, Overtaken))
        assert overtaken.theirs == revised.item
    assert [one.revision for one in items.history(store)] == list(range(1, 22))


def test_many_processes_append_and_nothing_is_lost(store: Store, url: str) -> None:
    names, times = ("Ada", "Bob", "Eve", "Kim", "Zoe"), 12
    assert ended(*(started(writers.appending, url, name, times) for name in names)) == [0] * 5
    wanted = {f"{name} {i}" for name in names for i in range(times)}
    found = commentary.history(store)
    assert [entry.revision for entry in found] == list(range(1, len(wanted) + 1))
    assert {entry.happened for entry in found} == wanted
    actions = items.of_meeting(store)
    assert {item.content.text for item in actions} == wanted
    assert all(item.content.kpis == ("a", "b") for item in actions)


def test_a_process_killed_at_any_moment_loses_nothing_that_was_saved(
    store: Store, url: str, tmp_path: Path
) -> None:
    log, moments = tmp_path / "saved", random.Random(5)
    log.touch()
    for _ in range(6):
        before = log.stat().st_size
        process = started(writers.saving, url, log)
        give_up = time.monotonic() + 60
        while log.stat().st_size == before:
            assert process.is_alive() and time.monotonic() < give_up
            time.sleep(0.005)
        time.sleep(moments.uniform(0, 0.15))
        process.kill()
        assert ended(process) == [_KILLED]
        saved = [int(line) for line in log.read_text().splitlines()]
        found = commentary.history(store)
        revisions = [entry.revision for entry in found]
        assert revisions == list(range(1, len(found) + 1))
        assert set(saved) <= set(revisions)
        for entry in found:
            assert entry.happened == entry.planned == f"text {entry.revision} " + "x" * 900
        actions = items.history(store)
        assert {int(item.content.text.split()[1]) for item in actions} >= set(saved)
        assert all(item.content.kpis == ("a", "b", "c") for item in actions)
        with store.reading() as connection:
            count = len(connection.execute(select(tables.items.c.id)).all())
        assert count == len(actions), "an item without its revision is half written"


@pytest.mark.parametrize(
    "dying",
    [
        writers.dying_between_item_and_revision,
        writers.dying_while_setting_aside,
        writers.dying_before_the_commit,
    ],
)
def test_a_process_killed_in_the_middle_of_a_save_writes_nothing_and_holds_up_nobody(
    store: Store, url: str, dying: Any
) -> None:
    first = commentary.save(store, Draft(MEETING, KPI, "first", "", "Ada"))
    assert isinstance(first, Saved)
    assert ended(started(dying, url)) == [_KILLED]
    assert commentary.history(store) == (first.entry,)
    assert commentary.asides(store) == ()
    with store.reading() as connection:
        assert connection.execute(select(tables.items)).all() == []
    began = time.monotonic()
    second = commentary.save(store, Draft(MEETING, KPI, "second", "", "Ada", 1))
    assert isinstance(second, Saved)
    assert time.monotonic() - began < 5


def test_a_process_killed_while_it_migrates_leaves_an_empty_database(url: str) -> None:
    assert ended(started(writers.dying_while_migrating, url)) == [_KILLED]
    store = open_store(url)
    assert isinstance(commentary.save(store, Draft(MEETING, KPI, "x", "", "Ada")), Saved)
    store.close()


def test_a_writer_waits_for_another_and_readers_do_not(store: Store, url: str) -> None:
    other = open_store(url)
    commentary.save(store, Draft(MEETING, KPI, "first", "", "Ada"))
    done: list[Saved | Conflict] = []

    def save() -> None:
        done.append(commentary.save(other, Draft(MEETING, KPI, "second", "", "Bob", 1)))

    with store.writing() as connection:
        connection.execute(
            tables.commentary.insert().values(
                meeting=MEETING, kpi=KPI, revision=2, happened="held", planned="", author="Ada",
                written_at=commentary.now(),
            )
        )  # fmt: skip
        second = threading.Thread(target=save)
        second.start()
        began = time.monotonic()
        assert [entry.happened for entry in commentary.history(other)] == ["first"]
        assert time.monotonic() - began < 2
        second.join(0.5)
        assert done == []
    second.join(20)
    assert isinstance(done[0], Conflict)
    assert done[0].theirs.happened == "held"
    other.close()


def test_who_waits_too_long_is_told_and_may_try_again(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores, "SECONDS_TO_WAIT", 1)
    one, other = open_store(url), open_store(url)
    late = Draft(MEETING, KPI, "late", "", "Bob")
    with one.writing() as connection:
        connection.execute(
            tables.commentary.insert().values(
                meeting=MEETING, kpi=KPI, revision=1, happened="held", planned="", author="Ada",
                written_at=commentary.now(),
            )
        )  # fmt: skip
        with pytest.raises(Refusal, match="does not answer"):
            commentary.save(other, late)
    assert isinstance(commentary.save(other, late), Conflict)
    one.close()
    other.close()
