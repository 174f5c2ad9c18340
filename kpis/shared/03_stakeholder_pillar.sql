-- The linter does not know how to indent a macro.
-- noqa: disable=LT02
-- The pillar of a stakeholder type: the three pillars as they are.
create or replace macro stakeholder_pillar(stakeholder_type) as
    case
        when
            stakeholder_type in ('government', 'company', 'civil_society')
            then stakeholder_type
        else 'other'
    end;
