-- From when until when a mission is the latest that visited an organisation, of
-- its kind and of any.
create or replace table latest_visits as
select
    mission_visits.org_id,
    missions.kind,
    missions.end_on,
    lead(missions.end_on, 1, date '9999-12-31') over (
        partition by mission_visits.org_id, missions.kind
        order by missions.end_on
    ) as until_next_of_kind,
    lead(missions.end_on, 1, date '9999-12-31') over (
        partition by mission_visits.org_id
        order by missions.end_on
    ) as until_next
from mission_visits
inner join missions
    on mission_visits.mission_id = missions.mission_id;
