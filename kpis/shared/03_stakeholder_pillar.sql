-- noqa: disable=LT02 -- the linter does not indent the body of a macro
-- The pillar of a stakeholder type: the three pillars as they are.
create or replace macro stakeholder_pillar(stakeholder_type) as
    case
        when
            stakeholder_type in ('government', 'company', 'civil_society')
            then stakeholder_type
        else 'other'
    end;
