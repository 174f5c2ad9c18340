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
        greatest(
            companies.start_on,
            coalesce(reviewed_or_not.from_on, companies.start_on)
        ) as from_on,
        least(
            companies.until_on,
            coalesce(reviewed_or_not.until_on, companies.until_on)
        ) as until_on,
        companies.org_id as entity,
        companies.name as label,
        companies.org_id as organisation,
        companies.country,
        companies.pillar,
        null as category,
        cast(coalesce(reviewed_or_not.is_reviewed, false) as integer)
            as numerator,
        1 as denominator
    from participating_companies as companies
    left join reviewed_or_not
        on
            companies.org_id = reviewed_or_not.org_id
            and companies.start_on < reviewed_or_not.until_on
            and companies.until_on > reviewed_or_not.from_on
)

select * from final
