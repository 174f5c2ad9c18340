"""The audit trail on screen: who did what, in plain words, and whether the trail is whole."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from scorecard import wording
from scorecard.languages import Words, current, say, say_n, to_say
from scorecard.refusal import Refusal
from scorecard.retelling import retold
from scorecard.screen import downloads, figures, tables
from scorecard.screen.commentary import called
from scorecard.screen.frame import View
from scorecard.screen.markdown import escape
from scorecard.state import audit
from scorecard.state.audit import Entry, Verdict
from scorecard.state.columns import now
from scorecard.state.store import Store

_SHOWN = 500
"""Rows on screen; the file to download holds all."""

EVENTS = Words(
    {
        "signed_in": to_say("Signed in"),
        "refused": to_say("Refused"),
        "link_made": to_say("Link made"),
        "link_opened": to_say("Link opened"),
        "link_revoked": to_say("Link withdrawn"),
        "downloaded": to_say("Downloaded"),
        "commentary_changed": to_say("Commentary changed"),
        "published": to_say("Figures published"),
        "restored": to_say("Figures restored"),
        "mapping_saved": to_say("Match of a header saved"),
        "mapping_removed": to_say("Match of a header removed"),
        "removed": to_say("Figures removed"),
    }
)
_ALL = "all"
_DAYS = {
    7: to_say("The last 7 days"),
    30: to_say("The last 30 days"),
    365: to_say("The last year"),
    0: to_say("All days"),
}


def draw(view: View, store: Store, pages: Mapping[str, str]) -> None:
    """The trail, the newest row first, with its filters, its file and its verdict.

    `pages`: number of a link -> what its page is called.
    """
    place = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        event = st.selectbox(
            say("Event"),
            [_ALL, *EVENTS],
            format_func=lambda name: EVENTS.get(name, say("All events")),
            key="audit_event",
            width=240,
        )
        days = st.selectbox(
            say("Days"),
            list(_DAYS),
            index=1,
            format_func=lambda days: say(_DAYS[days]),
            key="audit_days",
            width=240,
        )
    asked = None if event == _ALL else event
    since = now() - dt.timedelta(days=days) if days else None
    try:
        newest = audit.entries(store, limit=1)
        found = audit.entries(store, event=asked, since=since, limit=_SHOWN + 1)
        with st.spinner(say("Checking the audit trail")):
            verdict = _verdict(store.place, newest[0].hash if newest else "", current(), store)
    except Refusal as refusal:
        st.warning(
            say(
                "The audit trail cannot be read now: {refusal}.",
                refusal=escape(retold(str(refusal))),
            )
        )
        return
    with place:
        _say(verdict)
    if not found:
        st.caption(say("Nothing of that has been recorded in these days."))
        return
    tables.show(_table(found[:_SHOWN], pages), "audit_rows", say("Audit trail, the newest first"))
    if len(found) > _SHOWN:
        st.caption(say("The newest {count}; the file below holds all.", count=_SHOWN))
    downloads.button(
        view,
        "CSV",
        lambda: _file(audit.entries(store, event=asked, since=since), pages),
        downloads.file_name("audit", now().date().isoformat(), synthetic=view.snapshot.synthetic),
        key="csv_audit",
        type="tertiary",
    )


@st.cache_data(ttl=60, max_entries=8, show_spinner=False)
def _verdict(place: str, newest: str, language: str, _store: Store) -> Verdict:
    """Whether the trail is whole, computed again when a row was added, and each minute."""
    del language  # It says why in words.
    return audit.verify(_store)


def _say(verdict: Verdict) -> None:
    if not verdict.is_whole:
        figures.head(
            say("The audit trail is not whole"), say("Rows before the one named can be trusted")
        )
        st.error(
            say(
                "{why}. Compare it with the last backup, and find out who had access to the "
                "database.",
                why=escape(verdict.why[:1].upper() + verdict.why[1:]),
            )
        )
        return
    if verdict.head is None:
        figures.head(say("The audit trail is empty"), say("Nothing has been recorded yet"))
        return
    figures.head(
        say_n(
            "The audit trail is whole: {count} row, as it was written",
            "The audit trail is whole: {count} rows, as they were written",
            verdict.rows,
        ),
        say(
            "Note the last seal elsewhere from time to time; python -m scorecard audit --verify "
            "--head SEAL then shows whether rows were removed since"
        ),
    )
    st.code(verdict.head, language=None, wrap_lines=True)


def said(entry: Entry, pages: Mapping[str, str]) -> str:
    """What happened, in plain words with the names as typed."""
    about = entry.subject
    link = about.get("link", "")
    page = pages.get(link, say("number {number}", number=link))
    name = about.get("recipient", "somebody")
    match entry.event:
        case "signed_in":
            return say("Signed in")
        case "refused":
            return f"{say('Was not let in.')} {say(about.get('why', ''))}".strip()
        case "link_made":
            return say(
                "Made a link for {name}: {page}, until {date}",
                name=name, page=page, date=about.get("expires", "")[:10],
            )  # fmt: skip
        case "link_opened":
            return say("Opened the link: {page}", page=page)
        case "link_revoked":
            return say("Withdrew the link of {name}: {page}", name=name, page=page)
        case "downloaded":
            file = about.get("file", say("a file"))
            if link:
                return say("Downloaded {file} through the link: {page}", file=file, page=page)
            return say("Downloaded {file}", file=file)
        case "commentary_changed":
            return say("Changed what is written: {plain}", plain=_plain(entry))
        case "published" | "restored":
            message = (
                to_say("Published the figures {snapshot}: {note}")
                if entry.event == "published"
                else to_say("Went back to the figures {snapshot}: {note}")
            )
            note = called(about.get("note", ""))
            return say(message, snapshot=about.get("snapshot", "")[:6], note=note)
        case "mapping_saved":
            means = about.get("means") or say("to be left out")
            return say(
                "Said of {export}: {header} is {means}",
                export=about.get("export", ""), header=about.get("header", ""), means=means,
            )  # fmt: skip
        case "mapping_removed":
            return say(
                "Took back of {export}: {header}",
                export=about.get("export", ""), header=about.get("header", ""),
            )  # fmt: skip
        case "removed":
            return say(
                "Removed the figures {snapshot}, which can no longer be shown",
                snapshot=about.get("snapshot", "")[:6],
            )
    return wording.titled(tables.category(entry.event), _plain(entry))


def _plain(entry: Entry) -> str:
    return ", ".join(f"{key} {value}" for key, value in sorted(entry.subject.items()))


def _table(found: Sequence[Entry], pages: Mapping[str, str]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                say("When (UTC)"): _stamp(entry),
                say("Who"): called(entry.who),
                say("Role"): entry.role and say(entry.role),
                say("What"): said(entry, pages),
                say("Event"): EVENTS.get(entry.event, tables.category(entry.event)),
                say("Row"): entry.seq,
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
