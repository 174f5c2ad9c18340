-- Participating companies at each date with the cycle of their latest
-- self-assessment, however old it is.
create or replace view assessed_companies_at as
select
    participating_companies_at.*,
    latest_assessments.cycle
from participating_companies_at
inner join latest_assessments
    on
        participating_companies_at.org_id = latest_assessments.org_id
        and participating_companies_at.date >= latest_assessments.latest_from
        and (
            latest_assessments.latest_until is null
            or participating_companies_at.date < latest_assessments.latest_until
        );
