"""What is asked for of a view further away: by the session that stands there, and no one else."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import urllib.error
import urllib.request
from typing import Any

import pytest
from guarded import Guarded, do, guarded, publish_more, visit

from bench import wire
from scorecard import readings, wording
from scorecard.screen.choices import Choice
from scorecard.snapshot import Sources, in_memory

__all__ = ["guarded"]
pytestmark = pytest.mark.services

FAR = {"as_of": "2021-11-30", "compare": "2020-12-31", "region": [0, 2, 4], "pillar": []}


def ask(guarded: Guarded, body: object, **headers: str) -> tuple[int, Any]:
    """The status and what is answered to a page of the dashboard, or to who says so."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    told = {"content-type": "application/json", "origin": guarded.address, **headers}
    request = urllib.request.Request(f"{guarded.address}/views", data, told)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            text = answer.read()
            assert "no-store" in answer.headers["cache-control"]
            return answer.status, json.loads(text) if text else None
    except urllib.error.HTTPError as error:
        return error.code, None


def token_of(session: wire.Session) -> str:
    marks = [json.loads(sent.json)[0]["mark"] for sent in session.whole.of("bidi_component")
             if '"ask"' in sent.json]  # fmt: skip
    [mark] = marks
    assert mark["ask"][0] == "/views"
    return str(mark["ask"][1])


@pytest.mark.parametrize("who", ["board", "executive"])
def test_a_view_further_away_is_as_the_core_reads_it_for_that_role(
    guarded: Guarded, who: Any
) -> None:
    async def stay() -> Any:
        async with visit(guarded, who) as session:
            await session.start()
            return await asyncio.to_thread(
                ask, guarded, {"token": token_of(session), "choice": FAR}
            )

    status, found = do(stay())
    assert status == 200
    snap = in_memory(Sources())
    regions = tuple(snap.plan.regions[place] for place in (0, 2, 4))
    choice = Choice(dt.date(2021, 11, 30), dt.date(2020, 12, 31), regions)
    assert found["view"] == choice.key(snap) and sorted(found["parts"]) == ["bar", "overview"]
    card = readings.scorecard(snap, choice.selection(snap), who, *choice.dates(snap))
    groups = found["parts"]["overview"]["blocks"][-1]["groups"]
    rows = {row["kpi"]: row for group in groups for row in group["rows"]}
    for reading in card.readings:
        row = rows[reading.kpi]
        assert row["status"] == reading.status
        assert wording.value(snap.plan.kpi(reading.kpi), reading).startswith(row["value"])
    assert any(reading.suppressed for reading in card.readings) == (who == "board")


@pytest.mark.parametrize("page", ["compliance", "kpi"])
def test_a_page_with_figures_is_answered_with_each_of_them(guarded: Guarded, page: str) -> None:
    async def stay() -> Any:
        async with visit(guarded, "board", page) as session:
            await session.start()
            return await asyncio.to_thread(
                ask, guarded, {"token": token_of(session), "choice": FAR}
            )

    status, found = do(stay())
    assert status == 200
    assert sum("figure" in part for part in found["parts"].values()) >= 3


def test_nobody_is_answered_who_does_not_stand_there(guarded: Guarded) -> None:
    async def stay() -> None:
        async with visit(guarded, "board") as session:
            await session.start()
            token = token_of(session)
            good = {"token": token, "choice": FAR}
            for body, status in (
                (good, 200),
                ({**good, "token": token[:-1]}, 204), ({**good, "token": None}, 204),
                ({**good, "token": [token]}, 204), ({**good, "choice": {"region": [99]}}, 204),
                ({"choice": FAR}, 204), ([good], 400), (b"\xff", 400), (b"[" * 30_000, 413),
                (b"[" * 15_000, 400),
            ):  # fmt: skip
                assert (await asyncio.to_thread(ask, guarded, body))[0] == status, body
            elsewhere = await asyncio.to_thread(
                ask, guarded, good, origin="https://elsewhere.example"
            )
            assert elsewhere == (403, None)
        # A session that is closed for good answers nobody.
        async with asyncio.timeout(10):
            async with visit(guarded, "board") as session:
                await session.start()
                assert token_of(session) != token

    do(stay())


def test_a_locked_link_has_nothing_to_ask_by(guarded: Guarded) -> None:
    async def stay() -> None:
        async with visit(guarded, "guest") as session:
            run = await session.start()
            assert not any('"ask"' in sent.json for sent in run.of("bidi_component"))

    do(stay())


def test_a_role_that_is_taken_away_ends_the_answers(guarded: Guarded) -> None:
    someone = {"roles": [], "email": "director@example.net", "sub": "director"}

    async def stay() -> None:
        cookies = guarded.cookies("board", **someone)
        guarded.put_on_board("director@example.net")
        async with wire.visit(f"{guarded.address}/", cookies=cookies) as session:
            await session.start()
            body = {"token": token_of(session), "choice": FAR}
            assert (await asyncio.to_thread(ask, guarded, body))[0] == 200
            guarded.put_on_board()
            assert await asyncio.to_thread(ask, guarded, body) == (204, None)

    try:
        do(stay())
    finally:
        guarded.put_on_board()


def test_a_page_with_older_figures_is_not_answered_once_others_are_published(
    guarded: Guarded,
) -> None:
    async def stay() -> None:
        async with visit(guarded, "board") as session:
            await session.start()
            body = {"token": token_of(session), "choice": FAR}
            status, old = await asyncio.to_thread(ask, guarded, body)
            assert status == 200
            await asyncio.to_thread(publish_more, guarded)
            # The process shows the new figures a moment later, and moves the page after that.
            async with asyncio.timeout(20), visit(guarded, "board") as other:
                await other.start()
                while True:
                    status, found = await asyncio.to_thread(ask, guarded, body)
                    if status == 204 or found["stamp"] != old["stamp"]:
                        break
                    await asyncio.sleep(0.3)
                    await other.rerun()
                fresh = {**body, "token": token_of(other)}
                status, found = await asyncio.to_thread(ask, guarded, fresh)
                assert status == 200 and found["stamp"] != old["stamp"]

    do(stay())
