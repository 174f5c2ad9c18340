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
        in_force_on as from_on,
        ended_on as until_on,
        reference_id as entity,
        issuer as label,
        null as organisation,
        country,
        null as pillar,
        kind as category,
        1 as numerator,
        1 as denominator
    from code_references
)

select * from final
