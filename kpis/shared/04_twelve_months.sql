-- The days of the twelve months up to each date: after the same day a year
-- earlier, up to the date itself. A join on days is quicker than on a range.
create or replace table twelve_months as
with

days as (
    select
        date,
        unnest(
            generate_series(
                months_before(date, 12) + 1, date, interval 1 day
            )
        ) as day
    from calendar
)

select
    date,
    cast(day as date) as day
from days;
