-- How many companies take part at each date, by how far they are on the way to
-- a certificate: affiliates; members with one; transitional members without;
-- full members whose certificate has lapsed.
create or replace table companies_by_stage as
with

stages as (
    select
        companies.date,
        companies.country,
        companies.pillar,
        case
            when companies.category = 'affiliate' then 'affiliate'
            when certified_spells.org_id is not null then 'certified'
            when companies.category = 'transitional' then 'transitional'
            else 'lapsed'
        end as stage
    from participating_companies_at as companies
    left join certified_spells
        on
            companies.org_id = certified_spells.org_id
            and companies.date >= certified_spells.certified_on
            and companies.date < certified_spells.until_on
)

select
    date,
    country,
    pillar,
    stage,
    count(*) as companies
from stages
group by date, country, pillar, stage
order by date;
