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

final as (
    select
        visits.end_on as from_on,
        least(months_after(visits.end_on, 12), visits.until_on) as until_on,
        visits.org_id as entity,
        organisations.name as label,
        visits.org_id as organisation,
        organisations.country,
        organisations.pillar,
        null as category,
        1 as numerator,
        1 as denominator
    from latest_visits as visits
    inner join organisations
        on visits.org_id = organisations.org_id
    where organisations.pillar = 'civil_society'
)

select * from final
