/*
title = "Open concerns"
unit = "concerns"
direction = "watch"
aggregate = "sum"
dimensions = ["region", "pillar", "category"]
entity = "concern_id"
counts = "entities"
minimum_n = 10
definition = "Concerns about members that were opened and are not closed yet."
why = "More concerns may mean more problems or better monitoring, so the number is watched, not judged."
limitation = "Says nothing of how serious a concern is."
exports = ["organisations", "concerns"]
owner = "Head of Monitoring"
rows_for = "executive"
confidential = true
*/
with

final as (
    select
        concerns.opened_on as from_on,
        concerns.closed_on as until_on,
        concerns.concern_id as entity,
        organisations.name as label,
        concerns.org_id as organisation,
        organisations.country,
        organisations.pillar,
        concerns.category,
        1 as numerator,
        1 as denominator
    from concerns
    inner join organisations
        on concerns.org_id = organisations.org_id
)

select * from final
