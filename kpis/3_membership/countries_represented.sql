/*
title = "Countries represented"
unit = "countries"
direction = "up"
aggregate = "countries"
dimensions = ["region", "pillar"]
entity = "org_id"
counts = "entities"
minimum_n = 10
definition = "Countries that are home to at least one member of any pillar."
why = "A worldwide code needs members from all over the world."
limitation = "Where a member has its head office, not where it works."
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
    from members
)

select * from final
