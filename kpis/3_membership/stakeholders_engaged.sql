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

recent as (
    select
        calendar.date,
        engagements.organisation,
        engagements.country,
        max(
            {
                'held_on': engagements.held_on,
                'engagement_id': engagements.engagement_id,
                'stakeholder_type': engagements.stakeholder_type
            }
        ) as latest
    from engagements
    inner join calendar
        on
            engagements.held_on <= calendar.date
            and engagements.held_on > months_before(calendar.date, 12)
    group by
        calendar.date,
        engagements.organisation,
        engagements.country
),

final as (
    select
        recent.date,
        concat(recent.organisation, '#', recent.country) as entity,
        recent.organisation as label,
        null as organisation,
        recent.country,
        stakeholder_pillar(recent.latest.stakeholder_type) as pillar,
        recent.latest.stakeholder_type as category,
        1 as numerator,
        1 as denominator
    from recent
)

select * from final
