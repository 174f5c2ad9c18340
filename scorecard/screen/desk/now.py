"""Below the desk: what everybody sees now, by file, by finding and beside published figures."""

from __future__ import annotations

import streamlit as st

from scorecard import wording
from scorecard.exhibits import arrivals
from scorecard.languages import say, say_n
from scorecard.screen import figures
from scorecard.screen.desk import agreement, files, found, reading
from scorecard.screen.frame import View
from scorecard.screen.markdown import escape


def draw(view: View) -> None:
    came = arrivals.arrivals(view.snapshot, view.role)
    sorts = arrivals.sorts(view.snapshot, view.role)
    st.html("<hr style='margin:.6rem 0 0;border:0;border-top:1px solid var(--st-border-color)'>")
    figures.head(say("What everybody sees now"), sentence(view, came, sorts))
    names = [
        say("Files"),
        say("Findings"),
        say("Rows set aside"),
        say("Published figures"),
        say("Saved matches"),
    ]
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
    st.caption(escape(say("Snapshot {snapshot}", snapshot=view.snapshot.id)))


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
    if absent:
        whole = say(
            "{usable} of {exports} and {usable_plans} of {plans} are usable",
            usable=exports - lost,
            exports=say_n("{count} export", "{count} exports", exports),
            usable_plans=plans - absent + lost,
            plans=say_n("{count} plan file", "{count} plan files", plans),
        )
    else:
        whole = say(
            "{exports} and {plans} are usable",
            exports=say_n("{count} export", "{count} exports", exports),
            plans=say_n("{count} plan file", "{count} plan files", plans),
        )
    parts = [whole, say("no row set aside")]
    if kept:
        parts[1] = say_n("{count} row set aside", "{count} rows set aside", kept)
    if notices:
        parts.append(say_n("{count} warning", "{count} warnings", notices))
    head = say("Data of {date}", date=wording.date(view.snapshot.data_date))
    return wording.titled(head, ", ".join(parts))
