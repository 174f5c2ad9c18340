"""Share links on screen: the form that makes one, and the page that says what became of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Literal
from urllib.parse import urlencode, urlsplit

import pandas as pd
import streamlit as st

from scorecard import languages as said
from scorecard import wording
from scorecard.access import settings
from scorecard.languages import say, say_n, to_say
from scorecard.plan import Plan
from scorecard.plurals import in_words
from scorecard.refusal import Refusal
from scorecard.retelling import retold
from scorecard.screen import audit_trail, cards, choices, figures, frame, front, tables
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

PAGES = said.Words({name: front.PAGES[name][1] for name in addresses.SHARED})
"""The pages that may be shared -> what the navigation calls them."""

_DAYS = {7: to_say("In a week"), 30: to_say("In 30 days"), 90: to_say("In 90 days")}
_DATES = said.Words({"shown": to_say("The date shown now"), "latest": to_say("Always the latest")})
_FIGURES = said.Words(
    {"live": to_say("As they are when it is opened"), "frozen": to_say("As they are now")}
)
_STATES = said.Words(
    {"open": to_say("Open"), "expired": to_say("Expired"), "withdrawn": to_say("Withdrawn")}
)
_NAME, _SAID = "_shared_by", "_sharing_said"


# Making a link ------------------------------------------------------------------------------


def dialog(view: View, page: str, parameters: Words) -> None:
    """The form that makes a link to the page as it stands; then its address, to be copied."""
    # Made now, as its title is in the language of now.
    st.dialog(say("Share this view"), width="medium")(_dialog)(view, page, parameters)


def _dialog(view: View, page: str, parameters: Words) -> None:
    frame.require("executive")
    sentence = wording.selection_sentence(
        view.snapshot.plan, view.selection, view.as_of, view.compare
    )
    st.markdown(
        f"**{escape(PAGES[page])}**. {escape(sentence)}.  \n"
        + say("It opens without an account and shows what a guest may see, this page and no other.")
    )
    place = st.empty()
    with place.form("share_form", border=False):
        recipient = st.text_input(
            say("For whom"),
            max_chars=links.LONGEST_RECIPIENT,
            key="share_recipient",
            placeholder=say("Name of the person"),
            help=say("It stands across the page and in every file taken from it."),
        )
        writer = _writer(view)
        days = st.segmented_control(
            say("Expires"), list(_DAYS), format_func=lambda days: say(_DAYS[days]),
            default=30, required=True, key="share_days",
        )  # fmt: skip
        date = st.radio(
            say("As of"),
            list(_DATES),
            format_func=_DATES.__getitem__,
            key="share_date",
            horizontal=True,
        )
        frozen = st.radio(
            say("Figures"),
            list(_FIGURES),
            format_func=_FIGURES.__getitem__,
            key="share_figures",
            horizontal=True,
            help=say("Figures of today change when an export is corrected, even at the same date."),
        )
        sent = st.form_submit_button(say("Make the link"), type="primary", key="share_make")
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
            raise Refusal(say("please give your name, so that the guest knows whom to ask"))
        signing = keys.link_keys(settings.load().link_keys)
        made = links.make(stores.shared(), asked, PAGES)
    except Refusal as refusal:
        st.error(say("No link was made: {refusal}.", refusal=escape(retold(str(refusal)))))
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
        say("Your name"), value=st.session_state.get(_NAME, ""), max_chars=120, key="share_writer"
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
        say(
            "This link is for {recipient} and opens until {until}. Whoever has the address can "
            "open it, so send it to nobody else.",
            recipient=escape(isolated(made.recipient)),
            until=escape(until),
        )
    )
    st.code(address, language=None, wrap_lines=True)
    if is_loopback(urlsplit(address).hostname or ""):
        st.caption(
            say(
                "Only this machine can open it, as the dashboard has no public address yet: the "
                "setting address in the section [access] of secrets.toml names one."
            )
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
        st.warning(
            say("Links cannot be read now: {refusal}.", refusal=escape(retold(str(refusal))))
        )
        return
    with top:
        cards.headline(
            finding(made, now()), key="sharing_headline", over=say("Links and what was done")
        )
    if said := st.session_state.pop(_SAID, None):
        st.success(said)
    _list(view, made)
    _withdraw(view, kept, [link for link in made if link.state(now()) == "open"])
    st.space("small")
    audit_trail.draw(view, kept, {link.id: PAGES.get(link.page, link.page) for link in made})


def finding(made: Sequence[Link], at: dt.datetime) -> str:
    """How many links are open, and which of them nobody has opened yet, in one sentence."""
    if not made:
        return say("No view has been shared by a link yet.")
    still = [link for link in made if link.state(at) == "open"]
    if not still:
        ended = say_n(
            "one has expired or been withdrawn.", "{count} have expired or been withdrawn.",
            len(made), count=in_words(len(made)),
        )  # fmt: skip
        return f"{say('No link is open.')} {wording.capital(ended)}"
    count = len(still)
    unopened = [link for link in still if not link.opened]
    if count == 1:
        name, times = isolated(still[0].recipient), still[0].opened
        if unopened:
            return say("One link is open, for {name}, and has not been opened yet.", name=name)
        return say_n(
            "One link is open, for {name}, and has been opened once.",
            "One link is open, for {name}, and has been opened {count} times.",
            times, name=name, count=in_words(times),
        )  # fmt: skip
    many = in_words(count)
    if not unopened:
        return wording.capital(say("{count} links are open, and each has been opened.", count=many))
    if len(unopened) == count:
        return wording.capital(
            say("{count} links are open, and none has been opened yet.", count=many)
        )
    if len(unopened) == 1:
        text = say(
            "{count} links are open; the one for {name} has not been opened yet.",
            count=many, name=isolated(unopened[0].recipient),
        )  # fmt: skip
        return wording.capital(text)
    text = say(
        "{count} links are open; {unopened} of them have not been opened yet.",
        count=many, unopened=in_words(len(unopened)),
    )  # fmt: skip
    return wording.capital(text)


def _list(view: View, made: Sequence[Link]) -> None:
    figures.head(
        say("Who was given a link, and whether it was opened")
        if made
        else say("No link has been made"),
        say("The button Share, at the top of every page that a guest may see, makes one"),
    )
    if not made:
        return
    plan, at = view.snapshot.plan, now()
    tables.show(
        pd.DataFrame(
            [
                {
                    say("For"): link.recipient,
                    say("State"): _STATES[link.state(at)],
                    say("Opened"): link.opened,
                    say("Last opened"): stamp(link.last_opened),
                    say("Expires"): stamp(link.expires_at),
                    say("Page"): PAGES.get(link.page, link.page),
                    say("Figures"): say("Frozen, {snapshot}", snapshot=link.snapshot[:6])
                    if link.snapshot
                    else say("Live"),
                    say("Shows"): shows(plan, link.parameters),
                    say("Made by"): link.made_by,
                    say("Made"): stamp(link.made_at),
                    say("Withdrawn by"): link.revoked_by,
                    say("Withdrawn"): stamp(link.revoked_at),
                    say("Number"): link.id,
                }
                for link in made
            ]
        ),
        "sharing_links",
        say("Share links, the newest first, with how often each was opened"),
    )
    st.caption(say("Times are in UTC. A guest who stays on the page counts as one opening."))


def shows(plan: Plan, parameters: Words) -> str:
    """What a link fixes, in words: `Africa, Asia · at 31 December 2022`."""
    parts = []
    if regions := parameters.get("region"):
        parts.append(", ".join(map(wording.region_name, regions)))
    if pillars := parameters.get("pillar"):
        parts.append(", ".join(map(_pillar, pillars)))
    for kpi in parameters.get("kpi", ()):
        parts.insert(0, plan.by_id[kpi].title if kpi in plan.by_id else kpi)
    for status in parameters.get("status", ()):
        parts.append(tables.category(status))
    for by in parameters.get("by", ()):
        parts.append(say("by {what}", what=wording.DIMENSION.get(by, by)))
    parts.append(
        say("at {date}", date=_day(parameters[AS_OF]))
        if AS_OF in parameters
        else say("at the latest date")
    )
    if COMPARE in parameters:
        parts.append(say("compared with {date}", date=_day(parameters[COMPARE])))
    return wording.capital(" · ".join(parts))


def _pillar(word: str) -> str:
    """A pillar as an address names it, in English or by its code, in the language of now."""
    known = {wording.capital(name): code for code, name in choices.PILLARS_IN_ADDRESSES.items()}
    code = known.get(word, word)
    return wording.capital(wording.PILLAR.get(code, word))


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
            say("Withdraw a link"),
            list(by_id),
            index=None,
            placeholder=say("Choose whose"),
            format_func=lambda id: _called(by_id[id]),
            key="sharing_chosen",
            width=520,
        )
        link = by_id.get(str(chosen))
        if link is None:
            return
        with st.popover(say("Withdraw"), key="sharing_withdraw"):
            st.markdown(
                say(
                    "The link of {recipient} will not open any more, even where it is open now. "
                    "This cannot be taken back.",
                    recipient=escape(isolated(link.recipient)),
                )
            )
            sure = st.button(say("Withdraw it for good"), type="primary", key="sharing_sure")
    if not sure:
        return
    try:
        links.revoke(kept, link.id, view.visitor.name)
    except Refusal as refusal:
        st.error(say("Not withdrawn: {refusal}.", refusal=escape(retold(str(refusal)))))
        return
    st.session_state[_SAID] = say(
        "The link of {recipient} has been withdrawn.", recipient=escape(isolated(link.recipient))
    )
    st.rerun()


def _called(link: Link) -> str:
    page = PAGES.get(link.page, link.page)
    return f"{isolated(link.recipient)} · {page} · {say('made {date}', date=moment(link.made_at))}"


def _day(words: Sequence[str]) -> str:
    try:
        return wording.date(dt.date.fromisoformat(words[0]))
    except ValueError:
        return words[0]
