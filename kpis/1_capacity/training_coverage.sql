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
        from_on,
        until_on,
        org_id as entity,
        name as label,
        org_id as organisation,
        country,
        pillar,
        null as category,
        cast(is_trained as integer) as numerator,
        1 as denominator
    from companies_by_training
)

select * from final
