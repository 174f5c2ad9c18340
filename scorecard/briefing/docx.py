"""The briefing as a Word document, for those who edit the text.

Its charts are native ones, with their sheet behind, as on the slides: no picture could be edited,
and none is as sharp in print. Paragraphs and tables are written as XML, many times faster than
cell by cell.
"""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any, BinaryIO
from xml.sax.saxutils import escape, quoteattr

from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from pptx import Presentation
from pptx.parts.chart import ChartPart

from scorecard import palette
from scorecard.briefing import native, scale
from scorecard.briefing.document import (
    Bullets,
    Cell,
    Chart,
    Column,
    Document,
    Paragraph,
    Section,
    Table,
    tag,
)
from scorecard.briefing.letters import SHAPES, clean, one_line
from scorecard.briefing.sheets import Styles, prepare
from scorecard.languages import say, say_in

_NAMESPACES = nsdecls("w", "r", "wp", "a", "c")
_DEEPEST, _LISTED = 4, 2
"""Levels of headings, and how many of them the table of contents lists."""
_SHORT = 8
"""Sections that need no table of contents."""
_CHART_WIDTH, _CHART_HEIGHT = 482.0, 200.0
_ROW_HEIGHT, _FRAME_HEIGHT = 17.0, 60.0
"""Points of a chart: its width, the height of a line chart, and what a bar and the rest take."""
_EMU, _TWIP = 12700, 20


