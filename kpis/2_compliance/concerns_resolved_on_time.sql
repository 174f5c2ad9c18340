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

due as (
    select
        *,
        opened_on + 180 as due_on
    from concerns
),

final as (
    select
        due.due_on as from_on,
        months_after(due.due_on, 12) as until_on,
        due.concern_id as entity,
        organisations.name as label,
        due.org_id as organisation,
        organisations.country,
        organisations.pillar,
        due.category,
        cast(coalesce(due.closed_on <= due.due_on, false) as integer)
            as numerator,
        1 as denominator
    from due
    inner join organisations
        on due.org_id = organisations.org_id
)

select * from final
