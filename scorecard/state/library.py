"""The library: how each briefing was made, so that it can be made again."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, insert, select

from scorecard.selection import Selection
from scorecard.state.columns import name, now, text
from scorecard.state.store import Store
from scorecard.state.tables import briefings


@dataclass(frozen=True)
class Briefing:
    """One briefing that was made. `snapshot` and `content` are hashes, the latter of what it
    says; commentary as it stood at `made_at` belongs to it."""

    meeting: dt.date
    compare: dt.date | None
    variant: str
    format: str
    audience: str
    selection: Selection
    snapshot: str
    author: str
    kpi: str | None = None
    content: str = ""
    made_at: dt.datetime | None = None
    """None until it is kept."""
    id: int | None = None


def keep(store: Store, briefing: Briefing) -> Briefing:
    """Enters a briefing in the library; gives it with its number and time, unless it has one."""
    for what, value in (
        ("the variant", briefing.variant),
        ("the format", briefing.format),
        ("the audience", briefing.audience),
        ("the snapshot", briefing.snapshot),
        ("the author", briefing.author),
    ):
        name(what, value)
    regions = json.dumps(briefing.selection.regions, ensure_ascii=False)
    pillars = json.dumps(briefing.selection.pillars, ensure_ascii=False)
    text("the selection", regions + pillars, longest=100_000)
    with store.writing() as connection:
        number = connection.execute(
            insert(briefings)
            .values(
                meeting=briefing.meeting,
                compare=briefing.compare,
                variant=briefing.variant,
                format=briefing.format,
                audience=briefing.audience,
                kpi=briefing.kpi,
                regions=regions,
                pillars=pillars,
                snapshot=briefing.snapshot,
                content=briefing.content,
                author=briefing.author,
                made_at=briefing.made_at or now(),
            )
            .returning(briefings.c.id)
        ).scalar_one()
        row = connection.execute(select(briefings).where(briefings.c.id == number)).one()
        return _briefing(row)


def made(store: Store, meeting: dt.date | None = None) -> tuple[Briefing, ...]:
    """The briefings of a meeting, or all; the newest first."""
    query = select(briefings).order_by(briefings.c.id.desc())
    if meeting is not None:
        query = query.where(briefings.c.meeting == meeting)
    with store.reading() as connection:
        return tuple(_briefing(row) for row in connection.execute(query))


def _briefing(row: Row[Any]) -> Briefing:
    values = dict(row._mapping)
    regions, pillars = json.loads(values.pop("regions")), json.loads(values.pop("pillars"))
    return Briefing(**values, selection=Selection(tuple(regions), tuple(pillars)))
