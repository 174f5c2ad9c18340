"""Open pages that move to figures that were published, though nobody touches them."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from guarded import ROOT, Guarded, do, guarded, visit

from bench import wire
from scorecard import depot
from scorecard.state import links

__all__ = ["guarded"]
pytestmark = pytest.mark.services

QUIET = 5.0
"""Seconds in which a server that looks every two would have spoken twice."""


def settings(guarded: Guarded) -> dict[str, str]:
    return {
        "SCORECARD_SNAPSHOTS": str(guarded.folder / "snapshots"),
        "SCORECARD_STATE": guarded.store.engine.url.render_as_string(),
    }


def publish(guarded: Guarded, folder: Path, date: str) -> None:
    """Shows everybody the sample as of another day."""
    shutil.copytree(ROOT / "data" / "exports", folder)
    (folder / "exported_on.txt").write_text(f"{date}\n", encoding="utf-8")
    words = ["publish", "--exports", str(folder), "--plan", str(ROOT / "data" / "plan"), "--force"]
    done = subprocess.run(
        [sys.executable, "-m", "scorecard", *words, "--note", "n", "--author", "Ada"],
        cwd=ROOT, env={**os.environ, **settings(guarded)}, capture_output=True, timeout=180,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


async def heard(session: wire.Session, seconds: float, until: str = "") -> bytes:
    """All that a session is sent in some seconds, or until it holds a text."""
    told = b""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while not until or until.encode() not in told:
                data = await session.connection.recv()
                assert isinstance(data, bytes)
                told += data
    return told


def test_pages_at_rest_are_sent_nothing_and_move_when_others_are_published(
    guarded: Guarded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def first() -> None:
        async with visit(guarded, "board") as session:
            await session.start()

    do(first())
    monkeypatch.setenv("SCORECARD_SNAPSHOTS", settings(guarded)["SCORECARD_SNAPSHOTS"])
    shown = depot.open_depot().current()
    until = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
    frozen = links.make(guarded.store, links.Draft("Ada", "plan", {}, shown, "Bob", until))
    link = f"{guarded.address}/?link={links.token(frozen, [guarded.link_key])}"

    async def stay() -> None:
        async with (
            visit(guarded, "board") as director,
            wire.visit(link, cookies=guarded.cookies(None)) as guest,
            visit(guarded, "nobody") as stranger,
        ):
            for session in (director, guest, stranger):
                await session.start()
                await heard(session, 0.5)
            quiet = await asyncio.gather(*(heard(s, QUIET) for s in (director, guest, stranger)))
            assert quiet == [b"", b"", b""]
            await asyncio.to_thread(publish, guarded, tmp_path / "earlier", "2022-11-30")
            told = await heard(director, 30, "Data of 30 November 2022")
            assert b"Data of 30 November 2022" in told
            # Figures of an earlier day stay, and who is not in is told nothing.
            assert await heard(guest, QUIET) == b"" and await heard(stranger, 0.5) == b""

    do(stay())
