"""The last step: somebody says why, and everybody sees it."""

from __future__ import annotations

import logging

import streamlit as st

from scorecard import drafts, publication, wording
from scorecard.depot import Unanswered
from scorecard.drafts import Draft
from scorecard.languages import say, say_n, to_say
from scorecard.plan import BadPlan
from scorecard.publication import Full, Objected, Overtaken, Unchanged
from scorecard.refusal import Refusal
from scorecard.screen import commentary, store
from scorecard.screen.desk import guard, weigh
from scorecard.screen.desk.words import heading, sentence
from scorecard.screen.desk.work import Proposal
from scorecard.screen.frame import View, Waiting
from scorecard.screen.markdown import escape
from scorecard.state import publications
from scorecard.state import store as states
from scorecard.state.columns import LONGEST_TEXT

_DONE = "_desk_done"
_log = logging.getLogger(__name__)


def summary(proposal: Proposal) -> str:
    if proposal.is_shown_already:
        return say("These figures are shown already")
    return say("Refused unless you insist") if proposal.reasons else say("Ready")


def say_done() -> None:
    """Says once what was published, or why it was not."""
    text = st.session_state.pop(_DONE, "")
    if text:
        st.info(escape(text))


def draw(view: View | Waiting, draft: Draft, proposal: Proposal) -> None:
    snapshot = proposal.snapshot
    assert snapshot
    if proposal.is_shown_already:
        return
    heading(say("Publish"))
    for reason in proposal.reasons:
        st.warning(escape(sentence(reason)))
    insists = True
    if proposal.reasons:
        insists = st.checkbox(
            say("Publish all the same; the note says why"), key=f"desk_insist_{proposal.id}"
        )
    usual = (
        "" if proposal.reasons else say("Exports of {date}", date=wording.date(snapshot.data_date))
    )
    note = st.text_area(
        say("Why these figures are published; the note stays in the history"),
        value=usual,
        max_chars=LONGEST_TEXT,
        height=80,
        key=f"desk_note_{proposal.id}",
    )
    who = view.visitor.name
    if view.visitor.via != "sign-in":
        who = commentary.author(view).strip() or who
    st.markdown(_confirmation(proposal))
    if st.button(
        say("Publish the data of {date}", date=wording.date(snapshot.data_date)),
        type="primary",
        key="desk_publish",
        disabled=not insists,
    ):
        _publish(view, draft, proposal, who, (note or "").strip(), insists)


def _confirmation(proposal: Proposal) -> str:
    """Exactly what everybody will see from the click on."""
    assert proposal.snapshot
    will = proposal.snapshot.data_date
    was = proposal.against.data_date if proposal.against else will
    text = say(
        "From then on every director and every open page sees the data of {date}.",
        date=wording.date(will),
    )
    if will != was:
        text = say(
            "From then on every director and every open page sees the data of {date} instead of "
            "{before}.",
            date=wording.date(will), before=wording.date(was),
        )  # fmt: skip
    parts = [text, weigh.sentence(proposal)]
    aside = sum(proposal.correctable.values())
    if aside:
        parts.append(
            say_n(
                "{count} row set aside counts for nothing.",
                "{count} rows set aside count for nothing.",
                aside,
            )
        )
    return escape(" ".join(parts))


def _publish(
    view: View | Waiting, draft: Draft, proposal: Proposal, who: str, note: str, insists: bool
) -> None:
    guard.ask_again(view)
    if not note:
        st.error(
            say("Please say in the note why these figures are published. Nothing was published.")
        )
        return
    assert proposal.snapshot
    try:
        with st.spinner(say("Publishing")):
            made = publication.propose(proposal.sources)
            if made.id != proposal.id:
                st.error(
                    say(
                        "The plan or a definition has changed since this was "
                        "computed. Nothing was published; load the page again to see "
                        "what would change now."
                    )
                )
                return
            guard.ask_again(view)
            publication.publish(
                made.id, who, note, states.shared(), force=insists and bool(proposal.reasons),
                instead_of=proposal.against.id if proposal.against else "",
            )  # fmt: skip
    except Overtaken:
        newest = publications.last(states.shared())
        if newest:
            store.moved_to(newest.snapshot)
        if newest:
            other = say(
                "Other figures were published meanwhile by {name}, so nothing was published now.",
                name=commentary.isolated(newest.who),
            )
        else:
            other = say("Other figures were published meanwhile, so nothing was published now.")
        kept = say("Your draft is kept; look again at what it would change.")
        st.session_state[_DONE] = f"{other} {kept}"
        st.rerun()
    except Unchanged:
        st.info(say("These are the figures that everybody sees already; nothing was published."))
        return
    except (Objected, Full, Unanswered, BadPlan, Refusal) as refusal:
        _log.warning("not published: %s", refusal)
        st.error(escape(f"{sentence(str(refusal))} {say('Your draft is kept.')}"))
        return
    drafts.place().discard(draft.folder)
    is_shown = store.moved_to(proposal.id)
    message = (
        to_say(
            "Published. Everybody sees the data of {date} now, and open pages move to them by "
            "themselves."
        )
        if is_shown
        else to_say(
            "Published. Within a few seconds everybody sees the data of {date} now, and open "
            "pages move to them by themselves."
        )
    )
    st.session_state[_DONE] = say(message, date=wording.date(proposal.snapshot.data_date))
    st.rerun()
