-- Cells by category without the countries, as lines of many dates need them.
create or replace table sums_by_category as
select
    kpi,
    date,
    region,
    pillar,
    category,
    sum(numerator) as numerator
from cells
where category is not null
group by kpi, date, region, pillar, category
order by all;
