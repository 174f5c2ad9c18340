"""Who may do something on the desk, asked again before anything is kept, taken or published."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from scorecard import drafts
from scorecard.access import session
from scorecard.confidentiality import admits
from scorecard.screen.frame import View, Waiting


def ask_again(view: View | Waiting) -> None:
    """Ends this run where who comes now is not who this page was drawn for; it is drawn anew.

    To be called before every deed: between the run that drew a button and the click on it a role
    may have gone, and reading files takes a while.
    """
    if not admits(view.role, "executive") or not view.visitor.is_still(session.arrive(), view.page):
        st.rerun()


def folder(view: View | Waiting) -> Path:
    """Where the draft of this visitor lies; nobody else's is ever looked at."""
    ask_again(view)
    return drafts.place().of(view.visitor.via, view.visitor.name)
