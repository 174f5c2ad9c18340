"""Goal 3: who joined and left, and who sits on the board."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from scorecard.confidentiality import Role
from scorecard.exhibits import narrowed, require_rows
from scorecard.selection import Selection
from scorecard.snapshot import Snapshot

MEMBERS = ("company_members", "civil_society_members", "government_members")
"""The KPIs that count the members of the three pillars."""


@dataclass(frozen=True)
class Move:
    """An organisation that is a member at one of two dates only."""

    move: Literal["joined", "left"]
    entity: str
    name: str
    pillar: str
    country: str
    country_name: str
    region: str


@dataclass(frozen=True)
class Seat:
    """One seat of the board; `holder` is none where it is vacant."""

    seat: str
    pillar: str
    holder: str | None
    since: dt.date | None


def moves(
    snapshot: Snapshot, selection: Selection, role: Role, start: dt.date, end: dt.date
) -> tuple[Move, ...]:
    """Members of any pillar at `end` but not `start` (joined), and the reverse (left)."""
    kpi = snapshot.plan.kpi("company_members")
    require_rows(kpi, role)
    region = "coalesce(regions.region, 'Not specified')"
    where, given = narrowed(kpi, selection, region, "members.pillar")
    rows = (
        snapshot.cursor()
        .execute(
            f"""
            with once as (
                select org_id, min(date) as date
                from members_at
                where date in ($start, $end)
                group by org_id
                having min(date) = max(date)
            )

            select
                case when once.date = $end then 'joined' else 'left' end as move,
                members.org_id, any_value(members.name), any_value(members.pillar),
                any_value(members.country),
                any_value(coalesce(regions.country_name, members.country)),
                any_value({region})
            from members_at as members
            inner join once on once.org_id = members.org_id and once.date = members.date
            left join regions on regions.country = members.country
            where members.date in ($start, $end){where}
            group by members.org_id, once.date
            order by 1, 4, 3
            """,
            {"start": start, "end": end, **given},
        )
        .fetchall()
    )
    return () if start == end else tuple(Move(*row) for row in rows)


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
                any_value(coalesce(organisations.name, terms.org_id)), any_value(terms.start_on)
            from board_seats
            left join board_terms as terms
                on terms.seat_id = board_seats.seat_id
                and terms.org_id is not null
                and terms.start_on <= $date and (terms.end_on is null or terms.end_on > $date)
            left join organisations on organisations.org_id = terms.org_id
            where true{where}
            group by board_seats.seat_id, board_seats.pillar
            order by 2, 1
            """,
            {"date": as_of, **given},
        )
        .fetchall()
    )
    return tuple(Seat(*row) for row in rows)
