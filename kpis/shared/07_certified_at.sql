-- Organisations with a certificate that is valid at each date.
create or replace view certified_at as
select distinct
    calendar.date,
    certifications.org_id
from certifications
inner join calendar
    on
        certifications.certified_on <= calendar.date
        and certifications.expires_on > calendar.date
        and (
            certifications.withdrawn_on is null
            or certifications.withdrawn_on > calendar.date
        );
