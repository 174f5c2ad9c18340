/*
title = "Companies past their deadline"
unit = "companies"
direction = "down"
aggregate = "sum"
dimensions = ["region", "pillar"]
entity = "org_id"
counts = "entities"
minimum_n = 10
definition = "Transitional member companies without a valid certificate whose time to get one is over."
why = "Transitional membership is a promise with a date; the board decides what follows when it passes."
limitation = "The deadline follows the rule in force at each date; the General Assembly changed it on 21 November 2019."
exports = ["organisations", "memberships", "certifications"]
owner = "Head of Membership"
rows_for = "board"
confidential = false
*/
with

final as (
    select
        greatest(from_on, late_from(start_on)) as from_on,
        until_on,
        org_id as entity,
        name as label,
        org_id as organisation,
        country,
        pillar,
        null as category,
        1 as numerator,
        1 as denominator
    from companies_by_certificate
    where
        category = 'transitional'
        and not is_certified
)

select * from final
