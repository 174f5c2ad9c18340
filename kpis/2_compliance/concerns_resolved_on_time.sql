/*
title = "Concerns resolved on time"
unit = "%"
direction = "up"
aggregate = "ratio"
dimensions = ["region", "pillar", "category"]
entity = "concern_id"
counts = "entities"
minimum_n = 10
definition = "Share of concerns whose 180 days ended in the last 12 months that were closed within them."
why = "A concern that drags on helps neither those affected nor the company."
limitation = "A concern counts only once its 180 days are over, so this looks back half a year."
exports = ["organisations", "concerns"]
owner = "Head of Monitoring"
rows_for = "executive"
confidential = true
*/
with

ripe as (
    select
        twelve_months.date,
        concerns.*,
        concerns.opened_on + 180 as due_on
    from concerns
    inner join twelve_months
        on concerns.opened_on + 180 = twelve_months.day
),

final as (
    select
        ripe.date,
        ripe.concern_id as entity,
        organisations.name as label,
        ripe.org_id as organisation,
        organisations.country,
        organisations.pillar,
        ripe.category,
        cast(coalesce(ripe.closed_on <= ripe.due_on, false) as integer)
            as numerator,
        1 as denominator
    from ripe
    inner join organisations
        on ripe.org_id = organisations.org_id
)

select * from final
