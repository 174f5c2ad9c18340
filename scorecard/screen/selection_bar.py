"""What is looked at, chosen once for all pages, kept in the address, said in one sentence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from scorecard import readings, selection, wording
from scorecard.refusal import Refusal
from scorecard.screen import links
from scorecard.screen.markdown import escape
from scorecard.selection import Selection
from scorecard.snapshot import Snapshot

AS_OF, COMPARE, REGION, PILLAR = "as_of", "compare", "region", "pillar"
KEYS = (AS_OF, COMPARE, REGION, PILLAR)

LAST_MEETING = "last meeting"
_NOTICES = "_notices"
_RESET = "_reset"


@dataclass(frozen=True)
class Chosen:
    """The selection as it stands, and what of the address could not be used."""

    selection: Selection
    as_of: dt.date
    compare: dt.date | None
    is_default: bool
    notices: tuple[str, ...]


def settle(snapshot: Snapshot, page: str = "") -> dict[str, str | list[str]] | None:
    """Takes an address that was written by hand, or before a meeting was named, in good faith.

    The address holds the labels that people read. A value that is none of them counts as the
    option that it means, such as 2022-12-31; what means none is dropped, and said. What only
    another page than `page` reads is dropped, and so is a KPI that is not there. Returns the
    parameters that the address should have, or none where it is fine, as it is once the
    choices have been drawn.
    """
    if st.session_state.pop(_RESET, False):
        # All in one step, so that Back undoes the whole reset and not one choice of it.
        return _others()
    stray = _stray(snapshot, page)
    if _NOTICES in st.session_state:
        if _is_back_or_forward():
            _follow(snapshot)
        if stray:
            st.session_state[_NOTICES] += _no_kpi(snapshot, page, stray)
            names = [name for name in st.query_params if name not in stray]
            return {name: st.query_params.get_all(name) for name in names}
        return None
    labels = _Labels(snapshot)
    settled: dict[str, str | list[str]] = {}
    notices: list[str] = _no_kpi(snapshot, page, stray)
    is_fine = not stray
    for name in st.query_params:
        if name in stray:
            continue
        asked = st.query_params.get_all(name)
        if name not in KEYS:
            settled[name] = asked
            continue
        known = labels.by_key(name)
        meant = [known.get(word) or known.get(_as_date(word) or "") for word in asked]
        lost = [word for word, found in zip(asked, meant, strict=True) if found is None]
        found = [pair for pair in meant if pair is not None]
        settled[name] = [label for _, label in found]
        is_fine = is_fine and settled[name] == asked
        if found:
            # The sentence is drawn before the choices, which take the address up themselves.
            options = [option for option, _ in found]
            st.session_state[name] = options if name in (REGION, PILLAR) else options[0]
        what = "date" if name in (AS_OF, COMPARE) else name
        notices += [f"The address names a {what} that is not there: “{w[:60]}”." for w in lost]
    st.session_state[_NOTICES] = notices
    return None if is_fine else {name: words for name, words in settled.items() if words}


def _stray(snapshot: Snapshot, page: str) -> dict[str, str]:
    """Parameters that this page does not read, or that name no KPI."""
    found = {}
    for name, readers in links.READERS.items():
        word = st.query_params.get(name)
        is_lost = (name, page) == (links.KPI, "kpi") and word not in snapshot.plan.by_id
        if word is not None and (page not in readers or is_lost):
            found[name] = word
    return found


def _no_kpi(snapshot: Snapshot, page: str, stray: Mapping[str, str]) -> list[str]:
    if page != "kpi" or links.KPI not in stray:
        return []
    first = snapshot.plan.kpis[0].title
    return [f"There is no KPI “{stray[links.KPI][:60]}”; showing {first} instead."]


def _others() -> dict[str, str | list[str]]:
    """The parameters of the address that are not the selection's, such as the KPI."""
    names = [name for name in st.query_params if name not in KEYS]
    return {name: st.query_params.get_all(name) for name in names}


