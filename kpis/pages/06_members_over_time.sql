-- Whoever was a member at some reporting date, by name. `present` has a digit a
-- date, in their order: whether it was a member then; `certified` whether it
-- held a valid certificate, of companies only.
create or replace table members_over_time as
with

size as (
    select count(*) as dates from calendar
),

spells as (
    select
        memberships.org_id,
        'present' as what,
        memberships.start_on,
        coalesce(memberships.end_on, date '9999-12-31') as until_on
    from memberships
    where memberships.category in ('transitional', 'member')
    union all
    select
        certifications.org_id,
        'certified' as what,
        certifications.certified_on as start_on,
        least(
            certifications.expires_on,
            coalesce(certifications.withdrawn_on, certifications.expires_on)
        ) as until_on
    from certifications
),

days as (
    select start_on as day from spells
    union
    select until_on as day from spells
),

-- How many reporting dates lie before a day.
places as (
    select
        days.day,
        count(calendar.date) as place
    from days
    left join calendar
        on days.day > calendar.date
    group by days.day
),

digits as (
    select
        spells.org_id,
        spells.what,
        cast(
            concat(
                repeat('0', first_places.place),
                repeat('1', until_places.place - first_places.place),
                repeat('0', size.dates - until_places.place)
            ) as bit
        ) as digits
    from spells
    inner join places as first_places
        on spells.start_on = first_places.day
    inner join places as until_places
        on spells.until_on = until_places.day
    cross join size
    where first_places.place < until_places.place
),

members as (
    select
        org_id,
        cast(bit_or(digits) as varchar) as present
    from digits
    where what = 'present'
    group by org_id
),

certified as (
    select
        org_id,
        cast(bit_or(digits) as varchar) as certified
    from digits
    where what = 'certified'
    group by org_id
)

select
    organisations.name,
    organisations.org_id,
    organisations.pillar,
    organisations.country,
    coalesce(regions.region, 'Not specified') as region,
    members.present,
    coalesce(
        case
            when organisations.pillar = 'company' then certified.certified
        end,
        repeat('0', size.dates)
    ) as certified
from members
inner join organisations
    on members.org_id = organisations.org_id
left join certified
    on members.org_id = certified.org_id
left join regions
    on organisations.country = regions.country
cross join size
order by organisations.name, organisations.org_id;
