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

final as (
    select
        from_on,
        until_on,
        org_id as entity,
        name as label,
        org_id as organisation,
        country,
        pillar,
        null as category,
        cast(is_member as integer) as numerator,
        1 as denominator
    from members_of_a_year_ago
)

select * from final
