"""What is looked at, chosen once for all pages, kept in the address, said in one sentence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from scorecard import languages, wording
from scorecard.languages import say, say_in, to_say
from scorecard.refusal import Refusal
from scorecard.screen import ahead, choices, language, links
from scorecard.screen.choices import KEYS, Choice
from scorecard.screen.markdown import escape
from scorecard.selection import Selection
from scorecard.snapshot import Snapshot

if TYPE_CHECKING:
    from scorecard.screen.frame import View

_KEY = "selection_bar"
_CHOICE = "_choice"
_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Chosen:
    """The selection as it stands, and what of the address could not be used."""

    choice: Choice
    selection: Selection
    as_of: dt.date
    compare: dt.date | None
    notices: tuple[str, ...]


def settle(snapshot: Snapshot, page: str = "") -> Chosen:
    """Reads the choice from the address, in good faith, and puts the address right.

    The address holds the labels that people read. A word that means none of them is dropped, and
    said once. What only another page than `page` reads is dropped too, and so is a KPI that is
    not there. Where the navigation led to another page the address holds no choice, and that of
    before is kept; Back and Forward say what they mean.
    """
    kept = st.session_state.get(_CHOICE)
    is_told = any(name in st.query_params for name in KEYS)
    stray = _stray(snapshot, page)
    notices = _no_kpi(snapshot, page, stray)
    if kept is not None and not is_told and not _is_back_or_forward():
        choice = kept
    else:
        address = {name: st.query_params.get_all(name) for name in KEYS}
        choice, lost = choices.read(snapshot, address)
        notices += [say(_LOST[what], word=word[:60]) for what, word in lost]
        if address != _words(choice.parameters(snapshot)):
            stray |= dict.fromkeys(KEYS, "")
    if stray:
        words = {name: all for name, all in _others().items() if name not in stray}
        st.query_params.from_dict({**words, **choice.parameters(snapshot)})
    st.session_state[_CHOICE] = choice
    links.remember_selection({**choice.parameters(snapshot), **language.parameters()})
    as_of, compare = choice.dates(snapshot)
    return Chosen(choice, choice.selection(snapshot), as_of, compare, tuple(notices))


_LOST = {
    "date": to_say("The address names a date that is not there: “{word}”."),
    "region": to_say("The address names a region that is not there: “{word}”."),
    "pillar": to_say("The address names a pillar that is not there: “{word}”."),
}


def _words(parameters: Mapping[str, str | list[str]]) -> dict[str, list[str]]:
    found = {name: parameters.get(name, []) for name in KEYS}
    return {name: [words] if isinstance(words, str) else words for name, words in found.items()}


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
    word = stray[links.KPI][:60]
    return [say("There is no KPI “{word}”; showing {first} instead.", word=word, first=first)]


def _others() -> dict[str, str | list[str]]:
    """The parameters of the address that are not the selection's, such as the KPI."""
    names = [name for name in st.query_params if name not in KEYS]
    return {name: st.query_params.get_all(name) for name in names}


def _is_back_or_forward() -> bool:
    """Whether the visitor came here by the browser's Back or Forward."""
    context = get_script_run_ctx(suppress_warning=True)
    return context is not None and context.is_history_navigation


def draw(view: View, account: Callable[[], None]) -> None:
    """The sentence, which opens the choices, and a way back to all.

    `account` draws, at the end of the line, who looks.
    """
    with st.container(horizontal=True, gap="small", key="selection"):
        told = _component(
            key=_KEY,
            data=ahead.told(ahead.part(view, "bar", said, **_controls(view))),
            on_chosen_change=lambda: _take(view.snapshot),
        )
        _follow(told.get("chosen"))
        st.caption(escape(_about(view.snapshot)), width="content")
        account()


def said(view: View) -> dict[str, Any]:
    """What the bar shows of a view: the sentence, and where its controls stand."""
    plan, choice = view.snapshot.plan, view.choice
    return {
        "sentence": wording.selection_sentence(plan, view.selection, view.as_of, view.compare),
        "chosen": {
            "as_of": str(choice.as_of or ""),
            "compare": str(choice.compare or ""),
            "region": [plan.regions.index(name) for name in choice.regions],
            "pillar": [plan.pillars.index(name) for name in choice.pillars],
        },
    }


def _controls(view: View) -> dict[str, Any]:
    """The choices there are, the same for every selection; dates by the day, the newest first."""
    snapshot = view.snapshot
    known = choices.labels(snapshot, languages.current())
    met = [date for date in known.dates if wording.meeting(snapshot.plan, date)]
    return {
        "dates": [[str(date), label] for date, label in known.dates.items()],
        "met": [str(date) for date in met],
        "last": choices.last_meeting(),
        "words": {
            "as_of": say("As of"),
            "compare": say("Compared with"),
            "regions": say("Regions"),
            "pillars": say("Pillars"),
            "earlier": say("Previous reporting date"),
            "later": say("Next reporting date"),
            "meetings": say("Meetings"),
            "others": say("Other reporting dates"),
            "change": say_in("button", "Change"),
            "reset": say("Reset"),
        },
        "regions": [wording.region_name(region) for region in snapshot.plan.regions],
        "pillars": list(known.pillars.values()),
        # Another page is told anew, as its address may not say the choice yet.
        "page": view.page,
        "query": links.selected(),
        "names": list(KEYS),
    }


def _take(snapshot: Snapshot) -> None:
    """Writes what was chosen into the address, which this very run then reads."""
    message = st.session_state[_KEY].get("chosen")
    choice = choices.told(snapshot, message)
    if choice is None or not isinstance(message, Mapping):
        return
    ahead.answer(str(message.get("turn", ""))[:40])
    st.session_state[_CHOICE] = choice
    st.query_params.from_dict({**_others(), **choice.parameters(snapshot)})


def _follow(message: object) -> None:
    """Goes to the page whose link was followed before the choice was told, if that is so."""
    if isinstance(message, Mapping) and isinstance(words := message.get("parameters"), Mapping):
        others = {str(name): str(word) for name, word in words.items() if name not in KEYS}
        links.go(str(message.get("page")), **others)


def locked(
    snapshot: Snapshot, parameters: Mapping[str, Sequence[str]], draw: Callable[[], None]
) -> Chosen:
    """The selection of a share link, shown and not to be changed; `draw` says whose it is."""
    choice, lost = choices.read(snapshot, parameters)
    if lost:
        # Showing more than was shared, or something else, would be worse than nothing.
        raise Refusal(say("The figures no longer hold what this link shows"))
    as_of, compare = choice.dates(snapshot)
    chosen = Chosen(choice, choice.selection(snapshot), as_of, compare, ())
    sentence = wording.selection_sentence(snapshot.plan, chosen.selection, as_of, compare)
    with st.container(horizontal=True, gap="small", key="selection"):
        st.markdown(f":material/lock: {escape(sentence)}", width="stretch")
        st.caption(escape(_about(snapshot)), width="content")
        draw()
    return chosen


def _about(snapshot: Snapshot) -> str:
    name = snapshot.plan.name
    return f"{name} · {say('synthetic sample')}" if snapshot.synthetic else name


_component = st.components.v2.component(
    "selection_bar",
    css=(_HERE / "bar.css").read_text(encoding="utf-8"),
    js=ahead.script("bar.js"),
    isolate_styles=False,
)
