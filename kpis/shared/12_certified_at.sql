-- Organisations with a certificate that is valid at each date.
create or replace view certified_at as
select distinct
    calendar.date,
    valid_certificates.org_id
from valid_certificates
inner join calendar
    on
        valid_certificates.from_on <= calendar.date
        and valid_certificates.until_on > calendar.date;
