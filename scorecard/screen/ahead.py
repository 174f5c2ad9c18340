"""The selections one step away, in the page before anybody asks for them.

Parts of a page are functions of a view. The server draws them for the view that was asked for,
and once the page stands still the browser asks for the same parts of the views one step away:
made by the same functions, so no rule exists twice, and for the same role, so nothing travels
that this visitor may not see. A click then redraws from these at once, and the server's answer,
which follows, is what counts in the end. Of a view further away the browser asks for the parts by
themselves, which come before all else that a run of the page draws. A locked view has no steps,
and is sent none.
"""

from __future__ import annotations

import gzip
import json
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

import streamlit as st

from scorecard import languages
from scorecard.access import session
from scorecard.screen import choices, store
from scorecard.screen.differences import Pool, difference
from scorecard.serving import metrics, views

if TYPE_CHECKING:
    from scorecard.screen.frame import View

Content = dict[str, Any]
"""What one part of a page shows of a view, as JSON."""
Make = Callable[["View"], Content]

MOST_BYTES = 390_000
"""Of readings that a page is sent, as JSON before it is compressed."""
MOST_SECONDS = 20.0
"""Of making them; the likeliest come first, so what is left out is asked for least."""
_KEPT = 64
_PARTS, _TURN, _SESSION, _WANTED = "_parts", "_turn", "_session", "_wanted"
_TOKEN, _STANDING = "_token", "_standing"
_HERE = Path(__file__).parent


class _Kept:
    """The sets that were made last, for whoever of the same role stands at the same."""

    def __init__(self) -> None:
        self.sets: OrderedDict[tuple[str, ...], bytes] = OrderedDict()
        self.lock = threading.Lock()
        self.making = threading.Lock()
        """Sets are made one at a time, as they only stand by."""

    def get(self, key: tuple[str, ...]) -> bytes | None:
        with self.lock:
            found = self.sets.get(key)
            if found is not None:
                self.sets.move_to_end(key)
            return found

    def put(self, key: tuple[str, ...], made: bytes) -> None:
        with self.lock:
            self.sets[key] = made
            while len(self.sets) > _KEPT:
                self.sets.popitem(last=False)


_kept = _Kept()


@dataclass(frozen=True)
class Standing:
    """Where a session stands: the page whose parts it may ask for, and who may."""

    view: View
    parts: Mapping[str, Make]
    witness: session.Witness


_standing: WeakValueDictionary[str, Standing] = WeakValueDictionary()
"""Token of a session -> where it stands, for as long as the session is kept."""


def script(*names: str) -> str:
    """The code of a component, after that by which the components of a page know each other."""
    texts = [(_HERE / file).read_text(encoding="utf-8") for file in ("ahead.js", *names)]
    return "\n".join(texts)


def begin(view: View) -> None:
    """Each run begins without parts."""
    st.session_state[_PARTS] = {}


def answer(turn: str) -> None:
    """Notes which click this run answers, so that the page knows what is stale."""
    st.session_state[_TURN] = turn


def part(view: View, name: str, make: Make, *, steps: bool = True, **fixed: Any) -> Content:
    """What a component is told: the part as the view shows it, and what is always the same.

    `make` is called for the views one step away too, so it draws nothing by itself. A page with
    a part that has no `steps` has none, as it would show two views at once.
    """
    content = make(view)
    name = f"{name} {view.about}".rstrip()
    if view.visitor.link is not None:
        return {"content": content, **fixed}
    st.session_state.setdefault(_PARTS, {})[name] = make if steps else None
    mark = {
        "name": name,
        "view": view.choice.key(view.snapshot),
        "stamp": _stamp(view),
        "turn": st.session_state.get(_TURN, ""),
        "session": st.session_state.setdefault(_SESSION, secrets.token_hex(4)),
    }
    return {"content": content, "mark": mark, **fixed}


def told(content: Content) -> list[Content]:
    """What a component is handed. In a mapping Streamlit would look for data frames, and load
    pandas for that, for which the first visitor of a server would wait."""
    return [content]


def none() -> None:
    """Says that the page has a part of which no steps are made."""
    st.session_state.setdefault(_PARTS, {})[""] = None


def draw(view: View) -> None:
    """Stands last on a page: asks for the steps from here, and hands them over."""
    parts = dict(st.session_state[_PARTS])
    st.session_state.pop(_STANDING, None)
    if view.visitor.link is None and None not in parts.values():
        token = st.session_state.setdefault(_TOKEN, secrets.token_urlsafe(24))
        standing = Standing(view, parts, session.witness())
        st.session_state[_STANDING] = _standing[token] = standing
        _steps(view, parts, token)


