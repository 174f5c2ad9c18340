"""Goal 1: the way from affiliate to certified company, and the certificates that run out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

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


def expiring(
    snapshot: Snapshot, selection: Selection, role: Role, as_of: dt.date
) -> tuple[Expiry, ...]:
    """Certified companies whose last valid certificate ends within twelve months, soonest first.

    As known at `as_of`: certificates issued later are not looked at.
    """
    kpi = snapshot.plan.kpi("certified_companies")
    require_rows(kpi, role)
    where, given = narrowed(kpi, selection, "facts.region", "facts.pillar")
    rows = (
        snapshot.cursor()
        .execute(
            f"""
            select
                max(certificates.expires_on) as expires_on, facts.entity,
                any_value(facts.label), arg_max(certificates.standard, certificates.expires_on),
                any_value(facts.country), any_value(facts.region)
            from {kpi.view} as facts
            inner join certifications as certificates
                on certificates.org_id = facts.entity
            where facts.date = $date
                and certificates.certified_on <= $date and certificates.expires_on > $date
                and (certificates.withdrawn_on is null or certificates.withdrawn_on > $date)
                {where}
            group by facts.entity
            having max(certificates.expires_on) <= cast($date as date) + interval 12 months
            order by 1, 3
            """,
            {"date": as_of, **given},
        )
        .fetchall()
    )
    return tuple(Expiry(*row) for row in rows)


def by_month(
    expiries: tuple[Expiry, ...], as_of: dt.date
) -> tuple[tuple[dt.date, tuple[Expiry, ...]], ...]:
    """The expiries of each calendar month that the next twelve months touch, empty ones too."""
    last = as_of.replace(day=1)
    months = []
    for _ in range(13):
        months.append(last)
        last = (last + dt.timedelta(days=32)).replace(day=1)
    grouped = [
        (month, tuple(e for e in expiries if e.expires_on.replace(day=1) == month))
        for month in months
    ]
    # The first and last month are halves of one; a half without expiries says nothing.
    while len(grouped) > 12 and not grouped[0][1]:
        grouped = grouped[1:]
    return tuple(grouped)
