"""What those see who are not let in, and how one signs in and out."""

from __future__ import annotations

import datetime as dt
import functools
import logging
import threading
import time
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import streamlit as st

from scorecard import wording
from scorecard.access import session, settings
from scorecard.access.session import Turned
from scorecard.confidentiality import Role
from scorecard.languages import Words, say, to_say
from scorecard.refusal import Refusal
from scorecard.screen import room
from scorecard.screen.markdown import escape
from scorecard.visitor import Visitor

if TYPE_CHECKING:
    from scorecard.state.audit import Event

_NOTED = "_noted"
_STYLE = """<style>
.stMainBlockContainer:has(.st-key-entrance) { max-width: 520px; padding-top: 16vh; }
.st-key-entrance { padding: 1.6rem 1.8rem 1.8rem; }
.st-key-entrance h2 { padding: 0; font-size: 1.6rem; }
</style>"""
_TITLES = Words(
    {
        "sign_in": to_say("Strategic plan"),
        "ended": to_say("Strategic plan"),
        "no_role": to_say("You have no access yet"),
        "link": to_say("This link does not open"),
        "closed": to_say("This dashboard is closed"),
        "faulty": to_say("This dashboard is closed"),
    }
)
_ROLES = Words(
    {
        "guest": to_say("guest"),
        "board": to_say("board"),
        "executive": to_say("executive director"),
    }
)
_AT_THE_MACHINE = {
    "guest": to_say(
        "No sign-in is set up, so this dashboard serves this machine only, and whoever sits at "
        "it sees what the guest sees."
    ),
    "board": to_say(
        "No sign-in is set up, so this dashboard serves this machine only, and whoever sits at "
        "it sees what the board sees."
    ),
    "executive": to_say(
        "No sign-in is set up, so this dashboard serves this machine only, and whoever sits at "
        "it sees what the executive director sees."
    ),
}
_OPEN = {
    "guest": to_say(
        "This dashboard is open to everyone who has its address. You see what a guest sees."
    ),
    "board": to_say(
        "This dashboard is open to everyone who has its address. You see what a board sees."
    ),
    "executive": to_say(
        "This dashboard is open to everyone who has its address. You see what a executive "
        "director sees."
    ),
}
_log = logging.getLogger(__name__)


