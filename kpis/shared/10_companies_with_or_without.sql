-- The linter does not know how to indent a macro.
-- noqa: disable=LT02
-- Companies that take part from when until when, with and without what a table
-- gives as spans of organisations: `org_id, from_on, until_on`. Spans of one
-- organisation may overlap, and those of no day are none.
create or replace macro companies_with_or_without(spans) as table
with

-- Spans with the day that those before them reach.
reached as (
    select
        *,
        max(until_on) over (
            partition by org_id
            order by from_on, until_on
            rows between unbounded preceding and 1 preceding
        ) as reached_on
    from query_table(spans)
    where until_on > from_on
),

-- Organisations that never had any are not in here.
with_or_without as (
    select
        org_id,
        greatest(from_on, coalesce(reached_on, from_on)) as from_on,
        until_on,
        true as is_with
    from reached
    where reached_on is null or reached_on < until_on
    union all
    select
        org_id,
        coalesce(reached_on, date '0001-01-01') as from_on,
        from_on as until_on,
        false as is_with
    from reached
    where reached_on is null or reached_on < from_on
    union all
    select
        org_id,
        max(until_on) as from_on,
        date '9999-12-31' as until_on,
        false as is_with
    from reached
    group by org_id
)

select
    companies.org_id,
    companies.name,
    companies.pillar,
    companies.country,
    companies.category,
    companies.start_on,
    greatest(
        companies.start_on,
        coalesce(with_or_without.from_on, companies.start_on)
    ) as from_on,
    least(
        companies.until_on,
        coalesce(with_or_without.until_on, companies.until_on)
    ) as until_on,
    coalesce(with_or_without.is_with, false) as is_with
from participating_companies as companies
left join with_or_without
    on
        companies.org_id = with_or_without.org_id
        and companies.start_on < with_or_without.until_on
        and companies.until_on > with_or_without.from_on;
