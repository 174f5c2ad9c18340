"""The audit trail: who did what, in rows that are only added, each sealed to the one before.

A row's hash covers its fields and the hash of the row before, so a row that is changed, removed,
inserted or moved breaks the chain from there on. Who may write to the database could make the
whole chain anew; a head that was noted elsewhere (`Verdict.head`) shows that too, and that the
last rows were removed.

What changes something, or takes a file away, is kept together with its row or not at all: an
action whose row cannot be written is refused. Coming in changes nothing; where its row cannot be
written, the log says so and reading goes on.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from sqlalchemy import Connection, Row, insert, select
from sqlalchemy import text as sql

from scorecard.confidentiality import Role
from scorecard.languages import say
from scorecard.refusal import Refusal
from scorecard.state.columns import LONGEST_NAME, LONGEST_TEXT, now
from scorecard.state.store import Store
from scorecard.state.tables import audit

Event = Literal[
    "signed_in",
    "refused",
    "link_made",
    "link_opened",
    "link_revoked",
    "downloaded",
    "commentary_changed",
    "published",
    "restored",
    "mapping_saved",
    "mapping_removed",
    "removed",
]
EVENTS: tuple[Event, ...] = get_args(Event)

_START = "0" * 64
"""What stands for the row before the first."""
_LOCK = 0x5C04ECA2E
"""The number of the lock of PostgreSQL that who appends holds."""
_log = logging.getLogger(__name__)
_HEAD = re.compile(r"(?:([1-9][0-9]{0,17})-)?([0-9a-f]{64})")


@dataclass(frozen=True)
class Entry:
    """One row; `seq` counts from 1 without gaps. `role` is none for who has no entry."""

    seq: int
    at: dt.datetime
    event: str
    who: str
    role: str | None
    subject: Mapping[str, str] = field(hash=False)
    previous: str
    hash: str


@dataclass(frozen=True)
class Verdict:
    """Whether the chain is whole. `rows` counts those found whole from the first on."""

    rows: int
    head: str | None
    """The last of them as `12-9f3c…`, its place and hash, to be noted; none where there is none."""
    broken: int | None = None
    """The place of the first row that is not as it was written."""
    why: str = ""

    @property
    def is_whole(self) -> bool:
        return self.broken is None


def record(
    store: Store, event: Event, who: str, role: Role | None, subject: Mapping[str, str]
) -> Entry:
    """Adds a row in a transaction of its own; a Refusal where it cannot be written.

    To be called before what it records is handed over.
    """
    with store.writing() as connection:
        return append(connection, event, who, role, subject)


def append(
    connection: Connection, event: Event, who: str, role: Role | None, subject: Mapping[str, str]
) -> Entry:
    """Adds a row within the caller's writing transaction, whose end others who append await.

    What is too long is cut and half characters are replaced, as hostile text must not be able to
    keep itself off the record.
    """
    if event not in EVENTS:
        raise ValueError(f"{event} is no event")
    lock(connection)
    last = connection.execute(
        select(audit.c.seq, audit.c.hash).order_by(audit.c.seq.desc()).limit(1)
    ).first()
    row: dict[str, Any] = {
        "seq": last.seq + 1 if last else 1,
        "at": now(),
        "event": event,
        "who": _fitting(who, LONGEST_NAME),
        "role": role,
        "subject": _canonical(
            {_fitting(k, LONGEST_NAME): _fitting(v, LONGEST_TEXT) for k, v in subject.items()}
        ),
        "previous": last.hash if last else _START,
    }
    row["hash"] = _hash(row)
    connection.execute(insert(audit).values(**row))
    # The log of the server counts what happens; who did it stands in the trail alone.
    _log.info("audited", extra={"event": event, "role": role, "seq": row["seq"]})
    return Entry(**{**row, "subject": json.loads(row["subject"])})


def lock(connection: Connection) -> None:
    """Makes who else appends wait for the end of this writing transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(sql("select pg_advisory_xact_lock(:number)"), {"number": _LOCK})
    # On SQLite there is one writer anyway.


def entries(
    store: Store,
    *,
    event: str | None = None,
    since: dt.datetime | None = None,
    limit: int | None = None,
) -> tuple[Entry, ...]:
    """The rows of an event, or all, written at or after a moment; the newest first."""
    query = select(audit).order_by(audit.c.seq.desc()).limit(limit)
    if event is not None:
        query = query.where(audit.c.event == event)
    if since is not None:
        query = query.where(audit.c.at >= since)
    with store.reading() as connection:
        return tuple(_entry(row) for row in connection.execute(query))


def verify(store: Store, head: str | None = None) -> Verdict:
    """Whether every row is as it was written, and the row of a head noted earlier is there.

    `head` is a verdict's, or the hash alone. Takes about 20 µs a row.
    """
    place, mark = _noted(head)
    rows, previous, is_there = 0, _START, mark is None

    def broken(at: int, why: str) -> Verdict:
        return Verdict(rows, f"{rows}-{previous}" if rows else None, at, why)

    query = select(audit).order_by(audit.c.seq).execution_options(stream_results=True)
    with store.reading() as connection:
        found = iter(connection.execute(query))
        while True:
            following = rows + 1
            try:
                row = next(found, None)
                if row is None:
                    break
                digest = _hash(row._mapping)
            except (TypeError, ValueError):
                return broken(following, say("row {following} cannot be read", following=following))
            if row.seq != following:
                return broken(following, say("row {following} is missing", following=following))
            if row.previous != previous or row.hash != digest:
                return broken(
                    following, say("row {following} is not as it was written", following=following)
                )
            if place == following and digest != mark:
                return broken(
                    following,
                    say("row {following} is not the one that was noted", following=following),
                )
            is_there = is_there or digest == mark
            rows, previous = following, digest
    if not is_there:
        return broken(
            rows + 1, say("the row that was noted is not there; {rows} rows are", rows=rows)
        )
    return Verdict(rows, f"{rows}-{previous}" if rows else None)


def _noted(head: str | None) -> tuple[int | None, str | None]:
    if head is None:
        return None, None
    parts = _HEAD.fullmatch(head.strip())
    if parts is None:
        raise Refusal("a head is a row's number and its hash of 64 letters and digits, as 12-9f3c…")
    return int(parts[1]) if parts[1] else None, parts[2]


def _hash(row: Mapping[Any, Any]) -> str:
    """The seal of a row: SHA-256 of its fields, the hash before among them, as canonical JSON."""
    sealed = {key: row[key] for key in ("seq", "event", "who", "role", "subject", "previous")}
    sealed["at"] = row["at"].astimezone(dt.UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(_canonical(sealed).encode()).hexdigest()


# Made once, as making it takes longer than a row.
_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode


def _fitting(typed: str, longest: int) -> str:
    kept = typed.encode("utf-8", "replace").decode()
    return kept if len(kept) <= longest else kept[: longest - 1] + "…"


def _entry(row: Row[Any]) -> Entry:
    try:
        subject = dict(json.loads(row.subject))
    except ValueError:
        # Only a row that was tampered with; it is shown for what it is, and `verify` names it.
        subject = {"": row.subject}
    return Entry(**{**row._mapping, "subject": {k: str(v) for k, v in subject.items()}})
