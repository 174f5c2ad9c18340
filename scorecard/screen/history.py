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
from scorecard.plurals import in_words, is_or_are
from scorecard.publication import Full, Overtaken
from scorecard.readings import COMPARED
from scorecard.refusal import Refusal
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
from scorecard.screen.commentary import isolated, moment
from scorecard.screen.desk.found import table as of_findings
from scorecard.screen.frame import View
from scorecard.screen.markdown import escape
from scorecard.screen.then_and_now import shortened
from scorecard.snapshot import Snapshot
from scorecard.state import publications
from scorecard.state import store as stores
from scorecard.state.publications import Publication
from scorecard.state.store import Store

KINDS = {"first": "First publication", "published": "Published", "restored": "Restored"}
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
            return "Shown now"
        if self.kept is None:
            return "Not known now"
        return "Kept" if one.snapshot in self.kept else "No longer kept"


def show() -> None:
    """Draws the page; the executive only."""
    view = frame.require("executive")
    figures.style()
    try:
        state = stores.shared()
        made = publications.all(state)
    except Refusal as refusal:
        st.warning(f"What was published cannot be read now: {escape(str(refusal))}.")
        return
    depot = depots.open_depot()
    past = _past(depot, made, view.snapshot)
    cards.headline(finding(past), key="history_headline", over="Publications")
    if said := st.session_state.pop(_SAID, None):
        st.success(escape(said))
    if past.kept is None:
        st.warning("The place where the snapshots are kept does not answer now.")
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
        return "Nothing has been published yet that is on record."
    newest, count = past.made[0], len(past.made)
    start = (
        "One publication"
        if count == 1
        else f"{_capital(in_words(count))} publications since {wording.month(past.made[-1].at)}"
    )
    if not past.is_shown(newest):
        return f"{start}; what is shown now is none of them, or was published elsewhere."
    verb = "restored" if newest.kind == "restored" else "published"
    note = shortened(newest.note)
    end = "" if note.endswith((".", "!", "?", "…")) else "."
    return (
        f"{start}; what is shown was {verb} by {isolated(newest.who)} on "
        f"{wording.date(newest.at.date())}: {isolated(note)}{end}"
    )


# All publications ---------------------------------------------------------------------------


