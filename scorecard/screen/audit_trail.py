"""The audit trail on screen: who did what, in plain words, and whether the trail is whole."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from scorecard.exhibits.findings import quantity
from scorecard.refusal import Refusal
from scorecard.screen import downloads, figures, tables
from scorecard.screen.frame import View
from scorecard.screen.markdown import escape
from scorecard.state import audit
from scorecard.state.audit import Entry, Verdict
from scorecard.state.columns import now
from scorecard.state.store import Store

_SHOWN = 500
"""Rows on screen; the file to download holds all."""

EVENTS = {
    "signed_in": "Signed in",
    "refused": "Refused",
    "link_made": "Link made",
    "link_opened": "Link opened",
    "link_revoked": "Link withdrawn",
    "downloaded": "Downloaded",
    "commentary_changed": "Commentary changed",
    "published": "Figures published",
    "restored": "Figures restored",
    "mapping_saved": "Match of a header saved",
    "mapping_removed": "Match of a header removed",
    "removed": "Figures removed",
}
_ALL = "all"
_DAYS = {7: "The last 7 days", 30: "The last 30 days", 365: "The last year", 0: "All days"}


def draw(view: View, store: Store, pages: Mapping[str, str]) -> None:
    """The trail, the newest row first, with its filters, its file and its verdict.

    `pages`: number of a link -> what its page is called.
    """
    place = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        event = st.selectbox(
            "Event",
            [_ALL, *EVENTS],
            format_func=lambda name: EVENTS.get(name, "All events"),
            key="audit_event",
            width=240,
        )
        days = st.selectbox(
            "Days", list(_DAYS), index=1, format_func=_DAYS.__getitem__, key="audit_days", width=240
        )
    asked = None if event == _ALL else event
    since = now() - dt.timedelta(days=days) if days else None
    try:
        newest = audit.entries(store, limit=1)
        found = audit.entries(store, event=asked, since=since, limit=_SHOWN + 1)
        verdict = _verdict(store.place, newest[0].hash if newest else "", store)
    except Refusal as refusal:
        st.warning(f"The audit trail cannot be read now: {escape(str(refusal))}.")
        return
    with place:
        _say(verdict)
    if not found:
        st.caption("Nothing of that has been recorded in these days.")
        return
    tables.show(_table(found[:_SHOWN], pages), "audit_rows", "Audit trail, the newest first")
    if len(found) > _SHOWN:
        st.caption(f"The newest {_SHOWN}; the file below holds all.")
    downloads.button(
        view,
        "CSV",
        lambda: _file(audit.entries(store, event=asked, since=since), pages),
        downloads.file_name("audit", now().date().isoformat(), synthetic=view.snapshot.synthetic),
        key="csv_audit",
        type="tertiary",
    )


@st.cache_data(ttl=60, max_entries=8, show_spinner="Checking the audit trail")
def _verdict(place: str, newest: str, _store: Store) -> Verdict:
    """Whether the trail is whole, computed again when a row was added, and each minute."""
    return audit.verify(_store)


def _say(verdict: Verdict) -> None:
    if not verdict.is_whole:
        figures.head("The audit trail is not whole", "Rows before the one named can be trusted")
        st.error(
            f"{escape(verdict.why[:1].upper() + verdict.why[1:])}. Compare it with the last "
            "backup, and find out who had access to the database."
        )
        return
    if verdict.head is None:
        figures.head("The audit trail is empty", "Nothing has been recorded yet")
        return
    written = "as it was written" if verdict.rows == 1 else "as they were written"
    figures.head(
        f"The audit trail is whole: {quantity(verdict.rows, 'row', 'rows')}, {written}",
        "Note the last seal elsewhere from time to time; "
        "python -m scorecard audit --verify --head SEAL then shows whether rows were removed since",
    )
    st.code(verdict.head, language=None, wrap_lines=True)


def said(entry: Entry, pages: Mapping[str, str]) -> str:
    """What happened, in plain words with the names as typed."""
    about = entry.subject
    link = about.get("link", "")
    page = pages.get(link, f"number {link}")
    name = about.get("recipient", "somebody")
    match entry.event:
        case "signed_in":
            return "Signed in"
        case "refused":
            return f"Was not let in. {about.get('why', '')}".strip()
        case "link_made":
            return f"Made a link for {name}: {page}, until {about.get('expires', '')[:10]}"
        case "link_opened":
            return f"Opened the link: {page}"
        case "link_revoked":
            return f"Withdrew the link of {name}: {page}"
        case "downloaded":
            by = f" through the link: {page}" if link else ""
            return f"Downloaded {about.get('file', 'a file')}{by}"
        case "commentary_changed":
            return f"Changed what is written: {_plain(entry)}"
        case "published" | "restored":
            verb = "Published" if entry.event == "published" else "Went back to"
            return f"{verb} the figures {about.get('snapshot', '')[:6]}: {about.get('note', '')}"
        case "mapping_saved":
            means = about.get("means") or "to be left out"
            return f"Said of {about.get('export', '')}: {about.get('header', '')} is {means}"
        case "mapping_removed":
            return f"Took back of {about.get('export', '')}: {about.get('header', '')}"
        case "removed":
            return (
                f"Removed the figures {about.get('snapshot', '')[:6]}, which can no longer be shown"
            )
    return f"{tables.category(entry.event)}: {_plain(entry)}"


def _plain(entry: Entry) -> str:
    return ", ".join(f"{key} {value}" for key, value in sorted(entry.subject.items()))


def _table(found: Sequence[Entry], pages: Mapping[str, str]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "When (UTC)": _stamp(entry),
                "Who": entry.who,
                "Role": entry.role,
                "What": said(entry, pages),
                "Event": EVENTS.get(entry.event, tables.category(entry.event)),
                "Row": entry.seq,
            }
            for entry in found
        ]
    )


def _file(found: Sequence[Entry], pages: Mapping[str, str]) -> pd.DataFrame:
    """As the command gives it, with the seals, so that it can be verified without us."""
    return pd.DataFrame(
        [
            {
                "seq": entry.seq,
                "at": entry.at.isoformat(timespec="microseconds"),
                "event": entry.event,
                "who": entry.who,
                "role": entry.role or "",
                "subject": json.dumps(dict(entry.subject), sort_keys=True),
                "said": said(entry, pages),
                "previous": entry.previous,
                "hash": entry.hash,
            }
            for entry in found
        ]
    )


def _stamp(entry: Entry) -> str:
    return entry.at.strftime("%Y-%m-%d %H:%M:%S")