def further(token: object, message: object) -> bytes | None:
    """The parts of a view that a page asks for, as JSON; none where it has to run anew.

    That is where its session is over, where it shows other figures than are published, and where
    who looks may no longer see what they saw. `message` is a choice as the bar tells it.
    """
    standing = _standing.get(token) if isinstance(token, str) else None
    shown = store.shown()
    if standing is None or shown is None or shown.id != standing.view.snapshot.id:
        return None
    view = standing.view
    choice = choices.told(view.snapshot, message)
    if choice is None or not view.visitor.is_still(standing.witness.judge(), view.page):
        return None
    with languages.speaking(view.language):
        other = view.looking_at(choice)
        parts = {name: make(other) for name, make in standing.parts.items()}
    found = {"stamp": _stamp(view), "view": choice.key(view.snapshot), "parts": parts}
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()


@st.fragment
def _steps(view: View, parts: Mapping[str, Make], token: str) -> None:
    key = view.choice.key(view.snapshot)
    names = sorted(parts)
    asked = st.session_state.pop(_WANTED, None)
    made = None
    if asked == key and _is_still(view):
        made = _set(view, parts, lambda: st.session_state.get(_WANTED))
    mark = {"view": key, "stamp": _stamp(view), "names": names, "ask": [views.path(), token]}
    _component(key="ahead", data=made or told({"mark": mark}), on_wanted_change=_wanted)


def _is_still(view: View) -> bool:
    """Whether who asks may still see what the view shows; else the whole page runs again."""
    from scorecard.screen import frame  # It holds views, and so comes after this.

    return frame.open() is not None


def _wanted() -> None:
    st.session_state[_WANTED] = st.session_state["ahead"].get("wanted")


def _stamp(view: View) -> str:
    """What all views of a set have in common besides the page: figures, role and language."""
    return f"{view.snapshot.id}-{view.role}-{view.language}"


def warm(view: View, parts: Mapping[str, Make]) -> None:
    """Makes the set of a view before anybody stands there."""
    _set(view, parts, lambda: None)


def _set(view: View, parts: Mapping[str, Make], look_up: Callable[[], object]) -> bytes:
    """The set of a view. `look_up` is called in between; it ends the work when it is in vain."""
    key = (_stamp(view), view.choice.key(view.snapshot), *sorted(parts))
    made = _kept.get(key)
    if made is not None:
        return made
    while not _kept.making.acquire(timeout=0.05):
        look_up()
    try:
        with languages.speaking(view.language):
            made = gzip.compress(_encoded(view, parts, look_up), 3)
    finally:
        _kept.making.release()
    _kept.put(key, made)
    return made


def _encoded(view: View, parts: Mapping[str, Make], look_up: Callable[[], object]) -> bytes:
    """The views one step away as what differs from this one, values that come again said once."""
    base = {name: make(view) for name, make in parts.items()}
    pool = Pool()
    views: list[str] = []
    size = 0
    until = time.monotonic() + MOST_SECONDS
    for step in _away(view):
        _let_others_pass(look_up)
        other = {name: difference(base[name], make(step), pool) for name, make in parts.items()}
        text = json.dumps({"view": step.choice.key(view.snapshot), "parts": other},
                          ensure_ascii=False, separators=(",", ":"))  # fmt: skip
        if size + len(text) + pool.size > MOST_BYTES or time.monotonic() > until:
            break
        size += len(text)
        views.append(text)
    head = json.dumps(
        {"stamp": _stamp(view), "base": view.choice.key(view.snapshot), "names": sorted(parts)},
        ensure_ascii=False,
    )
    return f'{head[:-1]},"pool":{pool.encoded()},"views":[{",".join(views)}]}}'.encode()


def _away(view: View) -> Iterator[View]:
    for choice in choices.steps(view.snapshot, view.choice):
        yield view.looking_at(choice)


def _let_others_pass(look_up: Callable[[], object]) -> None:
    """Waits while pages are being drawn, as somebody waits for them and not yet for this."""
    until = time.monotonic() + 1.0
    look_up()
    while metrics.running() and time.monotonic() < until:
        time.sleep(0.004)
        look_up()


_component = st.components.v2.component("steps_ahead", js=script("steps.js"))
