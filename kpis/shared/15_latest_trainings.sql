-- From when until when a training is the latest that an organisation attended.
create or replace table latest_trainings as
select
    training_attendance.org_id,
    trainings.held_on,
    lead(trainings.held_on, 1, date '9999-12-31') over (
        partition by training_attendance.org_id
        order by trainings.held_on
    ) as until_on
from training_attendance
inner join trainings
    on training_attendance.training_id = trainings.training_id;
