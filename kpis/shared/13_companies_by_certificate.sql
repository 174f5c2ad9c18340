-- Companies that take part from when until when, with and without a certificate.
create or replace table companies_by_certificate as
select
    org_id,
    name,
    pillar,
    country,
    category,
    start_on,
    from_on,
    until_on,
    is_with as is_certified
from companies_with_or_without(valid_certificates);
