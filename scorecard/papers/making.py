"""The document of what was chosen, and the file that is made of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from scorecard import wording
from scorecard.briefing import content, writers
from scorecard.briefing.document import Document
from scorecard.briefing.written import Written
from scorecard.languages import say
from scorecard.papers import choosing
from scorecard.refusal import Refusal
from scorecard.screen import downloads
from scorecard.screen.frame import View
from scorecard.screen.markdown import escape
from scorecard.snapshot import Snapshot
from scorecard.state import library
from scorecard.state.library import Briefing
from scorecard.state.store import Store

_DOCUMENT, _MADE = "briefing_document", "briefing_made"


def compose(snapshot: Snapshot, asked: Briefing, said: Written, language: str) -> Document:
    return content.compose(
        snapshot,
        said,
        asked.meeting,
        asked.compare,
        asked.selection,
        asked.audience,  # type: ignore[arg-type]
        asked.variant,  # type: ignore[arg-type]
        asked.kpi,
        language,
    )


def remembered(view: View, asked: Briefing, said: Written) -> Document:
    """The document of these choices, composed once for as long as they and the writing last."""
    language = st.session_state[choosing.LANGUAGE]
    key = (replace(asked, format="", author=""), repr(said), language)
    kept = st.session_state.get(_DOCUMENT)
    if kept is None or kept[0] != key:
        kept = (key, compose(view.snapshot, asked, said, language))
        st.session_state[_DOCUMENT] = kept
    return kept[1]


def make(
    view: View, asked: Briefing, document: Document, state: Store | None, read_at: dt.datetime
) -> None:
    """Makes the file on request, with a bar while it is made, and hands it over."""
    key = (asked, content.content_hash(document))
    with st.container(horizontal=True, vertical_alignment="center"):
        wanted = st.button(say("Make the file"), type="primary", key="briefing_make")
        place = st.empty()
    if wanted:
        bar = st.progress(0.1, say("Composing the papers"))
        bar.progress(0.4, say("Writing: {what}", what=say(writers.WRITERS[asked.format].title)))
        try:
            made = writers.as_bytes(document, asked.format)
        except Refusal as refusal:
            bar.empty()
            st.error(escape(wording.capital(f"{refusal}.")))
            return
        bar.progress(0.9, say("Entering it in the library"))
        if state is not None:
            signed_in = view.visitor.name if view.visitor.via == "sign-in" else ""
            writer = signed_in or st.session_state.get("_author", "").strip() or say("Secretariat")
            library.keep(
                state,
                replace(
                    asked,
                    author=writer,
                    content=content.content_hash(document),
                    # Writing that came after this moment is not in these papers.
                    made_at=read_at,
                ),
            )
        bar.empty()
        st.session_state[_MADE] = (key, made)
    kept = st.session_state.get(_MADE)
    if kept and kept[0] == key:
        hand_over(view, place.download_button, document, asked, kept[1], "briefing_download")


def hand_over(
    view: View,
    button: Callable[..., object],
    document: Document,
    asked: Briefing,
    made: bytes,
    key: str,
) -> None:
    name = writers.file_name(document, asked.format, [asked.variant, asked.kpi or ""])
    size = f"{wording.plain(max(1, len(made) // 1000))} kB"
    button(
        say("Download {name} ({size})", name=escape(name), size=size),
        downloads.guarded(view, name, lambda: made),
        file_name=name,
        mime=writers.WRITERS[asked.format].mime,
        key=key,
        on_click="ignore",
    )
