-- The linter does not know how to indent a macro.
-- noqa: disable=LT02
-- The first date of which the last n months no longer hold a day.
create or replace macro months_after(day, months) as
    cast(day + to_months(months) as date);
