"""The name of who a view was shared with, faint over the whole page and on paper too."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import streamlit as st


def draw(text: str) -> None:
    """Repeats the text over the page; it takes no click and no screen reader repeats it."""
    _component()(key="watermark", data={"text": text})


@functools.cache
def _component() -> Any:
    here = Path(__file__)
    return st.components.v2.component(
        "watermark",
        html='<div class="watermark" aria-hidden="true"></div>',
        css=here.with_name("watermark.css").read_text(encoding="utf-8"),
        js=here.with_name("watermark.js").read_text(encoding="utf-8"),
        isolate_styles=False,
    )
