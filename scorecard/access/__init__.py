"""Who a visitor is, and so what they may see."""

from __future__ import annotations

import os

import streamlit as st

from scorecard.confidentiality import ROLES, Role
from scorecard.snapshot import Snapshot

VARIABLE = "SCORECARD_ROLE"
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def role(snapshot: Snapshot) -> Role:
    """The role of whoever looks.

    There is no sign-in yet, so the role follows from what could be betrayed. Synthetic data
    have nothing to protect, and a server that listens on its own machine only is used by the
    person who holds the exports: both are `executive`. Real data on an open port are shown to a
    `guest`, who sees the least, so that forgetting to configure something never opens anything.
    SCORECARD_ROLE sets another role, to see the dashboard as the board does; a word that is no
    role counts as `guest`.
    """
    wanted = os.environ.get(VARIABLE)
    if wanted:
        return next((role for role in ROLES if role == wanted), "guest")
    if snapshot.synthetic or st.get_option("server.address") in _LOOPBACK:
        return "executive"
    return "guest"
