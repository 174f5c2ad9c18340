"""Papers that were made, and made again from what was known then."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from scorecard import languages, wording
from scorecard.briefing import content, writers, written
from scorecard.briefing.document import Document
from scorecard.briefing.written import Written
from scorecard.languages import say
from scorecard.papers import choosing, making
from scorecard.screen import commentary, store, tables
from scorecard.screen.frame import View
from scorecard.snapshot import Snapshot
from scorecard.state import library
from scorecard.state.library import Briefing
from scorecard.state.store import Store


def show(view: View, state: Store | None) -> None:
    """Which papers were made; the same snapshot gives the same again."""
    past = library.made(state) if state is not None else ()
    if not past:
        st.info(say("No papers have been made yet."))
        return
    rows = [
        {
            say("Made"): commentary.moment(b.made_at) if b.made_at else "",
            say("Meeting"): wording.short_date(b.meeting),
            say("Compared with"): wording.short_date(b.compare) if b.compare else wording.NOTHING,
            say("Variant"): choosing.VARIANTS.get(b.variant, b.variant),
            say("Format"): b.format.upper(),
            say("Audience"): choosing.AUDIENCES.get(b.audience, b.audience),
            say("Selection"): wording.scope(b.selection),
            say("Snapshot"): b.snapshot,
            say("Content"): b.content,
            say("By"): b.author,
        }
        for b in past
    ]
    tables.show(pd.DataFrame(rows), "briefing_library", say("Papers that were made"))
    chosen = st.selectbox(
        say("Make again"),
        range(len(past)),
        format_func=lambda i: (
            f"{rows[i][say('Meeting')]} · {rows[i][say('Variant')]} · "
            f"{rows[i][say('Format')]} · {say('made {date}', date=rows[i][say('Made')])}"
        ),
        key="briefing_again",
    )
    if st.button(say("Make these papers again"), key="briefing_remake"):
        _remake(view, past[chosen], state)


def _remake(view: View, old: Briefing, state: Store | None) -> None:
    """Makes papers from the snapshot and the writing of their time, and says if they differ."""
    is_same = old.snapshot == view.snapshot.id
    snapshot = view.snapshot if is_same else store.frozen(old.snapshot)
    if snapshot is None:
        st.error(
            say("The snapshot of these papers is no longer kept, so they cannot be made again.")
        )
        return
    said = written.of(state, old.meeting, old.made_at) if state is not None else written.NOTHING
    with st.spinner(say("Making the papers again")):
        document = _in_its_language(snapshot, old, said)
        made = writers.as_bytes(document, old.format)
    if content.content_hash(document) == old.content:
        st.success(say("The content is the same as then."))
    else:
        st.warning(say("The content differs: the way papers are made has changed since then."))
    making.hand_over(view, st.download_button, document, old, made, "briefing_download_again")


def _in_its_language(snapshot: Snapshot, old: Briefing, said: Written) -> Document:
    """Papers in the language in which they say what they said, else in that of now."""
    first = languages.current()
    others = [code for code in languages.OFFERED if code != first]
    found = making.compose(snapshot, old, said, first)
    for code in others:
        if content.content_hash(found) == old.content:
            return found
        found = making.compose(snapshot, old, said, code)
    is_found = content.content_hash(found) == old.content
    return found if is_found else making.compose(snapshot, old, said, first)
