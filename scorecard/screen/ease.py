"""What eases every page: larger type for a projector, and a keyboard that gets everywhere."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from scorecard.languages import say


def draw() -> None:
    """A button for larger type, which holds until it is pressed again, in this tab of the
    browser; with it comes what leads the keyboard into popovers and out of them."""
    _component(key="ease", data={"label": say("Larger type")})


_HERE = Path(__file__)

_component = st.components.v2.component(
    "ease",
    html='<button type="button" class="larger"></button>',
    css=_HERE.with_name("ease.css").read_text(encoding="utf-8"),
    js=_HERE.with_name("ease.js").read_text(encoding="utf-8"),
    isolate_styles=False,
)
