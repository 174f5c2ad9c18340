"""How the desk speaks: headings of steps, and reasons as sentences."""

from __future__ import annotations

import streamlit as st

from scorecard.retelling import retold


def heading(text: str) -> None:
    """The heading of a step, in words of our own."""
    st.markdown(f"#### {text}")


def sentence(reason: str) -> str:
    """A reason as a sentence; the name of a file at its start stays as it is written."""
    reason = retold(reason)
    first = reason.partition(" ")[0]
    return f"{reason if '.' in first else reason[:1].upper() + reason[1:]}."
