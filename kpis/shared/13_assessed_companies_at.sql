-- Participating companies at each date with the cycle of their latest
-- self-assessment.
create or replace view assessed_companies_at as
select
    calendar.date,
    assessed_companies.org_id,
    assessed_companies.name,
    assessed_companies.pillar,
    assessed_companies.country,
    assessed_companies.cycle
from assessed_companies
inner join calendar
    on
        assessed_companies.start_on <= calendar.date
        and assessed_companies.until_on > calendar.date;
