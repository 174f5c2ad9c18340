/*
title = "Affiliate companies"
unit = "companies"
direction = "up"
aggregate = "sum"
dimensions = ["region", "pillar"]
entity = "org_id"
counts = "entities"
minimum_n = 10
definition = "Companies that support the Code as affiliates; they are not members."
why = "The affiliate model, open since 2020, is the first step for companies that are not ready for membership."
limitation = "An affiliate that becomes a member leaves this count, which is good news that looks like a loss."
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
        null as category,
        1 as numerator,
        1 as denominator
    from participating_companies
    where category = 'affiliate'
)

select * from final
