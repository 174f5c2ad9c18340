"""Decisions asked of the board and action items of a meeting: shown, added and changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from scorecard import wording
from scorecard.languages import say, say_in, to_say
from scorecard.plan import Plan
from scorecard.refusal import Refusal
from scorecard.screen.commentary import isolated, lines, moment
from scorecard.screen.frame import View
from scorecard.screen.markdown import escape

if TYPE_CHECKING:
    from scorecard.state.items import Content, Item, Kind
    from scorecard.state.store import Store

_WORDS = {
    "decision": (
        to_say("Decision asked of the board"),
        to_say("Taken on"),
        to_say("Proposed by"),
    ),
    "action": (to_say("Action item"), to_say("Done on"), to_say("Owner")),
}
_NONE = {
    "decision": to_say("No decision for {meeting} yet."),
    "action": to_say("No action item for {meeting} yet."),
}
_ADD = {
    "decision": to_say("Add: decision asked of the board"),
    "action": to_say("Add: action item"),
}


def items(view: View, store: Store, meeting: dt.date, kind: Kind, writer: str = "") -> None:
    """The decisions or actions of a meeting, with what became of their KPIs, and forms."""
    from scorecard.state import items as kept
    from scorecard.state import rights

    with st.container(key=f"agenda_{kind}", gap="small"):
        try:
            found = kept.of_meeting(store, meeting, kind)
        except Refusal as error:
            st.warning(f"{escape(str(error))}.")
            return
        if not found:
            st.caption(escape(say(_NONE[kind], meeting=_met(view, meeting))))
        for item in found:
            _item(view, item)
            if rights.may_write(view.role):
                with st.expander(say_in("button", "Change"), key=f"change_{kind}_{item.id}"):
                    _form(view, store, meeting, kind, item, writer)
        if rights.may_write(view.role):
            with st.expander(say(_ADD[kind]), key=f"add_{kind}_{meeting}"):
                _form(view, store, meeting, kind, None, writer)


def _item(view: View, item: Item) -> None:
    from scorecard.state import followup

    plan, content = view.snapshot.plan, item.content
    _, done, owner = map(say, _WORDS[item.kind])
    st.markdown(lines(content.text))
    parts = []
    if content.owner:
        parts.append(wording.titled(owner, isolated(content.owner)))
    if content.due_on:
        due = say("due {date}", date=wording.the_day(content.due_on))
        late = item.is_overdue(view.snapshot.data_date)
        parts.append(say("{due}, overdue", due=due) if late else due)
    if content.done_on:
        parts.append(f"{wording.lower(done)} {wording.date(content.done_on)}")
    parts.append(f"{isolated(item.author)}, {moment(item.written_at)}")
    st.caption(escape(" · ".join(parts)))
    moved = followup.movements(view.snapshot, item, view.role)
    gone = [name for name in content.kpis if name not in plan.by_id]
    said = [followup.sentence(plan, one) for one in moved]
    said += [say("{name} is no KPI of this plan.", name=name) for name in gone]
    if said:
        st.markdown("\n".join(f"- {escape(sentence)}" for sentence in said))


def _form(
    view: View, store: Store, meeting: dt.date, kind: Kind, item: Item | None, writer: str
) -> None:
    name = f"item_{kind}_{item.id}" if item else f"item_{kind}_new_{meeting}"
    place = st.session_state.setdefault(name, {"round": 0, "base": item})
    key, plan = f"{name}_{place['round']}", view.snapshot.plan
    if f"{key}_text" not in st.session_state:
        # Nobody is typing: the form is drawn for the first time, or again after another page.
        place |= {"base": item}
        place.pop("over", None)
    base: Item | None = place["base"]
    if message := place.pop("message", None):
        (st.success if message[0] else st.warning)(message[1])
    what, done, owner = map(say, _WORDS[kind])
    content = base.content if base else None
    with st.form(key, border=False):
        given = {
            "text": st.text_area(
                what, content.text if content else "", max_chars=1000, key=f"{key}_text"
            ),
            "owner": st.text_input(
                owner, content.owner if content else "", max_chars=300, key=f"{key}_owner"
            ),
            "due_on": _day(say("Due on"), content.due_on if content else None, f"{key}_due"),
            "done_on": _day(done, content.done_on if content else None, f"{key}_done"),
            "kpis": tuple(_kpis(plan, content.kpis if content else (), key)),
            "withdrawn": bool(base) and st.checkbox(say("Withdraw it"), key=f"{key}_withdrawn"),
        }
        sent = st.form_submit_button(say("Save"))
    if sent:
        _save(store, meeting, kind, name, given, writer)
        st.rerun()


def _day(label: str, day: dt.date | None, key: str) -> dt.date | None:
    """A date or none; by itself the field would go back ten years only."""
    return st.date_input(
        label, day, min_value=dt.date(1990, 1, 1), max_value=dt.date(2100, 1, 1), key=key
    )


def _kpis(plan: Plan, chosen: Sequence[str], key: str) -> list[str]:
    options = [*(kpi.id for kpi in plan.kpis), *(k for k in chosen if k not in plan.by_id)]
    return st.multiselect(
        say("KPIs it is about"),
        options,
        list(chosen),
        format_func=lambda name: plan.by_id[name].title if name in plan.by_id else name,
        key=f"{key}_kpis",
    )


def _save(
    store: Store,
    meeting: dt.date,
    kind: Kind,
    name: str,
    given: dict[str, Any],
    writer: str,
) -> None:
    from scorecard.state import items as kept

    place = st.session_state[name]
    base: Item | None = place["base"]
    content: Content = kept.Content(**given)
    if not writer.strip():
        place["message"] = (False, say("Not saved yet: please give your name first."))
        return
    try:
        if base is None:
            kept.add(store, kind, meeting, content, writer)
            after = None
        else:
            saved = kept.revise(store, base.id, place.get("over", base.revision), content, writer)
            if isinstance(saved, kept.Overtaken):
                place["over"] = saved.theirs.revision
                place["message"] = (
                    False,
                    escape(say(
                        "{author} changed it while you were writing; the new text stands "
                        "above, yours is still in the form. Merge what you wish and save "
                        "again.", author=isolated(saved.theirs.author))),
                )  # fmt: skip
                return
            after = saved.item
    except Refusal as error:
        place["message"] = (False, say("Not saved: {error}.", error=escape(str(error))))
        return
    st.session_state[name] = {
        "round": place["round"] + 1,
        "base": after,
        "message": (True, "Saved."),
    }


def _met(view: View, meeting: dt.date) -> str:
    return wording.met(view.snapshot.plan, meeting)
