-- From when until when a certified member knows which of its certificates ends
-- last. Each day on which a certificate begins or ceases may change that.
create or replace table last_certificates as
with

certificates as (
    select
        org_id,
        standard,
        certified_on,
        expires_on,
        least(expires_on, coalesce(withdrawn_on, expires_on)) as until_on
    from certifications
    where withdrawn_on is null or withdrawn_on > certified_on
),

days as (
    select
        org_id,
        certified_on as from_on
    from certificates
    union
    select
        org_id,
        until_on as from_on
    from certificates
),

stretches as (
    select
        org_id,
        from_on,
        lead(from_on) over (partition by org_id order by from_on) as until_on
    from days
),

last_of_all as (
    select
        stretches.org_id,
        stretches.from_on,
        stretches.until_on,
        max(certificates.expires_on) as expires_on,
        arg_max(
            certificates.standard,
            row(certificates.expires_on, certificates.standard)
        ) as standard
    from stretches
    inner join certificates
        on
            stretches.org_id = certificates.org_id
            and stretches.from_on >= certificates.certified_on
            and stretches.from_on < certificates.until_on
    group by stretches.org_id, stretches.from_on, stretches.until_on
)

select
    last_of_all.expires_on,
    organisations.name,
    organisations.org_id,
    organisations.pillar,
    organisations.country,
    coalesce(regions.region, 'Not specified') as region,
    last_of_all.standard,
    greatest(last_of_all.from_on, memberships.start_on) as from_on,
    least(
        last_of_all.until_on,
        coalesce(memberships.end_on, last_of_all.until_on)
    ) as until_on
from last_of_all
inner join memberships
    on
        last_of_all.org_id = memberships.org_id
        and last_of_all.until_on > memberships.start_on
        and (
            memberships.end_on is null
            or last_of_all.from_on < memberships.end_on
        )
inner join organisations
    on last_of_all.org_id = organisations.org_id
left join regions
    on organisations.country = regions.country
where
    memberships.category in ('transitional', 'member')
    and organisations.pillar = 'company'
    and last_of_all.until_on > (select min(calendar.date) from calendar)
order by
    last_of_all.expires_on,
    organisations.name,
    organisations.org_id,
    from_on;
