-- How many companies take part at each date, by how far they are on the way to
-- a certificate: affiliates; members with one; transitional members without;
-- full members whose certificate has lapsed.
create or replace table companies_by_stage as
with

stages as (
    select
        greatest(from_on, (select min(calendar.date) from calendar)) as from_on,
        until_on,
        country,
        pillar,
        case
            when category = 'affiliate' then 'affiliate'
            when is_certified then 'certified'
            when category = 'transitional' then 'transitional'
            else 'lapsed'
        end as stage
    from companies_by_certificate
),

-- Counted before they are spread over the dates, as that makes them fewer.
spans as (
    select
        starts.date as from_on,
        coalesce(ends.date, date '9999-12-31') as until_on,
        stages.country,
        stages.pillar,
        stages.stage,
        count(*) as companies
    from stages
    inner join next_dates as starts
        on stages.from_on = starts.day
    left join next_dates as ends
        on stages.until_on = ends.day
    where stages.until_on > stages.from_on
    group by all
)

select
    calendar.date,
    spans.country,
    spans.pillar,
    spans.stage,
    sum(spans.companies) as companies
from spans
inner join calendar
    on
        spans.from_on <= calendar.date
        and spans.until_on > calendar.date
group by calendar.date, spans.country, spans.pillar, spans.stage
order by calendar.date;
