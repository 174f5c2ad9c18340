/*
title = "Stakeholders engaged"
unit = "organisations"
direction = "up"
aggregate = "sum"
dimensions = ["region", "pillar", "category"]
entity = "organisation#country"
counts = "entities"
minimum_n = 10
definition = "Organisations of all kinds with which the Association was in contact in the last 12 months."
why = "Members, clients and governments come from contacts that somebody keeps up."
limitation = "An organisation counts once per country, under the kind noted at the latest contact."
exports = ["engagements"]
owner = "Executive Director"
rows_for = "board"
confidential = false
*/
with

final as (
    select
        calendar.date,
        concat(engagements.organisation, '#', engagements.country) as entity,
        engagements.organisation as label,
        null as organisation,
        engagements.country,
        stakeholder_pillar(engagements.stakeholder_type) as pillar,
        engagements.stakeholder_type as category,
        1 as numerator,
        1 as denominator
    from latest_engagements as engagements
    inner join calendar
        on
            engagements.held_on <= calendar.date
            and engagements.until_on > calendar.date
            and engagements.held_on > months_before(calendar.date, 12)
)

select * from final
