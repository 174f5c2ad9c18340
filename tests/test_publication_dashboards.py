"""Three dashboards under load while who publishes is killed: each shows one whole snapshot."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import re
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from guarded import blocks, do
from publishers import Publisher
from restated_set import a_set

from bench import wire
from scorecard.state import audit, publications
from scorecard.state.store import Store, open_store
from tests.browser import serving

pytestmark = pytest.mark.services

KILLS = 20
DASHBOARDS = 3
VISITORS = 2
"""Of each dashboard, each asking again as soon as it is answered."""
MEMBERS = 18
_VALUE = re.compile(r'"kpi": ?"company_members".*?"value": ?"(\d+)"')
_FOOT = re.compile(rb"snapshot ([0-9a-f]{6})")

Seen = dict[str, list[tuple[str, str]]]
"""Dashboard -> what each run showed: the snapshot that the foot names, and a value of the page."""


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("SCORECARD_SNAPSHOTS", str(tmp_path / "kept"))
    monkeypatch.setenv("SCORECARD_STATE", f"sqlite:///{tmp_path}/state/state.db")
    opened = open_store()
    yield opened
    opened.close()


async def look(address: str, seen: Seen, stop: threading.Event) -> None:
    async with wire.visit(f"{address}/") as session:
        while not stop.is_set():
            run = await session.rerun()
            assert not run.failed
            feet = {
                found[1].decode()
                for message in run.messages
                for found in [_FOOT.search(message.SerializeToString())]
                if found
            }
            values = _VALUE.search(blocks(run))
            assert len(feet) == 1 and values, "a page without figures"
            seen[address].append((feet.pop(), values[1]))


async def look_all(addresses: list[str], seen: Seen, stop: threading.Event) -> None:
    async with asyncio.TaskGroup() as group:
        for address in addresses * VISITORS:
            group.create_task(look(address, seen, stop))


def test_dashboards_under_load_show_one_whole_snapshot_whenever_who_publishes_is_killed(
    tmp_path: Path, state: Store
) -> None:
    chance = random.Random(5)
    folder = tmp_path / "mine"
    mine = a_set(folder, MEMBERS, 3)
    publisher = Publisher()
    stop, seen = threading.Event(), defaultdict[str, list[tuple[str, str]]](list)
    whole = {mine.hash()[:6]: str(MEMBERS)}

    def one_more(number: int) -> None:
        with (mine.exports / "memberships.csv").open("r+", encoding="utf-8") as file:
            *_, last = file.read().splitlines()
            file.write(last.replace(last.split(",")[0], f"O{number - 1}", 1) + "\n")
        whole[mine.hash()[:6]] = str(number)

    publisher.begin(folder)
    started = time.monotonic()
    assert publisher.end() == (0, "")
    takes = time.monotonic() - started
    with contextlib.ExitStack() as servers:
        servers.callback(publisher.process.kill)
        addresses = [
            servers.enter_context(serving(tmp_path / "kept", SCORECARD_FOLLOW="yes"))
            for _ in range(DASHBOARDS)
        ]
        failed: list[BaseException] = []

        def read() -> None:
            try:
                do(look_all(addresses, seen, stop))
            except BaseException as error:
                failed.append(error)

        reader = threading.Thread(target=read)
        reader.start()
        servers.callback(stop.set)
        until = time.monotonic() + 60
        while len(seen) < DASHBOARDS:
            assert time.monotonic() < until and not failed
            time.sleep(0.1)
        for number in range(MEMBERS + 1, MEMBERS + 1 + KILLS):
            one_more(number)
            child = publisher.begin(folder)
            time.sleep(chance.uniform(0, 1.2 * takes))
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, 9)
            publisher.end()
        one_more(MEMBERS + KILLS + 1)
        publisher.begin(folder)
        assert publisher.end() == (0, "")
        newest = (mine.hash()[:6], str(MEMBERS + KILLS + 1))
        until = time.monotonic() + 60
        while any(runs[-1] != newest for runs in seen.values()):
            assert time.monotonic() < until and not failed
            time.sleep(0.1)
        stop.set()
        reader.join(60)
        assert not failed and not reader.is_alive()
    for runs in seen.values():
        assert len(runs) > KILLS
        assert set(runs) <= set(whole.items())
        assert len(set(runs)) > 1, "the load saw it move"
    assert audit.verify(state).is_whole
    assert len(audit.entries(state)) == len(publications.all(state))
