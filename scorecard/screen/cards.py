"""The parts of a page that state where KPIs stand: headline, cards and the scorecard's rows."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from scorecard.screen.frame import View


def headline(text: str, *, key: str) -> None:
    """The sentence that opens a page; plain text."""
    st.title(text)


def kpi_cards(view: View, kpis: Sequence[str], key: str) -> None:
    """The scorecard's rows of these KPIs."""
