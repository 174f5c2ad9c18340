/*
title = "Civil society organisations in monitoring"
unit = "organisations"
direction = "up"
aggregate = "sum"
dimensions = ["region", "pillar"]
entity = "org_id"
counts = "entities"
minimum_n = 10
definition = "Civil society organisations that a mission of the last 12 months met."
why = "Local civil society knows first when something goes wrong; monitoring without it is blind."
limitation = "An organisation counts once, however often it was met."
exports = ["organisations", "missions", "mission_visits"]
owner = "Head of Monitoring"
rows_for = "board"
confidential = false
*/
with

visited as (
    select
        calendar.date,
        latest_visits.org_id
    from latest_visits
    inner join calendar
        on
            latest_visits.end_on <= calendar.date
            and latest_visits.until_next > calendar.date
            and latest_visits.end_on > months_before(calendar.date, 12)
),

final as (
    select
        visited.date,
        visited.org_id as entity,
        organisations.name as label,
        visited.org_id as organisation,
        organisations.country,
        organisations.pillar,
        null as category,
        1 as numerator,
        1 as denominator
    from visited
    inner join organisations
        on visited.org_id = organisations.org_id
    where organisations.pillar = 'civil_society'
)

select * from final
