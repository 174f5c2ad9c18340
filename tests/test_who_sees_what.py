"""Who sees what: every page, command and download tried as every visitor, kept as a table.

`SCORECARD_ACCEPT=yes pytest tests/test_who_sees_what.py` writes the table of docs/access.md anew.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import io
import json
import os
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from guarded import Guarded, do, guarded, publish_more
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

from bench import wire
from scorecard import catalogue, publication
from scorecard.__main__ import main
from scorecard.catalogue import Kpi
from scorecard.screen.front import PAGES
from scorecard.screen.links import SHARED
from scorecard.snapshot import Sources

__all__ = ["guarded"]
pytestmark = pytest.mark.services

ROOT = Path(__file__).parents[1]
TINY = ROOT / "tests" / "data" / "tiny"
DOCUMENT = ROOT / "docs" / "access.md"
VISITORS = {
    "nobody": "not signed in",
    "gardener": "signed in, no role",
    "guest": "guest, by a link to the page",
    "stranger": "guest, by a link to another page",
    "board": "board",
    "executive": "executive director",
}
ROLES = ("guest", "board", "executive")


def address(guarded: Guarded, who: str, page: str) -> tuple[str, dict[str, str]]:
    """Where a visitor goes for a page, and the cookies that they bring."""
    path = "" if page == "plan" else page
    plain = f"{guarded.address}/{path}"
    if who == "guest" and page in SHARED:
        return guarded.link(page), guarded.cookies(None)
    if who in ("guest", "stranger"):
        other = guarded.link("capacity" if page == "plan" else "plan")
        return f"{plain}?{other.partition('?')[2]}", guarded.cookies(None)
    return plain, guarded.cookies(None if who == "nobody" else who)


def outcome(run: wire.Run) -> str:
    """What a visitor gets, from all that the server sent."""
    words = {
        "sign-in": "Sign in with",
        "no access": "You have no access yet",
        "refused": "This link does not open",
        "closed": "This page is not open to you",
    }
    found = [name for name, text in words.items() if run.holds(text)]
    # The foot and the selection stand on every page that is shown, and on no other.
    if run.holds("Data of") and run.holds("snapshot "):
        found.append("shown")
    assert len(found) == 1, found
    return found[0]


async def files(session: wire.Session) -> dict[str, int]:
    """Name of each file that the page offers, and the bytes that come when it is asked for."""
    for _ in range(2):  # A popover is empty until it is open.
        for element, _ in list(session.elements()):
            if type(element).__name__ in ("Popover", "Block") and element.id:
                session.states[element.id] = WidgetState(id=element.id, bool_value=True)
        await session.rerun()
    found = {}
    for element, _ in list(session.elements()):
        if type(element).__name__ == "DownloadButton":
            key = element.id.rpartition("-None-")[2] or element.id
            found[key.rpartition("-")[2]] = await size(session, element.deferred_file_id)
    return found


async def size(session: wire.Session, file: str) -> int:
    """The bytes of a file that is made when it is asked for."""
    message = BackMsg()
    asked = message.backend_operation_request
    asked.request_id = uuid.uuid4().hex
    asked.session_id = session.id
    asked.deferred_file.file_id = file
    await session.connection.send(message.SerializeToString())
    async with asyncio.timeout(30):
        while True:
            data = await session.connection.recv()
            assert isinstance(data, bytes)
            answer = ForwardMsg.FromString(data).backend_operation_response
            if answer.request_id == asked.request_id:
                break
    if answer.error_msg:
        return 0
    base = session.address.partition("/_stcore")[0]
    root = "/".join(base.split("/")[:3])
    with urllib.request.urlopen(root + answer.deferred_file.url, timeout=10) as body:
        return len(body.read())


def tried(guarded: Guarded) -> tuple[dict[str, dict[str, str]], dict[str, dict[str, list[str]]]]:
    """Page -> visitor -> outcome, and page -> visitor -> the files that came."""

    async def one(who: str, page: str) -> tuple[str, list[str]]:
        where, cookies = address(guarded, who, page)
        async with wire.visit(where, cookies=cookies) as session:
            found = outcome(await session.start())
            if session.has("briefing_make"):
                await session.press("briefing_make")
            came = await files(session) if found == "shown" else {}
        assert all(came.values()), (who, page, came)
        return found, sorted(came)

    seen: dict[str, dict[str, str]] = {}
    had: dict[str, dict[str, list[str]]] = {}
    for page in PAGES:
        for who in VISITORS:
            found, came = do(one(who, page))
            seen.setdefault(page, {})[who] = found
            had.setdefault(page, {})[who] = came
    return seen, had


# The command line ---------------------------------------------------------------------------

ASKED: Mapping[str, tuple[str, ...]] = {
    "its value": ("series",),
    "in one region, at the end of a year": ("show", "--as-of", "2020-12-31", "--region"),
    "in one region, at another day": ("show", "--as-of", "2021-02-28", "--region"),
    "by region, at the end of a year": ("breakdown", "--as-of", "2020-12-31", "--by", "region"),
    "by region, at another day": ("breakdown", "--as-of", "2021-02-28", "--by", "region"),
    "by country": ("breakdown", "--as-of", "2020-12-31", "--by", "country"),
    "by category, world": ("breakdown", "--as-of", "2020-12-31", "--by", "category"),
    "by category in a region": ("breakdown", "--as-of", "2020-12-31", "--by", "category",
                                "--region"),
    "why it changed": ("explain", "--from", "2020-02-29", "--to", "2021-02-28", "--by", "region"),
    "the rows behind it": ("facts", "--as-of", "2021-02-28"),
}  # fmt: skip


@functools.cache
def answered(words: tuple[str, ...]) -> str:
    """What a command prints; nothing where it refuses."""
    line = [*words, "--exports", str(TINY / "exports"), "--plan", str(TINY / "plan")]
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main([*line, "--format", "json"])
    assert code == 0 or not out.getvalue().strip()
    return out.getvalue()


def asked(kpi: Kpi, words: Iterable[str], role: str) -> str:
    """What the command line gives a role: shown, hidden (as the rule has it), or refused."""
    line = list(words)
    if line[-1] == "--region":
        line.append("Africa")
    if line[0] != "show":
        line += ["--kpi", kpi.id]
    printed = answered((*line, "--role", role))
    if not printed:
        return "refused"
    answer = json.loads(printed)
    if line[0] == "show":
        reading = next(r for r in answer["readings"] if r["kpi"] == kpi.id)
        return "as the rule allows" if reading["suppressed"] else "shown"
    groups = answer.get("groups")
    if groups is not None and kpi.confidential and role != "executive":
        if "category" not in line and (not groups or any(g["suppressed"] for g in groups)):
            return "as the rule allows"
        assert all(g["suppressed"] or g["n"] is not None for g in groups)
    return "shown"


def classes() -> dict[str, list[Kpi]]:
    """KPIs that are treated alike, by who may see their rows."""
    found: dict[str, list[Kpi]] = {}
    for kpi in catalogue.load():
        kind = "confidential" if kpi.confidential else f"open, rows for the {kpi.rows_for}"
        found.setdefault(kind, []).append(kpi)
    return found


def applies(kpi: Kpi, words: tuple[str, ...]) -> bool:
    by = words[words.index("--by") + 1] if "--by" in words else ""
    needed = {"country": "region"}.get(by, by)
    return (not needed or needed in kpi.dimensions) and (
        "--region" not in words or "region" in kpi.dimensions
    )


def commands() -> dict[tuple[str, str], dict[str, str]]:
    """Kind of KPI and question -> role -> what is given; alike for all KPIs of the kind."""
    table: dict[tuple[str, str], dict[str, str]] = {}
    for kind, kpis in classes().items():
        for question, words in ASKED.items():
            fitting = [kpi for kpi in kpis if applies(kpi, words)]
            for role in ROLES:
                given = {asked(kpi, words, role) for kpi in fitting}
                # A row may hide none of its groups; the rule stands all the same.
                if given == {"shown", "as the rule allows"}:
                    given = {"as the rule allows"}
                if fitting:
                    assert len(given) == 1, (kind, question, role, given)
                    table.setdefault((kind, question), {})[role] = given.pop()
    return table


def grid(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    names = list(heads)
    lines = [names, ["---"] * len(names), *[list(row) for row in rows]]
    return ["| " + " | ".join(line) + " |" for line in lines]


def document(guarded: Guarded) -> str:
    """The whole table, from what was tried."""
    publish_more(guarded)
    seen, had = tried(guarded)
    given = commands()
    lines = [
        "# Who sees what",
        "",
        "Made by a test that tries every page, question and download as every visitor, on a",
        "running server and from the command line (`tests/test_who_sees_what.py`).",
        "",
        "## Pages",
        "",
        *grid(
            ["Page", *VISITORS.values()],
            ([PAGES[page][1], *seen[page].values()] for page in PAGES),
        ),
        "",
        "*sign-in*: asked to sign in, and brought back here afterwards. *no access*: told whom to",
        "ask. *refused*: told politely that the link does not open this page. *closed*: told for",
        "whom the page is. None of these shows a figure, a name or the selection.",
        "",
        "## Downloads",
        "",
        "Files that came when their buttons were pressed, by page.",
        "",
        *grid(
            ["Page", *(VISITORS[who] for who in ("guest", "board", "executive"))],
            (
                [PAGES[page][1]]
                + [", ".join(had[page][who]) or "none" for who in ("guest", "board", "executive")]
                for page in PAGES
            ),
        ),
        "",
        "Whoever is not shown a page is offered none of its files.",
        "",
        "## Figures",
        "",
        "The same at the command line (`--role`) and on every page, as it is decided where",
        "readings are made. *as the rule allows*: groups are hidden, or the whole row is.",
        "",
        *grid(
            ["KPI", "Question", *ROLES],
            ([kind, question, *answers.values()] for (kind, question), answers in given.items()),
        ),
    ]
    return "\n".join(lines) + "\n"


def test_every_page_command_and_download_gives_each_visitor_what_the_table_says(
    guarded: Guarded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Built once, so that each of some 800 questions only opens it.
    monkeypatch.setenv("SCORECARD_SNAPSHOTS", str(tmp_path))
    publication.propose(Sources(TINY / "exports", TINY / "plan"))
    found = document(guarded)
    if os.environ.get("SCORECARD_ACCEPT"):
        DOCUMENT.write_text(found, encoding="utf-8")
    assert found == DOCUMENT.read_text(encoding="utf-8")


def test_the_first_visitor_of_a_fresh_server_sees_nothing_at_any_address(
    guarded: Guarded, tmp_path: Path
) -> None:
    """Even by the address of a page file, which Streamlit would serve by itself."""
    for path in (*PAGES, "board/overview", "overview", "secretariat/briefing", "data.py", "none"):

        async def first(path: str = path) -> wire.Run:
            async with wire.visit(f"{guarded.address}/{path}") as session:
                return await session.start()

        assert outcome(do(first())) == "sign-in", path
    for path in ("pages/board/overview.py", "data/exports/organisations.csv", "dashboard.py"):
        with (
            contextlib.suppress(urllib.error.HTTPError),
            urllib.request.urlopen(f"{guarded.address}/{path}", timeout=5) as answer,
        ):
            assert b"<title>" in answer.read()[:2000], path
