"""Moves open pages to figures that were published, though nobody touches them.

The process looks for itself, once for all its visitors and only while there are any. A page that
shows what is published costs nothing meanwhile: it asks nothing, and nothing is sent to it.
"""

from __future__ import annotations

import asyncio
import logging

import streamlit as st
from streamlit import runtime
from streamlit.runtime.app_session import AppSession

SECONDS_BETWEEN = 2.0
SECONDS_APART = 0.05
"""Between two pages that are run again, so that they do not all come at once."""
_SHOWS = "_shows"
_log = logging.getLogger(__name__)


def note(snapshot: str | None) -> None:
    """Notes in the session of this run which published figures it shows; none: of an earlier day,
    as a share link may have it, which stay."""
    st.session_state[_SHOWS] = snapshot


async def keep_moving() -> None:
    """Looks again and again until it is cancelled."""
    while True:
        await asyncio.sleep(SECONDS_BETWEEN)
        try:
            await _move()
        except Exception:
            _log.exception("open pages were not moved")


async def _move() -> None:
    from scorecard.screen import store  # A server listens before it has loaded this.

    # Who has no figures yet gets them by looking; a first build is none of this loop's business.
    if not runtime.exists() or store.shown() is None:
        return
    sessions = [info.session for info in runtime.get_instance()._session_mgr.list_active_sessions()]
    if not sessions:
        return
    store.find(lambda share, what: None)
    newest = store.shown()
    behind = [session for session in sessions if newest and _is_behind(session, newest.id)]
    for session in behind:
        # As Streamlit does when a source file has changed.
        session.request_rerun(session._client_state)
        await asyncio.sleep(SECONDS_APART)
    if behind:
        _log.info("open pages moved", extra={"pages": len(behind)})


def _is_behind(session: AppSession, newest: str) -> bool:
    """Whether a page shows other figures, and is at rest: what it is doing is not broken off."""
    state = session.session_state
    if _SHOWS not in state or session._scriptrunner is not None:
        return False
    return state[_SHOWS] not in (None, newest)
