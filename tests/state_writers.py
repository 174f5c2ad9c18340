"""What other processes do in the tests of simultaneous writing; each function is one process."""

from __future__ import annotations

import datetime as dt
import os
import signal
import time
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any, NoReturn

from alembic import op

from scorecard.state import audit, commentary, items, links
from scorecard.state.commentary import Conflict, Draft, Saved
from scorecard.state.items import Content
from scorecard.state.keys import link_keys
from scorecard.state.store import open_store

MEETING = dt.date(2022, 6, 15)
KPI = "company_members"


def wait_until(moment: float) -> None:
    """Lets several processes do the next thing at the same moment."""
    time.sleep(max(0.0, moment - time.time() - 0.005))
    while time.time() < moment:
        pass


def opening(url: str, moment: float) -> None:
    wait_until(moment)
    store = open_store(url)
    assert commentary.history(store) == ()


def appending(url: str, name: str, times: int) -> None:
    """Adds so many revisions to one KPI and as many actions, on top of whatever others write."""
    store = open_store(url)
    for i in range(times):
        said = f"{name} {i}"
        there = commentary.newest(store, MEETING, KPI)
        seen = there.revision if there else 0
        while isinstance(
            done := commentary.save(store, Draft(MEETING, KPI, said, said, name, seen)), Conflict
        ):
            seen = done.theirs.revision
        items.add(store, "action", MEETING, Content(said, kpis=("a", "b")), name)


def rounds(url: str, name: str, start: float, pause: float, times: int) -> None:
    """Saves at given moments, each time as one who has seen nothing."""
    store = open_store(url)
    for i in range(times):
        wait_until(start + i * pause)
        commentary.save(store, Draft(MEETING, f"{KPI}_{i}", name, name, name, 0))


def recording(url: str, name: str, together: Barrier, times: int) -> None:
    """Adds so many rows to the audit trail, once all others are ready to."""
    store = open_store(url)
    together.wait(90)
    for i in range(times):
        audit.record(store, "downloaded", f"{name} {i}", "board", {"file": f"{i}.csv"})


def opening_link(url: str, id: str, together: Barrier, times: int) -> None:
    """Opens a link so often, once all others are ready to."""
    store = open_store(url)
    together.wait(90)
    for _ in range(times):
        links.note_opening(store, id)


def key_of(url: str, moment: float) -> tuple[str, ...]:
    wait_until(moment)
    return link_keys([], url)


def saving(url: str, log: Path) -> NoReturn:
    """Saves without end, and notes each revision once it is reported as saved."""
    store = open_store(url)
    with log.open("ab", buffering=0) as out:
        there = commentary.newest(store, MEETING, KPI)
        seen = there.revision if there else 0
        while True:
            said = f"text {seen + 1} " + "x" * 900
            done = commentary.save(store, Draft(MEETING, KPI, said, said, "Ada", seen))
            assert isinstance(done, Saved)
            items.add(store, "action", MEETING, Content(said, kpis=("a", "b", "c")), "Ada")
            seen = done.entry.revision
            out.write(f"{seen}\n".encode())


def dying_between_item_and_revision(url: str) -> None:
    store = open_store(url)
    items._add = _die  # type: ignore[assignment]
    items.add(store, "action", MEETING, Content("half"), "Ada")


def dying_while_setting_aside(url: str) -> None:
    store = open_store(url)
    commentary._put_aside = _die  # type: ignore[assignment]
    commentary.save(store, Draft(MEETING, KPI, "second", "", "Bob", 0))


def dying_before_the_commit(url: str) -> None:
    store = open_store(url)
    add = commentary._add

    def add_and_die(*words: Any) -> Any:
        add(*words)
        _die()

    commentary._add = add_and_die
    commentary.save(store, Draft(MEETING, KPI, "never", "", "Bob", 1))


def dying_while_migrating(url: str) -> None:
    # By then the first tables stand.
    op.create_index = _die  # type: ignore[assignment]
    open_store(url)


def _die(*words: Any, **more: Any) -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError
