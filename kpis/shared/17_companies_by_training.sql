-- Companies that take part from when until when, with and without a training in
-- the last twelve months.
-- A table, so that a page about one date joins nothing.
create or replace table companies_by_training as
select
    companies.org_id,
    companies.name,
    companies.pillar,
    companies.country,
    greatest(
        companies.start_on,
        coalesce(trained_or_not.from_on, companies.start_on)
    ) as from_on,
    least(
        companies.until_on,
        coalesce(trained_or_not.until_on, companies.until_on)
    ) as until_on,
    coalesce(trained_or_not.is_trained, false) as is_trained
from participating_companies as companies
left join trained_or_not
    on
        companies.org_id = trained_or_not.org_id
        and companies.start_on < trained_or_not.until_on
        and companies.until_on > trained_or_not.from_on;
