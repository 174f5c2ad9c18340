"""What opens the page: what is published, whether something newer lies there, what is awaited."""

from __future__ import annotations

import datetime as dt
import logging

import streamlit as st

from scorecard import wording
from scorecard.doctor.awaited import awaited
from scorecard.doctor.diagnosis import Awaited
from scorecard.exhibits import findings
from scorecard.languages import say
from scorecard.refusal import Refusal
from scorecard.screen import cards, figures, sheet, store, tables
from scorecard.screen.commentary import isolated
from scorecard.screen.frame import View
from scorecard.state import publications
from scorecard.state import store as states
from scorecard.state.publications import Publication

_SHOWN = 4
"""Exports that are awaited on screen, the most pressing first; the others are folded away."""
_NAMED = 4
_log = logging.getLogger(__name__)


def draw(view: View) -> None:
    """The state in one sentence, then the ledger of what is awaited."""
    cards.headline(sentence(view, newest(view)), key="data_headline", over=say("Exports"))
    _ledger(view)


def newest(view: View) -> Publication | None:
    """The publication that is shown; none where it is not known, as of a state that is away."""
    try:
        found = None if states.is_blank() else publications.last(states.shared())
    except Refusal as refusal:
        _log.warning("who published is not known: %s", refusal)
        return None
    return found if found and found.snapshot == view.snapshot.id else None


def sentence(view: View, made: Publication | None) -> str:
    """What everybody sees, since when and by whom, and whether there is something newer."""
    text = f"Everybody sees the data of {wording.date(view.snapshot.data_date)}"
    if made:
        verb = "restored" if made.kind == "restored" else "published"
        text += f", {verb} by {isolated(made.who)} on {wording.date(made.at.date())}"
    if store.is_outdated():
        return f"{text}; something newer lies in the folder of exports."
    return f"{text}; nothing newer lies in the folder of exports."


def _ledger(view: View) -> None:
    today = dt.datetime.now(dt.UTC).date()
    # A sample does not grow older than the day that it is of.
    day = view.snapshot.data_date if view.snapshot.synthetic else today
    late = awaited(view.snapshot, None, day)
    when = f"Judged on {wording.date(day)}"
    if view.snapshot.synthetic:
        when += ", the date of the sample"
    if not late:
        figures.head("No data are awaited", f"Every export is as new as it should be. {when}")
        return
    titles = {kpi.id: kpi.title for kpi in view.snapshot.plan.kpis}
    count = findings.quantity(len(late), "export", "exports")
    verb = "is" if len(late) == 1 else "are"
    figures.head(
        f"{count} {verb} awaited",
        f"What is late or absent, whom to ask, and which figures suffer. {when}",
    )
    most = _SHOWN if len(late) > _SHOWN + 1 else len(late)
    sheet.draw(
        [
            {
                "kind": "rows",
                "caption": "Exports that are awaited",
                "columns": ["Export", "Since", "Whom to ask", "What it costs"],
                "rows": [_row(entry, titles) for entry in late[:most]],
            }
        ],
        key="data_awaited",
    )
    if len(late) > most:
        with st.expander(f"{len(late) - most} more that are late"):
            rows = [_row(entry, titles) for entry in late[most:]]
            tables.plain(
                [(export["text"], since["text"], f"{whom['text']}: {cost['text']}")
                 for export, since, whom, cost in rows],
                "Further exports that are awaited",
            )  # fmt: skip


def _row(entry: Awaited, titles: dict[str, str]) -> list[dict[str, str]]:
    since = f"Late since {wording.date(entry.late_since)}" if entry.late_since else "Not arrived"
    newest_row = f"newest row of {wording.date(entry.newest)}" if entry.newest else ""
    kpis = entry.blinds or entry.ages
    count = findings.quantity(len(kpis), "KPI", "KPIs")
    verb = "has" if len(kpis) == 1 else "have"
    cost = f"{count} {verb} no figure" if entry.blinds else f"{count} on old rows"
    named = [titles[kpi] for kpi in kpis[:_NAMED]]
    if len(kpis) > _NAMED:
        named.append(f"{len(kpis) - _NAMED} more")
    return [
        {"text": entry.title, "small": f"{entry.export}.csv"},
        {"text": since, "small": newest_row},
        {"text": entry.owner or "nobody is named"},
        {"text": cost if kpis else "no KPI", "small": ", ".join(named)},
    ]
