/*
title = "Event participants"
unit = "participants"
direction = "up"
aggregate = "sum"
dimensions = ["region", "pillar", "category"]
entity = "event_id#stakeholder_type#country"
counts = "entities"
minimum_n = 10
definition = "People who took part in events of the Association in the last 12 months."
why = "Events are where the pillars meet and newcomers get to know the Code."
limitation = "A person who comes to two events counts twice."
exports = ["events", "event_attendance"]
owner = "Head of Communications"
rows_for = "board"
confidential = false
*/
with

final as (
    select
        events.held_on as from_on,
        months_after(events.held_on, 12) as until_on,
        concat(
            event_attendance.event_id,
            '#',
            event_attendance.stakeholder_type,
            '#',
            event_attendance.country
        ) as entity,
        events.title as label,
        null as organisation,
        event_attendance.country,
        stakeholder_pillar(event_attendance.stakeholder_type) as pillar,
        events.kind as category,
        event_attendance.participants as numerator,
        1 as denominator
    from event_attendance
    inner join events
        on event_attendance.event_id = events.event_id
)

select * from final
