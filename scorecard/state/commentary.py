"""Commentary on a KPI for a meeting: what happened, and what will be done.

Nothing that was written is changed. A save adds a revision and names the one that its writer
saw; where another came between, it is refused with the other's text, and its own is set aside
and kept, so that whoever merges has both.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, func, insert, select
from sqlalchemy.exc import IntegrityError

from scorecard import standing
from scorecard.readings import Reading
from scorecard.state import audit
from scorecard.state.columns import name, now, text
from scorecard.state.store import Store
from scorecard.state.tables import commentary as table
from scorecard.state.tables import set_aside

FIRST = 0
"""The revision that a writer has seen who found none."""


@dataclass(frozen=True)
class Entry:
    """One revision; `revision` counts from 1 for each meeting and KPI. Times are in UTC."""

    meeting: dt.date
    kpi: str
    revision: int
    happened: str
    planned: str
    author: str
    written_at: dt.datetime

    @property
    def is_blank(self) -> bool:
        """Whether its writer took the commentary back by saying nothing."""
        return not (self.happened.strip() or self.planned.strip())


@dataclass(frozen=True)
class Aside:
    """A text that came second: it followed revision `seen`, which was no longer the newest."""

    meeting: dt.date
    kpi: str
    seen: int
    happened: str
    planned: str
    author: str
    written_at: dt.datetime


@dataclass(frozen=True)
class Draft:
    """A text to be saved; `seen` is the revision that its writer saw, 0 where there was none."""

    meeting: dt.date
    kpi: str
    happened: str
    planned: str
    author: str
    seen: int = FIRST


@dataclass(frozen=True)
class Saved:
    entry: Entry


@dataclass(frozen=True)
class Conflict:
    """Not saved: another wrote meanwhile. Both texts are kept; saving again on top of
    `theirs.revision` is the writer's decision."""

    theirs: Entry
    mine: Aside


@dataclass(frozen=True)
class Missing:
    """A KPI in delay on which something is still to be written for the meeting."""

    kpi: str
    status: str
    lacks: tuple[str, ...]
    """`happened`, `planned` or both."""


def save(store: Store, draft: Draft) -> Saved | Conflict:
    """Adds a revision, or refuses it because another came meanwhile.

    Saving again what is already the newest of the same writer changes nothing, so a save whose
    answer was lost may be repeated. A revision is kept with its row of the audit trail. Which
    KPIs and meetings there are is for the caller to know.
    """
    text("what happened", draft.happened)
    text("what will be done", draft.planned)
    name("the author", draft.author)
    with store.writing() as connection:
        newest = _newest(connection, draft)
        if newest and _says(newest) == _says(draft):
            return Saved(newest)
        if (newest.revision if newest else FIRST) == draft.seen:
            entry = _add(connection, draft)
            if entry:
                about = {"meeting": str(entry.meeting), "kpi": entry.kpi}
                about["revision"] = str(entry.revision)
                audit.append(connection, "commentary_changed", entry.author, "executive", about)
                return Saved(entry)
            newest = _newest(connection, draft)
        if newest is None:
            # A revision was named that never was; there is nothing that could be lost.
            raise ValueError(f"revision {draft.seen} does not exist")
        return Conflict(newest, _put_aside(connection, draft))


def latest(store: Store, meeting: dt.date, until: dt.datetime | None = None) -> dict[str, Entry]:
    """KPI -> newest commentary of a meeting, blank ones left out.

    `until`: as it stood at that moment, so that an earlier briefing can be made again.
    """
    found = {entry.kpi: entry for entry in history(store, meeting, until=until)}
    return {kpi: entry for kpi, entry in found.items() if not entry.is_blank}


def newest(store: Store, meeting: dt.date, kpi: str) -> Entry | None:
    """The newest revision of one KPI, blank or not: what a writer sees before writing."""
    with store.reading() as connection:
        return _newest(connection, Draft(meeting, kpi, "", "", ""))


def history(
    store: Store,
    meeting: dt.date | None = None,
    kpi: str | None = None,
    until: dt.datetime | None = None,
) -> tuple[Entry, ...]:
    """All revisions, by meeting, KPI and revision."""
    query = select(table).order_by(table.c.meeting, table.c.kpi, table.c.revision)
    if meeting is not None:
        query = query.where(table.c.meeting == meeting)
    if kpi is not None:
        query = query.where(table.c.kpi == kpi)
    if until is not None:
        query = query.where(table.c.written_at <= until)
    with store.reading() as connection:
        return tuple(_entry(row) for row in connection.execute(query).mappings())


def asides(
    store: Store, meeting: dt.date | None = None, kpi: str | None = None
) -> tuple[Aside, ...]:
    """The texts that came second, in the order in which they came."""
    query = select(set_aside).order_by(set_aside.c.id)
    if meeting is not None:
        query = query.where(set_aside.c.meeting == meeting)
    if kpi is not None:
        query = query.where(set_aside.c.kpi == kpi)
    with store.reading() as connection:
        return tuple(
            Aside(**{key: row[key] for key in Aside.__dataclass_fields__})
            for row in connection.execute(query).mappings()
        )


def missing(entries: Mapping[str, Entry], readings: Sequence[Reading]) -> tuple[Missing, ...]:
    """The KPIs in delay on which something is still to be written, the worst first."""
    found = []
    for reading in standing.behind(readings):
        entry = entries.get(reading.kpi)
        said = {"happened": entry.happened, "planned": entry.planned} if entry else {}
        lacks = tuple(part for part in ("happened", "planned") if not said.get(part, "").strip())
        if lacks:
            found.append(Missing(reading.kpi, reading.status, lacks))
    return tuple(found)


def _says(text: Entry | Draft) -> tuple[str, str, str]:
    return text.happened, text.planned, text.author


def _newest(connection: Connection, draft: Draft) -> Entry | None:
    of_this = and_(table.c.meeting == draft.meeting, table.c.kpi == draft.kpi)
    last = select(func.max(table.c.revision)).where(of_this).scalar_subquery()
    row = connection.execute(select(table).where(of_this, table.c.revision == last)).mappings()
    first = row.first()
    return _entry(first) if first else None


def _add(connection: Connection, draft: Draft) -> Entry | None:
    """The revision after the one seen; none where another process has just taken its number."""
    entry = Entry(
        draft.meeting, draft.kpi, draft.seen + 1, draft.happened, draft.planned, draft.author, now()
    )
    try:
        with connection.begin_nested():
            connection.execute(insert(table).values(**entry.__dict__))
    except IntegrityError:
        return None
    return entry


def _put_aside(connection: Connection, draft: Draft) -> Aside:
    aside = Aside(
        draft.meeting, draft.kpi, draft.seen, draft.happened, draft.planned, draft.author, now()
    )
    connection.execute(insert(set_aside).values(**aside.__dict__))
    return aside


def _entry(row: Mapping[Any, Any]) -> Entry:
    return Entry(**{key: row[key] for key in Entry.__dataclass_fields__})
