-- From when until when a certificate of an organisation is valid.
create or replace view valid_certificates as
select
    org_id,
    certified_on as from_on,
    least(expires_on, coalesce(withdrawn_on, expires_on)) as until_on
from certifications;
