/*
title = "Members kept over the year"
unit = "%"
direction = "up"
aggregate = "ratio"
dimensions = ["region", "pillar"]
entity = "org_id"
counts = "entities"
minimum_n = 10
definition = "Share of the members of a year ago that are still members."
why = "Members who leave say more about the Association's worth than those who join."
limitation = "A member that became an affiliate counts as lost."
exports = ["organisations", "memberships"]
owner = "Head of Membership"
rows_for = "board"
confidential = false
*/
with

members as (
    select *
    from spells
    where category in ('transitional', 'member')
),

members_a_year_ago as (
    select
        calendar.date,
        members.*
    from members
    inner join calendar
        on
            members.start_on <= months_before(calendar.date, 12)
            and members.until_on > months_before(calendar.date, 12)
),

final as (
    select
        members_a_year_ago.date,
        members_a_year_ago.org_id as entity,
        members_a_year_ago.name as label,
        members_a_year_ago.org_id as organisation,
        members_a_year_ago.country,
        members_a_year_ago.pillar,
        null as category,
        cast(members.org_id is not null as integer) as numerator,
        1 as denominator
    from members_a_year_ago
    left join members
        on
            members_a_year_ago.org_id = members.org_id
            and members_a_year_ago.date >= members.start_on
            and members_a_year_ago.date < members.until_on
)

select * from final
