/*
title = "Media mentions"
unit = "mentions"
direction = "up"
aggregate = "sum"
dimensions = ["region", "category"]
entity = "mention_id"
counts = "entities"
minimum_n = 10
definition = "Mentions of the Association or the Code in the media in the last 12 months."
why = "A brand that nobody writes about is not known."
limitation = "Counts a line in a local paper and a long report alike."
exports = ["media_mentions"]
owner = "Head of Communications"
rows_for = "guest"
confidential = false
*/
with

final as (
    select
        published_on as from_on,
        months_after(published_on, 12) as until_on,
        mention_id as entity,
        concat(outlet, ', ', published_on) as label,
        null as organisation,
        country,
        null as pillar,
        tone as category,
        1 as numerator,
        1 as denominator
    from media_mentions
)

select * from final
