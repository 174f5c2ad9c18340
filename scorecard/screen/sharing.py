"""Share links on screen: the form that makes one, and the page that says what became of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Literal
from urllib.parse import urlencode, urlsplit

import pandas as pd
import streamlit as st

from scorecard import wording
from scorecard.access import settings
from scorecard.plan import Plan
from scorecard.plurals import has_or_have, in_words, is_or_are
from scorecard.refusal import Refusal
from scorecard.screen import audit_trail, cards, figures, frame, front, tables
from scorecard.screen import links as addresses
from scorecard.screen.choices import AS_OF, COMPARE
from scorecard.screen.commentary import isolated, moment
from scorecard.screen.frame import View
from scorecard.screen.markdown import escape
from scorecard.serving.start import is_loopback
from scorecard.state import keys, links
from scorecard.state import store as stores
from scorecard.state.columns import now
from scorecard.state.links import Draft, Link
from scorecard.state.store import Store

Words = Mapping[str, Sequence[str]]

PAGES: dict[str, str] = {name: front.PAGES[name][1] for name in addresses.SHARED}
"""The pages that may be shared -> what the navigation calls them."""

_DAYS = {7: "In a week", 30: "In 30 days", 90: "In 90 days"}
_DATES = {"shown": "The date shown now", "latest": "Always the latest"}
_FIGURES = {"live": "As they are when it is opened", "frozen": "As they are now"}
_STATES = {"open": "Open", "expired": "Expired", "withdrawn": "Withdrawn"}
_NAME, _SAID = "_shared_by", "_sharing_said"


# Making a link ------------------------------------------------------------------------------


@st.dialog("Share this view", width="medium")
def dialog(view: View, page: str, parameters: Words) -> None:
    """The form that makes a link to the page as it stands; then its address, to be copied."""
    frame.require("executive")
    sentence = wording.selection_sentence(
        view.snapshot.plan, view.selection, view.as_of, view.compare
    )
    st.markdown(
        f"**{escape(PAGES[page])}**. {escape(sentence)}.  \n"
        "It opens without an account and shows what a guest may see, this page and no other."
    )
    place = st.empty()
    with place.form("share_form", border=False):
        recipient = st.text_input(
            "For whom",
            max_chars=links.LONGEST_RECIPIENT,
            key="share_recipient",
            placeholder="Name of the person",
            help="It stands across the page and in every file taken from it.",
        )
        writer = _writer(view)
        days = st.segmented_control(
            "Expires", list(_DAYS), format_func=_DAYS.__getitem__, default=30, required=True,
            key="share_days",
        )  # fmt: skip
        date = st.radio(
            "As of", list(_DATES), format_func=_DATES.__getitem__, key="share_date", horizontal=True
        )
        frozen = st.radio(
            "Figures",
            list(_FIGURES),
            format_func=_FIGURES.__getitem__,
            key="share_figures",
            horizontal=True,
            help="Figures of today change when an export is corrected, even at the same date.",
        )
        sent = st.form_submit_button("Make the link", type="primary", key="share_make")
    if not sent:
        return
    try:
        asked = Draft(
            recipient,
            page,
            of_view(view, parameters, "shown" if date == "shown" else "latest"),
            view.snapshot.id if frozen == "frozen" else None,
            writer,
            now() + dt.timedelta(days=int(days or 30)),
        )
        if not writer.strip():
            raise Refusal("please give your name, so that the guest knows whom to ask")
        signing = keys.link_keys(settings.load().link_keys)
        made = links.make(stores.shared(), asked, PAGES)
    except Refusal as refusal:
        st.error(f"No link was made: {escape(str(refusal))}.")
        return
    place.empty()
    _hand_over(made, _address(made, signing))


def of_view(
    view: View, parameters: Words, date: Literal["shown", "latest"]
) -> dict[str, tuple[str, ...]]:
    """The parameters that a link fixes: those of the address, with the dates in so many words.

    An address leaves the newest date and the last meeting out, and they would move on.
    """
    fixed = {name: tuple(words) for name, words in parameters.items() if name != AS_OF}
    if COMPARE in fixed and view.compare is not None:
        fixed[COMPARE] = (view.compare.isoformat(),)
    if date == "shown":
        fixed[AS_OF] = (view.as_of.isoformat(),)
        if view.compare is not None:
            fixed[COMPARE] = (view.compare.isoformat(),)
    return fixed


def _writer(view: View) -> str:
    """Who makes the link: who signed in, else a field for the name, asked once in a visit."""
    if view.visitor.via == "sign-in":
        return view.visitor.name
    typed = st.text_input(
        "Your name", value=st.session_state.get(_NAME, ""), max_chars=120, key="share_writer"
    )
    st.session_state[_NAME] = str(typed or "")
    return str(typed or "")


def _address(made: Link, signing: Sequence[str]) -> str:
    """The address to send: from the configured public one, else from where the browser stands."""
    base = settings.load().address
    if not base:
        here = str(st.context.url or "").split("?")[0].rstrip("/")
        base = here if made.page == "plan" else here.removesuffix(f"/{made.page}")
    path = "" if made.page == "plan" else made.page
    return f"{base}/{path}?{urlencode({'link': links.token(made, signing)})}"


def _hand_over(made: Link, address: str) -> None:
    until = wording.date(made.expires_at.date())
    st.success(
        f"This link is for {escape(isolated(made.recipient))} and opens until {escape(until)}. "
        "Whoever has the address can open it, so send it to nobody else."
    )
    st.code(address, language=None, wrap_lines=True)
    if is_loopback(urlsplit(address).hostname or ""):
        st.caption(
            "Only this machine can open it, as the dashboard has no public address yet: "
            "the setting address in the section [access] of secrets.toml names one."
        )


# The page -----------------------------------------------------------------------------------


def show() -> None:
    """Draws the page; the executive only."""
    view = frame.require("executive")
    figures.style()
    top = st.container()
    try:
        kept = stores.shared()
        made = links.made(kept)
    except Refusal as refusal:
        st.warning(f"Links cannot be read now: {escape(str(refusal))}.")
        return
    with top:
        cards.headline(finding(made, now()), key="sharing_headline", over="Links and what was done")
    if said := st.session_state.pop(_SAID, None):
        st.success(said)
    _list(view, made)
    _withdraw(view, kept, [link for link in made if link.state(now()) == "open"])
    st.space("small")
    audit_trail.draw(view, kept, {link.id: PAGES.get(link.page, link.page) for link in made})


def finding(made: Sequence[Link], at: dt.datetime) -> str:
    """How many links are open, and which of them nobody has opened yet, in one sentence."""
    if not made:
        return "No view has been shared by a link yet."
    still = [link for link in made if link.state(at) == "open"]
    if not still:
        ended = _capital(in_words(len(made)))
        return f"No link is open. {ended} {has_or_have(len(made))} expired or been withdrawn."
    count = len(still)
    noun = "link" if count == 1 else "links"
    unopened = [link for link in still if not link.opened]
    start = f"{_capital(in_words(count))} {noun} {is_or_are(count)} open"
    if count == 1:
        name = isolated(still[0].recipient)
        if unopened:
            return f"{start}, for {name}, and has not been opened yet."
        times = "once" if still[0].opened == 1 else f"{in_words(still[0].opened)} times"
        return f"{start}, for {name}, and has been opened {times}."
    if not unopened:
        return f"{start}, and each has been opened."
    if len(unopened) == count:
        return f"{start}, and none has been opened yet."
    if len(unopened) == 1:
        return f"{start}; the one for {isolated(unopened[0].recipient)} has not been opened yet."
    return f"{start}; {in_words(len(unopened))} of them have not been opened yet."


def _list(view: View, made: Sequence[Link]) -> None:
    figures.head(
        "Who was given a link, and whether it was opened" if made else "No link has been made",
        "The button Share, at the top of every page that a guest may see, makes one",
    )
    if not made:
        return
    plan, at = view.snapshot.plan, now()
    tables.show(
        pd.DataFrame(
            [
                {
                    "For": link.recipient,
                    "State": _STATES[link.state(at)],
                    "Opened": link.opened,
                    "Last opened": stamp(link.last_opened),
                    "Expires": stamp(link.expires_at),
                    "Page": PAGES.get(link.page, link.page),
                    "Figures": f"Frozen, {link.snapshot[:6]}" if link.snapshot else "Live",
                    "Shows": shows(plan, link.parameters),
                    "Made by": link.made_by,
                    "Made": stamp(link.made_at),
                    "Withdrawn by": link.revoked_by,
                    "Withdrawn": stamp(link.revoked_at),
                    "Number": link.id,
                }
                for link in made
            ]
        ),
        "sharing_links",
        "Share links, the newest first, with how often each was opened",
    )
    st.caption("Times are in UTC. A guest who stays on the page counts as one opening.")


def shows(plan: Plan, parameters: Words) -> str:
    """What a link fixes, in words: `Africa, Asia · at 31 December 2022`."""
    parts = [", ".join(parameters[name]) for name in ("region", "pillar") if name in parameters]
    for kpi in parameters.get("kpi", ()):
        parts.insert(0, plan.by_id[kpi].title if kpi in plan.by_id else kpi)
    for status in parameters.get("status", ()):
        parts.append(tables.category(status))
    for by in parameters.get("by", ()):
        parts.append(f"by {by}")
    parts.append(f"at {_day(parameters[AS_OF])}" if AS_OF in parameters else "at the latest date")
    if COMPARE in parameters:
        parts.append(f"compared with {_day(parameters[COMPARE])}")
    return _capital(" · ".join(parts))


def stamp(at: dt.datetime | None) -> str | None:
    """2022-09-15 14:05, which sorts as it reads."""
    return at.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M") if at else None


def _withdraw(view: View, kept: Store, still: Sequence[Link]) -> None:
    """One of the open links is withdrawn, once it was said what that means."""
    if not still:
        return
    by_id = {link.id: link for link in still}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "Withdraw a link",
            list(by_id),
            index=None,
            placeholder="Choose whose",
            format_func=lambda id: _called(by_id[id]),
            key="sharing_chosen",
            width=520,
        )
        link = by_id.get(str(chosen))
        if link is None:
            return
        with st.popover("Withdraw", key="sharing_withdraw"):
            st.markdown(
                f"The link of {escape(isolated(link.recipient))} will not open any more, even "
                "where it is open now. This cannot be taken back."
            )
            sure = st.button("Withdraw it for good", type="primary", key="sharing_sure")
    if not sure:
        return
    try:
        links.revoke(kept, link.id, view.visitor.name)
    except Refusal as refusal:
        st.error(f"Not withdrawn: {escape(str(refusal))}.")
        return
    st.session_state[_SAID] = f"The link of {escape(isolated(link.recipient))} has been withdrawn."
    st.rerun()


def _called(link: Link) -> str:
    page = PAGES.get(link.page, link.page)
    return f"{isolated(link.recipient)} · {page} · made {moment(link.made_at)}"


def _day(words: Sequence[str]) -> str:
    try:
        return wording.date(dt.date.fromisoformat(words[0]))
    except ValueError:
        return words[0]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
