"""Goal 1: the way from affiliate to certified company, and the certificates that run out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from scorecard import prepared
from scorecard.confidentiality import Role
from scorecard.exhibits import narrowed, require_rows
from scorecard.selection import Selection
from scorecard.snapshot import Snapshot

STAGES = ("affiliate", "transitional", "lapsed", "certified")
"""Affiliates; members on their way; members whose certificate ran out; certified members."""

_BEFORE_STAGES = """
(
    select
        companies.date, companies.country, companies.pillar,
        case
            when companies.category = 'affiliate' then 'affiliate'
            when certified_at.org_id is not null then 'certified'
            when companies.category = 'transitional' then 'transitional'
            else 'lapsed'
        end as stage,
        count(*) as companies
    from participating_companies_at as companies
    left join certified_at
        on certified_at.org_id = companies.org_id and certified_at.date = companies.date
    group by all
)
"""
"""The companies by stage in a snapshot that was built before it kept them."""


@dataclass(frozen=True)
class Pathway:
    """Companies at each stage at one date, and how many entered it since the compared date."""

    as_of: dt.date
    now: dict[str, int]
    before: dict[str, int] | None
    """The same at the compared date; none where there is none."""


@dataclass(frozen=True)
class Expiring:
    """Certified companies whose last valid certificate ends within twelve months."""

    months: tuple[tuple[dt.date, int], ...]
    """Each calendar month that the twelve months touch, by its first day, and how many lose it."""
    first_on: dt.date | None
    """The day of the first; none where nobody loses any."""

    @property
    def total(self) -> int:
        return sum(count for _, count in self.months)


@dataclass(frozen=True)
class Expiry:
    """The day from which a certified company has no valid certificate, unless it renews."""

    expires_on: dt.date
    entity: str
    name: str
    standard: str
    country: str
    region: str


def pathway(
    snapshot: Snapshot,
    selection: Selection,
    role: Role,
    as_of: dt.date,
    compare: dt.date | None,
) -> Pathway:
    """Participating companies by stage; affiliates and certified agree with their KPIs."""
    del role  # the counts are of KPIs that every role may see in full
    return Pathway(
        as_of,
        _stages(snapshot, selection, as_of),
        _stages(snapshot, selection, compare) if compare else None,
    )


def _stages(snapshot: Snapshot, selection: Selection, date: dt.date) -> dict[str, int]:
    kpi = snapshot.plan.kpi("company_members")
    region = "coalesce(regions.region, 'Not specified')"
    where, given = narrowed(kpi, selection, region, "companies.pillar")
    kept = "companies_by_stage" in snapshot.tables
    source = "companies_by_stage" if kept else _BEFORE_STAGES
    rows = (
        snapshot.cursor()
        .execute(
            f"""
            select companies.stage, sum(companies.companies)
            from {source} as companies
            left join regions on regions.country = companies.country
            where companies.date = $date{where}
            group by 1
            """,
            {"date": date, **given},
        )
        .fetchall()
    )
    counted = dict(rows)
    return {stage: int(counted.get(stage, 0)) for stage in STAGES}


def expiring(snapshot: Snapshot, selection: Selection, role: Role, as_of: dt.date) -> Expiring:
    """How many certified companies lose their last certificate within twelve months, by month.

    As known at `as_of`: certificates issued later are not looked at.
    """
    kpi = snapshot.plan.kpi("certified_companies")
    require_rows(kpi, role)
    where, given = narrowed(kpi, selection)
    rows = (
        snapshot.cursor()
        .execute(
            "select month, sum(companies), min(first_on) "
            f"from {prepared.source('expiring_by_month', snapshot)} "
            f"where date = $date{where} group by month order by month",
            {"date": as_of, **given},
        )
        .fetchall()
    )
    known = {month: int(companies) for month, companies, _ in rows}
    return Expiring(_months(known, as_of), rows[0][2] if rows else None)


def _months(known: dict[dt.date, int], as_of: dt.date) -> tuple[tuple[dt.date, int], ...]:
    """The thirteen months, empty ones too."""
    first = as_of.replace(day=1)
    months = []
    for _ in range(13):
        months.append((first, known.get(first, 0)))
        first = (first + dt.timedelta(days=32)).replace(day=1)
    # The first and last month are halves of one; a half without expiries says nothing.
    return tuple(months if months[0][1] else months[1:])


def expiries(
    snapshot: Snapshot,
    selection: Selection,
    role: Role,
    as_of: dt.date,
    *,
    limit: int | None = None,
    offset: int = 0,
) -> tuple[Expiry, ...]:
    """Those that `expiring` counts, the soonest first, then by name.

    With a `limit` at most so many, after the first `offset`.
    """
    kpi = snapshot.plan.kpi("certified_companies")
    require_rows(kpi, role)
    where, given = narrowed(kpi, selection)
    rows = prepared.rows(
        snapshot,
        "last_certificates",
        "expires_on, org_id, name, standard, country, region",
        "from_on <= $date and until_on > $date and expires_on > $date "
        f"and expires_on <= cast(cast($date as date) + to_months(12) as date){where}",
        {"date": as_of, **given},
        order="expires_on, name, org_id",
        limit=limit,
        offset=offset,
    )
    return tuple(Expiry(*row) for row in rows)
