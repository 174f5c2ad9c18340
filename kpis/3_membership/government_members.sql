/*
title = "Government members"
unit = "governments"
direction = "up"
aggregate = "sum"
dimensions = ["region", "pillar", "category"]
entity = "org_id"
counts = "entities"
minimum_n = 10
definition = "Governments that are members."
why = "Governments give the Code weight in law and in their own contracts."
limitation = "Observers and supporting states are not counted."
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
    where pillar = 'government'
)

select * from final