class _Refused:
    """How often each name was refused in this hour, by this process."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.hour = -1
        self.times: Counter[str] = Counter()

    def is_one_too_many(self, who: str) -> bool:
        """Counts a refusal; whether there were enough of that name already."""
        with self.lock:
            hour = int(time.monotonic() // 3600)
            if hour != self.hour:
                self.hour, self.times = hour, Counter()
            self.times[who] += 1
            return self.times[who] > MOST_REFUSED


MOST_REFUSED = 60
"""Rows that the audit trail gets in an hour of refusals of one name. Anyone can be refused, a
thousand times a minute, and each row stays for ever and is read whenever the trail is verified."""

_refused = _Refused()


def turn_away(turned: Turned) -> None:
    """Says politely why someone may not come in, and offers what they can do about it."""
    room.style()
    st.html(_STYLE)
    with st.container(key="entrance", border=True, gap="small"):
        _message(turned)
    if turned.why in ("no_role", "link"):
        note("refused", turned.name or "unknown", None, {"why": turned.said})


def _message(turned: Turned) -> None:
    st.header(_TITLES[turned.why], anchor=False)
    st.markdown(escape(say(turned.said)))
    if turned.why in ("sign_in", "ended"):
        for provider in settings.load().providers:
            label = say("Sign in with {label}", label=escape(provider.label))
            if st.button(label, key=f"sign_in_{provider.name}", type="primary", width="stretch"):
                st.login(None if provider.name == "default" else provider.name)
        st.caption(
            say(
                "The plan is open to directors of the board and to the secretariat. "
                "If you were sent a link, open it as it was sent."
            )
        )
    elif turned.why == "no_role":
        st.caption(say("Ask the secretariat to add you, then sign in again."))
        st.button(say("Sign out"), key="sign_out", on_click=st.logout)


def welcome(visitor: Visitor) -> None:
    """Enters in the audit trail, once a session, that someone came in by sign-in or by link."""
    if visitor.link is not None:
        if note("link_opened", visitor.name, visitor.role, {"link": visitor.link.id}):
            from scorecard.state import links, store

            _try(lambda: links.note_opening(store.shared(), _id(visitor)))
    elif visitor.via == "sign-in":
        # A page that is loaded again is the same sign-in, whichever process serves it.
        note("signed_in", visitor.name, visitor.role, {"session": session.fingerprint()})


def note(event: Event, who: str, role: Role | None, subject: Mapping[str, str]) -> bool:
    """Records an event of coming in, once a session; whether this is the first time.

    A trail that cannot be written keeps nobody out: looking changes nothing. It is logged.
    """
    key = (event, who, *sorted(subject.items()))
    noted: set[Any] = st.session_state.setdefault(_NOTED, set())
    if key in noted:
        return False
    noted.add(key)
    if event == "signed_in" and _known(subject["session"]):
        return False
    if event == "refused" and _refused.is_one_too_many(who):
        _log.warning("refused, and not in the audit trail, where there are many of this hour")
        return False
    from scorecard.state import audit, store  # Without sign-in, nobody waits for the database.

    _try(lambda: audit.record(store.shared(), event, who, role, subject))
    return True


def account(visitor: Visitor) -> None:
    """Who one is here, what that means, and the way out."""
    if visitor.link is not None:
        until = visitor.link.expires_at.astimezone(dt.UTC).date()
        st.caption(
            escape(
                say(
                    "Shared with {name} until {date}",
                    name=visitor.name,
                    date=wording.the_day(until),
                )
            )
        )
        return
    label = say("This machine") if visitor.via == "machine" else visitor.name
    with st.popover(escape(label), type="tertiary", key="account"):
        if visitor.via == "machine":
            st.markdown(say(_AT_THE_MACHINE[visitor.role]))
        elif visitor.via == "open":
            st.markdown(say(_OPEN[visitor.role]))
        else:
            name, role = visitor.name, _ROLES[visitor.role]
            st.markdown(escape(say("You are signed in as {name} ({role}).", name=name, role=role)))
            st.button(say("Sign out"), key="sign_out", on_click=st.logout)


def leave_in_time(visitor: Visitor) -> None:
    """Runs the page again when the session or the link ends, so that it does not stay open."""
    end = visitor.link.expires_at if visitor.link else None
    if visitor.via == "sign-in":
        end = session.ends_at(settings.load())
    if end is not None:
        left = (end - dt.datetime.now(dt.UTC)).total_seconds()
        # A browser's clock takes no delay of more than some weeks.
        if 0 < left < 86_400:
            _again_after(round(left) + 1)


# Kept so that a rerun in the same second finds its own; a server meets every second there is.
@functools.lru_cache(maxsize=64)
def _clock(seconds: int) -> Any:
    @st.fragment(run_every=seconds)
    def tick() -> None:
        if st.session_state.pop("_ticked", False):
            st.rerun()
        st.session_state["_ticked"] = True

    return tick


def _again_after(seconds: int) -> None:
    st.session_state["_ticked"] = False
    _clock(seconds)()


def _id(visitor: Visitor) -> str:
    assert visitor.link is not None
    return visitor.link.id


def _known(fingerprint: str) -> bool:
    """Whether this sign-in has been entered, by this process or another."""
    from scorecard.state import audit, store

    try:
        since = dt.datetime.now(dt.UTC) - dt.timedelta(days=31)
        found = audit.entries(store.shared(), event="signed_in", since=since)
    except Refusal:
        return False
    return any(entry.subject.get("session") == fingerprint for entry in found)


def _try(do: Any) -> None:
    try:
        do()
    except Refusal as refusal:
        _log.error("the audit trail was not written: %s", refusal)
