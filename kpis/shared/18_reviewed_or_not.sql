-- From when until when the last 36 months of an organisation hold a field review,
-- and from when until when not. Those that never had one are not in here.
create or replace view reviewed_or_not as
with

reviewed as (
    select
        mission_visits.org_id,
        missions.end_on as from_on,
        months_after(missions.end_on, 36) as until_on
    from mission_visits
    inner join missions
        on mission_visits.mission_id = missions.mission_id
    where missions.kind = 'field_review'
),

reached as (
    select
        *,
        max(until_on) over (
            partition by org_id
            order by from_on, until_on
            rows between unbounded preceding and 1 preceding
        ) as reached_on
    from reviewed
    where until_on > from_on
)

select
    org_id,
    greatest(from_on, coalesce(reached_on, from_on)) as from_on,
    until_on,
    true as is_reviewed
from reached
where reached_on is null or reached_on < until_on
union all
select
    org_id,
    coalesce(reached_on, date '0001-01-01') as from_on,
    from_on as until_on,
    false as is_reviewed
from reached
where reached_on is null or reached_on < from_on
union all
select
    org_id,
    max(until_on) as from_on,
    date '9999-12-31' as until_on,
    false as is_reviewed
from reached
group by org_id;
