"""The KPI dictionary, and what the words of the scorecard mean."""

import streamlit as st

from scorecard.languages import say
from scorecard.screen import dictionary, frame, links, sheet

plan = frame.open().snapshot.plan
head = st.container()
words = dictionary.search()
kpis = dictionary.found(plan, words or "")
with head:
    sheet.draw([{"kind": "headline", "text": dictionary.headline(plan, kpis)}], key="head")
blocks = [dictionary.block(plan, kpis)]
if not words:
    statuses = dictionary.statuses(links.asked(links.STATUS) or "")
    terms = dictionary.terms(links.asked(links.TERM) or "")
    blocks = [
        {"kind": "title", "text": say("What the statuses mean")},
        statuses,
        {"kind": "title", "text": say("What the other words mean")},
        terms,
        *blocks,
    ]
sheet.draw(blocks, key="dictionary")
