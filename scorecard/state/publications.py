"""Which snapshot everybody is shown, since when, and who said so: rows that are only added.

The newest row decides, and the pointer of the depot follows it. A publication is written together
with its row of the audit trail, or not at all.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import Connection, Row, insert, select

from scorecard.confidentiality import Role
from scorecard.state import audit
from scorecard.state.columns import name, now, text
from scorecard.state.store import Store
from scorecard.state.tables import publications

Kind = Literal["first", "published", "restored"]


@dataclass(frozen=True)
class Publication:
    """One row. `seq` counts from 1; `previous` is the snapshot that was shown before, if any.

    `findings` counts what was found in the exports: `error` and `warning`. `data_date` is not
    known of those before it was written down.
    """

    seq: int
    snapshot: str
    previous: str | None
    at: dt.datetime
    who: str
    note: str
    kind: Kind
    findings: Mapping[str, int] = field(hash=False)
    data_date: dt.date | None = None


@contextlib.contextmanager
def deciding(store: Store) -> Iterator[Connection]:
    """A writing transaction in which nobody else publishes, on any machine."""
    with store.writing() as connection:
        audit.lock(connection)
        yield connection


def add(
    connection: Connection,
    snapshot: str,
    previous: str | None,
    who: str,
    note: str,
    kind: Kind,
    findings: Mapping[str, int],
    role: Role | None = "executive",
    data_date: dt.date | None = None,
) -> Publication:
    """Adds a row, and one to the audit trail, within a transaction of `deciding`.

    Refuses an empty name or note, as what the board sees is changed by someone and for a reason.
    """
    before = newest(connection)
    made: dict[str, Any] = {
        "seq": before.seq + 1 if before else 1,
        "snapshot": snapshot,
        "previous": previous,
        "at": now(),
        "who": name("the name of who publishes", who, required=True),
        "note": text("the note", note, required=True),
        "kind": kind,
        "errors": findings.get("error", 0),
        "warnings": findings.get("warning", 0),
        "data_date": data_date,
    }
    connection.execute(insert(publications).values(**made))
    about = {"snapshot": snapshot, "previous": previous or "", "note": note, "kind": kind}
    event: audit.Event = "restored" if kind == "restored" else "published"
    audit.append(connection, event, who, role, about)
    return _publication(made)


def newest(connection: Connection) -> Publication | None:
    """The last row, which decides what is shown."""
    query = select(publications).order_by(publications.c.seq.desc()).limit(1)
    row = connection.execute(query).first()
    return _of_row(row) if row else None


def all(store: Store) -> tuple[Publication, ...]:
    """All publications, the newest first."""
    query = select(publications).order_by(publications.c.seq.desc())
    with store.reading() as connection:
        return tuple(_of_row(row) for row in connection.execute(query))


def last(store: Store) -> Publication | None:
    """The newest publication."""
    with store.reading() as connection:
        return newest(connection)


def current_at(store: Store, moment: dt.datetime) -> Publication | None:
    """What was shown at a moment; none where nothing had been published by then."""
    query = (
        select(publications)
        .where(publications.c.at <= moment)
        .order_by(publications.c.seq.desc())
        .limit(1)
    )
    with store.reading() as connection:
        row = connection.execute(query).first()
    return _of_row(row) if row else None


def _of_row(row: Row[Any]) -> Publication:
    return _publication(dict(row._mapping))


def _publication(values: dict[str, Any]) -> Publication:
    findings = {"error": values.pop("errors"), "warning": values.pop("warnings")}
    return Publication(**values, findings=findings)
