"""Text and tables on slides, measured in points before they are placed.

Both are written as pieces of XML, many times faster than cell by cell.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal
from xml.sax.saxutils import escape

from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Pt

from scorecard import palette, wording
from scorecard.briefing.document import Cell, Column, Table, tag
from scorecard.briefing.letters import SHAPES, clean, limit, one_line, wrap
from scorecard.briefing.slides import Box
from scorecard.languages import say_in

Kind = Literal["heading", "strong", "plain", "bullet", "caption", "note"]

SIZES: dict[Kind, float] = {
    "heading": 16, "strong": 18, "plain": 16, "bullet": 16, "caption": 14, "note": 11,
}  # fmt: skip
AFTER = 6.0
"""Points below a paragraph."""
LEADING = 1.22
INDENT = 16.0
PAD = 5.0
"""Points between a cell's edge and its text, left and right; above and below half of it."""


@dataclass(frozen=True)
class Item:
    """One paragraph of text on a slide."""

    kind: Kind
    text: str
    factor: float = 1.0

    @property
    def size(self) -> float:
        return SIZES[self.kind] * self.factor

    @property
    def before(self) -> float:
        """Points above it, unless it is the first."""
        return 8.0 * self.factor if self.kind in ("heading", "caption") else 0.0

    @property
    def is_bold(self) -> bool:
        return self.kind in ("heading", "strong", "caption")

    def height(self, room: float) -> float:
        """Points that it takes in a room of so many."""
        size = self.size
        room -= INDENT if self.kind == "bullet" else 0
        lines = len(wrap(self.text, room / size, bold=self.is_bold))
        return self.before + lines * size * LEADING + AFTER


def fill(shape: Any, items: list[Item]) -> None:
    """Write paragraphs into a shape, as one piece of XML since that is many times faster."""
    body = shape._element.txBody
    properties = body.bodyPr
    for child in list(properties):
        properties.remove(child)
    properties.attrib.update({"wrap": "square", "lIns": "0", "rIns": "0", "tIns": "0", "bIns": "0"})
    properties.set("anchor", "t")
    for paragraph in body.findall(qn("a:p")):
        body.remove(paragraph)
    for item in items:
        body.append(parse_xml(_paragraph(item)))


def _paragraph(item: Item) -> str:
    ink = {"heading": palette.ACCENT, "note": palette.MUTED}.get(item.kind, palette.TEXT)
    run = _run(item.text, item.size, ink.light, bold=item.is_bold)
    if item.kind == "bullet":
        start = f'<a:pPr marL="{Pt(INDENT)}" indent="-{Pt(INDENT)}">'
        mark = '<a:buFont typeface="Arial"/><a:buChar char="•"/>'
    else:
        start, mark = '<a:pPr marL="0" indent="0">', "<a:buNone/>"
    space = f'<a:spcBef><a:spcPts val="{item.before * 100:.0f}"/></a:spcBef>'
    space += f'<a:spcAft><a:spcPts val="{AFTER * 100:.0f}"/></a:spcAft>'
    return f"<a:p {nsdecls('a')}>{start}{space}{mark}</a:pPr>{run}</a:p>"


def _run(text: str, size: float, colour: str, *, bold: bool = False) -> str:
    """A text as runs, with breaks where it has them."""
    properties = (
        f'<a:rPr lang="{tag()}" sz="{size * 100:.0f}" b="{int(bold)}" dirty="0"><a:solidFill>'
        f'<a:srgbClr val="{colour[1:].upper()}"/></a:solidFill></a:rPr>'
    )
    runs = (f"<a:r>{properties}<a:t>{escape(line)}</a:t></a:r>" for line in text.split("\n"))
    return f"<a:br>{properties}</a:br>".join(runs)


def measured(
    row: tuple[Cell, ...], widths: list[float], size: float, most: int, *, bold: bool = False
) -> tuple[list[tuple[str, Cell]], float]:
    """The cells of a row cut to at most so many lines each, and the height of the row."""
    cells, lines = [], 1
    for cell, wide in zip(row, widths, strict=False):
        text = clean(cell.text).strip()
        if cell.status in SHAPES:
            text = f"{SHAPES[cell.status]} {text}"
        text, count = limit(
            text, (wide - 2 * PAD) / size * 0.98, most, bold=bold or bool(cell.status)
        )
        cells.append((text, cell))
        lines = max(lines, count)
    return cells, lines * size * LEADING + PAD


def draw_table(
    slide: Any,
    table: Table,
    rows: list[tuple[list[tuple[str, Cell]], float]],
    widths: list[float],
    size: float,
    box: Box,
) -> None:
    frame = slide.shapes.add_table(
        1, len(widths), Pt(box.left), Pt(box.top), Pt(box.width), Pt(box.height)
    )
    grid = "".join(f'<a:gridCol w="{Pt(wide)}"/>' for wide in widths)
    body = "".join(
        _table_row(cells, high, table.columns, size, is_head=place == 0)
        for place, (cells, high) in enumerate(rows)
    )
    new = parse_xml(
        f'<a:tbl {nsdecls("a")}><a:tblPr firstRow="1"/><a:tblGrid>{grid}</a:tblGrid>{body}</a:tbl>'
    )
    old = frame._element.find(f".//{qn('a:tbl')}")
    old.getparent().replace(old, new)
    properties = frame._element.nvGraphicFramePr.cNvPr
    properties.set("descr", wording.titled(say_in("caption", "Table"), one_line(table.title)))


def _table_row(
    cells: list[tuple[str, Cell]],
    high: float,
    columns: tuple[Column, ...],
    size: float,
    *,
    is_head: bool,
) -> str:
    edge = palette.TEXT if is_head else palette.LINE
    line = (
        f'<a:lnB w="{12700 if is_head else 6350}"><a:solidFill><a:srgbClr '
        f'val="{edge.light[1:].upper()}"/></a:solidFill></a:lnB>'
    )
    margins = f'marL="{Pt(PAD)}" marR="{Pt(PAD)}" marT="{Pt(PAD / 2)}" marB="{Pt(PAD / 2)}"'
    none = "".join(f'<a:{side} w="0"><a:noFill/></a:{side}>' for side in ("lnL", "lnR", "lnT"))
    anchor = "b" if is_head else "t"
    xml = []
    for (text, cell), column in zip(cells, columns, strict=False):
        ink = palette.STATUS.get(cell.status or "", palette.TEXT)
        side = "r" if column.numeric else "l"
        run = _run(text, size, ink.light, bold=is_head or bool(cell.status))
        xml.append(
            f'<a:tc><a:txBody><a:bodyPr/><a:lstStyle/><a:p><a:pPr algn="{side}"/>{run}</a:p>'
            f'</a:txBody><a:tcPr {margins} anchor="{anchor}">{none}{line}<a:noFill/></a:tcPr>'
            "</a:tc>"
        )
    return f'<a:tr h="{Pt(high)}">{"".join(xml)}</a:tr>'
