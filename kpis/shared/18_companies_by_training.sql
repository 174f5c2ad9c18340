-- Companies that take part from when until when, with and without a training in
-- the last twelve months.
-- A table, so that a page about one date joins nothing.
create or replace table companies_by_training as
select
    org_id,
    name,
    pillar,
    country,
    from_on,
    until_on,
    is_with as is_trained
from companies_with_or_without(recent_trainings);
