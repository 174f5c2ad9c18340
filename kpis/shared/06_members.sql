-- Members from when until when: transitional and full, of every pillar.
create or replace view members as
select *
from spells
where category in ('transitional', 'member');
