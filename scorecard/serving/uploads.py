"""Who may send files. Streamlit keeps what any open session sends, in memory and without end, and
a session is open before anybody was asked who they are."""

from __future__ import annotations

import streamlit as st
from starlette.types import Scope
from streamlit import runtime

from scorecard.serving import asgi

_MAY_SEND = "_may_send"


def allow(is_allowed: bool) -> None:
    """Notes in the session of this run whether it may send files, until it is judged anew."""
    st.session_state[_MAY_SEND] = is_allowed


def is_refused(scope: Scope) -> bool:
    """Whether a request brings a file to a session that may send none."""
    if scope["method"] != "PUT" or not runtime.exists():
        return False
    _, is_upload, rest = scope["path"].removeprefix(asgi.base()).partition("/_stcore/upload_file/")
    if not is_upload:
        return False
    found = runtime.get_instance()._session_mgr.get_active_session_info(rest.partition("/")[0])
    if found is None:
        return False  # Streamlit knows it as little, and says so.
    state = found.session.session_state
    return _MAY_SEND not in state or state[_MAY_SEND] is not True
