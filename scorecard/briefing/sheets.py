"""The paper that a Word document stands on: our styles, or those of the organisation's own."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from docx import Document as open_docx
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from scorecard import palette
from scorecard.briefing.document import page_words, tag
from scorecard.palette import Ink

FONT = "Arial"


@dataclass(frozen=True)
class Styles:
    """The ids of the styles by name."""

    ids: dict[str, str]

    def id_of(self, name: str) -> str | None:
        return self.ids.get(name.casefold())


def prepare(template: Path | None, marks: str) -> tuple[Any, Styles]:
    """An empty document with the styles that we use and the marks in its footer.

    Of a template all styles, headers and margins are kept; what it lacks is added.
    """
    document = open_docx(_as_document(template)) if template else open_docx()
    body = document.element.body
    for element in list(body):
        if element.tag != qn("w:sectPr"):
            body.remove(element)
    if template is None:
        _set_paper(document)
        _set_styles(document)
    _add_styles(document)
    _set_language(document)
    for section in document.sections:
        _set_footer(section, marks)
    ids = {style.name.casefold(): style.style_id for style in document.styles if style.name}
    return document, Styles(ids)


def _as_document(template: Path) -> io.BytesIO:
    """A document or a template (.dotx), which differ by one content type only."""
    out = io.BytesIO()
    with zipfile.ZipFile(template) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "[Content_Types].xml":
                content = content.replace(
                    b"wordprocessingml.template.main+xml", b"wordprocessingml.document.main+xml"
                )
            target.writestr(name, content)
    out.seek(0)
    return out


def _set_paper(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin, section.bottom_margin = Mm(20), Mm(22)
    section.footer_distance = Mm(10)


def _set_styles(document: Any) -> None:
    sizes: dict[str, tuple[float, bool, Ink, float, float]] = {
        "Normal": (10, False, palette.TEXT, 0, 6),
        "Title": (22, True, palette.TEXT, 0, 4),
        "Subtitle": (13, False, palette.TEXT, 0, 6),
        "Heading 1": (16, True, palette.TEXT, 18, 6),
        "Heading 2": (12, True, palette.ACCENT, 12, 4),
        "Heading 3": (11, True, palette.TEXT, 10, 3),
        "Heading 4": (10, True, palette.MUTED, 8, 3),
        "Caption": (10, True, palette.TEXT, 10, 2),
        "List Bullet": (10, False, palette.TEXT, 0, 3),
    }
    for name, (size, bold, ink, before, after) in sizes.items():
        _set_style(document.styles[name], size, ink, before, after, bold=bold)
    # The library's own title is underlined by a blue rule.
    borders = document.styles["Title"].element.find(f".//{qn('w:pBdr')}")
    if borders is not None:
        borders.getparent().remove(borders)


def _add_styles(document: Any) -> None:
    added: dict[str, tuple[float, bool, Ink, float, float]] = {
        "Finding": (11, True, palette.TEXT, 0, 6),
        "Small": (8.5, False, palette.MUTED, 2, 8),
        "Table Text": (8, False, palette.TEXT, 2, 2),
        "toc 1": (10, False, palette.TEXT, 3, 0),
        "toc 2": (9, False, palette.TEXT, 0, 0),
    }
    present = {style.name.casefold() for style in document.styles if style.name}
    for name, (size, bold, ink, before, after) in added.items():
        if name.casefold() in present:
            continue
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = document.styles["Normal"]
        _set_style(style, size, ink, before, after, bold=bold)
        if name == "toc 2":
            style.paragraph_format.left_indent = Mm(6)


def _set_style(
    style: Any, size: float, ink: Ink, before: float, after: float, *, bold: bool
) -> None:
    style.font.name, style.font.size, style.font.bold = FONT, Pt(size), bold
    style.font.italic = False
    style.font.color.rgb = RGBColor.from_string(ink.light[1:].upper())
    fonts = style.element.rPr.rFonts
    for attribute in list(fonts.attrib):
        if "Theme" in attribute:
            del fonts.attrib[attribute]
    for script in ("w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(script), FONT)
    layout = style.paragraph_format
    layout.space_before, layout.space_after = Pt(before), Pt(after)
    layout.line_spacing = 1.1


def _set_language(document: Any) -> None:
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), tag())


def _set_footer(section: Any, marks: str) -> None:
    """The marks to the left, page x of y to the right."""
    footer = section.footer
    footer.is_linked_to_previous = False
    right = section.page_width.twips - section.left_margin.twips - section.right_margin.twips
    look = f'<w:rPr><w:sz w:val="16"/><w:color w:val="{palette.MUTED.light[1:].upper()}"/></w:rPr>'

    def field(code: str) -> str:
        return f'<w:fldSimple w:instr=" {code} "><w:r>{look}<w:t>1</w:t></w:r></w:fldSimple>'

    def run(text: str) -> str:
        return f'<w:r>{look}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'

    before, between, after = page_words()
    numbered = f"{run(before)}{field('PAGE')}{run(between)}{field('NUMPAGES')}{run(after)}"
    # The room for the marks ends before the page number, so that long ones break.
    paragraph = parse_xml(
        f'<w:p {nsdecls("w")}><w:pPr><w:tabs><w:tab w:val="right" w:pos="{right}"/></w:tabs>'
        f"</w:pPr>{run(marks)}<w:r>{look}<w:tab/></w:r>{numbered}</w:p>"
    )
    for old in list(footer._element):
        footer._element.remove(old)
    footer._element.append(paragraph)
