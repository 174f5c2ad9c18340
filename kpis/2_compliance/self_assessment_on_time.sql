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

final as (
    select
        self_assessments.due_on as from_on,
        months_after(self_assessments.due_on, 12) as until_on,
        concat(
            self_assessments.org_id,
            '#',
            lpad(cast(self_assessments.cycle as varchar), 4, '0')
        ) as entity,
        organisations.name as label,
        self_assessments.org_id as organisation,
        organisations.country,
        organisations.pillar,
        null as category,
        cast(
            coalesce(
                self_assessments.submitted_on <= self_assessments.due_on, false
            ) as integer
        ) as numerator,
        1 as denominator
    from self_assessments
    inner join organisations
        on self_assessments.org_id = organisations.org_id
)

select * from final
