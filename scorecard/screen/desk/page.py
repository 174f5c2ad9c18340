"""The page from top to bottom."""

from __future__ import annotations

import datetime as dt

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from scorecard import drafts
from scorecard.drafts import Draft, Read
from scorecard.intake import load
from scorecard.languages import Words, say, say_in, to_say
from scorecard.refusal import Refusal
from scorecard.screen import figures, frame, sheet
from scorecard.screen.desk import (
    bring,
    check,
    guard,
    now,
    publish,
    reading,
    state,
    weigh,
    work,
)  # fmt: skip
from scorecard.screen.desk.words import sentence
from scorecard.screen.desk.work import Proposal
from scorecard.screen.frame import View, Waiting
from scorecard.screen.markdown import escape
from scorecard.state import spellings


def show() -> None:
    """Draws the page; the executive only."""
    view = frame.require("executive")
    figures.style()
    st.html(_STYLE)
    publish.say_done()
    state.draw(view)
    with figures.said():
        _desk(view)
    with figures.said():
        now.draw(view)


def show_first(waiting: Waiting) -> None:
    """Draws the desk alone, before any figures were published."""
    figures.style()
    st.html(_STYLE)
    publish.say_done()
    with figures.said():
        _desk(waiting)


def _desk(view: View | Waiting) -> None:
    folder = guard.folder(view)
    drafts.place().tidy(dt.datetime.now(dt.UTC))
    draft = drafts.place().open(folder)
    with st.container(key="desk", border=True):
        st.markdown(f"### {say('New figures')}")
        # Always the same place, so that the steps stay where they are while files are read.
        steps = st.container()
        if not isinstance(draft, Draft):
            with steps:
                _steps([say("Choose the files that the registers were exported into")])
            bring.first(view, draft)
            return
        bar = st.empty()
        bring.more(view, draft)
        if not draft.files():
            with steps:
                _steps([say("The draft holds no file; bring some, or discard it")])
            return
        try:
            read, proposal = _worked(view, draft, bar)
        except Refusal as refusal:
            with steps:
                _steps([bring.summary(draft), say("These files could not be read")])
            st.error(escape(say("{sentence} The draft is kept.", sentence=sentence(str(refusal)))))
            return
        with steps:
            _steps(_texts(draft, read, proposal))
        reading.draw(view, draft, read)
        if proposal is None:
            return
        check.draw(view, draft, read, proposal)
        if proposal.snapshot is None:
            return
        weigh.draw(proposal)
        publish.draw(view, draft, proposal)


def _worked(
    view: View | Waiting, draft: Draft, place: DeltaGenerator
) -> tuple[Read, Proposal | None]:
    """What was made of the draft, with a bar while that takes long."""
    told = spellings.in_use(load())

    def progress(share: float, what: str) -> None:
        place.progress(min(max(share, 0.0), 1.0), text=escape(f"{what[:1].upper()}{what[1:]}"))

    if not drafts.is_read(draft, told):
        progress(0.05, say("reading the files"))
    read = drafts.read(draft, told)
    proposal = None
    if not reading.is_open(draft, read):
        proposal = work.propose(read.exports, view.snapshot, view.role, progress)
    place.empty()
    return read, proposal


def _texts(draft: Draft, read: Read, proposal: Proposal | None) -> list[str]:
    """What each step that is done, or is current, has to say; the others wait."""
    texts = [bring.summary(draft), reading.summary(draft, read)]
    if proposal is not None:
        texts.append(check.summary(read, proposal))
        if proposal.snapshot is not None:
            texts += [weigh.summary(proposal), publish.summary(proposal)]
    return texts


def _titles() -> tuple[str, ...]:
    return (
        say_in("step", "Bring"),
        say_in("step", "Read"),
        say_in("step", "Check"),
        say_in("step", "Effect"),
        say_in("step", "Publish"),
    )


def _steps(texts: list[str]) -> None:
    """The five steps; the last that has something to say is the current one."""
    current = len(texts) - 1
    sheet.draw(
        [
            {
                "kind": "steps",
                "caption": say("Steps to new figures"),
                "steps": [
                    {
                        "number": str(place + 1),
                        "title": title,
                        "state": _state(place, current),
                        "stateWord": _WORDS[_state(place, current)],
                        "text": texts[place] if place <= current else "",
                    }
                    for place, title in enumerate(_titles())
                ],
            }
        ],
        key="desk_steps",
    )


def _state(place: int, current: int) -> str:
    return "done" if place < current else "current" if place == current else "waiting"


_WORDS = Words({"done": to_say("done"), "current": to_say("to do now"), "waiting": to_say("later")})
_STYLE = """<style>
.st-key-desk { padding: 1.1rem 1.25rem 1.3rem; gap: .9rem; }
.st-key-desk h4 { font-size: 1rem; padding: .7rem 0 .1rem; }
.st-key-desk [data-testid="stMarkdownContainer"]:has(> h3),
.st-key-desk [data-testid="stMarkdownContainer"]:has(> h4),
.st-key-desk .st-key-desk_draft [data-testid="stMarkdownContainer"],
.st-key-desk .st-key-desk_draft [data-testid="stCaptionContainer"] { margin-bottom: 0; }
.st-key-desk .st-key-desk_draft { align-items: baseline; }
.st-key-desk [data-testid="stHeaderActionElements"] { display: none; }
.st-key-desk [data-testid="stCaptionContainer"] { margin-bottom: 0; }
.st-key-desk_questions [data-testid="stForm"] { padding: 0; border: 0; }
</style>"""
