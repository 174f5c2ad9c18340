-- How many certified members lose their last certificate within twelve months
-- of each date, by the month in which they do, and the first day of it.
create or replace table expiring_by_month as
select
    calendar.date,
    last_certificates.region,
    last_certificates.pillar,
    cast(date_trunc('month', last_certificates.expires_on) as date) as month,
    count(*) as companies,
    min(last_certificates.expires_on) as first_on
from last_certificates
inner join calendar
    on
        last_certificates.from_on <= calendar.date
        and last_certificates.until_on > calendar.date
        and last_certificates.expires_on
        <= cast(calendar.date + to_months(12) as date)
group by all
order by all;
