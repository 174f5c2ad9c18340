/*
title = "Complaints received"
unit = "complaints"
direction = "watch"
aggregate = "sum"
dimensions = ["region", "category"]
entity = "complaint_id"
counts = "entities"
minimum_n = 10
definition = "Complaints that reached the Association in the last 12 months, whether or not they are about a member."
why = "More complaints may mean better access to the mechanism, so the number is watched, not judged."
limitation = "Many complaints are not about members or do not allege a violation of the Code."
exports = ["complaints"]
owner = "Head of Monitoring"
rows_for = "executive"
confidential = true
*/
with

final as (
    select
        received_on as from_on,
        months_after(received_on, 12) as until_on,
        complaint_id as entity,
        concat('Complaint received on ', received_on) as label,
        null as organisation,
        country,
        null as pillar,
        case
            when alleges_violation then 'alleges_violation'
            else 'other'
        end as category,
        1 as numerator,
        1 as denominator
    from complaints
)

select * from final
