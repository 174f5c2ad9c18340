/*
title = "References to the Code in force"
unit = "references"
direction = "up"
aggregate = "sum"
dimensions = ["region", "category"]
entity = "reference_id"
counts = "entities"
minimum_n = 10
definition = "Laws, public tenders, client contracts, insurance terms and standards in force that refer to the Code."
why = "When clients and laws ask for the Code, companies follow."
limitation = "Only those that the secretariat knows of; a law and a contract count the same."
exports = ["code_references"]
owner = "Executive Director"
rows_for = "guest"
confidential = false
*/
with

final as (
    select
        calendar.date,
        code_references.reference_id as entity,
        code_references.issuer as label,
        null as organisation,
        code_references.country,
        null as pillar,
        code_references.kind as category,
        1 as numerator,
        1 as denominator
    from code_references
    inner join calendar
        on
            code_references.in_force_on <= calendar.date
            and (
                code_references.ended_on is null
                or code_references.ended_on > calendar.date
            )
)

select * from final
