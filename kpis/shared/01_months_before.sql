-- The linter does not know how to indent a macro.
-- noqa: disable=LT02
-- The same day n months earlier; the last day of a month stays a last day.
create or replace macro months_before(day, months) as
    case
        when day = last_day(day) then last_day(day - to_months(months))
        else cast(day - to_months(months) as date)
    end;
