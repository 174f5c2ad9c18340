-- Members at each date: transitional and full, of every pillar.
create or replace view members_at as
select *
from spells_at
where category in ('transitional', 'member');
