"""The KPI dictionary, and what the words of the scorecard mean."""

import streamlit as st

from scorecard.languages import say
from scorecard.screen import dictionary, frame, links, sheet

plan = frame.open().snapshot.plan
head = st.container()
words = dictionary.search()
kpis = dictionary.found(plan, words or "")
with head:
    top = [
        {"kind": "headline", "text": dictionary.headline(plan, kpis)},
        {"kind": "print", "text": say("Print the dictionary")},
    ]
    sheet.draw(top, key="head")
blocks = []
statuses = dictionary.statuses(links.asked(links.STATUS) or "", words or "")
if statuses["entries"]:
    blocks += [{"kind": "title", "text": say("What the statuses mean")}, statuses]
terms = dictionary.terms(links.asked(links.TERM) or "", words or "")
if terms["entries"]:
    blocks += [{"kind": "title", "text": say("What the other words mean")}, terms]
blocks.append(dictionary.block(plan, kpis))
sheet.draw(blocks, key="dictionary")
