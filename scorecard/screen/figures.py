"""The one place that draws a figure: finding, figure, its data as a table, files to take along."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st
from plotly.basedatatypes import BaseFigure

from scorecard.catalogue import Kpi
from scorecard.charts import Figure
from scorecard.palette import BACKGROUND
from scorecard.refusal import Refusal
from scorecard.screen import downloads, frame, links, selection_bar, tables
from scorecard.screen.markdown import escape

Chosen = Callable[[str], None]
"""What a click does with the name of the group that was clicked."""

NOTHING = "Nothing to show for this selection."


def draw(
    figure: Figure,
    *,
    key: str,
    title: str,
    subtitle: str,
    table: pd.DataFrame,
    alt: str = "",
    kpi: str | None = None,
    on_select: Chosen | None = None,
) -> None:
    """Draws a figure with its finding as title, and its data behind a button.

    `key` is unique on the page; `on_select` gets the first custom datum of what was clicked.
    """
    with st.container(key=f"exhibit_{key}", gap="xsmall"):
        head(title, subtitle)
        if not figure["data"]:
            # Plotly refuses a figure without traces, as of a selection that holds nobody.
            st.info(NOTHING)
            return
        extra: dict[str, Any] = {}
        if on_select and not links.is_locked():
            extra = {
                "on_select": functools.partial(_clicked, f"figure_{key}", on_select),
                "selection_mode": "points",
            }
        st.plotly_chart(
            _Checked(figure),
            theme=None,
            key=f"figure_{key}",
            config=_config(),
            alt=alt or describe(title, table),
            **extra,
        )
        _data(key, title, table, kpi)


def head(title: str, subtitle: str) -> None:
    """The finding of an exhibit, and what it shows: unit, scope and date."""
    st.markdown(f"### {escape(title)}")
    st.caption(escape(subtitle))


def listed(grid: pd.DataFrame, caption: str) -> None:
    """A grid as a list for a phone: a row's head, its last column, then the others in words."""
    rows = []
    for row in grid.itertuples(index=False):
        head, *others, last = (str(cell) for cell in row)
        names = grid.columns[1:-1]
        words = [f"{name} {cell}" for name, cell in zip(names, others, strict=True) if cell]
        rows.append((head, last, " · ".join(words)))
    tables.plain(rows, caption)


def style() -> None:
    """Titles of exhibits in the size of a finding, not of a chapter; once a page."""
    st.html(f"<style>{_style()}</style>")


@functools.cache
def _style() -> str:
    return Path(__file__).with_name("figures.css").read_text(encoding="utf-8")


def describe(title: str, table: pd.DataFrame, most: int = 12) -> str:
    """A figure in words: its finding, then its first rows."""
    if len(table) > 24:
        first, last = table.iloc[0], table.iloc[-1]
        rows = [_row(first), "…", _row(last)]
    else:
        rows = [_row(row) for _, row in table.head(most).iterrows()]
        if len(table) > most:
            rows.append(f"and {len(table) - most} more")
    return f"{title}. {'; '.join(rows)}. The button Data below gives the whole table."


@contextlib.contextmanager
def said(kpi: Kpi | None = None) -> Iterator[None]:
    """Shows a refusal as a plain sentence where the exhibit would stand."""
    try:
        yield
    except Refusal as refusal:
        text = str(refusal)
        refuse(text.replace(kpi.id, kpi.title) if kpi else text)


def refuse(text: str) -> None:
    """Says why something is not shown."""
    st.info(escape(f"Not shown: {text}."))


def awaiting(exports: tuple[str, ...], what: str) -> bool:
    """Says so where an exhibit waits for exports; whether it does."""
    if exports:
        files = ", ".join(f"{name}.csv" for name in exports)
        st.info(escape(f"{what}: awaiting data. Not arrived or not usable: {files}."))
    return bool(exports)


def hint(text: str) -> str:
    """What a click on a figure does, for its subtitle; nothing where the view is locked."""
    return "" if links.is_locked() else f" · {text}"


def toggle_region(region: str) -> None:
    """Selects one region, or all again where it is the one selected."""
    _toggle(selection_bar.REGION, region)


def toggle_pillar(pillar: str) -> None:
    """Selects one pillar, or all again where it is the one selected."""
    _toggle(selection_bar.PILLAR, pillar)


def _toggle(key: str, word: str) -> None:
    st.session_state[key] = [] if st.session_state.get(key) == [word] else [word]


def _clicked(key: str, chosen: Chosen) -> None:
    """Tells what was clicked; where that was clicked before, Plotly lets go of it and names none.

    A figure that the click does not change stays in the page with what it holds, so a second
    click on the same place is told as the same place.
    """
    state = st.session_state.get(key)
    points = state["selection"]["points"] if state else []
    last = f"{key}_last"
    if points:
        datum = points[0].get("customdata")
        word = datum[0] if isinstance(datum, list | tuple) else (datum or {}).get("0")
        st.session_state[last] = word
    else:
        word = st.session_state.get(last)
    if isinstance(word, str):
        chosen(word)


def _config() -> dict[str, Any]:
    """No bar of tools; outlines of countries from our own host."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    prefix = f"/{base}" if base else ""
    return {
        "displayModeBar": False,
        "topojsonURL": f"{prefix}/app/static/topojson/",
        "doubleClick": False,
    }


class _Checked(BaseFigure):  # type: ignore[misc]
    """A figure that the tests have Plotly check, so that no visitor waits for the check.

    Streamlit checks a dictionary property by property and adds a template of 7 KB to it; a
    figure is asked for its dictionary only.
    """

    def __init__(self, figure: Figure) -> None:
        self._drawn = figure

    def to_dict(self) -> Figure:
        return self._drawn


@st.fragment
def _data(key: str, title: str, table: pd.DataFrame, kpi: str | None) -> None:
    """The data of a figure behind a button; made when it is pressed, and then alone."""
    with st.popover("Data", type="tertiary", key=f"data_{key}", on_change="rerun") as place:
        if not place.open:
            return
        view = frame.open()
        name = downloads.file_name(
            kpi or key, view.as_of.isoformat(), synthetic=view.snapshot.synthetic
        )
        tables.show(table, f"table_{key}", f"Data of the figure: {title}")
        with st.container(horizontal=True):
            downloads.button(view, "CSV", lambda: table, name, key=f"csv_{key}")
            saved = _picture()(
                key=f"picture_{key}",
                on_saved_change=_nothing,
                data={
                    "figure": f"st-key-figure_{key}",
                    "name": name.removesuffix(".csv"),
                    "title": title,
                    "notice": view.notice,
                    "ground": BACKGROUND.on(view.theme),
                },
            ).get("saved")
            if saved in ("svg", "png"):
                downloads.enter(view, f"{name.removesuffix('.csv')}.{saved}")


def _nothing() -> None:
    """That a picture was saved is read from the result; registering it is what makes it arrive."""


@functools.cache
def _picture() -> Any:
    """The two buttons that save a figure as a picture, made in the browser."""
    script = Path(__file__).with_name("picture.js").read_text(encoding="utf-8")
    style = Path(__file__).with_name("picture.css").read_text(encoding="utf-8")
    return st.components.v2.component(
        "figure_picture",
        html='<button type="button">SVG</button> <button type="button">PNG</button>',
        css=style,
        js=script,
    )


def _row(row: Any) -> str:
    words = [str(cell) for cell in row.tolist()[:2] if cell is not None]
    return " ".join(words)