def _is_back_or_forward() -> bool:
    """Whether the visitor came here by the browser's Back or Forward."""
    context = get_script_run_ctx(suppress_warning=True)
    return context is not None and context.is_history_navigation


def _follow(snapshot: Snapshot) -> None:
    """Takes the selection of an earlier address up before the sentence is drawn.

    The choices follow the address themselves, but only where they are drawn, below it.
    """
    labels = _Labels(snapshot)
    _reset(snapshot)
    for name in KEYS:
        known = labels.by_key(name)
        found = [known[word][0] for word in st.query_params.get_all(name) if word in known]
        if found:
            st.session_state[name] = found if name in (REGION, PILLAR) else found[0]


def draw(snapshot: Snapshot, account: Callable[[], None]) -> Chosen:
    """The sentence, which opens the choices, and a way back to all; returns what is chosen.

    `account` draws, at the end of the line, who looks.
    """
    labels = _Labels(snapshot)
    as_of, compare = _dates(snapshot)
    chosen = selection.select(
        snapshot.plan, st.session_state.get(REGION, ()), st.session_state.get(PILLAR, ())
    )
    with st.container(horizontal=True, gap="small", key="selection"):
        sentence = wording.selection_sentence(snapshot.plan, chosen, as_of, compare)
        # An expander keeps its choices mounted while it is closed, and the address needs that.
        with st.expander(escape(sentence), key="selection_choices"):
            _choices(snapshot, labels)
        parameters = _parameters(snapshot, labels)
        st.caption(escape(_about(snapshot)), width="content")
        if parameters:
            st.button(
                "Reset",
                key="selection_reset",
                type="tertiary",
                on_click=_start_over,
                args=(snapshot,),
            )
        account()
    links.remember_selection(parameters)
    as_of, compare = _dates(snapshot)
    notices = tuple(st.session_state.get(_NOTICES, ()))
    st.session_state[_NOTICES] = []
    return Chosen(chosen, as_of, compare, not parameters, notices)


def locked(
    snapshot: Snapshot, parameters: Mapping[str, Sequence[str]], draw: Callable[[], None]
) -> Chosen:
    """The selection of a share link, shown and not to be changed; `draw` says whose it is."""
    labels = _Labels(snapshot)
    found: dict[str, list[Any]] = {}
    for name in KEYS:
        known = labels.by_key(name)
        pairs = [
            known.get(word) or known.get(_as_date(word) or "") for word in parameters.get(name, ())
        ]
        found[name] = [pair[0] for pair in pairs if pair is not None]
        if len(found[name]) < len(pairs):
            # Showing more than was shared, or something else, would be worse than nothing.
            raise Refusal("The figures no longer hold what this link shows")
    as_of, compare = _usable(
        snapshot, *(found[name][0] if found[name] else None for name in (AS_OF, COMPARE))
    )
    chosen = selection.select(snapshot.plan, found[REGION], found[PILLAR])
    sentence = wording.selection_sentence(snapshot.plan, chosen, as_of, compare)
    with st.container(horizontal=True, gap="small", key="selection"):
        st.markdown(f":material/lock: {escape(sentence)}", width="stretch")
        st.caption(escape(_about(snapshot)), width="content")
        draw()
    return Chosen(chosen, as_of, compare, False, ())


