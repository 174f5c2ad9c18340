-- Companies that take part at each date: members and affiliates.
create or replace view participating_companies_at as
select *
from spells_at
where
    pillar = 'company'
    and category in ('transitional', 'member', 'affiliate');
