"""The one place that draws a figure: finding, figure, its data as a table, files to take along."""

from __future__ import annotations

import contextlib
import functools
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import streamlit as st

from scorecard import wording
from scorecard.catalogue import Kpi
from scorecard.charts import Figure
from scorecard.languages import say, say_n
from scorecard.palette import BACKGROUND, lightened
from scorecard.plan import Plan
from scorecard.refusal import Refusal
from scorecard.screen import ahead, downloads, frame, links, tables
from scorecard.screen.frame import View
from scorecard.screen.markdown import escape
from scorecard.serving import asgi, plotly

_PAPER = 900
"""Pixels of style that a sheet of A4 is wide between its margins, as print.css scales it."""


@dataclass(frozen=True)
class Exhibit:
    """A figure with its finding as title; `said` stands in its place where there is none."""

    title: str
    subtitle: str
    figure: Figure | None
    table: Callable[[], pd.DataFrame]
    """Its data, made when it is looked into or described."""
    kpi: str | None = None
    """What its files are called by, where not by the key."""
    alt: Callable[[], str] | None = None
    """Its description, where that is not of title and table."""
    said: str = ""
    whole: Callable[[], pd.DataFrame] | None = None
    """What the file of its data holds, where the table is the first rows of it."""


@dataclass(frozen=True)
class Select:
    """What a click on a mark selects: of a dimension, the group that the mark's word names."""

    dimension: Literal["region", "pillar"]
    places: Mapping[str, int]
    """Word of a mark -> place of the group in the plan."""


def regions(plan: Plan) -> Select:
    """Marks that name a region."""
    return Select("region", {name: place for place, name in enumerate(plan.regions)})


def pillars(plan: Plan) -> Select:
    """Marks that name a pillar."""
    return Select("pillar", {name: place for place, name in enumerate(plan.pillars)})


def countries(plan: Plan) -> Select:
    """Marks that name a country by its code, and select its region."""
    places = regions(plan).places
    return Select("region", {code: places[region] for code, (_, region) in plan.countries.items()})


def refused(refusal: Refusal | str, kpi: Kpi | None = None) -> Exhibit:
    """Says why there is no figure."""
    text = str(refusal).replace(kpi.id, kpi.title) if kpi else str(refusal)
    return Exhibit("", "", None, pd.DataFrame, said=say("Not shown: {text}.", text=text))


def draw(
    view: View,
    make: Callable[[View], Exhibit],
    *,
    key: str,
    select: Select | None = None,
    steps: bool = True,
) -> None:
    """Draws an exhibit of the view, and its data behind a button.

    `key` is unique on the page. `make` is called for views one step away too, unless `steps` says
    that it takes too long; where it refuses, the refusal stands in the place of the figure.
    """
    made: list[Exhibit] = []

    def content(shown: View) -> ahead.Content:
        try:
            exhibit = make(shown)
        except Refusal as refusal:
            exhibit = refused(refusal)
        if shown is view:
            made.append(exhibit)
        figure, said = exhibit.figure, exhibit.said
        if figure is not None and not figure["data"]:
            # As of a selection that holds nobody.
            figure, said = None, say("Nothing to show for this selection.")
        return {
            "title": exhibit.title, "subtitle": exhibit.subtitle, "figure": figure, "said": said,
        }  # fmt: skip

    with st.container(key=f"exhibit_{key}", gap="xsmall"):
        told = ahead.part(view, f"{key}.{view.theme}", content, steps=steps)
        exhibit = made[0]
        told |= {"source": plotly.path(), "config": _config(), "alt": _description(exhibit)}
        if select and view.visitor.link is None:
            told["select"] = asdict(select)
        _plot(key=f"figure_{key}", data=told)
        if told["content"]["figure"]:
            _data(key, exhibit)


def _description(exhibit: Exhibit) -> str:
    if exhibit.alt is not None:
        return exhibit.alt()
    return describe(exhibit.title, exhibit.table()) if exhibit.figure else exhibit.said


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
            rows.append(say_n("and {count} more", "and {count} more", len(table) - most))
    return say(
        "{title}. {rows}. The button Data below gives the whole table.",
        title=title, rows=wording.clauses(rows),
    )  # fmt: skip


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
    st.info(escape(say("Not shown: {text}.", text=text)))


def awaiting(exports: tuple[str, ...], what: str) -> bool:
    """Says so where an exhibit waits for exports; whether it does."""
    if exports:
        files = ", ".join(f"{name}.csv" for name in exports)
        st.info(
            escape(
                say(
                    "{what}: awaiting data. Not arrived or not usable: {files}.",
                    what=what,
                    files=files,
                )
            )
        )
    return bool(exports)


def hint(text: str) -> str:
    """What a click on a figure does, for its subtitle; nothing where the view is locked."""
    return "" if links.is_locked() else f" · {text}"


def _config() -> dict[str, Any]:
    """No bar of tools; outlines of countries from our own host."""
    return {
        "displayModeBar": False,
        "topojsonURL": f"{asgi.base()}/app/static/topojson/",
        "doubleClick": False,
    }


@st.fragment
def _data(key: str, exhibit: Exhibit) -> None:
    """The data of a figure behind a button; made when it is pressed, and then alone."""
    with st.popover(say("Data"), type="tertiary", key=f"data_{key}", on_change="rerun") as place:
        if not place.open:
            return
        view = frame.open()
        title, table = exhibit.title, exhibit.table()
        name = downloads.file_name(
            exhibit.kpi or key, view.as_of.isoformat(), synthetic=view.snapshot.synthetic
        )
        tables.show(table, f"table_{key}", say("Data of the figure: {title}", title=title))
        if exhibit.whole:
            first = wording.plain(len(table))
            st.caption(say("The first {count} rows. The file has them all.", count=first))
        with st.container(horizontal=True):
            whole = exhibit.whole or (lambda: table)
            downloads.button(view, "CSV", whole, name, key=f"csv_{key}")
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


_plot = st.components.v2.component(
    "exhibit",
    css=Path(__file__).with_name("plot.css").read_text(encoding="utf-8"),
    js=f"const LIGHT = {json.dumps(lightened())}, PAPER = {_PAPER};\n"
    + ahead.script("map.js", "plot.js"),
    isolate_styles=False,
)
