/*
title = "Certified companies"
unit = "companies"
direction = "up"
aggregate = "sum"
dimensions = ["region", "pillar"]
entity = "org_id"
counts = "entities"
minimum_n = 10
definition = "Member companies that hold a valid certificate to a recognised standard."
why = "Certification shows that a company has put the Code into practice and had it audited."
limitation = "Counts a company once, whichever of the standards it holds, and says nothing of its size."
exports = ["organisations", "memberships", "certifications"]
owner = "Head of Membership"
rows_for = "guest"
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
        1 as numerator,
        1 as denominator
    from members
    inner join certified_spells
        on
            members.org_id = certified_spells.org_id
            and members.date >= certified_spells.certified_on
            and members.date < certified_spells.until_on
)

select * from final
