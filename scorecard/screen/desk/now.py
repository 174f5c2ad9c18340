"""Below the desk: what everybody sees now, by file, by finding and beside published figures."""

from __future__ import annotations

import streamlit as st

from scorecard import wording
from scorecard.exhibits import arrivals, findings
from scorecard.screen import figures
from scorecard.screen.desk import agreement, files, found, reading
from scorecard.screen.frame import View
from scorecard.screen.markdown import escape


def draw(view: View) -> None:
    came = arrivals.arrivals(view.snapshot, view.role)
    sorts = arrivals.sorts(view.snapshot, view.role)
    st.html("<hr style='margin:.6rem 0 0;border:0;border-top:1px solid var(--st-border-color)'>")
    figures.head("What everybody sees now", sentence(view, came, sorts))
    names = ["Files", "Findings", "Rows set aside", "Published figures", "Saved matches"]
    tabs = st.tabs(names)
    with tabs[0]:
        files.draw(view, came)
        files.strangers()
    with tabs[1]:
        found.draw(view, sorts)
    with tabs[2]:
        found.quarantine(view, came)
    with tabs[3]:
        agreement.draw(view)
    with tabs[4]:
        reading.saved(view)
    st.caption(escape(f"Snapshot {view.snapshot.id}"))


def sentence(
    view: View, files: tuple[arrivals.Arrival, ...], sorts: tuple[arrivals.Sort, ...]
) -> str:
    """The state of the data in one sentence; plain words of our own only."""
    absent = sum(not file.present for file in files)
    kept = sum(file.quarantined for file in files)
    notices = sum(sort.count for sort in sorts if sort.severity == "warning")
    exports = sum(not file.is_plan for file in files)
    plans = len(files) - exports
    lost = sum(not file.present and not file.is_plan for file in files)
    whole = (
        f"{findings.quantity(exports, 'export', 'exports')} and {findings.quantity(plans, 'plan file', 'plan files')} "
        "are usable"
        if not absent
        else f"{exports - lost} of {findings.quantity(exports, 'export', 'exports')} and "
        f"{plans - absent + lost} of {findings.quantity(plans, 'plan file', 'plan files')} are usable"
    )
    parts = [
        whole,
        f"{findings.quantity(kept, 'row', 'rows')} set aside" if kept else "no row set aside",
    ]
    if notices:
        parts.append(findings.quantity(notices, "warning", "warnings"))
    return f"Data of {wording.date(view.snapshot.data_date)}: {', '.join(parts)}"
