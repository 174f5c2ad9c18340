-- From when until when an organisation has a valid certificate without a break,
-- however many certificates that takes.
create or replace table certified_spells as
with

certificates as (
    select
        org_id,
        certified_on,
        least(expires_on, coalesce(withdrawn_on, expires_on)) as until_on
    from certifications
),

reached as (
    select
        *,
        max(until_on) over (
            partition by org_id
            order by certified_on, until_on
            rows between unbounded preceding and 1 preceding
        ) as reached_on
    from certificates
    where until_on > certified_on
),

numbered as (
    select
        *,
        sum(case when reached_on >= certified_on then 0 else 1 end) over (
            partition by org_id
            order by certified_on, until_on
        ) as spell
    from reached
)

select
    org_id,
    min(certified_on) as certified_on,
    max(until_on) as until_on
from numbered
group by org_id, spell;
