"""What was shown once beside what is computed now, for a meeting or for a publication."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from scorecard import history, wording
from scorecard.catalogue import Kpi
from scorecard.confidentiality import Role
from scorecard.history import Pair, Restated, Unpublished
from scorecard.languages import say, say_n, to_say
from scorecard.plurals import in_words
from scorecard.readings import Reading
from scorecard.refusal import Refusal
from scorecard.screen import downloads, figures, sheet, tables
from scorecard.screen import store as figures_shown
from scorecard.screen.commentary import called, isolated, moment
from scorecard.screen.frame import View
from scorecard.screen.markdown import escape
from scorecard.selection import Selection
from scorecard.snapshot import Snapshot
from scorecard.state import rights
from scorecard.state import store as stores
from scorecard.state.publications import Publication

_ROWS = 12


@dataclass(frozen=True)
class Compared:
    """What a snapshot of then says beside one of now, to one role, at the date `date` of both."""

    then: Snapshot
    date: dt.date | None
    pairs: tuple[Pair, ...]
    restated: tuple[Restated, ...]

    @property
    def changed(self) -> tuple[Pair, ...]:
        """The KPIs of which value or status is another, or that one of them does not have."""
        return tuple(
            pair
            for pair in self.pairs
            if pair.is_restated or pair.is_moved or pair.then is None or pair.now is None
        )


def compared(view: View, then: Snapshot, day: dt.date) -> Compared:
    """Then beside now at the last reporting date up to a day, for the page's selection."""
    return Compared(
        then,
        *_compared(then, view.snapshot, then.id, view.snapshot.id, view.role, day, view.selection),
    )


@st.cache_resource(show_spinner=False, max_entries=64)
def _compared(
    _then: Snapshot,
    _now: Snapshot,
    then: str,
    now: str,
    role: Role,
    day: dt.date,
    chosen: Selection,
) -> tuple[dt.date | None, tuple[Pair, ...], tuple[Restated, ...]]:
    """Kept for whoever of the same role looks at the same two snapshots."""
    date, pairs = history.pairs(_then, _now, role, day, chosen)
    return date, pairs, history.restatements(_then, _now, role, chosen)


def of_meeting(view: View, meeting: dt.date, *, whole: bool) -> None:
    """What a meeting was shown, and what has been restated since; the `whole` table or only
    what differs, with the rest to unfold. Nothing for guests."""
    if not rights.may_read(view.role):
        return
    called = wording.met(view.snapshot.plan, meeting)
    with figures.said():
        try:
            made = _published(view, meeting)
        except Unpublished as none:
            figures.head(
                say("What was shown at {meeting} is not on record", meeting=called),
                wording.capital(str(none)),
            )
            return
        except Refusal as refusal:
            st.warning(
                escape(
                    say(
                        "What was shown at {meeting} cannot be read now: {why}.",
                        meeting=called,
                        why=refusal,
                    )
                )
            )
            return
        if made.snapshot == view.snapshot.id:
            figures.head(
                say("What was shown at {meeting} is what is shown now", meeting=called),
                say("{published}; nothing has been restated since", published=_published_on(made)),
            )
            if not whole:
                return
        then = figures_shown.frozen(made.snapshot)
        if then is None:
            figures.head(
                say("What was shown at {meeting} can no longer be shown", meeting=called),
                say(
                    "It was published on {moment}; its snapshot {snapshot} is no longer kept, or "
                    "cannot be opened or reached now",
                    moment=moment(made.at),
                    snapshot=made.snapshot[:6],
                ),
            )
            return
        found = compared(view, then, meeting)
        if made.snapshot != view.snapshot.id:
            figures.head(sentence(found, called), about(view, found, made))
        _table(view, found, str(meeting), whole=whole)
        _restatements(view, found, str(meeting), whole=whole)


def _published(view: View, meeting: dt.date) -> Publication:
    if stores.is_blank():
        raise Unpublished(say("nothing has been published yet"))
    return history.as_published(stores.shared(), meeting, view.role)


