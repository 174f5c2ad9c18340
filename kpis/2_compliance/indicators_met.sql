/*
title = "Indicators met"
unit = "%"
direction = "up"
aggregate = "ratio"
dimensions = ["region", "pillar", "category"]
entity = "org_id#section"
counts = "organisations"
minimum_n = 10
definition = "Share of applicable indicators that companies say they meet in their latest self-assessment; half a point for those met partly."
why = "Shows how far the Code has become practice, and in which sections companies need help."
limitation = "Companies answer for themselves; companies with more applicable indicators weigh more."
exports = ["organisations", "memberships", "self_assessments", "self_assessment_answers"]
owner = "Head of Monitoring"
rows_for = "executive"
confidential = true
*/
with

sections as (
    select
        org_id,
        cycle,
        section,
        sum(
            case answer when 'met' then 1 when 'partly' then 0.5 else 0 end
        ) as numerator,
        count(*) as denominator
    from self_assessment_answers
    where answer <> 'not_applicable'
    group by org_id, cycle, section
),

final as (
    select
        companies.date,
        concat(companies.org_id, '#', sections.section) as entity,
        companies.name as label,
        companies.org_id as organisation,
        companies.country,
        companies.pillar,
        sections.section as category,
        sections.numerator,
        sections.denominator
    from assessed_companies_at as companies
    inner join sections
        on
            companies.org_id = sections.org_id
            and companies.cycle = sections.cycle
)

select * from final
