/*
title = "Companies field-reviewed in three years"
unit = "%"
direction = "up"
aggregate = "ratio"
dimensions = ["region", "pillar"]
entity = "org_id"
counts = "entities"
minimum_n = 10
definition = "Share of member and affiliate companies that a field review visited in the last 36 months."
why = "A visit shows what no questionnaire can: how the Code is lived on the ground."
limitation = "A visit counts for three years, and says nothing of how long or deep it was."
exports = ["organisations", "memberships", "missions", "mission_visits"]
owner = "Head of Monitoring"
rows_for = "board"
confidential = false
*/
with

field_reviews as (
    select *
    from latest_visits
    where kind = 'field_review'
),

final as (
    select
        companies.date,
        companies.org_id as entity,
        companies.name as label,
        companies.org_id as organisation,
        companies.country,
        companies.pillar,
        null as category,
        cast(
            coalesce(
                field_reviews.end_on > months_before(companies.date, 36),
                false
            ) as integer
        ) as numerator,
        1 as denominator
    from participating_companies_at as companies
    left join field_reviews
        on
            companies.org_id = field_reviews.org_id
            and companies.date >= field_reviews.end_on
            and companies.date < field_reviews.until_next_of_kind
)

select * from final
