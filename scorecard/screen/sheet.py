"""One light component that lays out words, small charts and tables made in Python.

It updates in place when the script runs again, and holds no rule: every number arrives as text,
every mark as a position. All text is set as text, so a name from a CSV file is shown as typed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import streamlit as st

from scorecard import palette
from scorecard.screen import links

Block = Mapping[str, Any]

_HERE = Path(__file__).parent


def _style() -> str:
    """The style sheet with the palette as variables, each for both themes."""
    inks = {
        "text": palette.TEXT,
        "muted": palette.MUTED,
        "line": palette.LINE,
        "tint": palette.TINT,
        "band": palette.BAND,
        "accent": palette.ACCENT,
        "surface": palette.SURFACE,
        "paper": palette.BACKGROUND,
        **{f"status-{name}": ink for name, ink in palette.STATUS.items()},
    }
    variables = "".join(
        f"--{name}:light-dark({ink.light},{ink.dark});" for name, ink in inks.items()
    )
    return f".sheet{{{variables}}}\n" + (_HERE / "sheet.css").read_text(encoding="utf-8")


def _script() -> str:
    shapes = json.dumps({name: asdict(shape) for name, shape in palette.SHAPES.items()})
    text = (_HERE / "sheet.js").read_text(encoding="utf-8")
    return f"const SHAPES = {shapes};\n{text}"


_component = st.components.v2.component(
    "scorecard_sheet", css=_style(), js=_script(), isolate_styles=False
)


def draw(blocks: Sequence[Block], *, key: str) -> None:
    """Shows blocks one below the other; a plain click on a link moves without a new load."""
    result = _component(key=key, data={"blocks": list(blocks)}, on_open_change=_nothing)
    target = result.get("open")
    if isinstance(target, Mapping):
        page, parameters = str(target.get("page")), target.get("parameters") or {}
        links.go(page, **{str(name): str(word) for name, word in parameters.items()})


def link(page: links.PageName, **parameters: str) -> dict[str, Any] | None:
    """A link as blocks hold it: an address to copy or open in a tab, and what a click means.

    None in a locked view, where the same words stand without a link.
    """
    if links.is_locked():
        return None
    return {"href": links.to(page, **parameters), "page": page, "parameters": parameters}


def _nothing() -> None:
    """A click is read from the result; registering it is what makes it arrive."""
