-- Who holds which membership at each date; an end is the first day without.
create or replace view spells_at as
select
    calendar.date,
    organisations.org_id,
    organisations.name,
    organisations.pillar,
    organisations.country,
    memberships.category,
    memberships.start_on
from memberships
inner join calendar
    on
        memberships.start_on <= calendar.date
        and (
            memberships.end_on is null
            or memberships.end_on > calendar.date
        )
inner join organisations
    on memberships.org_id = organisations.org_id;
