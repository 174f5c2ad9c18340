"""One light component that lays out words, small charts and tables made in Python.

It updates in place when the script runs again, and holds no rule: every number arrives as text,
every mark as a position. All text is set as text, so a name from a CSV file is shown as typed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from scorecard import palette
from scorecard.screen import ahead, links

if TYPE_CHECKING:
    from scorecard.screen.frame import View

Block = Mapping[str, Any]

WIDTH, HEIGHT = 120.0, 24.0
"""The box of a sparkline; it is stretched to the cell."""
LEVELS = 80
"""Steps of a quarter from the foot of that box to its head; a letter of an outline names one."""

_HERE = Path(__file__).parent


def _style() -> str:
    """The style sheet with the palette as variables, each for both themes."""
    return f".sheet{{{palette.variables()}}}\n" + (_HERE / "sheet.css").read_text(encoding="utf-8")


def _script() -> str:
    shapes = json.dumps({name: asdict(shape) for name, shape in palette.SHAPES.items()})
    trend = json.dumps([WIDTH, HEIGHT, LEVELS])
    code = ahead.script("marks.js", "scorecard_table.js", "blocks.js", "sheet.js")
    return f"const SHAPES = {shapes};\nconst TREND = {trend};\n{code}"


_component = st.components.v2.component(
    "scorecard_sheet", css=_style(), js=_script(), isolate_styles=False
)


def part(
    view: View, make: Callable[[View], Sequence[Block]], *, key: str, steps: bool = True
) -> None:
    """Shows the blocks of a view one below the other; a plain click on a link moves without a
    new load. `steps` says whether they are cheap enough to be made for views one step away."""
    _mount(key, ahead.part(view, key, content(make), steps=steps))


def content(make: Callable[[View], Sequence[Block]]) -> ahead.Make:
    """What the sheet is told of a view: its blocks, and what their links carry."""

    def made(view: View) -> ahead.Content:
        query = links.query(view)
        blocks = list(make(view))
        return {"query": query, "blocks": blocks if query is not None else _unlinked(blocks)}

    return made


def draw(blocks: Sequence[Block], *, key: str) -> None:
    """The same for blocks that do not hang on the selection, or on more than it."""
    ahead.none()
    query = None if links.is_locked() else links.selected()
    kept = list(blocks) if query is not None else _unlinked(list(blocks))
    _mount(key, {"content": {"query": query, "blocks": kept}})


def _unlinked(value: Any) -> Any:
    """The same without links: a view that leads nowhere does not say where it might."""
    if isinstance(value, Mapping):
        return {name: None if name == "link" else _unlinked(inner) for name, inner in value.items()}
    return [_unlinked(inner) for inner in value] if isinstance(value, list | tuple) else value


def _mount(key: str, data: ahead.Content) -> None:
    result = _component(key=key, data=ahead.told(data), on_open_change=_nothing)
    target = result.get("open")
    if isinstance(target, Mapping) and not links.is_locked():
        page, parameters = str(target.get("page")), target.get("parameters") or {}
        links.go(page, **{str(name): str(word) for name, word in parameters.items()})


def link(page: links.PageName, **parameters: str) -> dict[str, Any]:
    """A link as blocks hold it. Its address is put together in the page, with the selection that
    is shown; in a locked view the same words stand without a link."""
    return {"page": page, "parameters": parameters}


def _nothing() -> None:
    """A click is read from the result; registering it is what makes it arrive."""
