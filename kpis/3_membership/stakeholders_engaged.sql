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
        held_on as from_on,
        least(months_after(held_on, 12), until_on) as until_on,
        concat(organisation, '#', country) as entity,
        organisation as label,
        null as organisation,
        country,
        stakeholder_pillar(stakeholder_type) as pillar,
        stakeholder_type as category,
        1 as numerator,
        1 as denominator
    from latest_engagements
)

select * from final
