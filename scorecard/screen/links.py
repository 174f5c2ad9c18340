"""Addresses of pages that keep the selection, and moves between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlencode

import streamlit as st
from streamlit.navigation.page import Page
from streamlit.runtime.scriptrunner import get_script_run_ctx

from scorecard.screen import language

if TYPE_CHECKING:
    from scorecard.screen.frame import View

PageName = Literal[
    "plan", "capacity", "compliance", "membership", "brand", "changes", "kpi", "definitions",
    "data", "history",
]  # fmt: skip

GOAL: dict[int, PageName] = {1: "capacity", 2: "compliance", 3: "membership", 4: "brand"}

KPI, STATUS, TERM, BY, FIND = "kpi", "status", "term", "by", "find"
PUBLICATION, MEETING = "publication", "meeting"
READERS: dict[str, tuple[PageName, ...]] = {
    KPI: ("kpi", "changes"),
    STATUS: ("definitions",),
    TERM: ("definitions",),
    FIND: ("definitions",),
    PUBLICATION: ("history",),
    MEETING: ("history",),
}
"""Parameter -> the pages that read it."""

SHARED: tuple[PageName, ...] = (
    "plan", "capacity", "compliance", "membership", "brand", "changes", "kpi", "definitions"
)  # fmt: skip
"""The pages that a share link may open: those that a guest may see."""

_PAGES = "_pages"
_PARAMETERS = "_parameters"
_LOCKED = "_locked"


def lock(parameters: Mapping[str, Sequence[str]]) -> None:
    """Binds this run to the parameters of a share link, whatever the address says besides."""
    st.session_state[_LOCKED] = {name: tuple(words) for name, words in parameters.items()}


def unlock() -> None:
    """Each run begins without a lock; the link of the address sets it."""
    st.session_state.pop(_LOCKED, None)


def is_locked() -> bool:
    """Whether the view is that of a share link, which leads to no other page or selection.

    Beside the runs of pages only such views are made as are not.
    """
    is_run = get_script_run_ctx(suppress_warning=True) is not None
    return is_run and _LOCKED in st.session_state


def asked(name: str) -> str | None:
    """A parameter of the page: from the share link where there is one, else from the address."""
    if is_locked():
        words = st.session_state[_LOCKED].get(name, ())
        return words[0] if words else None
    return st.query_params.get(name)


def remember_pages(pages: Mapping[str, Page]) -> None:
    """The pages of this visitor by name, for `go`."""
    st.session_state[_PAGES] = dict(pages)


def open_pages() -> dict[str, str]:
    """Name -> title of the pages that this view leads to, in the order of the navigation."""
    pages: dict[str, Page] = {} if is_locked() else st.session_state.get(_PAGES, {})
    return {name: page.title for name, page in pages.items() if page.visibility == "visible"}


def remember_selection(parameters: Mapping[str, str | list[str]]) -> None:
    """The selection as query parameters, only what differs from the defaults."""
    st.session_state[_PARAMETERS] = dict(parameters)


def here(page: str) -> dict[str, tuple[str, ...]]:
    """What decides, besides the figures, what a page shows now: its own words and the choices."""
    chosen = dict(st.session_state.get(_PARAMETERS, {}))
    found = {
        name: (words,) if isinstance(words, str) else tuple(words) for name, words in chosen.items()
    }
    for name, readers in {**READERS, BY: ("changes",)}.items():
        word = st.query_params.get(name)
        if page in readers and word:
            found[name] = (word,)
    return found


def selected() -> str:
    """The selection as a query string."""
    return urlencode(st.session_state.get(_PARAMETERS, {}), doseq=True)


def query(view: View) -> str | None:
    """The query string that links of a view carry; none where it is locked, and leads nowhere."""
    if view.visitor.link is not None:
        return None
    return urlencode({**view.choice.parameters(view.snapshot), **language.parameters()}, doseq=True)


def go(page: str, **parameters: str) -> None:
    """Moves there without loading the application anew; ends the run of the script.

    The selection goes along.
    """
    pages: dict[str, Page] = st.session_state.get(_PAGES, {})
    if page in pages:
        chosen = st.session_state.get(_PARAMETERS, {})
        st.switch_page(pages[page], query_params={**chosen, **parameters})
