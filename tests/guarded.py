"""A server that lets in by sign-in and by link, and what each visitor brings to come in.

The provider is never asked: a sign-in is the cookie that Streamlit would have signed after it.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, select, table, text
from streamlit.web.server.starlette.starlette_app_utils import (
    create_signed_value,
    generate_xsrf_token_string,
)
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from bench import wire
from scorecard import depot as depots
from scorecard.state import commentary, links, publications
from scorecard.state.publications import Publication
from scorecard.state.store import Store, open_store

ROOT = Path(__file__).parents[1]
MEETING = dt.date(2022, 12, 7)
WRITTEN = "Only the board may read what was written of Ouagadougou"
RECIPIENT = "Zebedee Quux of the Example Foundation"

_SECRETS = """
[auth]
redirect_uri = "http://127.0.0.1:{port}/oauth2callback"
cookie_secret = "{cookie_secret}"

[auth.lab]
client_id = "dashboard"
client_secret = "not-used-here"
server_metadata_url = "http://127.0.0.1:9/.well-known/openid-configuration"

[access]
link_keys = ["{link_key}"]

[access.board]
addresses = {board}
"""


@dataclass(frozen=True)
class Guarded:
    """The server at an address, its written state, and the secrets that sign."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]
    store: Store
    cookie_secret: str
    link_key: str

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")

    def cookies(self, role: str | None, **claims: object) -> dict[str, str]:
        """What the browser of someone with a role holds after sign-in; no role, no sign-in."""
        token = generate_xsrf_token_string()
        return {wire.XSRF: token} | (
            {USER_COOKIE_NAME: self.signed(role, **claims)} if role else {}
        )

    def signed(self, role: str, secret: str = "", **claims: object) -> str:
        """The cookie of a sign-in, by the server's own secret or another."""
        now = int(time.time())
        told = {
            "origin": self.address, "is_logged_in": True, "provider": "lab", "sub": role,
            "iss": "http://127.0.0.1:9", "iat": now - 5, "exp": now + 3600, "roles": [role],
            "email": f"{role}@example.org", "email_verified": True, **claims,
        }  # fmt: skip
        signed = create_signed_value(
            secret or self.cookie_secret, USER_COOKIE_NAME, json.dumps(told)
        )
        return signed.decode("latin-1")

    def link(self, page: str, **parameters: str) -> str:
        """The address of a new share link."""
        draft = links.Draft(
            RECIPIENT, page, {name: (word,) for name, word in parameters.items()}, None,
            "director@example.org", dt.datetime.now(dt.UTC) + dt.timedelta(days=1),
        )  # fmt: skip
        made = links.make(self.store, draft)
        path = "" if page == "plan" else page
        return f"{self.address}/{path}?link={links.token(made, [self.link_key])}"

    def is_alive(self) -> bool:
        """Whether the process still answers."""
        with urllib.request.urlopen(f"{self.address}/_stcore/health", timeout=5) as answer:
            return self.process.poll() is None and answer.status == 200

    def written(self) -> dict[str, list[tuple[object, ...]]]:
        """All rows of the written state but for who came and who was refused."""
        with self.store.reading() as connection:
            names = set(inspect(connection).get_table_names()) - {"audit", "link_openings"}
            return {
                name: [
                    tuple(row)
                    for row in connection.execute(select(text("*")).select_from(table(name)))
                ]
                for name in sorted(names)
            }

    def publications(self) -> tuple[Publication, ...]:
        """All publications, the newest first."""
        return publications.all(self.store)

    def kept(self) -> frozenset[str]:
        """The snapshots that are kept."""
        return frozenset(path.stem for path in (self.folder / "snapshots").glob("*.duckdb"))

    def put_on_board(self, *addresses: str) -> None:
        """Changes the list of the board's addresses, which the server reads again."""
        configure(self.folder, self.port, self.cookie_secret, self.link_key, addresses)


