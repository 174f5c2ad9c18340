-- Field reviews by quarter and country, by the first reporting date that knows
-- of them. Of those before the first of all, the day tells which are of the
-- plan, which may begin within a month.
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
        and missions.end_on >= (
            select date_trunc('month', min(calendar.date)) from calendar
        )
    group by missions.end_on, missions.country, regions.region
),

days as (
    select distinct end_on from ended
),

known as (
    select
        days.end_on,
        min(calendar.date) as known_on
    from days
    inner join calendar
        on days.end_on <= calendar.date
    group by days.end_on
)

select
    known.known_on,
    cast(date_trunc('quarter', ended.end_on) as date) as quarter,
    case
        when known.known_on = (select min(calendar.date) from calendar)
            then ended.end_on
    end as first_ended_on,
    ended.country,
    ended.region,
    cast(sum(ended.missions) as bigint) as missions
from ended
inner join known
    on ended.end_on = known.end_on
group by all
order by all;
