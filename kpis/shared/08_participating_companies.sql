-- Companies that take part from when until when: members and affiliates.
create or replace view participating_companies as
select *
from spells
where
    pillar = 'company'
    and category in ('transitional', 'member', 'affiliate');
