-- Who holds which membership from when until when; `until_on` is the first day
-- without. A table, so that memberships and organisations are joined once. A
-- spell of no day is none.
create or replace table spells as
select
    memberships.org_id,
    organisations.name,
    organisations.pillar,
    organisations.country,
    memberships.category,
    memberships.start_on,
    coalesce(memberships.end_on, date '9999-12-31') as until_on
from memberships
inner join organisations
    on memberships.org_id = organisations.org_id
where
    memberships.end_on is null
    or memberships.end_on > memberships.start_on;
