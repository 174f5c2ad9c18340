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

final as (
    select
        transitional_members.date,
        transitional_members.org_id as entity,
        transitional_members.name as label,
        transitional_members.org_id as organisation,
        transitional_members.country,
        transitional_members.pillar,
        null as category,
        1 as numerator,
        1 as denominator
    from transitional_members
    left join certified_spells
        on
            transitional_members.org_id = certified_spells.org_id
            and transitional_members.date >= certified_spells.certified_on
            and transitional_members.date < certified_spells.until_on
    where
        certified_spells.org_id is null
        and transitional_members.date > certification_deadline(
            transitional_members.start_on, transitional_members.date
        )
)

select * from final
