"""The desk against who is not the executive director: nothing is read, kept or published."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from guarded import Guarded, configure, do, guarded, visit
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.util import calc_hash

from bench import wire
from scorecard.drafts import Draft, Drafts, keeping
from scorecard.state import publications, spellings

__all__ = ["guarded"]
pytestmark = pytest.mark.services

SAMPLE = Path(__file__).parents[1] / "data" / "exports"
NAME = "Register of Ouagadougou.csv"
BUTTONS = ("desk_publish", "desk_discard", "desk_take_folder", "desk_remove_0", "desk_answer")
VISITORS = ("nobody", "guest", "board")


@pytest.fixture
def draft(guarded: Guarded) -> Iterator[Draft]:
    """A draft of the executive director, with figures that nobody has seen yet."""
    room = Drafts(guarded.folder / "drafts")
    folder = room.of("sign-in", "executive@example.org")
    made = keeping.add_folder(room.begin(folder, "executive@example.org", "upload"), SAMPLE)
    made = keeping.add(made, NAME, b"a;b\n1;2\n")
    made = keeping.add(made, "exported_on.txt", b"2022-11-30\n")
    yield made
    room.discard(folder)


def on_disk(draft: Draft) -> list[tuple[str, bytes]]:
    return sorted(
        (str(path), path.read_bytes())
        for path in draft.folder.rglob("*")
        if path.is_file() and path.name != "lock" and "read-" not in str(path)
    )


async def buttons(guarded: Guarded) -> dict[str, str]:
    """Key of a button of the desk -> its id, as the executive director's page has it."""
    async with visit(guarded, "executive", "data") as session:
        run = await session.start()
        assert run.holds(NAME) and run.holds("Publish the data of 30 November 2022")
        ids = [element.id for element, _ in session.elements()]
    found = {key: next((i for i in ids if i.endswith(f"-{key}")), "") for key in BUTTONS}
    assert found["desk_publish"] and found["desk_discard"]
    return {key: id for key, id in found.items() if id}


@pytest.mark.parametrize("who", VISITORS)
def test_messages_of_the_desk_do_nothing_for_others(
    guarded: Guarded, draft: Draft, who: str
) -> None:
    states = [WidgetState(id=i, trigger_value=True) for i in do(buttons(guarded)).values()]
    before = on_disk(draft), publications.all(guarded.store), spellings.saved(guarded.store)

    async def use() -> None:
        async with visit(guarded, who) as session:
            await session.start()
            for _ in range(2):
                run = await session.rerun(*states, page_hash=calc_hash("data"))
                assert not run.failed and not run.holds(NAME)
                assert not run.holds("Publish the data of")

    do(use())
    assert before == (
        on_disk(draft), publications.all(guarded.store), spellings.saved(guarded.store)
    )  # fmt: skip


def test_a_role_that_has_gone_does_not_publish_what_its_page_offered(
    guarded: Guarded, draft: Draft
) -> None:
    """The page was drawn for the executive director, whose role ends before the click."""
    room = Drafts(guarded.folder / "drafts")
    mine = room.of("sign-in", "fay@example.org")
    own = keeping.add_folder(room.begin(mine, "fay@example.org", "upload"), SAMPLE)
    own = keeping.add(own, "exported_on.txt", b"2022-11-30\n")
    settings = guarded.folder / "secrets.toml"
    without = settings.read_text(encoding="utf-8")

    def write(text: str) -> None:
        aside = settings.with_name("secrets.new")
        aside.write_text(text, encoding="utf-8")
        aside.replace(settings)

    write(f'{without}\n[access.executive]\naddresses = ["fay@example.org"]\n')
    before = publications.all(guarded.store)
    cookies = guarded.cookies("none", sub="fay", email="fay@example.org")

    async def click() -> None:
        async with wire.visit(f"{guarded.address}/data", cookies=cookies) as session:
            run = await session.start()
            assert run.holds("Publish the data of 30 November 2022")
            button = session.find("desk_publish")[0].id
            discard = session.find("desk_discard")[0].id
            write(without)
            for id in (button, discard):
                run = await session.rerun(WidgetState(id=id, trigger_value=True))
                assert not run.holds("Publish the data of")

    try:
        do(click())
    finally:
        configure(guarded.folder, guarded.port, guarded.cookie_secret, guarded.link_key)
    assert publications.all(guarded.store) == before
    assert own.folder.exists() and len(own.files()) > 10
    room.discard(mine)
