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
        twelve_months.date,
        media_mentions.mention_id as entity,
        concat(media_mentions.outlet, ', ', media_mentions.published_on)
            as label,
        null as organisation,
        media_mentions.country,
        null as pillar,
        media_mentions.tone as category,
        1 as numerator,
        1 as denominator
    from media_mentions
    inner join twelve_months
        on media_mentions.published_on = twelve_months.day
)

select * from final
