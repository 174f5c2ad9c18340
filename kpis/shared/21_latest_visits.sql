-- From when until when a mission is the latest that visited an organisation.
create or replace table latest_visits as
select
    mission_visits.org_id,
    missions.end_on,
    lead(missions.end_on, 1, date '9999-12-31') over (
        partition by mission_visits.org_id
        order by missions.end_on
    ) as until_on
from mission_visits
inner join missions
    on mission_visits.mission_id = missions.mission_id;
