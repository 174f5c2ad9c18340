-- What a self-assessment says section by section: a point for each indicator
-- met, half a point for one met in part, out of those that apply.
create or replace table section_results as
select
    org_id,
    cycle,
    section,
    cast(
        sum(case answer when 'met' then 1 when 'partly' then 0.5 else 0 end)
        as double
    ) as points,
    count(*) as indicators
from self_assessment_answers
where answer <> 'not_applicable'
group by org_id, cycle, section;
