-- The linter does not know how to indent a macro.
-- noqa: disable=LT02
-- The first day on which a transitional member without certificate is late: when
-- its second calendar year is over, counted from 15 April 2018 at the earliest.
-- So it is since the General Assembly of 21 November 2019. Two years, as it was
-- before, had not yet passed for anybody on that day.
create or replace macro late_from(start_on) as
    make_date(year(greatest(start_on, date '2018-04-15')) + 3, 1, 1);
