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
        published_on as from_on,
        months_after(published_on, 12) as until_on,
        mention_id as entity,
        concat(outlet, ', ', published_on) as label,
        null as organisation,
        country,
        null as pillar,
        null as category,
        cast(tone = 'positive' as integer) as numerator,
        1 as denominator
    from media_mentions
)

select * from final
