"""The tables of the written state as lines of JSON, the same from SQLite and PostgreSQL."""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator

from sqlalchemy import Connection, Table, func, insert, select, text
from sqlalchemy.exc import OperationalError, StatementError

from scorecard.refusal import Refusal
from scorecard.state.tables import metadata

TABLES = tuple(metadata.sorted_tables)
"""Every table after those that it refers to."""
_AT_ONCE = 1000


def freeze(connection: Connection) -> None:
    """Makes all that a new transaction reads the state of one moment, while others write."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("set transaction isolation level repeatable read, read only")


def lines(connection: Connection, table: Table, counts: dict[str, int]) -> Iterator[bytes]:
    """The rows of a table, a line each, in the order of its key; counts them."""
    counts[table.name] = 0
    query = select(table).order_by(*table.primary_key.columns)
    for row in connection.execute(query.execution_options(yield_per=_AT_ONCE)).mappings():
        counts[table.name] += 1
        yield json.dumps({key: _plain(value) for key, value in row.items()}).encode() + b"\n"


def lock(connection: Connection) -> None:
    """Keeps others from writing until the end of the transaction; SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        names = ", ".join(_quoted(connection, table) for table in TABLES)
        connection.exec_driver_sql(f"lock table {names} in exclusive mode")


def is_empty(connection: Connection) -> bool:
    return not any(connection.execute(select(1).select_from(t).limit(1)).first() for t in TABLES)


def clear(connection: Connection) -> None:
    """Removes all rows, though some tables refuse that: their triggers rest meanwhile.

    Both databases take it back with the transaction.
    """
    if connection.dialect.name == "sqlite":
        found = text("select name, sql from sqlite_master where type = 'trigger'")
        triggers = connection.execute(found).all()
        for name, _ in triggers:
            connection.exec_driver_sql(f'drop trigger "{name}"')
        _remove(connection)
        for _, sql in triggers:
            connection.exec_driver_sql(sql)
        return
    for table in TABLES:
        connection.exec_driver_sql(f"alter table {_quoted(connection, table)} disable trigger user")
    _remove(connection)
    for table in TABLES:
        connection.exec_driver_sql(f"alter table {_quoted(connection, table)} enable trigger user")


def fill(connection: Connection, table: Table, found: Iterable[bytes]) -> int:
    """Adds rows with the keys that they had, and says how many."""
    count = 0
    batch: list[dict[str, object]] = []
    for line in found:
        batch.append(_row(line, table))
        count += 1
        if len(batch) == _AT_ONCE:
            _add(connection, table, batch)
            batch = []
    if batch:
        _add(connection, table, batch)
    return count


def set_on(connection: Connection) -> None:
    """Lets the numbers that PostgreSQL gives out begin after those that are taken."""
    if connection.dialect.name != "postgresql":
        return
    for table in TABLES:
        for column in table.primary_key.columns:
            sequence = connection.scalar(
                select(func.pg_get_serial_sequence(_quoted(connection, table), column.name))
            )
            last = connection.scalar(select(func.max(column))) if sequence else None
            if last is not None:
                connection.execute(select(func.setval(sequence, last)))


def _row(line: bytes, table: Table) -> dict[str, object]:
    try:
        row = {str(key): _typed(value) for key, value in json.loads(line).items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refusal(f"a row of {table.name} in the backup cannot be read") from error
    if row.keys() != set(table.columns.keys()):
        raise Refusal(f"a row of {table.name} in the backup has other columns than the table")
    return row


def _add(connection: Connection, table: Table, batch: list[dict[str, object]]) -> None:
    try:
        connection.execute(insert(table), batch)
    except OperationalError:
        raise
    except StatementError as error:
        raise Refusal(f"a row of {table.name} in the backup does not fit the table") from error


def _remove(connection: Connection) -> None:
    for table in reversed(TABLES):
        connection.execute(table.delete())


def _quoted(connection: Connection, table: Table) -> str:
    return connection.dialect.identifier_preparer.format_table(table)


# What JSON has no form for, by a word that says what it is.
_WRITTEN: tuple[tuple[type, str, Callable[[object], str]], ...] = (
    (dt.datetime, "moment", lambda value: value.isoformat()),  # type: ignore[attr-defined]
    (dt.date, "date", str),
    (bytes, "bytes", lambda value: base64.b64encode(value).decode()),  # type: ignore[arg-type]
)
_READ: dict[str, Callable[[str], object]] = {
    "moment": dt.datetime.fromisoformat,
    "date": dt.date.fromisoformat,
    "bytes": base64.b64decode,
}


def _plain(value: object) -> object:
    for kind, word, write in _WRITTEN:
        if isinstance(value, kind):
            return {word: write(value)}
    assert value is None or isinstance(value, str | int | float), type(value)
    return value


def _typed(value: object) -> object:
    if isinstance(value, dict):
        ((word, written),) = value.items()
        return _READ[word](written)
    return value
