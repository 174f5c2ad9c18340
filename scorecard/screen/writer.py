"""Who acts: the name that stands in the audit trail beside what is done."""

from __future__ import annotations

import streamlit as st

from scorecard.languages import say, to_say
from scorecard.refusal import Refusal
from scorecard.screen.frame import View
from scorecard.screen.markdown import escape
from scorecard.state.columns import LONGEST_NAME

_NAME = "_writer"
WHO = to_say("please say who you are, which stays on record")
WHY = to_say("please say why, which stays on record")


def field(view: View, key: str) -> str:
    """The name of who signed in, else a field for it, which is filled for the rest of a visit."""
    if view.visitor.via == "sign-in":
        st.caption(
            escape(say("It will stand on record as done by {name}.", name=view.visitor.name))
        )
        return view.visitor.name
    typed = st.text_input(
        say("Your name, which stays on record"),
        value=st.session_state.get(_NAME, ""),
        max_chars=LONGEST_NAME,
        key=key,
    )
    return str(typed or "")


def refuse_blank(*typed: str) -> None:
    """Refuses what was left empty; each text stands before what to say of it."""
    for text, wanted in zip(typed[::2], typed[1::2], strict=True):
        if not text.strip():
            raise Refusal(say(wanted))


def remember(name: str) -> None:
    """Fills the field from now on; done after a deed only, as a filled field is another one."""
    st.session_state[_NAME] = name
