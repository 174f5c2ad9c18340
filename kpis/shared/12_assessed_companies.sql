-- From when until when a company takes part and which cycle is its latest
-- self-assessment then, however old it is.
create or replace table assessed_companies as
select
    spells.org_id,
    spells.name,
    spells.pillar,
    spells.country,
    latest_assessments.cycle,
    greatest(spells.start_on, latest_assessments.latest_from) as start_on,
    least(
        spells.until_on,
        coalesce(latest_assessments.latest_until, spells.until_on)
    ) as until_on
from spells
inner join latest_assessments
    on
        spells.org_id = latest_assessments.org_id
        and spells.until_on > latest_assessments.latest_from
        and (
            latest_assessments.latest_until is null
            or spells.start_on < latest_assessments.latest_until
        )
where
    spells.pillar = 'company'
    and spells.category in ('transitional', 'member', 'affiliate');
