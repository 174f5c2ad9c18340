-- From when until when an engagement is the latest with its organisation; of
-- several on one day it is the one with the greatest id.
create or replace table latest_engagements as
select
    organisation,
    country,
    stakeholder_type,
    held_on,
    lead(held_on, 1, date '9999-12-31') over (
        partition by organisation, country
        order by held_on, engagement_id
    ) as until_on
from engagements;
