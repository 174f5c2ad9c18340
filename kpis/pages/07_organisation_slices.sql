-- Organisations by id, cut into slices of some hundred: the first id of each, and
-- how many of each pillar come before it. Nothing where an id holds a character
-- up to `#`, as then facts such as `id#section` do not lie in the order of ids.
create or replace table organisation_slices as
with

placed as (
    select
        org_id,
        pillar,
        row_number() over (order by org_id) - 1 as place
    from organisations
    where not exists (
        select odd.org_id
        from organisations as odd
        where regexp_matches(odd.org_id, '[\x00-#]')
    )
),

counted as (
    select
        place // 500 as slice,
        min(org_id) as first_id,
        count(*) filter (where pillar = 'company') as company,
        count(*) filter (where pillar = 'civil_society') as civil_society,
        count(*) filter (where pillar = 'government') as government
    from placed
    group by place // 500
)

select
    first_id,
    company,
    civil_society,
    government
from counted
order by slice;
