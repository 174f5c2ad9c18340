"""One run of the dashboard: who is there, which pages they have, and the frame around one."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.navigation.page import Page

from scorecard import access
from scorecard.confidentiality import Role, admits
from scorecard.screen import frame, links, selection_bar
from scorecard.serving import doorman

# Name -> file, title, lowest role. The name is the address, but for the plan, which is at `/`.
_PAGES: dict[str, tuple[str, str, Role]] = {
    "plan": ("board/overview.py", "The plan", "guest"),
    "capacity": ("board/capacity.py", "1 Capacity", "guest"),
    "compliance": ("board/compliance.py", "2 Compliance", "guest"),
    "membership": ("board/membership.py", "3 Membership", "guest"),
    "brand": ("board/brand.py", "4 Brand", "guest"),
    "changes": ("board/changes.py", "Since the last meeting", "guest"),
    "kpi": ("board/kpi.py", "KPI", "guest"),
    "definitions": ("board/methods.py", "Definitions", "guest"),
    "briefing": ("secretariat/briefing.py", "Papers", "executive"),
    "data": ("secretariat/data.py", "Data", "executive"),
}


def settle_pages() -> None:
    """Tells Streamlit once, before the first visitor, that it shall not look into pages/.

    A folder of that name switches a new process to listing its files by itself until
    st.navigation has been called; the first visitor of a deep link would then be told that
    the page was not found, and a page would be open without our navigation.
    """
    with doorman.quiet():
        st.navigation([st.Page(_nothing, title="none")], position="hidden")


def _nothing() -> None:
    """Stands for a page while there is no visitor."""


def show(folder: Path) -> None:
    """Draws the page that the address names, in its frame. `folder` holds the page files."""
    st.set_page_config(page_title="Strategic plan", layout="wide")
    shown = frame.find_snapshot()
    role: Role = access.role(shown.snapshot) if shown.snapshot else "guest"
    pages = _pages(folder, role)
    links.remember_pages(pages)
    page = st.navigation(list(pages.values()), position="top")
    if shown.snapshot is None:
        st.stop()
    # A page's title is its browser tab's, and says of which plan.
    st.set_page_config(page_title=f"{page.title} · {shown.snapshot.plan.name}")
    address = selection_bar.settle(shown.snapshot, _name(pages, page))
    if address is not None:
        st.switch_page(page, query_params=address)
    view = frame.begin(shown, role)
    page.run()
    frame.end(view)


def _name(pages: dict[str, Page], page: Page) -> str:
    """The name of a page: its address, but for the plan."""
    return next((name for name, known in pages.items() if known.title == page.title), "")


def _pages(folder: Path, role: Role) -> dict[str, Page]:
    """The pages that are open to a role, in the order of the navigation."""
    return {
        name: st.Page(folder / file, title=title, url_path=name, default=name == "plan")
        for name, (file, title, lowest) in _PAGES.items()
        if admits(role, lowest) and (folder / file).exists()
    }
