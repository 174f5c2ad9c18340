-- Companies that take part from when until when, with and without a field review
-- in the last 36 months.
-- A table, so that a page about one date joins nothing.
create or replace table companies_by_review as
select
    companies.org_id,
    companies.name,
    companies.pillar,
    companies.country,
    greatest(
        companies.start_on,
        coalesce(reviewed_or_not.from_on, companies.start_on)
    ) as from_on,
    least(
        companies.until_on,
        coalesce(reviewed_or_not.until_on, companies.until_on)
    ) as until_on,
    coalesce(reviewed_or_not.is_reviewed, false) as is_reviewed
from participating_companies as companies
left join reviewed_or_not
    on
        companies.org_id = reviewed_or_not.org_id
        and companies.start_on < reviewed_or_not.until_on
        and companies.until_on > reviewed_or_not.from_on;
