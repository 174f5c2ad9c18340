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

final as (
    select
        companies.start_on as from_on,
        companies.until_on,
        concat(companies.org_id, '#', section_results.section) as entity,
        companies.name as label,
        companies.org_id as organisation,
        companies.country,
        companies.pillar,
        section_results.section as category,
        section_results.points as numerator,
        section_results.indicators as denominator
    from assessed_companies as companies
    inner join section_results
        on
            companies.org_id = section_results.org_id
            and companies.cycle = section_results.cycle
)

select * from final
