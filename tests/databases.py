"""Real databases for tests: a SQLite file, and a PostgreSQL server that lives as long as they."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from scorecard.state.store import Store, open_store

_USER = "postgres"


@pytest.fixture(scope="session")
def server() -> Iterator[Path]:
    """The folder of the socket of a new PostgreSQL server, which listens nowhere else."""
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    assert binaries, "PostgreSQL is not installed: apt-get install postgresql"
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    # The server refuses to run as root.
    is_root = os.getuid() == 0
    user = _USER if is_root else pwd.getpwuid(os.getuid()).pw_name
    if is_root:
        shutil.chown(folder, user, user)

    def run(program: str, *words: str) -> None:
        command = [str(binaries[-1] / program), "-D", str(folder / "data"), *words]
        if is_root:
            command = ["runuser", "-u", user, "--", *command]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder, timeout=120)

    run("initdb", "-A", "trust", "-U", _USER, "-E", "UTF8", "--locale=C", "-N")
    options = f"-c listen_addresses='' -k {folder} -c max_connections=60"
    run("pg_ctl", "-w", "-l", str(folder / "log"), "-o", options, "start")
    try:
        yield folder
    finally:
        run("pg_ctl", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.services)],
)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database with nothing in it, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/state/state.db"
    folder = request.getfixturevalue("server")
    name = f"state_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(host=str(folder), user=_USER, dbname=_USER, autocommit=True) as admin:
        admin.execute(f"create database {name}")
    return f"postgresql://{_USER}@/{name}?host={folder}"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """An open database with nothing written in it."""
    opened = open_store(url)
    yield opened
    opened.close()
