"""Goal 4: visits month by month, and the events of the last year."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from scorecard.confidentiality import Role
from scorecard.exhibits import narrowed, require_rows
from scorecard.selection import Selection, months_before
from scorecard.snapshot import Snapshot


@dataclass(frozen=True)
class Month:
    """Visits and downloads of one month; both none where the month has no row."""

    starts_on: dt.date
    visits: int | None
    downloads: int | None


@dataclass(frozen=True)
class Event:
    title: str
    kind: str
    held_on: dt.date
    country: str | None
    participants: int


def visits(
    snapshot: Snapshot, selection: Selection, role: Role, as_of: dt.date
) -> tuple[Month, ...]:
    """Website visits by month, from the plan's start to the last whole month at `as_of`."""
    kpi = snapshot.plan.kpi("website_visits")
    require_rows(kpi, role)
    where, given = narrowed(kpi, selection, "coalesce(regions.region, 'Not specified')")
    rows = (
        snapshot.cursor()
        .execute(
            f"""
            select months.month, sum(traffic.visits), sum(traffic.downloads)
            from (
                select cast(month as date) as month
                from generate_series(
                    date_trunc('month', cast($start as timestamp)),
                    cast($until as timestamp), interval 1 month
                ) as series(month)
                where last_day(cast(month as date)) <= $until
            ) as months
            left join (
                select web_traffic.*
                from web_traffic
                left join regions on regions.country = web_traffic.country
                where true{where}
            ) as traffic on traffic.month = strftime(months.month, '%Y-%m')
            group by 1
            order by 1
            """,
            {"start": snapshot.plan.starts_on, "until": as_of, **given},
        )
        .fetchall()
    )
    return tuple(
        Month(month, *(None if n is None else int(n) for n in numbers)) for month, *numbers in rows
    )


def events(
    snapshot: Snapshot, selection: Selection, role: Role, as_of: dt.date
) -> tuple[Event, ...]:
    """Events of the twelve months up to `as_of` with their participants, the latest first."""
    kpi = snapshot.plan.kpi("event_participants")
    require_rows(kpi, role)
    region = "coalesce(regions.region, 'Not specified')"
    where, given = narrowed(
        kpi, selection, region, "stakeholder_pillar(attendance.stakeholder_type)"
    )
    rows = (
        snapshot.cursor()
        .execute(
            f"""
            select
                any_value(events.title), any_value(events.kind), any_value(events.held_on),
                any_value(events.country), sum(attendance.participants)
            from events
            inner join event_attendance as attendance on attendance.event_id = events.event_id
            left join regions on regions.country = attendance.country
            where events.held_on > $since and events.held_on <= $until{where}
            group by events.event_id
            order by 3 desc, 1
            """,
            {"since": months_before(as_of, 12), "until": as_of, **given},
        )
        .fetchall()
    )
    return tuple(Event(row[0], row[1], row[2], row[3], int(row[4])) for row in rows)
