"""Brings a database to the present form of the tables, one process at a time."""

from __future__ import annotations

import re
import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import OperationalError

from scorecard.refusal import Refusal

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

_LOCK = 0x5C04ECA2D
"""The number of the lock of PostgreSQL that who migrates holds."""
_PATIENCE = 30.0
_FOLDER = Path(__file__).parent / "migrations"
_NAMED = re.compile(r'^(revision|down_revision) = "(\w+)"$', re.MULTILINE)


def bring_up_to_date(engine: Engine) -> None:
    """Migrates to the newest form, where it is not there; all of it or nothing.

    The lock is the transaction's own, so that a process that dies gives it back: on SQLite the
    right to write, on PostgreSQL an advisory lock. Who waited finds the work done.
    """
    is_sqlite = engine.dialect.name == "sqlite"
    if is_sqlite:
        _keep_log_ahead(engine)
    with engine.connect() as connection:
        if _is_current(connection):
            return
    with engine.connect() as connection:
        try:
            _migrate(connection, is_sqlite)
        finally:
            # The next user of a connection must find references enforced.
            connection.invalidate()


def _migrate(connection: Connection, is_sqlite: bool) -> None:
    if is_sqlite:
        # A table that is made anew is dropped in between, which references would forbid.
        connection.exec_driver_sql("rollback")
        connection.exec_driver_sql("pragma foreign_keys = off")
        connection.exec_driver_sql("begin immediate")
    else:
        connection.execute(text("select pg_advisory_xact_lock(:number)"), {"number": _LOCK})
    if not _is_current(connection):
        from alembic import command

        command.upgrade(_config(connection), "head")
        if is_sqlite and connection.exec_driver_sql("pragma foreign_key_check").first():
            raise Refusal("the state refers to rows that are not there; nothing was changed")
    connection.commit()


def versions() -> ScriptDirectory:
    """All forms that the tables ever had."""
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(_config(None))


def _is_current(connection: Connection) -> bool:
    """Whether there is nothing to migrate, which is asked at each start, and without Alembic: who
    opens a page would wait for it to be loaded."""
    here = None
    if inspect(connection).has_table("alembic_version"):
        here = connection.execute(text("select version_num from alembic_version")).scalar()
    if here and here not in known():
        raise Refusal("the state was written by a newer version of the scorecard")
    return here == head()


@cache
def known() -> dict[str, str | None]:
    """Each form by its name, and the one before it."""
    files = sorted((_FOLDER / "versions").glob("*.py"))
    found = [dict(_NAMED.findall(file.read_text(encoding="utf-8"))) for file in files]
    return {named["revision"]: named.get("down_revision") for named in found if named}


def head() -> str:
    """The newest form, before which all others come."""
    (newest,) = known().keys() - known().values()
    return newest


def _config(connection: Connection | None) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _keep_log_ahead(engine: Engine) -> None:
    """Sets write-ahead logging, in which readers and a writer do not wait for each other.

    It stays with the file. SQLite does not wait for its lock here, so this does.
    """
    give_up_at = time.monotonic() + _PATIENCE
    while True:
        raw = engine.raw_connection()
        try:
            raw.cursor().execute("pragma journal_mode = wal")
            return
        except engine.dialect.dbapi.OperationalError as error:  # type: ignore[union-attr]
            if time.monotonic() > give_up_at or "locked" not in str(error):
                raise OperationalError("pragma journal_mode", None, error) from error
            time.sleep(0.02)
        finally:
            raw.close()
