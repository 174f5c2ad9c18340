"""What a server does before its first visitor comes."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import threading
import time
from collections.abc import AsyncIterator

import streamlit as st
from streamlit import delta_generator

from scorecard.refusal import Refusal
from scorecard.serving import doorman, moving, plotly

_PAGE = 0.05
"""Seconds in which the first browser is handed the page; loading meanwhile would keep it waiting
for longer than it takes."""
_SECONDS = 3.0
"""After which that is made which no first visitor waits for."""


def settle_pages() -> None:
    """Tells Streamlit once, before the first visitor, that it shall not look into pages/.

    A folder of that name switches a new process to listing its files by itself until
    st.navigation has been called; the first visitor of a deep link would then be told that
    the page was not found, and a page would be open without our navigation.
    """
    with doorman.quiet():
        st.navigation([st.Page(_nothing, title="none")], position="hidden")


def settle_start() -> None:
    """Tells Streamlit that it was started as it should be.

    It looks through all modules for that once, with the first element, for which the first
    visitor would wait as long as for the rest of the page.
    """
    delta_generator._use_warning_has_been_displayed = True


def _nothing() -> None:
    """Stands for a page while there is no visitor."""


@contextlib.asynccontextmanager
async def lifespan(app: object) -> AsyncIterator[None]:
    """Loads the pages and finds the figures beside the start, while the first browser still
    loads what Streamlit needs there.

    Who comes while they are being built waits for this build instead of beginning another.
    """
    threading.Thread(target=_prepare, name="first figures", daemon=True).start()
    mover = asyncio.create_task(moving.keep_moving())
    yield
    mover.cancel()


def _prepare() -> None:
    time.sleep(_PAGE)
    # What is loaded is kept, so that a search for garbage would find none, now or soon.
    gc.disable()
    try:
        from scorecard.screen import cards, front, store, warming  # noqa: F401
        from scorecard.state import glance, rights  # noqa: F401
    finally:
        gc.freeze()
        gc.enable()
    shown = store.find(lambda share, what: None).snapshot
    if not glance.is_empty("items"):
        from scorecard.state import items  # noqa: F401
        from scorecard.state import store as states

        with contextlib.suppress(Refusal):  # A page that needs it says so.
            states.shared()
    time.sleep(_SECONDS)
    # It stops all threads for a while, and so waits until the first visitor has the page.
    _keep_for_good()
    if shown is not None:
        warming.overview(shown)
    plotly.warm()


def _keep_for_good() -> None:
    """Takes what every process holds out of the search for garbage.

    It is most of the heap, and as Python searches the whole only once that has grown by a
    quarter, what sessions leave behind would wait for hundreds of them. The second search sets
    the measure of that quarter anew.
    """
    gc.collect()
    gc.freeze()
    gc.collect()