class _Labels:
    """What the choices are called, in the bar and in the address."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.dates = {date: _date_label(snapshot, date) for date in snapshot.dates[::-1]}
        self.compared: dict[dt.date | str, str] = {LAST_MEETING: "Last meeting"}
        self.compared |= {date: label for date, label in self.dates.items()}
        self.regions = {name: name for name in snapshot.plan.regions}
        self.pillars = {
            name: wording.PILLAR.get(name, name).capitalize() for name in snapshot.plan.pillars
        }

    def by_key(self, key: str) -> dict[object, tuple[Any, str]]:
        """Options and labels of a choice -> its option and label."""
        all_labels: dict[str, Mapping[Any, str]] = {
            AS_OF: self.dates,
            COMPARE: self.compared,
            REGION: self.regions,
            PILLAR: self.pillars,
        }
        pairs = [(option, label) for option, label in all_labels[key].items()]
        return {word: (option, label) for option, label in pairs for word in (option, label)}


def _start_over(snapshot: Snapshot) -> None:
    _reset(snapshot)
    st.session_state[_RESET] = True


def _reset(snapshot: Snapshot) -> None:
    """Back to the data date, the last meeting, all regions and all pillars."""
    st.session_state[AS_OF] = snapshot.data_date
    st.session_state[COMPARE] = LAST_MEETING
    st.session_state[REGION] = []
    st.session_state[PILLAR] = []


def _dates(snapshot: Snapshot) -> tuple[dt.date, dt.date | None]:
    """The two dates as they stand; a comparison that is not earlier falls back."""
    return _usable(snapshot, st.session_state.get(AS_OF), st.session_state.get(COMPARE))


def _usable(snapshot: Snapshot, as_of: Any, compare: Any) -> tuple[dt.date, dt.date | None]:
    """Two dates of the snapshot; the data date and the last meeting where they are none."""
    as_of = as_of if as_of in snapshot.places else snapshot.data_date
    if compare not in snapshot.places or compare >= as_of:
        compare = readings.last_meeting(snapshot, as_of)
    return as_of, compare


def _choices(snapshot: Snapshot, labels: _Labels) -> None:
    """The four choices, in one line where there is room."""
    places = st.columns([1.15, 1.15, 1, 1], gap="small")
    places[0].selectbox(
        "As of",
        list(labels.dates),
        format_func=labels.dates.__getitem__,
        key=AS_OF,
        bind="query-params",
        help=f"Reporting dates up to the data date, {wording.date(snapshot.data_date)}.",
    )
    as_of, _ = _dates(snapshot)
    earlier = [date for date in labels.dates if date < as_of]
    met = [date for date in earlier if wording.meeting(snapshot.plan, date)]
    others = [date for date in earlier if date not in met]
    places[1].selectbox(
        "Compared with",
        [LAST_MEETING, *met, *others],
        format_func=labels.compared.__getitem__,
        key=COMPARE,
        bind="query-params",
        help="The last meeting is the latest of the board or the General Assembly before.",
    )
    places[2].multiselect(
        "Regions",
        list(labels.regions),
        format_func=labels.regions.__getitem__,
        key=REGION,
        bind="query-params",
        placeholder="All regions",
    )
    places[3].multiselect(
        "Pillars",
        list(labels.pillars),
        format_func=labels.pillars.__getitem__,
        key=PILLAR,
        bind="query-params",
        placeholder="All pillars",
    )


def _parameters(snapshot: Snapshot, labels: _Labels) -> dict[str, str | list[str]]:
    """What the address says of the selection: only what differs from the defaults."""
    found: dict[str, str | list[str]] = {}
    as_of = st.session_state.get(AS_OF)
    if as_of in labels.dates and as_of != snapshot.data_date:
        found[AS_OF] = labels.dates[as_of]
    compare = st.session_state.get(COMPARE)
    if compare in labels.dates:
        found[COMPARE] = labels.dates[compare]
    if regions := st.session_state.get(REGION):
        found[REGION] = list(regions)
    if chosen := st.session_state.get(PILLAR):
        found[PILLAR] = [labels.pillars[name] for name in chosen if name in labels.pillars]
    return found


def _about(snapshot: Snapshot) -> str:
    return f"{snapshot.plan.name} · synthetic sample" if snapshot.synthetic else snapshot.plan.name


def _date_label(snapshot: Snapshot, date: dt.date) -> str:
    name = wording.meeting(snapshot.plan, date)
    return f"{wording.date(date)} · {name}" if name else wording.date(date)


def _as_date(word: str) -> dt.date | None:
    """The date that a word begins with, as 2022-12-31 or 31 December 2022."""
    head = word.split("·")[0].strip()
    for shape in ("%Y-%m-%d", "%d %B %Y"):
        try:
            return dt.datetime.strptime(head, shape).date()
        except ValueError:
            continue
    return None
