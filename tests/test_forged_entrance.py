"""Sign-ins, links and sessions that we did not make, or that have ended, let nobody in."""

from __future__ import annotations

import asyncio
import time

import pytest
from guarded import Guarded, blocks, do, guarded, visit
from streamlit.proto.WidgetStates_pb2 import WidgetState

from bench import wire
from scorecard.state import links

__all__ = ["guarded"]
pytestmark = pytest.mark.services


def test_a_role_that_is_taken_away_ends_what_stands_open(guarded: Guarded) -> None:
    """Also a part of a page that is drawn alone, and so without the run that asks who comes."""
    someone = {"roles": [], "email": "director@example.net", "sub": "director"}

    async def stay() -> None:
        cookies = guarded.cookies("board", **someone)
        guarded.put_on_board("director@example.net")
        async with wire.visit(f"{guarded.address}/compliance", cookies=cookies) as session:
            await session.start()
            assert (await session.choose("data_concerns", True)).of("dataframe")
            await session.choose("data_concerns", False)
            guarded.put_on_board()
            run = await session.choose("data_concerns", True)
            assert run.of("dataframe") == [] and blocks(run) == ""
            assert session.has("entrance")

    try:
        do(stay())
    finally:
        guarded.put_on_board()


def test_a_link_that_is_withdrawn_ends_what_stands_open(guarded: Guarded) -> None:
    link = guarded.link("compliance")

    async def stay() -> None:
        async with wire.visit(link, cookies=guarded.cookies(None)) as session:
            await session.start()
            assert (await session.choose("data_concerns", True)).of("dataframe")
            await session.choose("data_concerns", False)
            links.revoke(guarded.store, links.made(guarded.store)[0].id, "director@example.org")
            run = await session.choose("data_concerns", True)
            assert run.of("dataframe") == [] and blocks(run) == ""

    do(stay())


def test_a_session_that_has_ended_makes_no_link_in_a_dialog_that_stands_open(
    guarded: Guarded,
) -> None:
    async def stay(seconds: int) -> None:
        cookies = guarded.cookies("executive", exp=int(time.time()) + seconds)
        async with wire.visit(f"{guarded.address}/compliance", cookies=cookies) as session:
            await session.start()
            await session.press("share")
            recipient, fragment = session.find("share_recipient")
            if seconds < 60:
                await asyncio.sleep(seconds)
            session.states[recipient.id] = WidgetState(id=recipient.id, string_value="Someone Else")
            await session.press("share_make")

    def made() -> int:
        return sum(link.recipient == "Someone Else" for link in links.made(guarded.store))

    do(stay(600))
    assert made() == 1
    do(stay(5))
    assert made() == 1


@pytest.mark.parametrize("who", ["nobody", "board"])
def test_a_session_is_not_taken_over_by_its_name(guarded: Guarded, who: str) -> None:
    async def take() -> None:
        async with visit(guarded, "executive", "data") as session:
            await session.start()
            cookies = guarded.cookies(None if who == "nobody" else who)
            async with wire.visit(guarded.address, cookies=cookies, session=session.id) as other:
                await other.start()
                assert other.id != session.id
            assert not (await session.rerun()).failed

    do(take())


@pytest.mark.parametrize(
    "way", ["unsigned", "other secret", "other name", "changed", "other origin", "no proof", "old"]
)
def test_a_sign_in_that_we_did_not_make_counts_for_nothing(guarded: Guarded, way: str) -> None:
    cookies = guarded.cookies("executive")
    good = cookies["_streamlit_user"]
    if way == "unsigned":
        cookies["_streamlit_user"] = '{"is_logged_in":true,"roles":["executive"]}'
    elif way == "other secret":
        cookies["_streamlit_user"] = guarded.signed("executive", secret="0" * 64)
    elif way == "other name":
        cookies = {wire.XSRF: cookies[wire.XSRF], "_streamlit_user_tokens": good}
    elif way == "changed":
        cookies["_streamlit_user"] = ("A" if good[9] != "A" else "B").join([good[:9], good[10:]])
    elif way == "other origin":
        cookies = guarded.cookies("executive", origin="https://evil.example")
    elif way == "old":
        cookies = guarded.cookies("executive", exp=1, iat=0)
    else:
        cookies = {"_streamlit_user": good}

    async def come() -> None:
        async with wire.visit(f"{guarded.address}/data", cookies=cookies) as session:
            await session.start()
            assert session.has("entrance")

    do(come())


def test_a_link_that_was_changed_opens_nothing(guarded: Guarded) -> None:
    good = guarded.link("membership")
    head, token = good.split("link=")
    changed = [
        # Of the very last letter some bits count for nothing.
        token[:-2] + ("A" if token[-2] != "A" else "B") + token[-1], token[::-1], token[:8],
        token + token, "", "None", "../../etc/passwd", "%00", "A" * 5000, token.upper(),
    ]  # fmt: skip

    async def come(address: str) -> wire.Run:
        async with wire.visit(address, cookies=guarded.cookies(None)) as session:
            return await session.start()

    assert "Members by pillar" in blocks(do(come(good)))
    for other in changed:
        run = do(come(f"{head}link={other}"))
        assert not run.failed
        assert blocks(run) == ""
    other_page = good.replace("/membership?", "/compliance?")
    assert blocks(do(come(other_page))) == ""
