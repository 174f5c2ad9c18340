-- The linter does not know how to indent a macro.
-- noqa: disable=LT02
-- The day after which a transitional member without certificate is late, by the
-- rule in force at a date: from 15 April 2018 two years; since the General
-- Assembly of 21 November 2019 the end of the second calendar year.
create or replace macro certification_deadline(start_on, day) as
    case
        when day >= date '2019-11-21'
            then make_date(
                year(greatest(start_on, date '2018-04-15')) + 2, 12, 31
            )
        when day >= date '2018-04-15'
            then cast(
                greatest(start_on, date '2018-04-15') + to_years(2) as date
            )
    end;
