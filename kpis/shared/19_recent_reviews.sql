-- From when until when a field review of an organisation is in the last 36 months.
create or replace view recent_reviews as
select
    mission_visits.org_id,
    missions.end_on as from_on,
    months_after(missions.end_on, 36) as until_on
from mission_visits
inner join missions
    on mission_visits.mission_id = missions.mission_id
where missions.kind = 'field_review';
