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
        1 as numerator,
        1 as denominator
    from companies_by_certificate
    where
        category in ('transitional', 'member')
        and is_certified
)

select * from final
