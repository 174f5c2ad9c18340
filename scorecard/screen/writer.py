"""Who acts: the name that stands in the audit trail beside what is done."""

from __future__ import annotations

import streamlit as st

from scorecard.refusal import Refusal
from scorecard.screen.frame import View
from scorecard.screen.markdown import escape
from scorecard.state.columns import LONGEST_NAME

_NAME = "_writer"


def field(view: View, key: str) -> str:
    """The name of who signed in, else a field for it, which is filled for the rest of a visit."""
    if view.visitor.via == "sign-in":
        st.caption(escape(f"It will stand on record as done by {view.visitor.name}."))
        return view.visitor.name
    typed = st.text_input(
        "Your name, which stays on record",
        value=st.session_state.get(_NAME, ""),
        max_chars=LONGEST_NAME,
        key=key,
    )
    return str(typed or "")


def refuse_blank(*typed: str) -> None:
    """Refuses what was left empty; each text stands before what to say of it."""
    for text, wanted in zip(typed[::2], typed[1::2], strict=True):
        if not text.strip():
            raise Refusal(f"please {wanted}, which stays on record")


def remember(name: str) -> None:
    """Fills the field from now on; done after a deed only, as a filled field is another one."""
    st.session_state[_NAME] = name