class _Writer:
    """Paragraphs and tables as XML, in order, and the numbers that run through them."""

    def __init__(self, document: Any, styles: Styles) -> None:
        self.document, self.styles = document, styles
        self.parts: list[str] = []
        self.listed: list[tuple[int, str, str]] = []
        self.bookmarks, self.figures, self.tables = count(1), count(1), count(1)
        self.charts = _Charts(document)

    def paragraph(self, name: str, runs: str, *, more: str = "") -> None:
        self.parts.append(_paragraph(self.styles.id_of(name), runs, more))

    def heading(self, text: str, level: int, *, opens_page: bool) -> None:
        number = next(self.bookmarks)
        anchor = f"_Toc{number:06d}"
        marked = (
            f'<w:bookmarkStart w:id="{number}" w:name="{anchor}"/>{_run(text)}'
            f'<w:bookmarkEnd w:id="{number}"/>'
        )
        more = "<w:keepNext/>" + ("<w:pageBreakBefore/>" if opens_page else "")
        self.paragraph(f"Heading {level}", marked, more=more)
        if level <= _LISTED:
            self.listed.append((level, text, anchor))

    def caption(self, kind: str, numbers: Any, text: str) -> None:
        """A caption that stays with what is below, numbered by a field."""
        field = _field(f" SEQ {kind} \\* ARABIC ", str(next(numbers)))
        self.paragraph("Caption", f"{_run(f'{kind} ')}{field}{_run(f'. {text}')}", more=_KEEP)

    def contents(self) -> list[str]:
        """The table of contents, filled; Word puts in the pages when it updates the field."""
        begin = (
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve">'
            f' TOC \\o "1-{_LISTED}" \\h \\z \\u </w:instrText></w:r>'
            '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        )
        lines = []
        for level, text, anchor in self.listed:
            link = f'<w:hyperlink w:anchor="{anchor}" w:history="1">{_run(text)}</w:hyperlink>'
            lines.append(_paragraph(self.styles.id_of(f"toc {level}"), begin + link))
            begin = ""
        end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        return [*lines, _paragraph(None, end)] if lines else []


_KEEP = "<w:keepNext/>"


def write(document: Document, out: BinaryIO, template: Path | None = None) -> None:
    """Write a briefing as DOCX, in our styles or in those of the organisation's document."""
    marks = " · ".join(one_line(mark) for mark in document.marks)
    made, styles = prepare(template, marks)
    front = _Writer(made, styles)
    front.paragraph("Title", _run(one_line(document.title) or "–"))
    front.paragraph("Subtitle", _run(one_line(document.subtitle)))
    front.paragraph("Normal", _run(one_line(document.selection)))
    origin = document.origin
    front.paragraph("Small", _run(one_line(origin)))
    writer = _Writer(made, styles)
    depth = 0
    sections = list(document.walk())
    is_long = len(sections) > _SHORT
    for place, section in enumerate(sections):
        depth = max(1, min(section.level, depth + 1, _DEEPEST))
        title = one_line(section.title) or "–"
        # Below the title stands the table of contents, else the answer itself.
        opens_page = section.opens_page and (is_long or place > 0)
        writer.heading(title, depth, opens_page=opens_page)
        _write_blocks(writer, section)
    body = made.element.body
    contents = writer.contents() if is_long else []
    every = "".join([*front.parts, *contents, *writer.parts])
    content = parse_xml(f"<w:body {_NAMESPACES}>{every}</w:body>")
    last = body.sectPr
    for element in list(content):
        last.addprevious(element)
    properties = made.core_properties
    properties.title, properties.language = one_line(document.title)[:255], tag()
    properties.author = properties.last_modified_by = properties.comments = ""
    properties.subject = one_line(document.selection)[:255]
    made.save(out)


def _write_blocks(writer: _Writer, section: Section) -> None:
    for block in section.blocks:
        if isinstance(block, Paragraph):
            if text := clean(block.text).strip():
                writer.paragraph("Finding" if block.strong else "Normal", _run(text))
        elif isinstance(block, Bullets):
            for item in block.items:
                writer.paragraph("List Bullet", _run(clean(item).strip()))
        elif isinstance(block, Table):
            _write_table(writer, block)
        elif scale.is_empty(block):
            writer.paragraph(
                "Normal", _run(say("{title}: nothing known.", title=one_line(block.title)))
            )
        else:
            for chart in scale.split(block):
                _write_chart(writer, chart)


def _write_chart(writer: _Writer, chart: Chart) -> None:
    writer.caption(say_in("caption", "Figure"), writer.figures, one_line(chart.title))
    if subtitle := one_line(chart.subtitle):
        writer.paragraph("Small", _run(subtitle), more=_KEEP)
    high = _CHART_HEIGHT
    if chart.kind != "line":
        bars = max(1, len(chart.lines)) if chart.kind == "bar" else 1
        rows = len(chart.categories) * (1 + 0.6 * (bars - 1))
        high = min(_FRAME_HEIGHT + rows * _ROW_HEIGHT, 560.0)
    writer.paragraph("Normal", writer.charts.drawn(chart, _CHART_WIDTH, high))


def _write_table(writer: _Writer, table: Table) -> None:
    title = one_line(table.title)
    if title:
        writer.caption(say_in("caption", "Table"), writer.tables, title)
    total = sum(column.width for column in table.columns) or 1.0
    widths = [round(_CHART_WIDTH * _TWIP * c.width / total) for c in table.columns]
    style = writer.styles.id_of("Table Text")
    head = _row(tuple(Cell(c.title) for c in table.columns), table.columns, widths, style, True)
    rows = (_row(row, table.columns, widths, style, False) for row in table.rows)
    grid = "".join(f'<w:gridCol w:w="{wide}"/>' for wide in widths)
    writer.parts.append(
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:left w:w="45" w:type="dxa"/><w:right w:w="45" w:type="dxa"/>'
        '</w:tblCellMar><w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" '
        f'w:lastColumn="0" w:noHBand="1" w:noVBand="1"/><w:tblCaption w:val={quoteattr(title)}/>'
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{head}{''.join(rows)}</w:tbl>"
    )
    if note := clean(table.note).strip():
        writer.paragraph("Small", _run(note))
    else:
        # Word needs a paragraph between two tables; a line of it could open a page of its own.
        flat = '<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
        writer.paragraph("Small", "", more=flat)


def _row(
    cells: tuple[Cell, ...],
    columns: tuple[Column, ...],
    widths: list[int],
    style: str | None,
    is_head: bool,
) -> str:
    edge = palette.TEXT if is_head else palette.LINE
    border = (
        f'<w:tcBorders><w:bottom w:val="single" w:sz="{8 if is_head else 4}" w:space="0" '
        f'w:color="{edge.light[1:].upper()}"/></w:tcBorders>'
    )
    align = '<w:vAlign w:val="bottom"/>' if is_head else ""
    xml = []
    for cell, column, wide in zip(cells, columns, widths, strict=False):
        text = clean(cell.text).strip()
        colour = None
        if cell.status in SHAPES:
            text, colour = f"{SHAPES[cell.status]} {text}", palette.STATUS[cell.status].light
        more = (_KEEP if is_head else "") + ('<w:jc w:val="right"/>' if column.numeric else "")
        runs = _run(text, bold=is_head or colour is not None, colour=colour)
        xml.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{wide}" w:type="dxa"/>{border}{align}</w:tcPr>'
            f"{_paragraph(style, runs, more)}</w:tc>"
        )
    header = "<w:tblHeader/>" if is_head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{header}</w:trPr>{''.join(xml)}</w:tr>"


