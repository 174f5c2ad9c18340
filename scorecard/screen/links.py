"""Addresses of pages that keep the selection, and moves between them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal
from urllib.parse import urlencode

import streamlit as st
from streamlit.navigation.page import Page

PageName = Literal[
    "plan", "capacity", "compliance", "membership", "brand", "changes", "kpi", "definitions", "data"
]

GOAL: dict[int, PageName] = {1: "capacity", 2: "compliance", 3: "membership", 4: "brand"}

KPI, STATUS = "kpi", "status"
READERS: dict[str, tuple[PageName, ...]] = {KPI: ("kpi", "changes"), STATUS: ("definitions",)}
"""Parameter -> the pages that read it."""

_PAGES = "_pages"
_PARAMETERS = "_parameters"


def remember_pages(pages: Mapping[str, Page]) -> None:
    """The pages of this visitor by name, for `go`."""
    st.session_state[_PAGES] = dict(pages)


def remember_selection(parameters: Mapping[str, str | list[str]]) -> None:
    """The selection as query parameters, only what differs from the defaults."""
    st.session_state[_PARAMETERS] = dict(parameters)


def to(page: PageName, **parameters: str) -> str:
    """The address of a page, relative to where any page stands, with the selection in it."""
    query = urlencode({**st.session_state.get(_PARAMETERS, {}), **parameters}, doseq=True)
    path = "." if page == "plan" else page
    return f"{path}?{query}" if query else path


def to_kpi(kpi: str) -> str:
    """The address of the page about one KPI."""
    return to("kpi", kpi=kpi)


def go(page: str, **parameters: str) -> None:
    """Moves there without loading the application anew; ends the run of the script.

    The selection goes along by itself, as its choices are bound to the address.
    """
    pages: dict[str, Page] = st.session_state.get(_PAGES, {})
    if page in pages:
        st.switch_page(pages[page], query_params=parameters)


def open_kpi(kpi: str) -> None:
    """Moves to the page about one KPI."""
    go("kpi", kpi=kpi)