def _published_on(made: Publication) -> str:
    """When something was published; who did and why, where the visitor may know."""
    if not made.who:
        return say("Published on {moment}", moment=moment(made.at))
    return say(
        "Published on {moment} by {name}: {note}",
        moment=moment(made.at), name=isolated(made.who), note=shortened(called(made.note)),
    )  # fmt: skip


def shortened(note: str, longest: int = 90) -> str:
    """A note on one line, as far as a sentence bears it."""
    words = " ".join(note.split())
    if len(words) <= longest:
        return words
    # Cut between words, unless one alone is that long.
    return f"{(words[:longest].rpartition(' ')[0] or words[:longest]).rstrip(' ,;:.')}…"


def sentence(found: Compared, called: str) -> str:
    """How many of the figures that were seen have since been restated."""
    if found.date is None:
        return say(
            "What was shown at {meeting} has no reporting date that is still computed",
            meeting=called,
        )
    seen = [pair for pair in found.pairs if pair.is_shown]
    count, moved = (sum(p.is_restated for p in seen), sum(p.is_moved for p in seen))
    whole = len(seen)
    if whole == 1:
        message = (
            to_say("One of the one figure that was shown at {meeting} has been restated since")
            if count
            else to_say(
                "None of the one figure that was shown at {meeting} has been restated since"
            )
        )
        text = say(message, meeting=called)
    elif not count:
        text = say(
            "None of the {whole} figures that were shown at {meeting} has been restated since",
            whole=whole, meeting=called,
        )  # fmt: skip
    else:
        text = wording.capital(
            say_n(
                "one of the {whole} figures that were shown at {meeting} has been restated since",
                "{count} of the {whole} figures that were shown at {meeting} have been restated "
                "since",
                count, count=in_words(count), whole=whole, meeting=called,
            )
        )  # fmt: skip
    if not moved:
        return text
    also = say_n(
        "one has another status", "{count} have another status", moved, count=in_words(moved)
    )
    return wording.clauses((text, also))


def about(view: View, found: Compared, made: Publication) -> str:
    """What stands below the sentence: when it was published, the date and the selection."""
    at = say("at {date}", date=wording.date(found.date)) if found.date else ""
    return " · ".join(
        part for part in (_published_on(made), wording.scope(view.selection), at) if part
    )


def _table(view: View, found: Compared, key: str, *, whole: bool) -> None:
    rows = found.pairs if whole else found.changed
    if rows:
        draw(view, found, rows, key)
    if not whole and len(rows) < len(found.pairs):
        with st.expander(
            say("All {count} KPIs, then and now", count=len(found.pairs)), key=f"all_{key}"
        ):
            draw(view, found, found.pairs, f"{key}_all")
    if found.pairs:
        downloads.button(
            view,
            "CSV",
            lambda: _file(view, found),
            downloads.file_name("then_and_now", str(found.date), synthetic=view.snapshot.synthetic),
            key="csv_then_and_now",
            type="tertiary",
        )


def draw(view: View, found: Compared, rows: Sequence[Pair], key: str) -> None:
    """A row a KPI: value and status then and now, and whether that was restated."""
    at = wording.date(found.date) if found.date else say("no date")
    sheet.draw(
        [
            {
                "kind": "moves",
                "caption": say("KPIs at {date}, as shown then and as computed now", date=at),
                "columns": [say("KPI"), say("Shown then"), say("Computed now"), say("Restated")],
                "rows": [_row(view, found, pair) for pair in rows],
            }
        ],
        key=f"then_{key}",
    )


def _row(view: View, found: Compared, pair: Pair) -> dict[str, Any]:
    is_known = pair.kpi in view.snapshot.plan.by_id
    kpi = _kpi(view, found, pair.kpi)
    was, now = _values(kpi, pair)
    return {
        "link": sheet.link("kpi", kpi=pair.kpi) if is_known else None,
        "title": kpi.title,
        "was": was,
        "before": _badge(pair.then),
        "is": now,
        "after": _badge(pair.now),
        "verdict": "",
        "text": verdict(pair),
        "tone": "" if pair.is_restated else "quiet",
    }


def _kpi(view: View, found: Compared, name: str) -> Kpi:
    known = view.snapshot.plan.by_id
    return known[name] if name in known else found.then.plan.by_id[name]


