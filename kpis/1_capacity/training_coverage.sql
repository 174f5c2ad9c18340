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
        greatest(
            companies.start_on,
            coalesce(trained_or_not.from_on, companies.start_on)
        ) as from_on,
        least(
            companies.until_on,
            coalesce(trained_or_not.until_on, companies.until_on)
        ) as until_on,
        companies.org_id as entity,
        companies.name as label,
        companies.org_id as organisation,
        companies.country,
        companies.pillar,
        null as category,
        cast(coalesce(trained_or_not.is_trained, false) as integer)
            as numerator,
        1 as denominator
    from participating_companies as companies
    left join trained_or_not
        on
            companies.org_id = trained_or_not.org_id
            and companies.start_on < trained_or_not.until_on
            and companies.until_on > trained_or_not.from_on
)

select * from final
