-- Members at each date.
create or replace view members_at as
select
    calendar.date,
    members.org_id,
    members.name,
    members.pillar,
    members.country,
    members.category,
    members.start_on
from members
inner join calendar
    on
        members.start_on <= calendar.date
        and members.until_on > calendar.date;
