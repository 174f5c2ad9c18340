/*
title = "Board seats filled"
unit = "%"
direction = "up"
aggregate = "ratio"
dimensions = ["pillar"]
entity = "seat_id"
counts = "entities"
minimum_n = 0
definition = "Share of the twelve seats of the board that an organisation holds."
why = "Each pillar has four seats; an empty one is a voice that is missing."
limitation = "Says nothing of who attends."
exports = ["board_terms"]
owner = "Executive Director"
rows_for = "guest"
confidential = false
*/
with

holders as (
    select
        calendar.date,
        board_terms.seat_id
    from board_terms
    inner join calendar
        on
            board_terms.start_on <= calendar.date
            and (
                board_terms.end_on is null
                or board_terms.end_on > calendar.date
            )
    where board_terms.org_id is not null
),

final as (
    select
        calendar.date,
        board_seats.seat_id as entity,
        concat('Seat ', board_seats.seat_id) as label,
        null as organisation,
        null as country,
        board_seats.pillar,
        null as category,
        cast(holders.seat_id is not null as integer) as numerator,
        1 as denominator
    from board_seats
    cross join calendar
    left join holders
        on
            board_seats.seat_id = holders.seat_id
            and calendar.date = holders.date
)

select * from final
