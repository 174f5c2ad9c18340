-- From when until when a training of an organisation is in the last twelve months.
create or replace view recent_trainings as
select
    training_attendance.org_id,
    trainings.held_on as from_on,
    months_after(trainings.held_on, 12) as until_on
from training_attendance
inner join trainings
    on training_attendance.training_id = trainings.training_id;