def _list(view: View, past: Past) -> None:
    chosen = _chosen(past)
    figures.head(
        "Every publication, the newest first",
        "Times are in UTC; choose one to compare it with what is shown, or to go back to it",
    )
    sheet.draw(
        [
            {
                "kind": "log",
                "caption": "Publications, the newest first",
                "columns": ["When", "By", "Note", "Data of", "Snapshot"],
                "rows": [
                    {
                        "link": sheet.link("history", publication=str(one.seq)),
                        "asked": one.seq == chosen.seq,
                        "cells": [
                            [when(one.at), KINDS[one.kind]],
                            [one.who, _role(one)],
                            [one.note, ""],
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
        st.caption(f"The newest {_SHOWN}; the file below holds all.")
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
                "Number": one.seq,
                "When (UTC)": one.at.isoformat(sep=" ", timespec="seconds"),
                "By": one.who,
                "Role": _role(one),
                "Kind": KINDS[one.kind],
                "Note": one.note,
                "Data of": one.data_date,
                "Errors": one.findings["error"],
                "Warnings": one.findings["warning"],
                "Snapshot": one.snapshot,
                "Shown before": one.previous,
                "Stands": past.stands(one),
            }
            for one in past.made
        ]
    )


def when(at: dt.datetime) -> str:
    """31 Dec 2022, 14:05."""
    return f"{wording.short_date(at.date())}, {at:%H:%M}"


def _role(one: Publication) -> str:
    return "By itself, as nothing was shown" if one.kind == "first" else "As executive director"


def _data(one: Publication) -> str:
    return wording.short_date(one.data_date) if one.data_date else "Not noted"


def _findings(one: Publication) -> str:
    errors, warnings = one.findings["error"], one.findings["warning"]
    if not errors and not warnings:
        return "No findings"
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
                f"What was published on {moment(one.at)} is what is shown now",
                f"Snapshot {one.snapshot} · data of {_data(one)} · {_findings(one).lower()}",
            )
            _findings_file(view, one, view.snapshot)
            return
        is_gone = past.kept is not None and one.snapshot not in past.kept
        # This process may still have it open.
        then = None if is_gone else figures_shown.frozen(one.snapshot)
        if then is None:
            figures.head(
                f"What was published on {moment(one.at)} can no longer be shown",
                f"Its snapshot {one.snapshot} is no longer kept; a backup may still hold it"
                if is_gone
                else f"Its snapshot {one.snapshot} cannot be opened or reached now",
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
                        f"at {wording.date(found.date)}" if found.date else "",
                        f"snapshot {one.snapshot[:6]}",
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
    called = f"what was published on {moment(one.at)}"
    if found.date is None:
        return _capital(f"{called} has no reporting date in common with what is shown")
    count = len(found.changed)
    if not count:
        return f"At this date {called} says the same as what is shown now"
    moved = sum(pair.is_moved for pair in found.changed)
    total = len(found.pairs)
    start = f"{_capital(in_words(count))} of {total} KPIs {is_or_are(count)}"
    end = f", {in_words(moved)} of them in status" if moved else ""
    return f"{start} different in {called}{end}"


def _findings_file(view: View, one: Publication, then: Snapshot) -> None:
    if not any(one.findings.values()):
        return
    downloads.button(
        view,
        "Findings of its exports, as CSV",
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
        st.popover("Restore these figures", type="primary", key=f"history_restore_{one.seq}"),
        st.form(f"restore_form_{one.seq}", border=False, enter_to_submit=False),
    ):
        st.markdown(
            f"Everybody sees the figures of {escape(moment(one.at))} again at once, on all open "
            "dashboards. What is shown now stays kept, and can be restored in the same way."
        )
        note = st.text_area(
            "Why", max_chars=1000, key=f"restore_note_{one.seq}", height=90,
            placeholder="Stays on record beside the figures",
        )  # fmt: skip
        name = writer.field(view, f"restore_writer_{one.seq}")
        sure = st.form_submit_button("Show these to everybody", type="primary", key="restore_sure")
    if not sure:
        return
    try:
        writer.refuse_blank(name, "say who you are", str(note or ""), "say why")
        made = publication.restore(one.snapshot, name, str(note or ""), state, instead_of=seen)
    except Refusal as refusal:
        # It may be written down already, and shown once there is room or an answer.
        yet = " yet" if isinstance(refusal, Full | Unanswered) else ""
        look = ""
        if isinstance(refusal, Overtaken):
            look = " The list says who and why; compare again, then decide anew."
        st.error(f"Not restored{yet}: {escape(str(refusal))}.{look}")
        return
    writer.remember(name)
    is_here = figures_shown.moved_to(made.snapshot)
    st.session_state[_SAID] = (
        f"Everybody sees the figures of {moment(one.at)} again."
        if is_here
        else f"The figures of {moment(one.at)} are restored, and will be shown in a moment."
    )
    st.rerun()


# Meetings -----------------------------------------------------------------------------------


def _meeting(view: View) -> None:
    """Any meeting as published then beside as computed now."""
    st.markdown("## A meeting as published then, beside as computed now")
    plan = view.snapshot.plan
    days = sorted({m.date for m in plan.meetings if m.kind in COMPARED}, reverse=True)
    if not days:
        st.caption("The plan names no meeting of the board or the General Assembly.")
        return
    asked = links.asked(links.MEETING)
    past = [day for day in days if day <= view.as_of] or days
    day = next((day for day in days if day.isoformat() == asked), past[0])
    st.session_state[_MEETING] = day
    st.selectbox(
        "Meeting",
        days,
        format_func=lambda day: _capital(wording.met(plan, day).removeprefix("the ")),
        key=_MEETING,
        on_change=_remember_meeting,
        width=420,
    )
    then_and_now.of_meeting(view, day, whole=True)


def _remember_meeting() -> None:
    st.query_params[links.MEETING] = st.session_state[_MEETING].isoformat()


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
