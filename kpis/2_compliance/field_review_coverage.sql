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
        cast(is_reviewed as integer) as numerator,
        1 as denominator
    from companies_by_review
)

select * from final
