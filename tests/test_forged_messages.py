"""Messages that no page of ours sends: what they ask for is not given, and nothing changes."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass
from typing import Any

import pytest
from guarded import RECIPIENT, WRITTEN, Guarded, blocks, do, guarded, publish_more, visit
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.util import calc_hash
from websockets.exceptions import ConnectionClosed, InvalidStatus

from bench import wire
from scorecard import evidence, snapshot
from scorecard.selection import Selection
from scorecard.serving import messages
from scorecard.snapshot import Sources
from scorecard.state import audit, commentary

__all__ = ["guarded"]
pytestmark = pytest.mark.services

CLOSED = ("briefing", "data", "history", "sharing")
VISITORS = ("nobody", "guest", "board")
SILENCE = 2.0
"""Seconds after which a message counts as not answered."""


@dataclass(frozen=True)
class Part:
    """A widget that the executive director has and others have not: its kind, id, fragment."""

    kind: str
    id: str
    fragment: str

    def state(self) -> WidgetState:
        """The state of one who uses it."""
        if self.kind == "Button":
            return WidgetState(id=self.id, trigger_value=True)
        if self.kind in ("Popover", "Block", "Checkbox"):
            return WidgetState(id=self.id, bool_value=True)
        if self.kind == "BidiComponent":
            return wire.trigger_of(self.id, "open", {"page": "data", "parameters": {}})
        state = WidgetState(id=self.id)
        if self.kind in ("ButtonGroup", "MultiSelect"):
            state.string_array_value.data.append("Commentary")
        else:
            state.string_value = "forged"
        return state


async def answered(work: Coroutine[Any, Any, wire.Run]) -> wire.Run | None:
    """The run that a message causes; none where nothing comes of it, or the line is cut."""
    try:
        async with asyncio.timeout(SILENCE):
            return await work
    except (TimeoutError, ConnectionClosed):
        return None


def betrayed(run: wire.Run | None, secrets: Iterable[str]) -> list[str]:
    """Which of the secrets the server told."""
    if run is None:
        return []
    told = b"".join(message.SerializeToString() for message in run.messages)
    return sorted(secret for secret in secrets if secret.encode() in told)


@pytest.fixture(scope="module")
def entities() -> set[str]:
    """The concerns and complaints of the sample, by number: rows for the executive only."""
    snap = snapshot.in_memory(Sources())
    rows: dict[bool, set[str]] = {True: set(), False: set()}
    for kpi in snap.plan.kpis:
        found = evidence.facts(snap, kpi, Selection(), "executive").facts
        rows[kpi.rows_for == "executive"] |= {fact.entity for fact in found}
    only = {entity for entity in rows[True] - rows[False] if len(entity) > 4}
    assert len(only) > 10
    return only


@pytest.fixture(scope="module")
def parts(guarded: Guarded) -> dict[str, list[Part]]:
    """Page -> the widgets on it that the executive director has and the board has not."""

    async def of(who: str, page: str) -> dict[str, Part]:
        found: dict[str, Part] = {}
        async with visit(guarded, who, page) as session:
            await session.start()
            if page == "briefing" and session.has("briefing_part"):
                await session.choose("briefing_part", ["Commentary"])
            for _ in range(2):  # A popover may hold another.
                for element, fragment in list(session.elements()):
                    part = Part(type(element).__name__, element.id, fragment)
                    if element.id not in found and part.kind == "Popover":
                        session.states[element.id] = part.state()
                    found[element.id] = part
                await session.rerun()
        return found

    async def whole() -> dict[str, list[Part]]:
        pages = ("", "kpi", *CLOSED)
        theirs = {id for page in pages for id in await of("board", page)}
        return {
            page: [part for part in (await of("executive", page)).values() if part.id not in theirs]
            for page in pages
        }

    publish_more(guarded)
    found = do(whole())
    assert any("commentary_" in part.id for part in found["briefing"])
    for deed in ("restore_sure", "keeping_sure"):
        assert any(deed in part.id for part in found["history"])
    return found


@pytest.mark.parametrize("page", CLOSED)
@pytest.mark.parametrize("who", VISITORS)
def test_a_closed_page_is_not_given_by_its_hash_nor_by_its_name(
    guarded: Guarded, parts: dict[str, list[Part]], entities: set[str], who: str, page: str
) -> None:
    secrets = {*entities, *(part.id for part in parts[page])}

    async def ask(**words: str) -> None:
        async with visit(guarded, who) as session:
            for _ in range(2):  # As the first message, and after a page that is open.
                run = await session.rerun(**words)
                assert not run.failed
                assert betrayed(run, secrets) == []
                session.page_hash = ""

    do(ask(page_hash=calc_hash(page)))
    do(ask(page_name=page, page_hash=""))
    do(ask(page_name=page, page_hash=calc_hash(page)))
    do(ask(page_name=f"secretariat/{page}.py", page_hash=calc_hash(f"pages/secretariat/{page}.py")))


@pytest.mark.parametrize("page", CLOSED)
def test_the_same_message_gives_the_page_to_the_executive_director(
    guarded: Guarded, parts: dict[str, list[Part]], page: str
) -> None:
    async def ask() -> None:
        async with visit(guarded, "executive") as session:
            run = await session.rerun(page_hash=calc_hash(page))
            assert betrayed(run, [part.id for part in parts[page]])

    do(ask())


@pytest.mark.parametrize("who", VISITORS)
def test_widgets_of_the_executive_director_do_nothing_for_others(
    guarded: Guarded, parts: dict[str, list[Part]], entities: set[str], who: str
) -> None:
    before, kept = guarded.written(), guarded.kept()

    async def use(page: str) -> None:
        states = [part.state() for part in parts[page]]
        async with visit(guarded, who) as session:
            await session.start()
            for _ in range(2):
                run = await session.rerun(*states, page_hash=calc_hash(page or "plan"))
                assert not run.failed
                assert betrayed(run, entities) == []

    made = len(before["links"])
    for page in parts:
        do(use(page))
    after = guarded.written()
    assert guarded.kept() == kept
    assert {name: rows for name, rows in after.items() if name != "links"} == {
        name: rows for name, rows in before.items() if name != "links"
    }
    # The visits of a guest need links of their own, which are by the director.
    assert len(after["links"]) - made == (len(parts) if who == "guest" else 0)


def test_the_same_messages_write_for_the_executive_director(
    guarded: Guarded, parts: dict[str, list[Part]]
) -> None:
    before = len(commentary.history(guarded.store))

    async def use() -> None:
        states = [
            part.state()
            for part in parts["briefing"]
            if "commentary_" in part.id or part.id.endswith("-author") or "Form" in part.id
        ]
        async with visit(guarded, "executive", "briefing") as session:
            await session.start()
            await session.choose("briefing_part", ["Commentary"])
            await session.rerun(*states)

    do(use())
    assert len(commentary.history(guarded.store)) == before + 1


def test_whose_session_has_ended_restores_and_removes_nothing(
    guarded: Guarded, parts: dict[str, list[Part]]
) -> None:
    """The page stands open with both forms; the end came after it was drawn."""
    before, kept = guarded.written(), guarded.kept()
    states = [part.state() for part in parts["history"] if "_sure" in part.id]

    async def use() -> None:
        cookies = guarded.cookies("executive", exp=int(time.time()) + 4)
        async with wire.visit(f"{guarded.address}/history", cookies=cookies) as session:
            assert (await session.start()).holds("Every publication")
            await asyncio.sleep(4.5)
            run = await answered(session.rerun(*states))
            assert run is None or not run.holds("Every publication")

    do(use())
    assert guarded.written() == before and guarded.kept() == kept


def test_the_same_messages_restore_and_remove_for_the_executive_director(
    guarded: Guarded, parts: dict[str, list[Part]]
) -> None:
    before, kept = guarded.publications()[1], guarded.kept()

    async def use(deed: str) -> None:
        states = [part.state() for part in parts["history"] if deed in part.id]
        async with visit(guarded, "executive", "history") as session:
            await session.start()
            await session.rerun(*states)

    do(use("restore_"))
    newest = guarded.publications()[0]
    assert (newest.kind, newest.snapshot, newest.note) == ("restored", before.snapshot, "forged")
    assert newest.who == "executive@example.org"
    do(use("keeping_"))
    gone = kept - guarded.kept()
    assert gone == kept - {before.snapshot}, "the one that is shown stays"
    assert {
        row.subject["snapshot"] for row in audit.entries(guarded.store, event="removed")
    } == gone


@pytest.mark.parametrize("who", VISITORS)
def test_a_fragment_of_someone_else_is_not_drawn(
    guarded: Guarded, parts: dict[str, list[Part]], entities: set[str], who: str
) -> None:
    fragments = {part.fragment for page in parts.values() for part in page if part.fragment}

    async def theirs() -> set[str]:
        async with visit(guarded, "executive", "kpi?kpi=open_concerns") as session:
            await session.start()
            return {fragment for _, fragment in session.elements() if fragment}

    fragments |= do(theirs())
    assert fragments

    async def replay() -> None:
        async with visit(guarded, who) as session:
            await session.start()
            for fragment in sorted(fragments)[:3]:
                asked = session.rerun(fragment=fragment, page_hash=calc_hash("kpi"))
                run = await answered(asked)
                assert betrayed(run, entities) == []

    do(replay())


def test_a_guest_cannot_move_the_selection_of_a_link(guarded: Guarded) -> None:
    """Neither by the address nor by the states of widgets that the page does not have."""

    async def ask() -> None:
        async with visit(guarded, "board", "compliance") as session:
            await session.start()
            bar = session.find("selection_bar")[0].id
        link = guarded.link("compliance", region="Africa")
        async with wire.visit(link, cookies=guarded.cookies(None)) as session:
            first = blocks(await session.start())
            assert "Africa" in first
            told = {"as_of": "2021-12-31", "compare": "", "region": [2], "pillar": [], "turn": "x"}
            moved = wire.trigger_of(bar, "chosen", told)
            session.query += "&region=Europe&as_of=2021-12-31&compare=2020-12-31&kpi=open_concerns"
            assert blocks(await session.rerun(moved)) == first
            assert blocks(await session.rerun(moved, page_name="compliance")) == first
            for page in ("", "membership", "kpi", "briefing"):
                run = await session.rerun(moved, page_hash=calc_hash(page or "plan"))
                assert blocks(run) == ""

    do(ask())


@pytest.mark.parametrize("who", ["nobody", "guest"])
def test_commentary_is_not_told_below_the_board(guarded: Guarded, who: str) -> None:
    async def ask(as_whom: str) -> wire.Run:
        link = guarded.link("kpi", kpi="open_concerns")
        page = link if as_whom == "guest" else f"{guarded.address}/kpi?kpi=open_concerns"
        role = as_whom if as_whom == "board" else None
        async with wire.visit(page, cookies=guarded.cookies(role)) as session:
            return await session.start()

    assert do(ask("board")).holds(WRITTEN)
    assert not do(ask(who)).holds(WRITTEN)


@pytest.mark.parametrize("who", VISITORS)
def test_who_else_has_a_link_is_not_told(guarded: Guarded, who: str) -> None:
    guarded.link("plan")

    async def ask() -> None:
        async with visit(guarded, who) as session:
            runs = [await session.start()]
            runs += [await session.rerun(page_hash=calc_hash(page)) for page in CLOSED]
            # A guest reads their own name.
            assert all(betrayed(run, [RECIPIENT]) == [] for run in runs) or who == "guest"

    do(ask())


GARBAGE: dict[str, bytes | str] = {
    "nothing": b"",
    "noise": os.urandom(4000),
    "zeros": bytes(4000),
    "text": "GET / HTTP/1.1",
    "nested": b"\x5a\x80\x80\x80\x80\x10" * 200,
    "wrong type": b"\x5a\x03abc",
    "huge": b"\x5a" + bytes(40_000_000),
}


@pytest.mark.parametrize("name", list(GARBAGE))
def test_the_server_survives_garbage_and_tells_nothing_of_its_inside(
    guarded: Guarded, name: str
) -> None:
    async def throw() -> bytes:
        async with visit(guarded, "nobody") as session:
            await session.start()
            with contextlib.suppress(ConnectionClosed):
                await session.connection.send(GARBAGE[name])
            return b"".join(await heard(session))

    told = do(throw())
    assert b"Traceback" not in told and b"site-packages" not in told and b".py" not in told
    assert guarded.is_alive()

    async def others() -> bool:
        async with visit(guarded, "board") as session:
            return bool((await session.start()).failed)

    assert not do(others())


ORDERS = [
    *("clear_cache", "set_run_on_save", "load_git_info", "debug_disconnect_websocket"),
    *("debug_shutdown_runtime", "install_skills", "dismiss_skills_nudge"),
]


def order(name: str, session: str) -> BackMsg:
    """What a developer's page may tell a server, and a visitor's may not."""
    message = BackMsg()
    if "skills" in name:
        message.backend_operation_request.session_id = session
        getattr(message.backend_operation_request, name).SetInParent()
    else:
        setattr(message, name, True)
    return message


async def heard(session: wire.Session) -> list[bytes]:
    """What the server says within some seconds without being asked for a run."""
    told: list[bytes] = []
    with contextlib.suppress(TimeoutError, ConnectionClosed):
        async with asyncio.timeout(SILENCE):
            while True:
                told.append(await session.connection.recv())
    return told


@pytest.mark.parametrize("name", ORDERS)
def test_no_visitor_gives_the_server_orders(guarded: Guarded, name: str) -> None:
    async def give() -> None:
        async with visit(guarded, "board") as session:
            await session.start()
            await heard(session)
            await session.connection.send(order(name, session.id).SerializeToString())
            assert await heard(session) == [], "it is passed over in silence"
            assert not (await session.rerun()).failed

    do(give())
    assert guarded.is_alive()


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", None, "http://127.0.0.1:1", "http://localhost", "file://"],
)
def test_no_page_of_another_origin_opens_a_session(guarded: Guarded, origin: str | None) -> None:
    async def come() -> None:
        async with wire.visit(
            guarded.address, cookies=guarded.cookies("executive"), origin=origin
        ) as session:
            await session.start()

    with pytest.raises((InvalidStatus, ConnectionClosed)):
        do(come())


def test_an_order_does_not_reach_streamlit() -> None:
    asked = [order(name, "s").SerializeToString() for name in ORDERS]
    page = BackMsg(app_heartbeat=True).SerializeToString()
    waiting = [{"type": "websocket.receive", "bytes": data} for data in (*asked, b"\xff", page)]
    waiting.append({"type": "websocket.disconnect"})

    async def receive() -> dict[str, Any]:
        return waiting.pop(0)

    async def take() -> list[object]:
        following = messages.of_pages(receive)
        return [(await following()).get("bytes") for _ in range(3)]

    assert do(take()) == [b"\xff", page, None]
