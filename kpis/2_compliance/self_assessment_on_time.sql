/*
title = "Self-assessments filed on time"
unit = "%"
direction = "up"
aggregate = "ratio"
dimensions = ["region", "pillar"]
entity = "org_id#cycle"
counts = "entities"
minimum_n = 10
definition = "Share of the self-assessments due in the last 12 months that were submitted by their due date."
why = "The yearly self-assessment is how the Association monitors every company; without it there is nothing to review."
limitation = "Late submissions count as missed, so this is lower than the completion rate that is usually published."
exports = ["organisations", "self_assessments"]
owner = "Head of Monitoring"
rows_for = "board"
confidential = false
*/
with

due as (
    select
        twelve_months.date,
        self_assessments.*
    from self_assessments
    inner join twelve_months
        on self_assessments.due_on = twelve_months.day
),

final as (
    select
        due.date,
        concat(due.org_id, '#', lpad(cast(due.cycle as varchar), 4, '0'))
            as entity,
        organisations.name as label,
        due.org_id as organisation,
        organisations.country,
        organisations.pillar,
        null as category,
        cast(coalesce(due.submitted_on <= due.due_on, false) as integer)
            as numerator,
        1 as denominator
    from due
    inner join organisations
        on due.org_id = organisations.org_id
)

select * from final
