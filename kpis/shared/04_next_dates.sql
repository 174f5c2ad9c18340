-- The first reporting date on or after each day, from the first reporting date to
-- the last. So rows find their dates by equality, and are not sorted for it.
create or replace table next_dates as
with

dates as (
    select
        date,
        lag(date) over (order by date) as date_before
    from calendar
),

days as (
    select
        date,
        unnest(
            generate_series(
                coalesce(date_before + 1, date), date, interval 1 day
            )
        ) as day
    from dates
)

select
    cast(day as date) as day,
    date
from days;
