-- Who holds which membership at each date.
create or replace view spells_at as
select
    calendar.date,
    spells.org_id,
    spells.name,
    spells.pillar,
    spells.country,
    spells.category,
    spells.start_on
from spells
inner join calendar
    on
        spells.start_on <= calendar.date
        and spells.until_on > calendar.date;
