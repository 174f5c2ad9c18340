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

transitional_members as (
    select *
    from members_at
    where
        pillar = 'company'
        and category = 'transitional'
),

uncertified as (
    select transitional_members.*
    from transitional_members
    left join certified_at
        on
            transitional_members.date = certified_at.date
            and transitional_members.org_id = certified_at.org_id
    where certified_at.org_id is null
),

final as (
    select
        date,
        org_id as entity,
        name as label,
        org_id as organisation,
        country,
        pillar,
        null as category,
        1 as numerator,
        1 as denominator
    from uncertified
    where date > certification_deadline(start_on, date)
)

select * from final