def verdict(pair: Pair) -> str:
    """Whether the value was restated, in one or two words."""
    if pair.then is None:
        return say("New KPI")
    if pair.now is None:
        return say("No KPI any more")
    if pair.is_restated:
        return say("Restated")
    return say("Other status") if pair.is_moved else say("As shown")


def _values(kpi: Kpi, pair: Pair) -> tuple[str, str]:
    """Both values, to decimals at which a difference shows."""
    old, new = pair.then, pair.now
    was, now = (wording.capital(wording.value(kpi, one)) if one else "" for one in (old, new))
    if old and new and pair.is_restated and was == now:
        return _apart(kpi, old.value, new.value)
    return was, now


def _apart(kpi: Kpi, then: float | None, now: float | None) -> tuple[str, str]:
    """Two values to the fewest decimals at which they differ, as far as anyone reads them."""
    texts = wording.number(kpi, then), wording.number(kpi, now)
    for digits in range(1, 5):
        if then is None or now is None or texts[0] != texts[1]:
            break
        texts = wording.precise(kpi, then, digits), wording.precise(kpi, now, digits)
    return texts


def _badge(reading: Reading | None) -> list[str] | None:
    if reading is None or reading.suppressed:
        return None
    return [reading.status, wording.STATUS[reading.status]]


def _file(view: View, found: Compared) -> pd.DataFrame:
    rows = []
    for pair in found.pairs:
        kpi = _kpi(view, found, pair.kpi)
        was, now = _values(kpi, pair)
        rows.append(
            {
                say("KPI"): kpi.title,
                say("Date"): found.date,
                say("Shown then"): was,
                say("Status then"): _status(pair.then),
                say("Computed now"): now,
                say("Status now"): _status(pair.now),
                say("Restated"): verdict(pair),
                say("Value then"): pair.then.value if pair.then else None,
                say("Value now"): pair.now.value if pair.now else None,
            }
        )
    return pd.DataFrame(rows)


def _status(reading: Reading | None) -> str | None:
    return wording.STATUS[reading.status] if reading else None


def _restatements(view: View, found: Compared, key: str, *, whole: bool) -> None:
    """Every value at any reporting date that is another now; to unfold where not the `whole`."""
    if not found.restated:
        return
    text = all_dates(found.restated)
    table = of_restatements(view, found)
    if whole:
        st.markdown(escape(text))
    with contextlib.nullcontext() if whole else st.expander(text, key=f"open_{key}"):
        tables.show(
            table.iloc[:, :5], f"table_{key}", say("Restatements by KPI and reporting date"), _ROWS
        )
        downloads.button(
            view,
            "CSV",
            lambda: table,
            downloads.file_name("restatements", str(found.date), synthetic=view.snapshot.synthetic),
            key="csv_restated",
            type="tertiary",
        )


def all_dates(restated: Sequence[Restated]) -> str:
    """How many values at all reporting dates were restated, in a sentence of our own words."""
    kpis, count = len({one.kpi for one in restated}), len(restated)
    return say_n(
        "Over all reporting dates, {count} value of {kpis} has been restated",
        "Over all reporting dates, {count} values of {kpis} have been restated",
        count, kpis=say_n("one KPI", "{count} KPIs", kpis, count=in_words(kpis)),
    )  # fmt: skip


def of_restatements(view: View, found: Compared) -> pd.DataFrame:
    """A row a restated value, the newest date of each KPI first."""
    rows = []
    order = {kpi.id: place for place, kpi in enumerate(view.snapshot.plan.kpis)}
    for one in sorted(found.restated, key=lambda r: (order[r.kpi], -r.date.toordinal())):
        kpi = view.snapshot.plan.kpi(one.kpi)
        change = one.now - one.then if one.then is not None and one.now is not None else None
        was, now = _apart(kpi, one.then, one.now)
        rows.append(
            {
                say("KPI"): kpi.title,
                say("Date"): one.date,
                say("Then"): was,
                say("Now"): now,
                say("Change"): wording.change(kpi, change),
                say("Value then"): one.then,
                say("Value now"): one.now,
            }
        )
    return pd.DataFrame(rows)
