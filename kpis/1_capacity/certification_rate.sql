/*
title = "Certification rate"
unit = "%"
direction = "up"
aggregate = "ratio"
dimensions = ["region", "pillar"]
entity = "org_id"
counts = "entities"
minimum_n = 10
definition = "Share of member companies that hold a valid certificate to a recognised standard."
why = "The plan wants every member company to be on the way to certification, not only more members."
limitation = "Falls when many companies join at once, as newcomers have time to certify."
exports = ["organisations", "memberships", "certifications"]
owner = "Head of Membership"
rows_for = "board"
confidential = false
*/
with

members as (
    select *
    from members_at
    where pillar = 'company'
),

final as (
    select
        members.date,
        members.org_id as entity,
        members.name as label,
        members.org_id as organisation,
        members.country,
        members.pillar,
        null as category,
        cast(certified_spells.org_id is not null as integer) as numerator,
        1 as denominator
    from members
    left join certified_spells
        on
            members.org_id = certified_spells.org_id
            and members.date >= certified_spells.certified_on
            and members.date < certified_spells.until_on
)

select * from final
