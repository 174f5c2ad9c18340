/*
title = "Companies from focus regions"
unit = "%"
direction = "up"
aggregate = "ratio"
dimensions = ["region", "pillar"]
entity = "org_id"
counts = "entities"
minimum_n = 10
definition = "Share of member companies whose home country is in a region that the plan wants to grow in."
why = "The plan wants local companies in Africa, the Middle East, Asia and Latin America, where most private security works."
limitation = "Restricted to one region it is 0 or 100 %."
exports = ["organisations", "memberships"]
owner = "Head of Membership"
rows_for = "guest"
confidential = false
*/
with

focus_regions as (
    select
        region,
        arg_min(focus, line) as focus
    from regions
    group by region
),

final as (
    select
        members.start_on as from_on,
        members.until_on,
        members.org_id as entity,
        members.name as label,
        members.org_id as organisation,
        members.country,
        members.pillar,
        null as category,
        cast(focus_regions.focus as integer) as numerator,
        1 as denominator
    from members
    inner join regions
        on members.country = regions.country
    inner join focus_regions
        on regions.region = focus_regions.region
    where members.pillar = 'company'
)

select * from final
