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

-- Whether an organisation is a member, from when until when.
member_or_not as (
    select
        org_id,
        start_on,
        until_on,
        1 as is_member
    from members
    union all
    select
        org_id,
        until_on as start_on,
        lead(start_on, 1, date '9999-12-31') over (
            partition by org_id
            order by start_on, until_on
        ) as until_on,
        0 as is_member
    from members
),

-- A member of today is a member of a year ago from a year on.
members_a_year_ago as (
    select
        *,
        months_after(start_on, 12) as from_on,
        months_after(until_on, 12) as left_on
    from members
),

final as (
    select
        greatest(members_a_year_ago.from_on, member_or_not.start_on) as from_on,
        least(members_a_year_ago.left_on, member_or_not.until_on) as until_on,
        members_a_year_ago.org_id as entity,
        members_a_year_ago.name as label,
        members_a_year_ago.org_id as organisation,
        members_a_year_ago.country,
        members_a_year_ago.pillar,
        null as category,
        member_or_not.is_member as numerator,
        1 as denominator
    from members_a_year_ago
    inner join member_or_not
        on
            members_a_year_ago.org_id = member_or_not.org_id
            and members_a_year_ago.from_on < member_or_not.until_on
            and members_a_year_ago.left_on > member_or_not.start_on
)

select * from final
