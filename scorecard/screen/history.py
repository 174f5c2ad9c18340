"""The page of what was published: the list, one of it beside now, meetings, and what is kept."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from scorecard import depot as depots
from scorecard import publication, wording
from scorecard.depot import Depot, Unanswered
from scorecard.exhibits import arrivals
from scorecard.exhibits.findings import quantity
from scorecard.languages import Words, say, say_n, to_say
from scorecard.plurals import in_words
from scorecard.publication import Full, Overtaken
from scorecard.readings import COMPARED
from scorecard.refusal import Refusal
from scorecard.retelling import retold
from scorecard.screen import (
    cards,
    downloads,
    figures,
    frame,
    keeping,
    links,
    sheet,
    then_and_now,
    writer,
)
from scorecard.screen import store as figures_shown
from scorecard.screen.commentary import called, isolated, moment
from scorecard.screen.desk.found import table as of_findings
from scorecard.screen.frame import View
from scorecard.screen.markdown import escape
from scorecard.screen.then_and_now import shortened
from scorecard.snapshot import Snapshot
from scorecard.state import publications
from scorecard.state import store as stores
from scorecard.state.publications import Publication
from scorecard.state.store import Store

KINDS = Words(
    {
        "first": to_say("First publication"),
        "published": to_say("Published"),
        "restored": to_say("Restored"),
    }
)
_SHOWN = 200
"""Publications on screen; the file to download holds all."""
_SAID, _SEEN = "_history_said", "_history_seen"
_MEETING = "history_meeting"


@dataclass(frozen=True)
class Past:
    """All publications, the newest first, and of the depot: its snapshots, and which it shows.

    `kept` is none where the depot does not answer.
    """

    made: tuple[Publication, ...]
    kept: frozenset[str] | None
    shown: str | None

    def is_shown(self, one: Publication) -> bool:
        return one.snapshot == self.shown

    def stands(self, one: Publication) -> str:
        """What became of the snapshot of a publication, in words."""
        if self.is_shown(one):
            return say("Shown now")
        if self.kept is None:
            return say("Not known now")
        return say("Kept") if one.snapshot in self.kept else say("No longer kept")


def show() -> None:
    """Draws the page; the executive only."""
    view = frame.require("executive")
    figures.style()
    try:
        state = stores.shared()
        made = publications.all(state)
    except Refusal as refusal:
        st.warning(
            say(
                "What was published cannot be read now: {refusal}.",
                refusal=escape(retold(str(refusal))),
            )
        )
        return
    depot = depots.open_depot()
    past = _past(depot, made, view.snapshot)
    cards.headline(finding(past), key="history_headline", over=say("Publications"))
    if said := st.session_state.pop(_SAID, None):
        st.success(escape(said))
    if past.kept is None:
        st.warning(say("The place where the snapshots are kept does not answer now."))
    if made:
        _list(view, past)
        _one(view, past, state)
    st.space("small")
    _meeting(view)
    if past.kept is not None:
        st.space("small")
        keeping.draw(view, state, depot, made)


def _past(depot: Depot, made: tuple[Publication, ...], shown: Snapshot) -> Past:
    try:
        return Past(made, frozenset(depot.names()), depot.current())
    except Unanswered:
        return Past(made, None, shown.id)


def finding(past: Past) -> str:
    """How many publications there are, and who published what is shown, in one sentence."""
    if not past.made:
        return say("Nothing has been published yet that is on record.")
    newest, count = past.made[0], len(past.made)
    start = wording.capital(
        say_n(
            "one publication", "{count} publications since {month}",
            count, count=in_words(count), month=wording.month(past.made[-1].at),
        )
    )  # fmt: skip
    if not past.is_shown(newest):
        other = say("what is shown now is none of them, or was published elsewhere")
        return wording.clauses((start, f"{other}."))
    message = (
        to_say("what is shown was restored by {name} on {date}: {note}")
        if newest.kind == "restored"
        else to_say("what is shown was published by {name} on {date}: {note}")
    )
    note = shortened(newest.note)
    end = "" if note.endswith((".", "!", "?", "…")) else "."
    shown = say(
        message,
        name=isolated(newest.who), date=wording.the_day(newest.at.date()), note=isolated(note),
    )  # fmt: skip
    return wording.clauses((start, f"{shown}{end}"))


# All publications ---------------------------------------------------------------------------


def _list(view: View, past: Past) -> None:
    chosen = _chosen(past)
    figures.head(
        say("Every publication, the newest first"),
        say("Times are in UTC; choose one to compare it with what is shown, or to go back to it"),
    )
    sheet.draw(
        [
            {
                "kind": "log",
                "caption": say("Publications, the newest first"),
                "columns": [say("When"), say("By"), say("Note"), say("Data of"), say("Snapshot")],
                "rows": [
                    {
                        "link": sheet.link("history", publication=str(one.seq)),
                        "asked": one.seq == chosen.seq,
                        "cells": [
                            [when(one.at), KINDS[one.kind]],
                            [called(one.who), _role(one)],
                            [called(one.note), ""],
                            [_data(one), _findings(one)],
                            [one.snapshot[:6], past.stands(one)],
                        ],
                    }
                    for one in past.made[:_SHOWN]
                ],
            }
        ],
        key="history_list",
    )
    if len(past.made) > _SHOWN:
        st.caption(say("The newest {count}; the file below holds all.", count=_SHOWN))
    downloads.button(
        view,
        "CSV",
        lambda: of_publications(past),
        downloads.file_name("publications", synthetic=view.snapshot.synthetic),
        key="csv_publications",
        type="tertiary",
    )


def of_publications(past: Past) -> pd.DataFrame:
    """A row a publication, the newest first."""
    return pd.DataFrame(
        [
            {
                say("Number"): one.seq,
                say("When (UTC)"): one.at.isoformat(sep=" ", timespec="seconds"),
                say("By"): one.who,
                say("Role"): _role(one),
                say("Kind"): KINDS[one.kind],
                say("Note"): one.note,
                say("Data of"): one.data_date,
                say("Errors"): one.findings["error"],
                say("Warnings"): one.findings["warning"],
                say("Snapshot"): one.snapshot,
                say("Shown before"): one.previous,
                say("Stands"): past.stands(one),
            }
            for one in past.made
        ]
    )


def when(at: dt.datetime) -> str:
    """31 Dec 2022, 14:05."""
    return f"{wording.short_date(at.date())}, {at:%H:%M}"


def _role(one: Publication) -> str:
    return (
        say("By itself, as nothing was shown")
        if one.kind == "first"
        else say("As executive director")
    )


def _data(one: Publication) -> str:
    return wording.short_date(one.data_date) if one.data_date else say("Not noted")


def _findings(one: Publication) -> str:
    errors, warnings = one.findings["error"], one.findings["warning"]
    if not errors and not warnings:
        return say("No findings")
    parts = [quantity(errors, "error", "errors")] if errors else []
    parts += [quantity(warnings, "warning", "warnings")] if warnings else []
    return ", ".join(parts)


# One of them --------------------------------------------------------------------------------


def _chosen(past: Past) -> Publication:
    """The publication of the address; else the last whose figures are others than now."""
    asked = links.asked(links.PUBLICATION)
    for one in past.made:
        if str(one.seq) == asked:
            return one
    others = (one for one in past.made if not past.is_shown(one))
    return next(others, past.made[0])


def _one(view: View, past: Past, state: Store) -> None:
    """A publication beside what is shown now, its findings, and the way back to it."""
    one = _chosen(past)
    with st.container(key="history_one", border=True):
        if past.is_shown(one):
            figures.head(
                say("What was published on {moment} is what is shown now", moment=moment(one.at)),
                " · ".join(
                    (
                        say("Snapshot {snapshot}", snapshot=one.snapshot),
                        say("data of {date}", date=_data(one)),
                        _findings(one).lower(),
                    )
                ),
            )
            _findings_file(view, one, view.snapshot)
            return
        is_gone = past.kept is not None and one.snapshot not in past.kept
        # This process may still have it open.
        then = None if is_gone else figures_shown.frozen(one.snapshot)
        if then is None:
            figures.head(
                say("What was published on {moment} can no longer be shown", moment=moment(one.at)),
                say(
                    "Its snapshot {snapshot} is no longer kept; a backup may still hold it",
                    snapshot=one.snapshot,
                )
                if is_gone
                else say(
                    "Its snapshot {snapshot} cannot be opened or reached now",
                    snapshot=one.snapshot,
                ),
            )
            return
        with figures.said():
            found = then_and_now.compared(view, then, view.as_of)
            figures.head(
                _differences(found, one),
                " · ".join(
                    part
                    for part in (
                        wording.scope(view.selection),
                        say("at {date}", date=wording.date(found.date)) if found.date else "",
                        say("snapshot {snapshot}", snapshot=one.snapshot[:6]),
                        _findings(one).lower(),
                    )
                    if part
                ),
            )
            if found.changed:
                then_and_now.draw(view, found, found.changed, "one")
        with st.container(horizontal=True, vertical_alignment="center"):
            _restore(view, past, one, state)
            _findings_file(view, one, then)


def _differences(found: then_and_now.Compared, one: Publication) -> str:
    at = moment(one.at)
    if found.date is None:
        return say(
            "What was published on {moment} has no reporting date in common with what is shown",
            moment=at,
        )
    count, total = len(found.changed), len(found.pairs)
    if not count:
        return say(
            "At this date what was published on {moment} says the same as what is shown now",
            moment=at,
        )
    moved = sum(pair.is_moved for pair in found.changed)
    if not moved:
        text = say_n(
            "one of {total} KPIs is different in what was published on {moment}",
            "{count} of {total} KPIs are different in what was published on {moment}",
            count, count=in_words(count), total=total, moment=at,
        )  # fmt: skip
    else:
        text = say_n(
            "one of {total} KPIs is, {moved} of them in status different in what was published on "
            "{moment}",
            "{count} of {total} KPIs are, {moved} of them in status different in what was "
            "published on {moment}",
            count, count=in_words(count), total=total, moved=in_words(moved), moment=at,
        )  # fmt: skip
    return wording.capital(text)


def _findings_file(view: View, one: Publication, then: Snapshot) -> None:
    if not any(one.findings.values()):
        return
    downloads.button(
        view,
        say("Findings of its exports, as CSV"),
        lambda: of_findings(arrivals.findings(then, view.role)),
        downloads.file_name("findings", one.snapshot[:6], synthetic=then.synthetic),
        key="csv_findings_then",
        type="tertiary",
    )


def _restore(view: View, past: Past, one: Publication, state: Store) -> None:
    """Shows everybody these figures again, once why was said."""
    # What the visitor had before their eyes, as the last run drew it.
    seen = st.session_state.get(_SEEN)
    st.session_state[_SEEN] = past.shown
    with (
        st.popover(say("Restore these figures"), type="primary", key=f"history_restore_{one.seq}"),
        st.form(f"restore_form_{one.seq}", border=False, enter_to_submit=False),
    ):
        st.markdown(
            say(
                "Everybody sees the figures of {moment} again at once, on all open dashboards. "
                "What is shown now stays kept, and can be restored in the same way.",
                moment=escape(moment(one.at)),
            )
        )
        note = st.text_area(
            say("Why"), max_chars=1000, key=f"restore_note_{one.seq}", height=90,
            placeholder=say("Stays on record beside the figures"),
        )  # fmt: skip
        name = writer.field(view, f"restore_writer_{one.seq}")
        sure = st.form_submit_button(
            say("Show these to everybody"), type="primary", key="restore_sure"
        )
    if not sure:
        return
    try:
        writer.refuse_blank(name, writer.WHO, str(note or ""), writer.WHY)
        made = publication.restore(one.snapshot, name, str(note or ""), state, instead_of=seen)
    except Refusal as refusal:
        # It may be written down already, and shown once there is room or an answer.
        why = escape(retold(str(refusal)))
        if isinstance(refusal, Full | Unanswered):
            text = say("Not restored yet: {why}.", why=why)
        else:
            text = say("Not restored: {why}.", why=why)
        if isinstance(refusal, Overtaken):
            text += " " + say("The list says who and why; compare again, then decide anew.")
        st.error(text)
        return
    writer.remember(name)
    is_here = figures_shown.moved_to(made.snapshot)
    st.session_state[_SAID] = (
        say("Everybody sees the figures of {moment} again.", moment=moment(one.at))
        if is_here
        else say(
            "The figures of {moment} are restored, and will be shown in a moment.",
            moment=moment(one.at),
        )
    )
    st.rerun()


# Meetings -----------------------------------------------------------------------------------


def _meeting(view: View) -> None:
    """Any meeting as published then beside as computed now."""
    st.markdown(f"## {say('A meeting as published then, beside as computed now')}")
    plan = view.snapshot.plan
    days = sorted({m.date for m in plan.meetings if m.kind in COMPARED}, reverse=True)
    if not days:
        st.caption(say("The plan names no meeting of the board or the General Assembly."))
        return
    asked = links.asked(links.MEETING)
    past = [day for day in days if day <= view.as_of] or days
    day = next((day for day in days if day.isoformat() == asked), past[0])
    st.session_state[_MEETING] = day
    st.selectbox(
        say("Meeting"),
        days,
        format_func=lambda day: wording.met_titled(plan, day),
        key=_MEETING,
        on_change=_remember_meeting,
        width=420,
    )
    then_and_now.of_meeting(view, day, whole=True)


def _remember_meeting() -> None:
    st.query_params[links.MEETING] = st.session_state[_MEETING].isoformat()
