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

members_a_year_ago as (
    select
        calendar.date,
        organisations.*
    from memberships
    inner join calendar
        on
            memberships.start_on <= months_before(calendar.date, 12)
            and (
                memberships.end_on is null
                or memberships.end_on > months_before(calendar.date, 12)
            )
    inner join organisations
        on memberships.org_id = organisations.org_id
    where memberships.category in ('transitional', 'member')
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
        cast(members_at.org_id is not null as integer) as numerator,
        1 as denominator
    from members_a_year_ago
    left join members_at
        on
            members_a_year_ago.date = members_at.date
            and members_a_year_ago.org_id = members_at.org_id
)

select * from final
