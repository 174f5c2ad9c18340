-- Who was a member a year ago from when until when, and is still one, or not.
create or replace table members_of_a_year_ago as
with

member_or_not as (
    select
        org_id,
        start_on as from_on,
        until_on,
        true as is_member
    from members
    union all
    select
        org_id,
        until_on as from_on,
        lead(start_on, 1, date '9999-12-31') over (
            partition by org_id
            order by start_on
        ) as until_on,
        false as is_member
    from members
),

-- Whoever is a member today was one a year ago from today in a year.
a_year_later as (
    select
        org_id,
        name,
        pillar,
        country,
        months_after(start_on, 12) as from_on,
        months_after(until_on, 12) as until_on
    from members
)

select
    a_year_later.org_id,
    a_year_later.name,
    a_year_later.pillar,
    a_year_later.country,
    greatest(a_year_later.from_on, member_or_not.from_on) as from_on,
    least(a_year_later.until_on, member_or_not.until_on) as until_on,
    member_or_not.is_member
from a_year_later
inner join member_or_not
    on
        a_year_later.org_id = member_or_not.org_id
        and a_year_later.from_on < member_or_not.until_on
        and a_year_later.until_on > member_or_not.from_on;
