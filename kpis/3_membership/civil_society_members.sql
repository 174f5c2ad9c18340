/*
title = "Civil society members"
unit = "organisations"
direction = "up"
aggregate = "sum"
dimensions = ["region", "pillar", "category"]
entity = "org_id"
counts = "entities"
minimum_n = 10
definition = "Civil society organisations that are members."
why = "Civil society is one of the three pillars that govern the Association."
limitation = "Counts organisations, not how active they are."
exports = ["organisations", "memberships"]
owner = "Head of Membership"
rows_for = "guest"
confidential = false
*/
with

final as (
    select
        start_on as from_on,
        until_on,
        org_id as entity,
        name as label,
        org_id as organisation,
        country,
        pillar,
        category,
        1 as numerator,
        1 as denominator
    from members
    where pillar = 'civil_society'
)

select * from final
