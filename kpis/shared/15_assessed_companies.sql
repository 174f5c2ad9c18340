-- From when until when a company takes part and which cycle is its latest
-- self-assessment then, however old it is.
create or replace table assessed_companies as
select
    companies.org_id,
    companies.name,
    companies.pillar,
    companies.country,
    latest_assessments.cycle,
    greatest(companies.start_on, latest_assessments.latest_from) as start_on,
    least(
        companies.until_on,
        coalesce(latest_assessments.latest_until, companies.until_on)
    ) as until_on
from participating_companies as companies
inner join latest_assessments
    on
        companies.org_id = latest_assessments.org_id
        and companies.until_on > latest_assessments.latest_from
        and (
            latest_assessments.latest_until is null
            or companies.start_on < latest_assessments.latest_until
        );
