-- From when until when a submitted self-assessment is the latest of its
-- organisation: until one of a later cycle is submitted.
create or replace view latest_assessments as
select
    org_id,
    cycle,
    submitted_on as latest_from,
    min(submitted_on) over (
        partition by org_id
        order by cycle
        rows between 1 following and unbounded following
    ) as latest_until
from self_assessments
where submitted_on is not null;
