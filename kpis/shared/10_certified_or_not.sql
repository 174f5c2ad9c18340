-- From when until when an organisation has a valid certificate, and from when
-- until when it has none. Those that never had one are not in here.
create or replace table certified_or_not as
with

certificates as (
    select
        org_id,
        certified_on as from_on,
        least(expires_on, coalesce(withdrawn_on, expires_on)) as until_on
    from certifications
),

reached as (
    select
        *,
        max(until_on) over (
            partition by org_id
            order by from_on, until_on
            rows between unbounded preceding and 1 preceding
        ) as reached_on
    from certificates
    where until_on > from_on
)

select
    org_id,
    greatest(from_on, coalesce(reached_on, from_on)) as from_on,
    until_on,
    true as is_certified
from reached
where reached_on is null or reached_on < until_on
union all
select
    org_id,
    coalesce(reached_on, date '0001-01-01') as from_on,
    from_on as until_on,
    false as is_certified
from reached
where reached_on is null or reached_on < from_on
union all
select
    org_id,
    max(until_on) as from_on,
    date '9999-12-31' as until_on,
    false as is_certified
from reached
group by org_id;
