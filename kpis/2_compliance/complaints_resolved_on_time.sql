/*
title = "Complaints resolved on time"
unit = "%"
direction = "up"
aggregate = "ratio"
dimensions = ["region", "category"]
entity = "complaint_id"
counts = "entities"
minimum_n = 10
definition = "Share of complaints whose 90 days ended in the last 12 months that were closed within them."
why = "People who complain deserve an answer in good time."
limitation = "A complaint counts only once its 90 days are over; closed does not mean remedied."
exports = ["complaints"]
owner = "Head of Monitoring"
rows_for = "executive"
confidential = true
*/
with

due as (
    select
        *,
        received_on + 90 as due_on
    from complaints
),

final as (
    select
        due_on as from_on,
        months_after(due_on, 12) as until_on,
        complaint_id as entity,
        concat('Complaint received on ', received_on) as label,
        null as organisation,
        country,
        null as pillar,
        case
            when alleges_violation then 'alleges_violation'
            else 'other'
        end as category,
        cast(coalesce(closed_on <= due_on, false) as integer) as numerator,
        1 as denominator
    from due
)

select * from final
