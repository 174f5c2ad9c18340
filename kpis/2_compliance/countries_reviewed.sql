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
        calendar.date,
        missions.mission_id as entity,
        concat('Field review that ended on ', missions.end_on) as label,
        null as organisation,
        missions.country,
        null as pillar,
        null as category,
        1 as numerator,
        1 as denominator
    from missions
    inner join calendar
        on
            missions.end_on <= calendar.date
            and missions.end_on > months_before(calendar.date, 12)
    where missions.kind = 'field_review'
)

select * from final
