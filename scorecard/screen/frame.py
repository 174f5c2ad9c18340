"""The frame around every page: the snapshot, who looks, the selection, and the foot."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import streamlit as st

from scorecard import contract, readings, wording
from scorecard.confidentiality import Role, admits
from scorecard.palette import Theme
from scorecard.readings import Scorecard
from scorecard.screen import selection_bar, store
from scorecard.screen.markdown import escape
from scorecard.selection import Selection
from scorecard.snapshot import Snapshot

_VIEW = "_view"


@dataclass(frozen=True)
class View:
    """What a page shows: one snapshot, seen by one role through one selection."""

    snapshot: Snapshot
    selection: Selection
    role: Role
    as_of: dt.date
    compare: dt.date | None
    scorecard: Scorecard
    theme: Theme


def open() -> View:
    """The view of this run, which `begin` made; every page calls it first."""
    view = st.session_state.get(_VIEW)
    if view is None:
        st.stop()
    assert isinstance(view, View)
    return view


def require(lowest: Role) -> View:
    """The view, where the visitor is at least of that role; else a message and no more."""
    view = open()
    if not admits(view.role, lowest):
        st.error("This page is not open to you.")
        st.stop()
    return view


def find_snapshot() -> store.Shown:
    """The snapshot to show, with a progress bar while it is being built."""
    place = st.empty()
    drawn = []

    def progress(share: float, what: str) -> None:
        drawn.append(what)
        place.progress(min(max(share, 0.0), 1.0), text=f"Building the figures: {escape(what)}")

    shown = store.find(progress)
    if drawn:
        place.empty()
    if shown.snapshot is None:
        st.title("There is nothing to show yet")
        st.error(escape(_capital(shown.problem) or "No exports have arrived."))
        st.caption("Put the exports and the plan into their folders; this page looks again.")
        st.session_state.pop(_VIEW, None)
    return shown


# Streamlit leaves much room around a page; a scorecard needs it for rows.
_ROOM = """<style>
.stMainBlockContainer { padding: 3.9rem 2.75rem 1.5rem; max-width: 1480px; margin: 0 auto; }
.stMainBlockContainer > .stVerticalBlock { gap: .8rem; }
.st-key-selection { border-bottom: 1px solid var(--st-border-color); align-items: center; }
.st-key-selection details { border: 0; border-radius: 0; background: none; }
.st-key-selection summary { padding: .25rem 0; background: none; font-size: .92rem; }
.st-key-selection:has(details[open]) { align-items: flex-start; }
@media (max-width: 640px) { .stMainBlockContainer { padding: 3.9rem 1rem 1rem; } }
@media print {
  .stAppHeader, .st-key-selection svg, .st-key-selection_reset { display: none; }
  .stMainBlockContainer { padding: 0; }
}
</style>"""


def begin(shown: store.Shown, role: Role) -> View:
    """Draws what stands above every page and makes its view."""
    snapshot = shown.snapshot
    assert snapshot is not None
    st.html(_ROOM)
    if shown.problem:
        st.warning(
            "The newest exports cannot be used, so the figures before them are shown. "
            + escape(_capital(shown.problem))
        )
    chosen = selection_bar.draw(snapshot)
    for notice in chosen.notices:
        st.info(escape(notice))
    view = View(
        snapshot=snapshot,
        selection=chosen.selection,
        role=role,
        as_of=chosen.as_of,
        compare=chosen.compare,
        scorecard=readings.scorecard(
            snapshot, chosen.selection, role, chosen.as_of, chosen.compare
        ),
        theme="dark" if st.context.theme.type == "dark" else "light",
    )
    st.session_state[_VIEW] = view
    return view


def end(view: View) -> None:
    """Draws what stands below every page: where the figures come from."""
    with st.container(key="foot"):
        st.caption(" · ".join(escape(part) for part in foot(view)))


def foot(view: View) -> list[str]:
    """What is to know of the data behind the figures."""
    snapshot = view.snapshot
    exports = [file.name for file in contract.load().exports]
    row = snapshot.cursor().execute(
        "select (select count(*) from ledger where present and list_contains(?, export)), "
        "(select count(*) from quarantine)",
        [exports],
    ).fetchone()  # fmt: skip
    assert row
    parts = [
        f"Data of {wording.date(snapshot.data_date)}",
        f"{row[0]} of {len(exports)} exports arrived",
        f"{row[1]} {'row' if row[1] == 1 else 'rows'} in quarantine",
        f"snapshot {snapshot.id[:6]}",
    ]
    return [*parts, snapshot.synthetic] if snapshot.synthetic else parts


def _capital(text: str) -> str:
    if "." in text.partition(" ")[0]:
        # The name of a file stays as it is written.
        return f"{text}."
    return f"{text[:1].upper()}{text[1:]}." if text else ""
