-- Organisations with a certificate that is valid at each date.
create or replace view certified_at as
select
    calendar.date,
    certified_or_not.org_id
from certified_or_not
inner join calendar
    on
        certified_or_not.from_on <= calendar.date
        and certified_or_not.until_on > calendar.date
where certified_or_not.is_certified;
