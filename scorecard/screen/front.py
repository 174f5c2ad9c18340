"""One run of the dashboard: who is there, which pages they have, and the frame around one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.navigation.page import Page

from scorecard.access import session
from scorecard.access.session import Turned
from scorecard.confidentiality import Role, admits
from scorecard.languages import say, to_say
from scorecard.screen import entrance, frame, language, links, room
from scorecard.serving import uploads
from scorecard.visitor import Visitor

if TYPE_CHECKING:
    from scorecard.state.links import Link

# Name -> file, title, lowest role. The name is the address, but for the plan, which is at `/`.
PAGES: dict[str, tuple[str, str, Role]] = {
    "plan": ("board/overview.py", to_say("The plan"), "guest"),
    "capacity": ("board/capacity.py", to_say("1 Capacity"), "guest"),
    "compliance": ("board/compliance.py", to_say("2 Compliance"), "guest"),
    "membership": ("board/membership.py", to_say("3 Membership"), "guest"),
    "brand": ("board/brand.py", to_say("4 Brand"), "guest"),
    "changes": ("board/changes.py", to_say("Since the last meeting"), "guest"),
    "kpi": ("board/kpi.py", to_say("KPI"), "guest"),
    "definitions": ("board/methods.py", to_say("Definitions"), "guest"),
    "briefing": ("secretariat/briefing.py", to_say("Papers"), "executive"),
    "data": ("secretariat/data.py", to_say("Data"), "executive"),
    "history": ("secretariat/history.py", to_say("History"), "executive"),
    "sharing": ("secretariat/sharing.py", to_say("Sharing"), "executive"),
}


def show(folder: Path) -> None:
    """Draws the page that the address names, in its frame. `folder` holds the page files."""
    language.settle()
    st.set_page_config(page_title=say("Strategic plan"), layout="wide")
    frame.forget()
    came = session.arrive()
    if isinstance(came, Turned):
        _closed(lambda: entrance.turn_away(came))
        return
    if came.link is not None:
        _shared(folder, came, came.link)
        return
    entrance.welcome(came)
    shown = frame.find_snapshot()
    pages = _pages(folder, came.role)
    links.remember_pages(pages)
    page = st.navigation(list(pages.values()), position="top")
    if shown.snapshot is None:
        _first_figures(came, pages, _name(pages, page))
        st.stop()
    # A page's title is its browser tab's, and says of which plan.
    st.set_page_config(page_title=f"{page.title} · {shown.snapshot.plan.name}")
    name = _name(pages, page)
    if not admits(came.role, PAGES[name][2]):
        # Nothing of the frame, which would say what is looked at.
        page.run()
        return
    view = frame.begin(shown, came, name)
    room.paper(view, page.title)
    page.run()
    frame.end(view)


def _first_figures(visitor: Visitor, pages: dict[str, Page], name: str) -> None:
    """The way to the first figures, for who may publish: the desk, or where it is."""
    if not admits(visitor.role, "executive"):
        return
    if name != "data":
        st.page_link(pages["data"], label=say("Bring the exports on the page Data"))
        return
    from scorecard.screen.desk import page as desk  # Most visitors come when there are figures.

    desk.show_first(frame.wait(visitor, name))


def _shared(folder: Path, visitor: Visitor, link: Link) -> None:
    """The one page that a link opens, with its selection locked."""
    from scorecard.state.columns import now  # Without a link, nobody waits for the database.
    from scorecard.state.links import problem

    language.of_link(link.parameters)
    pages = {
        name: st.Page(folder / file, title=say(title), url_path=name, default=name == "plan")
        if name == link.page
        else _stub(name, say(title), lambda: None)
        for name, (file, title, _) in PAGES.items()
    }
    page = st.navigation(list(pages.values()), position="hidden")
    wrong = problem(link, _name(pages, page), now())
    if wrong is not None:
        entrance.turn_away(Turned("link", wrong, visitor.name))
        return
    entrance.welcome(visitor)
    shown = frame.find_snapshot() if link.snapshot is None else frame.find_frozen(link.snapshot)
    if shown.snapshot is None:
        st.stop()
    st.set_page_config(page_title=f"{page.title} · {shown.snapshot.plan.name}")
    links.lock(link.parameters)
    view = frame.begin(shown, visitor, link.page)
    room.paper(view, page.title)
    page.run()
    frame.end(view)


def _closed(show: Callable[[], None]) -> None:
    """One message at every address, so that the address stays as it is through a sign-in."""
    uploads.allow(False)
    pages = [_stub(name, say("Strategic plan"), show) for name in PAGES]
    st.navigation(pages, position="hidden").run()


def _stub(name: str, title: str, show: Callable[[], None]) -> Page:
    return st.Page(show, title=title, url_path=name, default=name == "plan", visibility="hidden")


def _name(pages: dict[str, Page], page: Page) -> str:
    """The name of a page: its address, but for the plan."""
    return next(name for name, known in pages.items() if known.url_path == page.url_path)


def _pages(folder: Path, role: Role) -> dict[str, Page]:
    """The pages of a role in the order of the navigation; the others say that they are closed."""
    return {
        name: st.Page(folder / file, title=say(title), url_path=name, default=name == "plan")
        if admits(role, lowest)
        else _stub(name, say(title), frame.refuse)
        for name, (file, title, lowest) in PAGES.items()
    }
