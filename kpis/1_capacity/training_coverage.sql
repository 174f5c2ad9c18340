/*
title = "Companies trained in the last year"
unit = "%"
direction = "up"
aggregate = "ratio"
dimensions = ["region", "pillar"]
entity = "org_id"
counts = "entities"
minimum_n = 10
definition = "Share of member and affiliate companies that took part in a training in the last 12 months."
why = "Training is the main help that the Association gives to companies to implement the Code."
limitation = "One participant in one training is enough to count; it does not measure what was learnt."
exports = ["organisations", "memberships", "trainings", "training_attendance"]
owner = "Head of Capacity Building"
rows_for = "board"
confidential = false
*/
with

final as (
    select
        companies.date,
        companies.org_id as entity,
        companies.name as label,
        companies.org_id as organisation,
        companies.country,
        companies.pillar,
        null as category,
        cast(
            coalesce(
                latest_trainings.held_on > months_before(companies.date, 12),
                false
            ) as integer
        ) as numerator,
        1 as denominator
    from participating_companies_at as companies
    left join latest_trainings
        on
            companies.org_id = latest_trainings.org_id
            and companies.date >= latest_trainings.held_on
            and companies.date < latest_trainings.until_on
)

select * from final
