"""What opens the page: what is published, whether something newer lies there, what is awaited."""

from __future__ import annotations

import datetime as dt
import logging

import streamlit as st

from scorecard import wording
from scorecard.doctor.awaited import awaited
from scorecard.doctor.diagnosis import Awaited
from scorecard.languages import say, say_in, say_n, to_say
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
    date = wording.date(view.snapshot.data_date)
    if made is None:
        text = say("Everybody sees the data of {date}", date=date)
    else:
        message = (
            to_say("Everybody sees the data of {date}, restored by {name} on {day}")
            if made.kind == "restored"
            else to_say("Everybody sees the data of {date}, published by {name} on {day}")
        )
        text = say(
            message,
            date=date, name=isolated(made.who), day=wording.the_day(made.at.date()),
        )  # fmt: skip
    if store.is_outdated():
        rest = say("something newer lies in the folder of exports.")
    else:
        rest = say("nothing newer lies in the folder of exports.")
    return wording.clauses((text, rest))


def _ledger(view: View) -> None:
    today = dt.datetime.now(dt.UTC).date()
    # A sample does not grow older than the day that it is of.
    day = view.snapshot.data_date if view.snapshot.synthetic else today
    late = awaited(view.snapshot, None, day)
    when = say("Judged on {date}", date=wording.the_day(day))
    if view.snapshot.synthetic:
        when = say("Judged on {date}, the date of the sample", date=wording.the_day(day))
    if not late:
        figures.head(
            say("No data are awaited"), f"{say('Every export is as new as it should be.')} {when}"
        )
        return
    titles = {kpi.id: kpi.title for kpi in view.snapshot.plan.kpis}
    figures.head(
        say_n("{count} export is awaited", "{count} exports are awaited", len(late)),
        say("What is late or absent, whom to ask, and which figures suffer.") + f" {when}",
    )
    most = _SHOWN if len(late) > _SHOWN + 1 else len(late)
    sheet.draw(
        [
            {
                "kind": "rows",
                "caption": say("Exports that are awaited"),
                "columns": [say("Export"), say("Since"), say("Whom to ask"), say("What it costs")],
                "rows": [_row(entry, titles) for entry in late[:most]],
            }
        ],
        key="data_awaited",
    )
    if len(late) > most:
        with st.expander(
            say_n("{count} more that is late", "{count} more that are late", len(late) - most)
        ):
            rows = [_row(entry, titles) for entry in late[most:]]
            tables.plain(
                [(export["text"], since["text"], wording.titled(whom["text"], cost["text"]))
                 for export, since, whom, cost in rows],
                say("Further exports that are awaited"),
            )  # fmt: skip


def _row(entry: Awaited, titles: dict[str, str]) -> list[dict[str, str]]:
    since = say("Not arrived")
    if entry.late_since:
        since = say("Late since {date}", date=wording.the_day(entry.late_since))
    newest_row = ""
    if entry.newest:
        newest_row = say("newest row of {date}", date=wording.date(entry.newest))
    kpis = entry.blinds or entry.ages
    if entry.blinds:
        cost = say_n("{count} KPI has no figure", "{count} KPIs have no figure", len(kpis))
    else:
        cost = say_n("{count} KPI on old rows", "{count} KPIs on old rows", len(kpis))
    named = [titles[kpi] for kpi in kpis[:_NAMED]]
    if len(kpis) > _NAMED:
        rest = len(kpis) - _NAMED
        named.append(say_n("{count} more", "{count} more", rest))
    return [
        {"text": say_in("register", entry.title), "small": f"{entry.export}.csv"},
        {"text": since, "small": newest_row},
        {"text": entry.owner or say("nobody is named")},
        {"text": cost if kpis else say("no KPI"), "small": ", ".join(named)},
    ]
