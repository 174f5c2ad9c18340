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

reviewed as (
    select distinct
        calendar.date,
        mission_visits.org_id
    from mission_visits
    inner join missions
        on mission_visits.mission_id = missions.mission_id
    inner join calendar
        on
            missions.end_on <= calendar.date
            and missions.end_on > months_before(calendar.date, 36)
    where missions.kind = 'field_review'
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
        cast(reviewed.org_id is not null as integer) as numerator,
        1 as denominator
    from participating_companies_at as companies
    left join reviewed
        on
            companies.date = reviewed.date
            and companies.org_id = reviewed.org_id
)

select * from final
