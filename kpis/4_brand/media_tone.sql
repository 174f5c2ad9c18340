/*
title = "Positive media mentions"
unit = "%"
direction = "up"
aggregate = "ratio"
dimensions = ["region"]
entity = "mention_id"
counts = "entities"
minimum_n = 10
definition = "Share of the media mentions of the last 12 months whose tone is positive."
why = "To be known is not enough; the Code has to be seen as credible."
limitation = "The tone is judged by whoever reads the article; neutral mentions count as not positive."
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
        null as category,
        cast(media_mentions.tone = 'positive' as integer) as numerator,
        1 as denominator
    from media_mentions
    inner join twelve_months
        on media_mentions.published_on = twelve_months.day
)

select * from final
