/*
title = "Months to certification"
unit = "months"
direction = "down"
aggregate = "ratio"
dimensions = ["region", "pillar"]
entity = "org_id"
counts = "entities"
minimum_n = 10
definition = "Mean time from joining to the first certificate, for companies first certified in the last 24 months."
why = "Shows whether the Association's guidance helps companies to get certified faster."
limitation = "Counts only those that succeeded; companies certified before they joined count as 0 months."
exports = ["organisations", "memberships", "certifications"]
owner = "Head of Capacity Building"
rows_for = "board"
confidential = false
*/
with

first_certificates as (
    select
        org_id,
        min(certified_on) as certified_on
    from certifications
    group by org_id
),

first_spells as (
    select
        org_id,
        min(start_on) as start_on
    from memberships
    where category in ('transitional', 'member')
    group by org_id
),

final as (
    select
        greatest(first_certificates.certified_on, first_spells.start_on)
            as from_on,
        months_after(first_certificates.certified_on, 24) as until_on,
        first_certificates.org_id as entity,
        organisations.name as label,
        first_certificates.org_id as organisation,
        organisations.country,
        organisations.pillar,
        null as category,
        greatest(first_certificates.certified_on - first_spells.start_on, 0)
        / 30.4375 as numerator,
        1 as denominator
    from first_certificates
    inner join first_spells
        on first_certificates.org_id = first_spells.org_id
    inner join organisations
        on first_certificates.org_id = organisations.org_id
    where organisations.pillar = 'company'
)

select * from final
