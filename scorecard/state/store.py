"""The database of the written state: found by a URL, brought up to date, opened once a process.

SCORECARD_STATE names it: `sqlite:///folder/state.db` or `postgresql://user@host/database`.
Left out, it is a SQLite file in `state` beside the code. SQLite serves several processes of one
machine, on a disk of its own; several machines share a PostgreSQL.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from scorecard.refusal import Refusal
from scorecard.state.glance import FILE
from scorecard.state.glance import VARIABLE as VARIABLE

SECONDS_TO_WAIT = 20
"""How long a writer waits for another before it is refused."""

_WRITES = "scorecard_writes"


@dataclass(frozen=True)
class Store:
    """The open database of the written state; may be shared by threads, not by forks."""

    engine: Engine

    @property
    def place(self) -> str:
        """Where it is, without a password, which may stand among the options too."""
        return self.engine.url.set(query={}).render_as_string(hide_password=True)

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state throughout on SQLite."""
        with _said(self.place), self.engine.begin() as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction: all of it is kept when the block ends, or nothing.

        On SQLite the right to write is taken at its start, as a reader that turns writer would
        be refused at once where another has written meanwhile, instead of waiting.
        """
        with _said(self.place), self.engine.connect() as connection:
            writer = connection.execution_options(**{_WRITES: True})
            with writer.begin():
                yield writer

    def close(self) -> None:
        self.engine.dispose()


def address(url: str | None = None) -> URL:
    """The URL asked for, else the configured one, else the file beside the code."""
    text = url or os.environ.get(VARIABLE) or ""
    if not text:
        return URL.create("sqlite", database=str(FILE))
    try:
        found = make_url(text)
    except ArgumentError as error:
        # The text is not repeated, as it may hold a password.
        raise Refusal(f"{VARIABLE} is no address of a database, as sqlite:///state.db") from error
    match found.get_backend_name():
        case "postgresql" | "postgres":
            return found.set(drivername="postgresql+psycopg")
        case "sqlite" if found.database and ":memory:" not in found.database:
            return found.set(drivername="sqlite")
        case "sqlite":
            raise Refusal(f"{VARIABLE} must name a file; what is in memory only would be lost")
        case other:
            raise Refusal(f"{VARIABLE} may name SQLite or PostgreSQL, not {other}")


def is_blank(url: str | None = None) -> bool:
    """Whether nobody has ever written anything here; to read is no reason to make a database."""
    place = address(url)
    is_file = place.get_backend_name() == "sqlite" and place.database
    return bool(is_file) and not Path(place.database or "").exists()


def open_store(url: str | None = None) -> Store:
    """Opens the database and brings it to the present form, whoever comes first."""
    from scorecard.state import schema  # Alembic is needed by the first opening only

    place = address(url)
    store = Store(_sqlite(place) if place.get_backend_name() == "sqlite" else _postgresql(place))
    try:
        with _said(store.place):
            schema.bring_up_to_date(store.engine)
    except BaseException:
        store.close()
        raise
    return store


_opened: dict[URL, Store] = {}
_opening = threading.Lock()


def shared(url: str | None = None) -> Store:
    """The store of this process, opened at the first call."""
    place = address(url)
    with _opening:
        if place not in _opened:
            _opened[place] = open_store(url)
        return _opened[place]


def _sqlite(place: URL) -> Engine:
    assert place.database
    folder = Path(place.database).parent
    try:
        # What is written may be confidential, so the folder is for its owner only.
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Refusal(f"the folder of the state cannot be made: {error.strerror}") from error
    engine = create_engine(place, connect_args={"timeout": SECONDS_TO_WAIT})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, record: object) -> None:
        # The driver would begin transactions at a moment of its own.
        connection.isolation_level = None
        connection.execute("pragma foreign_keys = on")
        # Each commit is on the disk before it is reported, or a power cut could undo it.
        connection.execute("pragma synchronous = full")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        is_writer = connection.get_execution_options().get(_WRITES)
        connection.exec_driver_sql("begin immediate" if is_writer else "begin")

    return engine


def _postgresql(place: URL) -> Engine:
    return create_engine(
        place,
        pool_pre_ping=True,
        pool_recycle=1800,
        connect_args={
            "connect_timeout": 10,
            "options": f"-c lock_timeout={SECONDS_TO_WAIT}s -c timezone=UTC",
        },
    )


@contextlib.contextmanager
def _said(place: str) -> Iterator[None]:
    """Says in plain words what the database refuses; its own words name no statement."""
    try:
        yield
    except NoSuchModuleError as error:
        raise Refusal(f"the state at {place} cannot be opened: no driver is installed") from error
    except DBAPIError as error:
        first = str(error.orig).strip().split("\n")[0]
        raise Refusal(f"the state at {place} does not answer: {first}") from error
