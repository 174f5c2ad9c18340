"""Commentary in place: what was written on a KPI for a meeting, and a form to write it.

A form keeps the revision that its writer saw, for as long as it is open. Typed text reaches the
server with the save only, so nothing here may make a form anew while somebody may be typing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from scorecard import wording
from scorecard.catalogue import Kpi
from scorecard.languages import Words, say, say_n, to_say
from scorecard.refusal import Refusal
from scorecard.screen.frame import View, Waiting
from scorecard.screen.markdown import escape

if TYPE_CHECKING:
    from scorecard.state.commentary import Aside, Entry, Missing
    from scorecard.state.store import Store

_MEETINGS = 4
_AUTHOR = "author"
_PARTS = Words({"happened": to_say("What happened"), "planned": to_say("What will be done")})


def open_state(view: View) -> Store | None:
    """The written state of this process; none, with a message, where it may or can not be read."""
    from scorecard.state import rights, store

    if not rights.may_read(view.role):
        return None
    try:
        return store.shared()
    except Refusal as error:
        st.warning(say("Commentary cannot be read now: {error}.", error=escape(str(error))))
        return None


def author(view: View | Waiting) -> str:
    """Who writes: who signed in, else a field for the name, which is asked once in a visit."""
    visitor = view.visitor
    if visitor.via == "sign-in":
        st.caption(escape(say("You write as {name}.", name=visitor.name)))
        return visitor.name
    typed = st.text_input(
        say("Your name, as it will stand beside what you write"),
        value=st.session_state.get(f"_{_AUTHOR}", ""),
        max_chars=300,
        key=_AUTHOR,
        width=420,
    )
    kept = str(typed or "")
    # A widget's own state goes when another page is opened.
    st.session_state[f"_{_AUTHOR}"] = kept
    return kept


def one(view: View, store: Store, meeting: dt.date, kpi: Kpi, writer: str = "") -> None:
    """The commentary on a KPI for a meeting; a form too, for who may write and gives a name."""
    from scorecard.state import commentary, rights

    with st.container(key=f"said_{kpi.id}", gap="small"):
        try:
            found = commentary.history(store, meeting, kpi.id)
            aside = commentary.asides(store, meeting, kpi.id)
        except Refusal as error:
            st.warning(f"{escape(str(error))}.")
            return
        newest = found[-1] if found else None
        if newest and not newest.is_blank:
            entry(newest)
        else:
            st.caption(escape(say("Nothing has been written for {met}.", met=_met(view, meeting))))
        if rights.may_write(view.role):
            _form(store, meeting, kpi, found, writer)
            _kept(aside, found)
        _earlier(found)


def said_of(view: View, kpi: Kpi) -> None:
    """What was written on a KPI for the last meetings before the date shown, newest first."""
    from scorecard.state import commentary, rights
    from scorecard.state import store as stores

    if not rights.may_read(view.role):
        return
    st.markdown(f"### {say('What was said about it')}")
    store = None if stores.is_blank() else open_state(view)
    if store is None:
        st.caption(say("Nothing has been written yet."))
        return
    days = [m.date for m in view.snapshot.plan.meetings if m.date >= view.snapshot.plan.starts_on]
    upcoming = [day for day in sorted(set(days)) if day > view.as_of][:1]
    recent = [*reversed(upcoming), *sorted({d for d in days if d <= view.as_of}, reverse=True)]
    try:
        found = [(day, commentary.newest(store, day, kpi.id)) for day in recent[:_MEETINGS]]
    except Refusal as error:
        st.warning(f"{escape(str(error))}.")
        return
    written = [(day, said) for day, said in found if said and not said.is_blank]
    if not written:
        st.caption(say("Nothing has been written for the last meetings."))
    for day, said in written:
        st.markdown(f"**{escape(say('For {meeting}', meeting=_met(view, day)))}**")
        entry(said)


def missing(view: View, found: Sequence[Missing]) -> None:
    """The KPIs in delay on which something is still to be written, as a list."""
    if not found:
        st.caption(say("Every KPI in delay has its commentary."))
        return
    plan = view.snapshot.plan
    lines = []
    for gap in found:
        lacks = wording.listed([wording.lower(_PARTS[part]) for part in gap.lacks])
        title = plan.kpi(gap.kpi).title
        lines.append(
            "- "
            + escape(
                wording.titled(f"{title} ({wording.lower(wording.STATUS[gap.status])})", lacks)
            )
        )
    first = say_n(
        "one KPI in delay lacks commentary:", "{count} KPIs in delay lack commentary:",
        len(found), count=wording.in_words(len(found)),
    )  # fmt: skip
    st.markdown(escape(wording.capital(first)) + "\n\n" + "\n".join(lines))


def entry(said: Entry | Aside) -> None:
    """Both parts of a commentary, as typed, with its author and time."""
    for part, label in _PARTS.items():
        typed = getattr(said, part)
        if typed.strip():
            st.markdown(f"**{label}**  \n{lines(typed)}")
    st.caption(escape(f"{isolated(said.author)}, {moment(said.written_at)}"))


def lines(typed: str) -> str:
    """Text of a person as Markdown that shows it as it was typed, line by line."""
    return "  \n".join(escape(line) for line in typed.splitlines())


def isolated(name: str) -> str:
    """A name within a sentence, whose direction of writing cannot turn the rest around."""
    return f"\N{FIRST STRONG ISOLATE}{called(name)}\N{POP DIRECTIONAL ISOLATE}"


_PROGRAM = Words(
    {
        text: text
        for text in (
            to_say("this machine"),
            to_say("the dashboard"),
            to_say("the watched folder"),
            to_say("The exports at hand, as nothing had been published"),
            to_say("Arrived in the folder"),
        )
    }
)
"""What the program calls itself where else a person stands, and what it writes in a note."""


def called(name: str) -> str:
    """Who wrote, or what was written: a person’s words as they are, the program’s translated."""
    return _PROGRAM.get(name, name)


def moment(at: dt.datetime) -> str:
    """15 September 2022, 14:05 UTC."""
    return f"{wording.date(at.date())}, {at:%H:%M} UTC"


def _form(store: Store, meeting: dt.date, kpi: Kpi, found: Sequence[Entry], writer: str) -> None:
    name = f"commentary_{meeting}_{kpi.id}"
    place = st.session_state.setdefault(name, {"round": 0, "base": found[-1] if found else None})
    key = f"{name}_{place['round']}"
    if f"{key}_happened" not in st.session_state:
        # Nobody is typing: the form is drawn for the first time, or again after another page.
        place |= {"base": found[-1] if found else None}
        place.pop("over", None)
    base: Entry | None = place["base"]
    seen, newest = (base.revision if base else 0), (found[-1].revision if found else 0)
    if message := place.pop("message", None):
        (st.success if message[0] else st.warning)(message[1])
    elif newest > seen:
        st.info(
            escape(say(
                "{author} has written since you opened this form. What you type is not "
                "lost: saving will show you both.", author=isolated(found[-1].author)))
        )  # fmt: skip
        if st.button(say("Start again from the newest text"), key=f"{key}_newest"):
            st.session_state[name] = {"round": place["round"] + 1, "base": found[-1]}
            st.rerun()
    with st.form(key, border=True):
        for part, label in _PARTS.items():
            st.text_area(
                wording.titled(label, escape(kpi.title)),
                value=getattr(base, part) if base else "",
                max_chars=1000,
                key=f"{key}_{part}",
                height=110,
            )
        sent = st.form_submit_button(say("Save commentary"))
    if sent:
        _save(store, meeting, kpi, name, key, writer)
        st.rerun()


def _save(store: Store, meeting: dt.date, kpi: Kpi, name: str, key: str, writer: str) -> None:
    from scorecard.state import commentary

    place = st.session_state[name]
    happened, planned = (st.session_state[f"{key}_{part}"] for part in _PARTS)
    base: Entry | None = place["base"]
    seen = place.get("over", base.revision if base else 0)
    if not writer.strip():
        place["message"] = (False, say("Not saved yet: please give your name first."))
        return
    try:
        done = commentary.save(
            store, commentary.Draft(meeting, kpi.id, happened, planned, writer, seen)
        )
    except Refusal as error:
        place["message"] = (False, say("Not saved: {error}.", error=escape(str(error))))
        return
    if isinstance(done, commentary.Saved):
        st.session_state[name] = {
            "round": place["round"] + 1,
            "base": done.entry,
            "message": (True, "Saved."),
        }
        return
    # The form keeps what was typed; saving it once more is now done knowing the other's text.
    place["over"] = done.theirs.revision
    place["message"] = (
        False,
        escape(
            say(
                "{author} saved a text while you were writing; it stands above. Yours is kept "
                "below and still in the form: merge what you wish and save again.",
                author=isolated(done.theirs.author),
            )
        ),
    )


def _kept(aside: Sequence[Aside], found: Sequence[Entry]) -> None:
    """The texts that came second and were not saved as they are by anyone afterwards."""
    taken = {(said.happened, said.planned) for said in found}
    left = [said for said in aside if (said.happened, said.planned) not in taken]
    if left:
        with st.expander(
            say("Kept aside, as another text was saved first ({left})", left=len(left))
        ):
            for said in reversed(left):
                entry(said)


def _earlier(found: Sequence[Entry]) -> None:
    if len(found) > 1:
        with st.expander(say("Earlier texts ({value})", value=len(found) - 1)):
            for said in reversed(found[:-1]):
                entry(said)


def _met(view: View, meeting: dt.date) -> str:
    return wording.met(view.snapshot.plan, meeting)