def publish_more(guarded: Guarded) -> None:
    """Publishes the server's own figures under other names, before a meeting and now, and keeps
    them under one more that nobody was ever shown."""
    do(_figures(guarded))
    (first,) = guarded.publications()
    folder = guarded.folder / "snapshots"
    names = [f"{n}" * 20 for n in (1, 2, 3)]
    for name in names:
        shutil.copy(folder / f"{first.snapshot}.duckdb", folder / f"{name}.duckdb")
    before = dt.datetime.combine(MEETING - dt.timedelta(days=1), dt.time(), dt.UTC)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(publications, "now", lambda: before)
        _publish(guarded, names[0], first.snapshot)
    _publish(guarded, names[1], names[0])
    depots.open_depot(str(folder)).point_to(names[1])


def _publish(guarded: Guarded, name: str, previous: str) -> None:
    with publications.deciding(guarded.store) as connection:
        publications.add(connection, name, previous, RECIPIENT, WRITTEN, "published", {"error": 1})


async def _figures(guarded: Guarded) -> None:
    async with visit(guarded, "executive") as session:
        await session.start()
        async with asyncio.timeout(30):
            while not guarded.publications():
                await asyncio.sleep(0.1)
        # The process shows what is published a moment later.
        await session.rerun()


def configure(
    folder: Path, port: int, cookie_secret: str, link_key: str, board: Sequence[str] = ()
) -> None:
    """Writes the secrets file, all at once, as the server may be reading it."""
    words = {"cookie_secret": cookie_secret, "link_key": link_key, "board": json.dumps(board)}
    aside = folder / "secrets.new"
    aside.write_text(_SECRETS.format(port=port, **words), encoding="utf-8")
    aside.replace(folder / "secrets.toml")


def visit(guarded: Guarded, who: str, page: str = "") -> Any:
    """An open connection of someone, who has asked for nothing yet."""
    if who == "guest":
        return wire.visit(guarded.link("plan"), cookies=guarded.cookies(None))
    cookies = guarded.cookies(None if who == "nobody" else who)
    return wire.visit(f"{guarded.address}/{page}", cookies=cookies)


def do(work: Coroutine[Any, Any, Any]) -> Any:
    """Runs it in a thread, as a browser of another test may hold the loop of this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def blocks(run: wire.Run) -> str:
    """The scorecard's rows and headlines of a page, as they are sent."""
    return "".join(sent.json or sent.mixed.json for sent in run.of("bidi_component"))


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """A server over the sample with one commentary written and nobody signed in."""
    folder = tmp_path_factory.mktemp("guarded")
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        port = place.getsockname()[1]
    store = open_store(f"sqlite:///{folder}/state.db")
    commentary.save(store, commentary.Draft(MEETING, "open_concerns", WRITTEN, "", "Ada"))
    environment = {name: word for name, word in os.environ.items() if "SCORECARD" not in name}
    environment |= {
        "SCORECARD_SNAPSHOTS": str(folder / "snapshots"),
        "SCORECARD_KEEP": "1",
        "SCORECARD_STATE": store.engine.url.render_as_string(),
    }
    keys = secrets.token_hex(32), secrets.token_hex(32)
    configure(folder, port, *keys)
    made = Guarded(folder, port, _start(folder, port, environment), store, *keys)
    try:
        _wait(made)
        yield made
    finally:
        os.killpg(made.process.pid, signal.SIGTERM)
        made.process.wait(15)
        store.close()


def _start(folder: Path, port: int, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "streamlit", "run", "dashboard.py", "--server.headless"]
    command += ["true", "--server.address", "127.0.0.1", "--server.port", str(port)]
    command += ["--secrets.files", str(folder / "secrets.toml")]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
        )


def _wait(made: Guarded) -> None:
    until = time.monotonic() + 40
    while time.monotonic() < until:
        assert made.process.poll() is None, made.log[-2000:]
        with contextlib.suppress(OSError):
            if made.is_alive():
                return
        time.sleep(0.1)
    raise AssertionError("the server does not answer")