def _paragraph(style: str | None, runs: str, more: str = "") -> str:
    named = f"<w:pStyle w:val={quoteattr(style)}/>" if style else ""
    return f"<w:p><w:pPr>{named}{more}</w:pPr>{runs}</w:p>"


def _run(text: str, *, bold: bool = False, colour: str | None = None) -> str:
    look = "<w:b/>" if bold else ""
    look += f'<w:color w:val="{colour[1:].upper()}"/>' if colour else ""
    lines = (f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in text.split("\n"))
    return f"<w:r>{f'<w:rPr>{look}</w:rPr>' if look else ''}{'<w:br/>'.join(lines)}</w:r>"


def _field(code: str, shown: str) -> str:
    """A field as Word itself writes it, with what it shows until it is updated."""
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve">'
        f'{escape(code)}</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        f'{_run(shown)}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


class _Charts:
    """Native charts: made by python-pptx, which knows them, and taken over as they are."""

    def __init__(self, document: Any) -> None:
        self.document, self.numbers = document, count(1)
        self.scratch: Any = None

    def drawn(self, chart: Chart, width: float, height: float) -> str:
        """A run with a chart of so many points; its parts are added to the document."""
        if self.scratch is None:
            self.scratch = Presentation().part.package
            self.scratch.next_partname = lambda template: PackURI(template % 1)
        number = next(self.numbers)
        source = ChartPart.new(native.kind(chart), native.data(chart), self.scratch)
        native.style(source.chart, chart, size=9)
        package = self.document.part.package
        part = Part(
            PackURI(f"/word/charts/chart{number}.xml"), CONTENT_TYPE.DML_CHART, source.blob, package
        )
        sheet = Part(
            PackURI(f"/word/embeddings/chart{number}.xlsx"),
            CONTENT_TYPE.SML_SHEET,
            source.chart_workbook.xlsx_part.blob,
            package,
        )
        # The first relation gets the name by which the chart already calls its sheet.
        assert part.relate_to(sheet, RELATIONSHIP_TYPE.PACKAGE) == "rId1"
        relation = self.document.part.relate_to(part, RELATIONSHIP_TYPE.CHART)
        title, alt = one_line(chart.title), one_line(chart.alt) or one_line(chart.title)
        return (
            '<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">'
            f'<wp:extent cx="{round(width * _EMU)}" cy="{round(height * _EMU)}"/>'
            f'<wp:docPr id="{number}" name="Chart {number}" descr={quoteattr(alt)} '
            f"title={quoteattr(title)}/><wp:cNvGraphicFramePr/><a:graphic><a:graphicData "
            'uri="http://schemas.openxmlformats.org/drawingml/2006/chart">'
            f'<c:chart r:id="{relation}"/></a:graphicData></a:graphic></wp:inline></w:drawing>'
            "</w:r>"
        )
