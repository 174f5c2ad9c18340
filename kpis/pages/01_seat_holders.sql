-- Who holds a seat of the board from when until when, by name.
create or replace table seat_holders as
select
    board_terms.seat_id,
    coalesce(organisations.name, board_terms.org_id) as holder,
    board_terms.start_on,
    coalesce(board_terms.end_on, date '9999-12-31') as until_on
from board_terms
left join organisations
    on board_terms.org_id = organisations.org_id
where board_terms.org_id is not null;
