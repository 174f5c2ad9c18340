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
        cast(is_certified as integer) as numerator,
        1 as denominator
    from companies_by_certificate
    where category in ('transitional', 'member')
)

select * from final
