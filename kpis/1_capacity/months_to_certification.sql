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

newly_certified as (
    select
        calendar.date,
        first_certificates.org_id,
        first_certificates.certified_on
    from first_certificates
    inner join calendar
        on
            first_certificates.certified_on <= calendar.date
            and first_certificates.certified_on
            > months_before(calendar.date, 24)
),

final as (
    select
        newly_certified.date,
        newly_certified.org_id as entity,
        organisations.name as label,
        newly_certified.org_id as organisation,
        organisations.country,
        organisations.pillar,
        null as category,
        greatest(newly_certified.certified_on - first_spells.start_on, 0)
        / 30.4375 as numerator,
        1 as denominator
    from newly_certified
    inner join first_spells
        on
            newly_certified.org_id = first_spells.org_id
            and newly_certified.date >= first_spells.start_on
    inner join organisations
        on newly_certified.org_id = organisations.org_id
    where organisations.pillar = 'company'
)

select * from final
