-- Companies that take part at each date.
create or replace view participating_companies_at as
select
    calendar.date,
    companies.org_id,
    companies.name,
    companies.pillar,
    companies.country,
    companies.category,
    companies.start_on
from participating_companies as companies
inner join calendar
    on
        companies.start_on <= calendar.date
        and companies.until_on > calendar.date;
