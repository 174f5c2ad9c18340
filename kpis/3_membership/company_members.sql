/*
title = "Company members"
unit = "companies"
direction = "up"
aggregate = "sum"
dimensions = ["region", "pillar", "category"]
entity = "org_id"
counts = "entities"
minimum_n = 10
definition = "Companies that are members, transitional or full."
why = "The Code only reaches as far as the companies that have signed up to it."
limitation = "Affiliates are counted apart; a large and a small company count the same."
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
    where pillar = 'company'
)

select * from final
