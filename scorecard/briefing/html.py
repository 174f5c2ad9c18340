"""The briefing as one HTML file that asks nothing of anyone: charts, tables, and paper too."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import BinaryIO

import plotly

from scorecard import palette, wording
from scorecard.briefing import interactive, letters, scale
from scorecard.briefing.document import (
    Block,
    Bullets,
    Cell,
    Chart,
    Document,
    Paragraph,
    Section,
    Table,
)
from scorecard.languages import say


def write(document: Document, out: BinaryIO, template: Path | None = None) -> None:
    """Writes the file in UTF-8. There is no template for a page."""
    out.write(page(document).encode("utf-8"))


@dataclass
class _Figures:
    """The charts met so far, in the order of the page."""

    charts: list[Chart] = field(default_factory=list)

    def add(self, chart: Chart) -> int:
        self.charts.append(chart)
        return len(self.charts) - 1


def page(document: Document) -> str:
    """The whole file."""
    figures = _Figures()
    numbers = {id(section): i for i, section in enumerate(document.walk(), start=1)}
    body = "".join(_section(section, figures, numbers) for section in document.sections)
    title = f"{document.title} – {document.subtitle}"
    marks = " · ".join(_plain(mark) for mark in document.marks)
    style = _file("html.css") + f":root{{--marks:{_css(marks)}}}" + _statuses()
    scripts = [_plotly(), _file("html.js")] if figures.charts else []
    allowed = " ".join(map(_hash, scripts)) or "'none'"
    # Plotly writes the styles of its parts itself, so they cannot be named by a hash.
    policy = (
        "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data: blob:; "
        f"style-src 'unsafe-inline'; script-src {allowed}"
    )
    return (
        f'<!doctype html>\n<html lang="{document.language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{_text(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        f'<p class="marks" role="note">{escape(marks)}</p>\n<div class="page">\n'
        f"<header>\n<h1>{_text(document.title)}</h1>\n"
        f'<p class="lead">{_text(document.subtitle)}</p>\n'
        f'<p class="about">{_text(document.selection)}</p>\n'
        f'<p class="about">{_text(_about(document))}</p>\n'
        f"</header>\n{_contents(document, numbers)}<main>\n{body}</main>\n"
        f"<footer>{escape(marks)} · {_text(_snapshot(document))}</footer>\n</div>\n"
        + (_data(figures) if scripts else "")
        + "".join(f"<script>{script}</script>\n" for script in scripts)
        + "</body>\n</html>\n"
    )


def _about(document: Document) -> str:
    """For whom it is, and when and of which snapshot the figures are."""
    audience = say("For {audience}", audience=document.audience)
    return f"{audience} · {wording.lower(document.origin)}"


def _snapshot(document: Document) -> str:
    return say("snapshot {snapshot}", snapshot=document.snapshot)


def _contents(document: Document, numbers: dict[int, int]) -> str:
    """Links to the sections; those within only where they are many pages."""

    def entries(sections: tuple[Section, ...], depth: int) -> Iterator[str]:
        for section in sections:
            inner = [s for s in section.sections if s.opens_page] if depth == 0 else []
            below = f"<ol>{''.join(entries(tuple(inner), 1))}</ol>" if inner else ""
            link = f'<a href="#s{numbers[id(section)]}">{_line(section.title)}</a>'
            yield f"<li>{link}{below}</li>"

    head = say("Contents")
    return (
        f'<nav aria-label="{escape(head)}"><strong>{escape(head)}</strong>'
        f"<ol>{''.join(entries(document.sections, 0))}</ol></nav>\n"
    )


def _section(section: Section, figures: _Figures, numbers: dict[int, int]) -> str:
    level = min(section.level + 1, 6)
    opens = ' class="opens"' if section.opens_page else ""
    name = f"s{numbers[id(section)]}"
    blocks = "".join(_block(block, figures) for block in section.blocks)
    notes = ""
    if section.notes:
        lines = "".join(f"<li>{_text(note)}</li>" for note in section.notes)
        notes = f"<details><summary>{escape(say('Notes'))}</summary><ul>{lines}</ul></details>\n"
    inner = "".join(_section(child, figures, numbers) for child in section.sections)
    return (
        f'<section{opens} aria-labelledby="{name}">\n'
        f'<h{level} id="{name}">{_line(section.title)}</h{level}>\n'
        f"{blocks}{notes}{inner}</section>\n"
    )


def _block(block: Block, figures: _Figures) -> str:
    match block:
        case Paragraph():
            strong = ' class="strong"' if block.strong else ""
            return f'<p{strong} dir="auto">{_text(block.text)}</p>\n'
        case Bullets():
            return f"<ul>{''.join(f'<li>{_text(item)}</li>' for item in block.items)}</ul>\n"
        case Table():
            return _table(block)
        case Chart():
            return _figure(block, figures)


def _table(table: Table) -> str:
    head = "".join(
        f'<th scope="col"{_side(column.numeric)}>{_line(column.title)}</th>'
        for column in table.columns
    )
    rows = []
    for row in table.rows:
        cells = [
            _cell(cell, column.numeric, is_first=i == 0)
            for i, (cell, column) in enumerate(zip(row, table.columns, strict=True))
        ]
        rows.append(f"<tr>{''.join(cells)}</tr>")
    note = f'<p class="note">{_text(table.note)}</p>\n' if table.note else ""
    return (
        f'<div class="table" tabindex="0" role="region" aria-label="{_line(table.title)}"><table>'
        f"<caption>{_line(table.title)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table></div>\n{note}"
    )


def _cell(cell: Cell, is_numeric: bool, *, is_first: bool) -> str:
    if cell.status:
        words = f'<span class="status {cell.status}">{_shape(cell.status)}{_line(cell.text)}</span>'
    else:
        words = _text(cell.text)
    if is_first:
        return f'<th scope="row"><bdi>{words}</bdi></th>'
    return f"<td{_side(is_numeric)}>{words}</td>"


def _side(is_numeric: bool) -> str:
    return ' class="n"' if is_numeric else ""


def _figure(chart: Chart, figures: _Figures) -> str:
    """A figure with its finding, what it shows, a text for it, and its data as a table."""
    head = (
        f"<figcaption><strong>{_line(chart.title)}</strong>"
        f"<span>{_line(chart.subtitle)}</span></figcaption>"
    )
    if scale.is_empty(chart):
        return f'<figure>{head}<p class="note">{_text(chart.alt)}</p></figure>\n'
    place = figures.add(chart)
    height = interactive.figure(chart, "light")["layout"]["height"]
    return (
        f'<figure>{head}<div class="chart" data-chart="{place}" role="img" '
        f'style="height:{height}px" aria-label="{_line(chart.alt)}"></div>'
        f"<noscript><p>{_text(chart.alt)}</p></noscript>"
        f"<details><summary>{escape(say('Data'))}</summary>{_chart_data(chart)}</details></figure>\n"
    )


def _chart_data(chart: Chart) -> str:
    heads = [
        say("Date") if chart.kind == "line" else say("Group"),
        *(line.name for line in chart.lines),
    ]
    head = "".join(
        f'<th scope="col"{_side(i > 0)}>{_line(name)}</th>' for i, name in enumerate(heads)
    )
    last = len(chart.categories) - 1
    rows = []
    for i, name in enumerate(chart.categories):
        is_step = chart.kind == "waterfall" and 0 < i < last
        cells = []
        for line in chart.lines:
            value = line.values[i]
            text = (
                scale.step_shown(value, chart.unit)
                if is_step and value is not None
                else scale.shown(value, chart.unit)
            )
            cells.append(f'<td class="n">{_line(text)}</td>')
        rows.append(f'<tr><th scope="row"><bdi>{_line(name)}</bdi></th>{"".join(cells)}</tr>')
    return (
        f'<div class="table" tabindex="0" role="region" aria-label="Data: {_line(chart.title)}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _data(figures: _Figures) -> str:
    """The figures in both themes as JSON; no `<` in it, so that it cannot end its element."""
    text = json.dumps(
        [
            {"light": interactive.figure(chart, "light"), "dark": interactive.figure(chart, "dark")}
            for chart in figures.charts
        ],
        ensure_ascii=True,
        separators=(",", ":"),
        allow_nan=False,
    ).replace("<", "\\u003c")
    return f'<script type="application/json" id="figures">{text}</script>\n'


# Text ---------------------------------------------------------------------------------------


def _plain(text: str) -> str:
    return letters.one_line(text)


def _line(text: str) -> str:
    """Text on one line, as it was typed."""
    return escape(letters.one_line(text))


def _text(text: str) -> str:
    """Text as it was typed, its line breaks kept."""
    return escape(letters.clean(text)).replace("\n", "<br>")


def _css(text: str) -> str:
    """A CSS string; all but plain letters by number, so that it cannot end early."""
    return '"' + "".join(c if c.isalnum() else f"\\{ord(c):x} " for c in text) + '"'


@cache
def _shape(status: str) -> str:
    shape = palette.SHAPES[status]
    if shape.is_filled:
        paint = 'fill="currentColor" fill-rule="evenodd"'
    else:
        paint = 'fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round"'
        if shape.dash and shape.dash != "dots":
            paint += f' stroke-dasharray="{shape.dash}"'
    return f'<svg viewBox="0 0 16 16" aria-hidden="true"><path {paint} d="{shape.path}"/></svg>'


def _statuses() -> str:
    """The colour of each status, in light and dark; grey printing keeps word and shape."""
    light = "".join(f".status.{name}{{color:{ink.light}}}" for name, ink in palette.STATUS.items())
    dark = "".join(f".status.{name}{{color:{ink.dark}}}" for name, ink in palette.STATUS.items())
    return f"{light}@media screen and (prefers-color-scheme: dark){{{dark}}}"


# Files --------------------------------------------------------------------------------------


@cache
def _file(name: str) -> str:
    return (files("scorecard.briefing") / name).read_text(encoding="utf-8")


@cache
def _plotly() -> str:
    """The library itself, so that the file needs no other."""
    path = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    return path.read_text(encoding="utf-8").replace("</script", "<\\/script")


@cache
def _hash(script: str) -> str:
    """What the content policy knows a script by."""
    digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode()
    return f"'sha256-{digest}'"
