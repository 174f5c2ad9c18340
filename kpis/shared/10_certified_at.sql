-- Organisations with a certificate that is valid at each date.
create or replace view certified_at as
select
    calendar.date,
    certified_spells.org_id
from certified_spells
inner join calendar
    on
        certified_spells.certified_on <= calendar.date
        and certified_spells.until_on > calendar.date;
