"""Decisions asked of the board, and action items: text, owner, due date, done, linked to KPIs.

Both are one kind of thing that is revised and never deleted; a withdrawn one stays in its
history. A revision names the one that its writer saw, as commentary does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.exc import IntegrityError

from scorecard.refusal import Refusal
from scorecard.state import audit
from scorecard.state.columns import name, now, text
from scorecard.state.store import Store
from scorecard.state.tables import item_kpis, item_revisions, items

Kind = Literal["decision", "action"]
KINDS: tuple[Kind, ...] = ("decision", "action")


@dataclass(frozen=True)
class Content:
    """What an item says. For a decision, `done_on` is when the board took it."""

    text: str
    owner: str = ""
    due_on: dt.date | None = None
    done_on: dt.date | None = None
    kpis: tuple[str, ...] = ()
    withdrawn: bool = False


@dataclass(frozen=True)
class Item:
    """One revision of a decision or action; the times are in UTC."""

    id: int
    kind: Kind
    meeting: dt.date
    revision: int
    content: Content
    author: str
    written_at: dt.datetime

    def is_overdue(self, on: dt.date) -> bool:
        """Whether it should have been done before that day and was not."""
        due, done = self.content.due_on, self.content.done_on
        return due is not None and due < on and (done is None or done > on)


@dataclass(frozen=True)
class Revised:
    item: Item


@dataclass(frozen=True)
class Overtaken:
    """Not saved: another revised the item meanwhile; `theirs` is what it says now."""

    theirs: Item
    mine: Content


def add(store: Store, kind: Kind, meeting: dt.date, content: Content, author: str) -> Item:
    """Adds a decision or an action to a meeting."""
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is neither a decision nor an action")
    kept = _checked(content, author)
    with store.writing() as connection:
        number = connection.execute(
            insert(items).values(kind=kind, meeting=meeting).returning(items.c.id)
        ).scalar_one()
        return _add(connection, Item(number, kind, meeting, 1, kept, author, now()))


def revise(
    store: Store, number: int, seen: int, content: Content, author: str
) -> Revised | Overtaken:
    """Changes what an item says, unless another has done so since revision `seen`."""
    kept = _checked(content, author)
    with store.writing() as connection:
        there = _newest(connection, number)
        if there is None:
            raise Refusal(f"there is no item {number}")
        if there.content == kept:
            return Revised(there)
        if there.revision == seen:
            try:
                with connection.begin_nested():
                    after = Item(number, there.kind, there.meeting, seen + 1, kept, author, now())
                    return Revised(_add(connection, after))
            except IntegrityError:
                # Another process took the number; what it wrote is committed by now.
                there = _newest(connection, number)
                assert there
        return Overtaken(there, kept)


def of_meeting(
    store: Store,
    meeting: dt.date | None = None,
    kind: Kind | None = None,
    kpi: str | None = None,
    until: dt.datetime | None = None,
) -> tuple[Item, ...]:
    """The items of a meeting as they stand, withdrawn ones left out, in order of entry.

    `until`: as they stood at that moment.
    """
    newest: dict[int, Item] = {}
    for item in history(store, meeting, kind, until=until):
        newest[item.id] = item
    return tuple(
        item
        for item in newest.values()
        if not item.content.withdrawn and (kpi is None or kpi in item.content.kpis)
    )


def one(store: Store, number: int) -> Item:
    """The newest revision of an item; refuses a number that there is not."""
    with store.reading() as connection:
        found = _newest(connection, number)
    if found is None:
        raise Refusal(f"there is no item {number}")
    return found


def history(
    store: Store,
    meeting: dt.date | None = None,
    kind: Kind | None = None,
    number: int | None = None,
    until: dt.datetime | None = None,
) -> tuple[Item, ...]:
    """All revisions by meeting, item and revision."""
    with store.reading() as connection:
        return _select(connection, meeting, kind, number, until)


def done(item: Item, on: dt.date) -> Content:
    """What the item says once it is done on a day."""
    return replace(item.content, done_on=on)


def _checked(content: Content, author: str) -> Content:
    text("the text", content.text, required=True)
    name("the owner", content.owner, required=False)
    name("the author", author)
    for kpi in content.kpis:
        name("a KPI", kpi)
    return replace(content, kpis=tuple(sorted(set(content.kpis))))


def _add(connection: Connection, item: Item) -> Item:
    content = item.content
    row = connection.execute(
        insert(item_revisions)
        .values(
            item=item.id,
            revision=item.revision,
            text=content.text,
            owner=content.owner,
            due_on=content.due_on,
            done_on=content.done_on,
            withdrawn=content.withdrawn,
            author=item.author,
            written_at=item.written_at,
        )
        .returning(item_revisions.c.id)
    ).scalar_one()
    if content.kpis:
        links = [{"item_revision": row, "kpi": kpi} for kpi in content.kpis]
        connection.execute(insert(item_kpis), links)
    about = {"meeting": str(item.meeting), item.kind: str(item.id), "revision": str(item.revision)}
    audit.append(connection, "commentary_changed", item.author, "executive", about)
    return item


def _newest(connection: Connection, number: int) -> Item | None:
    last = connection.execute(
        select(func.max(item_revisions.c.revision)).where(item_revisions.c.item == number)
    ).scalar()
    if last is None:
        return None
    return next(i for i in _select(connection, number=number) if i.revision == last)


def _select(
    connection: Connection,
    meeting: dt.date | None = None,
    kind: Kind | None = None,
    number: int | None = None,
    until: dt.datetime | None = None,
) -> tuple[Item, ...]:
    rows = item_revisions.c
    query = (
        select(items.c.kind, items.c.meeting, item_revisions)
        .join(item_revisions, rows.item == items.c.id)
        .order_by(items.c.meeting, items.c.id, rows.revision)
    )
    links = select(item_kpis).join(item_revisions, rows.id == item_kpis.c.item_revision)
    links = links.join(items, items.c.id == rows.item)
    for condition in (
        items.c.meeting == meeting if meeting is not None else None,
        items.c.kind == kind if kind is not None else None,
        items.c.id == number if number is not None else None,
        rows.written_at <= until if until is not None else None,
    ):
        if condition is not None:
            query, links = query.where(condition), links.where(condition)
    about: dict[int, list[str]] = {}
    for revision, kpi in connection.execute(links):
        about.setdefault(revision, []).append(kpi)
    return tuple(
        Item(
            row.item,
            row.kind,
            row.meeting,
            row.revision,
            Content(
                row.text,
                row.owner,
                row.due_on,
                row.done_on,
                _sorted(about.get(row.id, ())),
                row.withdrawn,
            ),
            row.author,
            row.written_at,
        )
        for row in connection.execute(query)
    )


def _sorted(kpis: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted(kpis))
