"""The papers on the screen, a section at a time, from the same document as the files."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from scorecard.briefing import interactive, letters, scale
from scorecard.briefing.document import Block, Bullets, Cell, Chart, Document, Paragraph, Section
from scorecard.languages import say
from scorecard.screen import figures, tables
from scorecard.screen.frame import View
from scorecard.screen.markdown import escape


def show(view: View, document: Document) -> None:
    """Lets choose a section, and draws it."""
    sections = [s for s in document.walk() if s.opens_page or s in document.sections]
    place = st.selectbox(
        say("Section"),
        range(len(sections)),
        format_func=lambda i: _indent(sections[i]),
        key="briefing_section",
    )
    st.caption(escape(" · ".join(document.marks)))
    st.caption(escape(document.selection))
    with st.container(border=True, key="briefing_paper"):
        _draw(view, sections[min(place, len(sections) - 1)], str(place))


def _draw(view: View, section: Section, key: str) -> None:
    st.markdown(f"{'#' * (section.level + 1)} {escape(section.title)}")
    for i, block in enumerate(section.blocks):
        _draw_block(view, block, f"{key}_{i}")
    if section.notes:
        with st.expander(say("Notes")):
            st.markdown("\n".join(f"- {escape(note)}" for note in section.notes))
    for i, child in enumerate(section.sections):
        if not child.opens_page:
            _draw(view, child, f"{key}_s{i}")


def _draw_block(view: View, block: Block, key: str) -> None:
    match block:
        case Paragraph():
            mark = "**" if block.strong else ""
            st.markdown(f"{mark}{escape(block.text)}{mark}")
        case Bullets():
            st.markdown("\n".join(f"- {escape(item)}" for item in block.items))
        case Chart():
            exhibit = figures.Exhibit(
                figure=interactive.figure(block, view.theme),
                title=letters.one_line(block.title),
                subtitle=letters.one_line(block.subtitle),
                alt=lambda: block.alt,
                table=lambda: _of_chart(block),
            )
            figures.draw(view, lambda shown: exhibit, key=f"briefing_{key}", steps=False)
        case _:
            st.markdown(f"**{escape(block.title)}**")
            names = [column.title for column in block.columns]
            table = pd.DataFrame([list(map(_cell, row)) for row in block.rows], columns=names)
            tables.show(table, f"briefing_table_{key}", block.title, rows=40)
            if block.note:
                st.caption(escape(block.note))


def _cell(cell: Cell) -> str:
    text = letters.one_line(cell.text)
    return f"{letters.SHAPES[cell.status]} {text}" if cell.status else text


def _of_chart(chart: Chart) -> pd.DataFrame:
    """The data of a chart in words, a row a category."""
    head = say("Date") if chart.kind == "line" else say("Group")
    last = len(chart.categories) - 1
    columns: dict[str, list[str]] = {head: [letters.one_line(name) for name in chart.categories]}
    for line in chart.lines:
        columns[line.name] = [
            scale.step_shown(value, chart.unit)
            if chart.kind == "waterfall" and 0 < i < last and value is not None
            else scale.shown(value, chart.unit)
            for i, value in enumerate(line.values)
        ]
    return pd.DataFrame(columns)


def _indent(section: Section) -> str:
    title = letters.one_line(section.title)
    return title if section.level == 1 else f"– {title}"
