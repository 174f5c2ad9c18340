-- Field reviews of the plan by quarter and region as known at each date, and in
-- how many countries, none of which lies in two regions. The day on which the
-- plan begins stands for plan_starts_on().
create or replace table field_reviews as
with

ended as (
    select
        missions.end_on,
        missions.country,
        coalesce(regions.region, 'Not specified') as region,
        count(*) as missions
    from missions
    left join regions
        on missions.country = regions.country
    where
        missions.kind = 'field_review'
        and missions.end_on >= plan_starts_on()
    group by missions.end_on, missions.country, regions.region
),

known as (
    select
        days.end_on,
        calendar.date
    from (select distinct end_on from ended) as days
    inner join calendar
        on days.end_on <= calendar.date
)

select
    known.date,
    cast(date_trunc('quarter', ended.end_on) as date) as quarter,
    ended.region,
    cast(sum(ended.missions) as bigint) as missions,
    count(distinct ended.country) as countries
from ended
inner join known
    on ended.end_on = known.end_on
group by all
order by all;
