"""Goal 3: who joined and left, and who sits on the board."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from scorecard import prepared
from scorecard.confidentiality import Role
from scorecard.exhibits import movements, narrowed, require_rows
from scorecard.exhibits.movements import Person
from scorecard.selection import Selection
from scorecard.snapshot import Snapshot

MEMBERS = ("company_members", "civil_society_members", "government_members")
"""The KPIs that count the members of the three pillars."""


@dataclass(frozen=True)
class Moves:
    """How many are members at one of two dates only, and a page of them by name."""

    joined: int
    left: int
    page: tuple[Person, ...]

    @property
    def total(self) -> int:
        return self.joined + self.left


@dataclass(frozen=True)
class Seat:
    """One seat of the board; `holder` is none where it is vacant."""

    seat: str
    pillar: str
    holder: str | None
    since: dt.date | None


def moves(
    snapshot: Snapshot,
    selection: Selection,
    role: Role,
    start: dt.date,
    end: dt.date,
    *,
    limit: int | None = None,
    offset: int = 0,
) -> Moves:
    """Members of any pillar at `end` but not `start` (joined), and the reverse (left).

    By name, who joined first; with a `limit` at most so many, after the first `offset`.
    """
    require_rows(snapshot.plan.kpi("company_members"), role)
    asked = (snapshot, selection, role, start, end)
    found = movements.turnover(*asked, ("joined", "left"))
    named = movements.persons(*asked, found, limit=limit, offset=offset)
    return Moves(found.by_what["joined"], found.by_what["left"], named)


def seats(snapshot: Snapshot, selection: Selection, role: Role, as_of: dt.date) -> tuple[Seat, ...]:
    """The seats of the board with who holds each at a date, by pillar and seat."""
    kpi = snapshot.plan.kpi("board_seats_filled")
    require_rows(kpi, role)
    where, given = narrowed(kpi, selection, pillar="board_seats.pillar")
    rows = (
        snapshot.cursor()
        .execute(
            f"""
            select
                board_seats.seat_id, board_seats.pillar,
                any_value(terms.holder), any_value(terms.start_on)
            from board_seats
            left join {prepared.source("seat_holders", snapshot)} as terms
                on terms.seat_id = board_seats.seat_id
                and terms.start_on <= $date and terms.until_on > $date
            where true{where}
            group by board_seats.seat_id, board_seats.pillar
            order by 2, 1
            """,
            {"date": as_of, **given},
        )
        .fetchall()
    )
    return tuple(Seat(*row) for row in rows)
