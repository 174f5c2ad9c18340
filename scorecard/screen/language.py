"""The language of a visitor: of their choice, which the address holds, else of their browser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from scorecard import languages
from scorecard.languages import ENGLISH, LANGUAGES, say
from scorecard.screen import ahead

if TYPE_CHECKING:
    from scorecard.screen.frame import View

PARAMETER = "lang"
_CHOSEN, _KEY = "_language", "language"
_HERE = Path(__file__).parent


def settle() -> str:
    """The language of this run: of the address, chosen earlier, or that the browser prefers."""
    asked = st.query_params.get(PARAMETER, "")
    if asked in languages.OFFERED:
        st.session_state[_CHOSEN] = asked
    code = st.session_state.get(_CHOSEN) or languages.preferred(_accepted())
    languages.speak(code)
    return str(code)


def _accepted() -> str | None:
    return st.context.headers.get("accept-language")


def _of_session() -> str:
    """For a thread that begins in the midst of a visit: one that runs a part or a callback."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return ENGLISH
    return str(st.session_state.get(_CHOSEN) or languages.preferred(_accepted()))


languages.listen(_of_session)


def parameters() -> dict[str, str]:
    """What the address says of it: nothing where the browser decides."""
    code = st.session_state.get(_CHOSEN)
    return {PARAMETER: code} if code else {}


def of_link(parameters: Mapping[str, Sequence[str]]) -> None:
    """Speaks the language that a share link was made in, unless its reader chose another."""
    code = "".join(parameters.get(PARAMETER, ())[:1])
    if code in languages.OFFERED and not st.session_state.get(_CHOSEN):
        st.session_state[_CHOSEN] = code
        languages.speak(code)


def choose(view: View) -> None:
    """The languages in their own words; the chosen one goes into the address."""
    offered = [(code, LANGUAGES[code]) for code in languages.OFFERED]
    _component(
        key=_KEY,
        data=ahead.told({"now": view.language, "all": offered, "label": say("Language")}),
        on_chosen_change=_take,
        width="content",
    )


def _take() -> None:
    code = str(st.session_state[_KEY].get("chosen"))
    if code in languages.OFFERED:
        st.session_state[_CHOSEN] = code
        st.query_params[PARAMETER] = code
        languages.speak(code)


_component = st.components.v2.component(
    "language",
    css=(_HERE / "language.css").read_text(encoding="utf-8"),
    js=(_HERE / "language.js").read_text(encoding="utf-8"),
    isolate_styles=False,
)
