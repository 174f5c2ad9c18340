-- Companies that take part from when until when, with and without a certificate.
create or replace table companies_by_certificate as
select
    companies.org_id,
    companies.name,
    companies.pillar,
    companies.country,
    companies.category,
    companies.start_on,
    greatest(
        companies.start_on,
        coalesce(certified_or_not.from_on, companies.start_on)
    ) as from_on,
    least(
        companies.until_on,
        coalesce(certified_or_not.until_on, companies.until_on)
    ) as until_on,
    coalesce(certified_or_not.is_certified, false) as is_certified
from participating_companies as companies
left join certified_or_not
    on
        companies.org_id = certified_or_not.org_id
        and companies.start_on < certified_or_not.until_on
        and companies.until_on > certified_or_not.from_on;
