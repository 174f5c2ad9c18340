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
        twelve_months.date,
        concat(months.month, '#', months.country) as entity,
        concat('Visits of ', months.month) as label,
        null as organisation,
        months.country,
        null as pillar,
        null as category,
        months.visits as numerator,
        1 as denominator
    from months
    inner join twelve_months
        on months.ends_on = twelve_months.day
)

select * from final
