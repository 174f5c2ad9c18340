/*
title = "Website visits"
unit = "visits"
direction = "up"
aggregate = "sum"
dimensions = ["region"]
entity = "month#country"
counts = "entities"
minimum_n = 10
definition = "Visits to the Association's website in the last 12 full months."
why = "The website is where companies, clients and people affected find the Code."
limitation = "Counts visits, not people, and cannot tell interest from chance."
exports = ["web_traffic"]
owner = "Head of Communications"
rows_for = "guest"
confidential = false
*/
with

months as (
    select
        *,
        last_day(cast(concat(month, '-01') as date)) as ends_on
    from web_traffic
),

final as (
    select
        ends_on as from_on,
        months_after(ends_on, 12) as until_on,
        concat(month, '#', country) as entity,
        concat('Visits of ', month) as label,
        null as organisation,
        country,
        null as pillar,
        null as category,
        visits as numerator,
        1 as denominator
    from months
)

select * from final
