-- From when until when the last twelve months of an organisation hold a training,
-- and from when until when not. Those that never had one are not in here.
create or replace view trained_or_not as
with

trained as (
    select
        training_attendance.org_id,
        trainings.held_on as from_on,
        months_after(trainings.held_on, 12) as until_on
    from training_attendance
    inner join trainings
        on training_attendance.training_id = trainings.training_id
),

reached as (
    select
        *,
        max(until_on) over (
            partition by org_id
            order by from_on, until_on
            rows between unbounded preceding and 1 preceding
        ) as reached_on
    from trained
    where until_on > from_on
)

select
    org_id,
    greatest(from_on, coalesce(reached_on, from_on)) as from_on,
    until_on,
    true as is_trained
from reached
where reached_on is null or reached_on < until_on
union all
select
    org_id,
    coalesce(reached_on, date '0001-01-01') as from_on,
    from_on as until_on,
    false as is_trained
from reached
where reached_on is null or reached_on < from_on
union all
select
    org_id,
    max(until_on) as from_on,
    date '9999-12-31' as until_on,
    false as is_trained
from reached
group by org_id;
