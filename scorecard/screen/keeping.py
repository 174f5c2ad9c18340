"""Which snapshots are kept, the room they take, and how those that may go are removed."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from scorecard import retention, wording
from scorecard.depot import Depot
from scorecard.languages import say, say_n
from scorecard.plurals import in_words
from scorecard.refusal import Refusal
from scorecard.retelling import retold
from scorecard.retention import Holding
from scorecard.screen import downloads, figures, tables, writer
from scorecard.screen.commentary import called
from scorecard.screen.frame import View
from scorecard.screen.markdown import escape
from scorecard.state.columns import now
from scorecard.state.publications import Publication
from scorecard.state.store import Store

_SAID, _SEEN = "_keeping_said", "_keeping_seen"


def draw(view: View, state: Store, depot: Depot, made: Sequence[Publication]) -> None:
    """The setting in force, a row a snapshot, and a way to remove those that may go."""
    with figures.said():
        keep = retention.setting()
        found = retention.holdings(depot, state, keep, now(), view.snapshot.plan)
        st.markdown(f"## {say('What is kept')}")
        if said := st.session_state.pop(_SAID, None):
            st.success(escape(said))
        figures.head(sentence(found), rule(keep))
        if not found:
            return
        table = of_holdings(found, made)
        tables.show(table, "holdings", say("Snapshots that are kept"), rows=9)
        with st.container(horizontal=True, vertical_alignment="center"):
            _remove(view, state, depot, keep, tuple(h for h in found if not h.why))
            downloads.button(
                view,
                "CSV",
                lambda: table,
                downloads.file_name("snapshots", synthetic=view.snapshot.synthetic),
                key="csv_snapshots",
                type="tertiary",
            )


def sentence(found: Sequence[Holding]) -> str:
    """How many snapshots take how much room, and how many of them may go."""
    if not found:
        return say("No snapshot is kept")
    goes = [holding for holding in found if not holding.why]
    start = wording.capital(
        say_n(
            "one snapshot takes {room}", "{count} snapshots take {room}",
            len(found), count=in_words(len(found)), room=room(found),
        )
    )  # fmt: skip
    if not goes:
        return wording.clauses((start, say("all of them stay")))
    free = say_n(
        "one may go, which frees {room}", "{count} may go, which frees {room}",
        len(goes), count=in_words(len(goes)), room=room(goes),
    )  # fmt: skip
    return wording.clauses((start, free))


def rule(keep: int | None) -> str:
    """The setting in words."""
    if keep is None:
        return say(
            "All stay, as SCORECARD_KEEP is not set on this server; as a number, it would be how "
            "many publications stay"
        )
    last = say_n("The last publication stays", "The last {count} publications stay", keep)
    return say(
        "{last} (SCORECARD_KEEP={keep}), and besides: what is shown, what open share links and "
        "papers of the library refer to, and what the last {meetings} meetings were shown; "
        "nothing goes by itself",
        last=last, keep=keep, meetings=in_words(retention.MEETINGS),
    )  # fmt: skip


def room(found: Sequence[Holding]) -> str:
    """The room that snapshots take: 7.4 MB."""
    return f"{wording.plain(sum(holding.size for holding in found) / 1e6, 1)} MB"


def of_holdings(found: Sequence[Holding], made: Sequence[Publication]) -> pd.DataFrame:
    """A row a snapshot, those that may go first."""
    last = {one.snapshot: one for one in reversed(made)}
    rows = []
    for holding in found:
        one = last.get(holding.snapshot)
        rows.append(
            {
                say("Snapshot"): holding.snapshot,
                say("Last published"): one.at.date() if one else None,
                say("By"): called(one.who) if one else say("Never published"),
                say("Size (MB)"): round(holding.size / 1e6, 1),
                say("Stays because"): wording.capital(holding.why)
                if holding.why
                else say("May go"),
            }
        )
    return pd.DataFrame(rows)


def _remove(
    view: View, state: Store, depot: Depot, keep: int | None, goes: Sequence[Holding]
) -> None:
    """Removes what may go, of what the visitor was shown, once that was confirmed."""
    seen: tuple[str, ...] = st.session_state.get(_SEEN, ())
    st.session_state[_SEEN] = tuple(holding.snapshot for holding in goes)
    if not goes:
        return
    with (
        st.popover(say("Remove what may go"), key="keeping_remove"),
        st.form("keeping_form", border=False, enter_to_submit=False),
    ):
        names = ", ".join(holding.snapshot[:6] for holding in goes)
        st.markdown(
            say_n(
                "{count} snapshot with {room} will be removed: {names}. What is removed can be "
                "shown again from a backup only.",
                "{count} snapshots with {room} will be removed: {names}. What is removed can be "
                "shown again from a backup only.",
                len(goes),
                room=escape(room(goes)),
                names=escape(names),
            )
        )
        name = writer.field(view, "keeping_writer")
        sure = st.form_submit_button(
            say("Remove them for good"), type="primary", key="keeping_sure"
        )
    if not sure:
        return
    try:
        writer.refuse_blank(name, writer.WHO)
        retention.remove(depot, state, seen, name, keep=keep, plan=view.snapshot.plan)
    except Refusal as refusal:
        st.error(say("Not removed, or not all: {refusal}.", refusal=escape(retold(str(refusal)))))
        return
    writer.remember(name)
    st.session_state[_SAID] = say_n(
        "{count} snapshot removed.", "{count} snapshots removed.", len(seen)
    )
    st.rerun()
