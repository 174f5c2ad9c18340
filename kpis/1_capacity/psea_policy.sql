/*
title = "Policy on sexual exploitation and abuse"
unit = "%"
direction = "up"
aggregate = "ratio"
dimensions = ["region", "pillar"]
entity = "org_id"
counts = "entities"
minimum_n = 10
definition = "Share of member and affiliate companies whose latest self-assessment says that they have a policy to prevent sexual exploitation and abuse."
why = "The Association published guidelines on it in 2019 and trains companies to follow them."
limitation = "Companies answer for themselves; those to which the question does not apply are left out."
exports = ["organisations", "memberships", "self_assessments", "self_assessment_answers"]
owner = "Head of Monitoring"
rows_for = "executive"
confidential = true
*/
with

answers as (
    select
        org_id,
        cycle,
        answer
    from self_assessment_answers
    where
        indicator = 'PSEA-1'
        and answer <> 'not_applicable'
),

final as (
    select
        companies.start_on as from_on,
        companies.until_on,
        companies.org_id as entity,
        companies.name as label,
        companies.org_id as organisation,
        companies.country,
        companies.pillar,
        null as category,
        cast(answers.answer = 'met' as integer) as numerator,
        1 as denominator
    from assessed_companies as companies
    inner join answers
        on
            companies.org_id = answers.org_id
            and companies.cycle = answers.cycle
)

select * from final
