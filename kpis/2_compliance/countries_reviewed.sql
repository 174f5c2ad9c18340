/*
title = "Countries reviewed"
unit = "countries"
direction = "up"
aggregate = "countries"
dimensions = ["region"]
entity = "mission_id"
counts = "entities"
minimum_n = 10
definition = "Countries in which a field review ended in the last 12 months."
why = "The Association should be present where the risks are, not only where it is easy to travel."
limitation = "A country counts once however many reviews took place there."
exports = ["missions"]
owner = "Head of Monitoring"
rows_for = "board"
confidential = false
*/
with

final as (
    select
        end_on as from_on,
        months_after(end_on, 12) as until_on,
        mission_id as entity,
        concat('Field review that ended on ', end_on) as label,
        null as organisation,
        country,
        null as pillar,
        null as category,
        1 as numerator,
        1 as denominator
    from missions
    where kind = 'field_review'
)

select * from final
