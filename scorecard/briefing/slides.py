"""The ground that slides stand on: our own theme, or the organisation's template.

All lengths are points. A template is used as far as it goes: its layouts are found by the kinds
of their placeholders, and what it lacks is put beside by us.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from lxml import etree
from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.opc.packuri import PackURI
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Pt

from scorecard import palette
from scorecard.briefing.document import tag

WIDTH, HEIGHT = 960.0, 540.0
FONT = "Arial"
"""On every machine that opens slides, and measured by `letters`."""

_TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)
_CONTENTS = (PP_PLACEHOLDER.OBJECT, PP_PLACEHOLDER.BODY)
_FURNITURE = (PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER)


@dataclass(frozen=True)
class Box:
    """A place on a slide, in points."""

    left: float
    top: float
    width: float
    height: float

    @property
    def bottom(self) -> float:
        return self.top + self.height


TITLE = Box(42, 24, 876, 64)
BODY = Box(42, 100, 876, 388)
FOOTER = Box(42, 506, 800, 20)
NUMBER = Box(858, 506, 60, 20)


@dataclass(frozen=True)
class Ground:
    """An empty presentation, its layouts, and where on them content goes."""

    deck: Any
    cover: Any
    header: Any
    content: Any
    title_only: Any
    body: Box
    title: Box


def ground(template: Path | None) -> Ground:
    """An empty presentation in our theme, or on the organisation's template."""
    if template is None:
        return _ours()
    deck = Presentation(_as_presentation(template))
    for slide in list(deck.slides._sldIdLst):
        deck.part.drop_rel(slide.rId)
        deck.slides._sldIdLst.remove(slide)
    return _found(deck)


def placeholder(shapes: Any, *kinds: Any) -> Any:
    """The first placeholder of one of these kinds, or none."""
    return next((s for s in shapes.placeholders if s.placeholder_format.type in kinds), None)


def title_of(slide: Any, room: Box) -> Any:
    """The title of a slide; a text box where the layout has no title."""
    title = slide.shapes.title
    return title if title is not None else add_text(slide, room)


def add_text(slide: Any, box: Box) -> Any:
    shape = slide.shapes.add_textbox(Pt(box.left), Pt(box.top), Pt(box.width), Pt(box.height))
    return shape


def put(shape: Any, box: Box) -> None:
    shape.left, shape.top = Pt(box.left), Pt(box.top)
    shape.width, shape.height = Pt(box.width), Pt(box.height)


def drop_empty(slide: Any) -> None:
    """Remove placeholders that nothing was put into; they would ask for a click."""
    for shape in list(slide.placeholders):
        if shape.placeholder_format.type not in _FURNITURE and not shape.text_frame.text:
            shape._element.getparent().remove(shape._element)


def furnish(slide: Any, width: float, height: float, marks: str, number: int) -> None:
    """Put the marks and the slide number on a slide, where its layout has them or below."""
    layout = slide.slide_layout
    footer = _copied(slide, layout, PP_PLACEHOLDER.FOOTER)
    if footer is None:
        footer = add_text(slide, Box(width * 0.04, height - 26, width * 0.84, 20))._element
    _say(footer, marks)
    counter = _copied(slide, layout, PP_PLACEHOLDER.SLIDE_NUMBER)
    if counter is None:
        counter = add_text(slide, Box(width * 0.89, height - 26, width * 0.07, 20))._element
    _say(counter, str(number), is_number=True)


def _found(deck: Any) -> Ground:
    _count_parts(deck.part.package)
    layouts = list(deck.slide_layouts)
    kinds = {
        id(layout): [
            s.placeholder_format.type
            for s in layout.placeholders
            if s.placeholder_format.type not in _FURNITURE
        ]
        for layout in layouts
    }

    def first(fits: Any, name: str, other: Any) -> Any:
        fitting = [layout for layout in layouts if fits(kinds[id(layout)])]
        named = [layout for layout in fitting if name in layout.name.casefold()]
        return (named or fitting or [other])[0]

    def has_title(found: list[Any]) -> bool:
        return any(kind in _TITLES for kind in found)

    titled = first(has_title, "", layouts[0])
    title_only = first(lambda k: has_title(k) and len(k) == 1, "title only", titled)
    content = first(
        lambda k: has_title(k) and len(k) == 2 and any(kind in _CONTENTS for kind in k),
        "content",
        title_only,
    )
    cover = first(lambda k: PP_PLACEHOLDER.CENTER_TITLE in k, "title", titled)
    header = first(has_title, "section", title_only)
    width, height = deck.slide_width.pt, deck.slide_height.pt
    body = placeholder(content, *_CONTENTS)
    title = placeholder(title_only, *_TITLES)
    return Ground(
        deck=deck,
        cover=cover,
        header=header,
        content=content,
        title_only=title_only,
        body=_box(body) or Box(width * 0.05, height * 0.2, width * 0.9, height * 0.7),
        title=_box(title) or Box(width * 0.05, height * 0.05, width * 0.9, height * 0.13),
    )


def _count_parts(package: Any) -> None:
    """Number new parts by counting: the library walks through all parts for each new one."""
    used = {str(part.partname) for part in package.iter_parts()}
    counters: dict[str, Iterator[int]] = {}

    def next_partname(template: str) -> PackURI:
        numbers = counters.setdefault(template, count(1))
        return PackURI(next(name for n in numbers if (name := template % n) not in used))

    package.next_partname = next_partname


def _box(shape: Any) -> Box | None:
    if shape is None or not shape.width or not shape.height:
        return None
    return Box(shape.left.pt, shape.top.pt, shape.width.pt, shape.height.pt)


def _copied(slide: Any, layout: Any, kind: Any) -> Any | None:
    source = placeholder(layout, kind)
    if source is None:
        return None
    copy = deepcopy(source._element)
    copy.nvSpPr.cNvPr.set("id", str(max(s.shape_id for s in slide.shapes) + 1))
    slide.shapes._spTree.append(copy)
    return copy


def _say(element: Any, text: str, *, is_number: bool = False) -> None:
    """Replace the text of a shape by one run, or by the field of the slide number."""
    body = element.txBody
    for paragraph in body.findall(qn("a:p")):
        body.remove(paragraph)
    style = etree.SubElement(body, qn("a:p"))
    parent = style
    if is_number:
        parent = etree.SubElement(
            style,
            qn("a:fld"),
            {"id": "{5B1C2E90-6A61-4B0E-9A57-2C3D4E5F6071}", "type": "slidenum"},
        )
    else:
        parent = etree.SubElement(style, qn("a:r"))
    etree.SubElement(parent, qn("a:rPr"), {"lang": tag(), "sz": "1000"})
    etree.SubElement(parent, qn("a:t")).text = text


def _as_presentation(template: Path) -> io.BytesIO:
    """A presentation or a template (.potx), which differ by one content type only."""
    out = io.BytesIO()
    with zipfile.ZipFile(template) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "[Content_Types].xml":
                content = content.replace(
                    b"presentationml.template.main+xml", b"presentationml.presentation.main+xml"
                )
            target.writestr(name, content)
    out.seek(0)
    return out


# Our theme ----------------------------------------------------------------------------------


def _ours() -> Ground:
    deck = Presentation()
    deck.slide_width, deck.slide_height = Pt(WIDTH), Pt(HEIGHT)
    kept = ("Title Slide", "Title and Content", "Section Header", "Title Only")
    for layout in list(deck.slide_layouts):
        if layout.name not in kept:
            deck.slide_layouts.remove(layout)
    master = deck.slide_master
    _set_theme(master.part.part_related_by(RELATIONSHIP_TYPE.THEME))
    _set_master(master)
    for layout in deck.slide_layouts:
        for shape in list(layout.placeholders):
            kind = shape.placeholder_format.type
            if kind == PP_PLACEHOLDER.DATE:
                shape._element.getparent().remove(shape._element)
            elif kind == PP_PLACEHOLDER.FOOTER:
                put(shape, FOOTER)
            elif kind == PP_PLACEHOLDER.SLIDE_NUMBER:
                put(shape, NUMBER)
        if layout.name in ("Title Slide", "Section Header"):
            _set_opening(layout)
    return _found(deck)


def _set_opening(layout: Any) -> None:
    title = placeholder(layout, *_TITLES)
    put(title, Box(72, 120, 816, 130))
    below = placeholder(layout, PP_PLACEHOLDER.SUBTITLE, PP_PLACEHOLDER.BODY)
    put(below, Box(72, 262, 816, 190))
    for shape, size, anchor in ((title, "3200", "b"), (below, "1800", "t")):
        properties = shape._element.txBody.bodyPr
        for child in list(properties):
            properties.remove(child)
        properties.set("anchor", anchor)
        style = shape._element.txBody.find(qn("a:lstStyle"))
        for child in list(style):
            style.remove(child)
        bold = ' b="1"' if size == "3200" else ""
        style.append(
            etree.fromstring(
                f'<a:lvl1pPr {nsdecls("a")} marL="0" indent="0" algn="l"><a:buNone/>'
                f'<a:defRPr sz="{size}"{bold}/></a:lvl1pPr>'
            )
        )


def _set_theme(part: Any) -> None:
    root = etree.fromstring(part.blob)
    root.set("name", "Scorecard")
    colours = {
        "dk1": palette.TEXT,
        "lt1": palette.BACKGROUND,
        "dk2": palette.STATUS["achieved"],
        "lt2": palette.TINT,
        **{f"accent{i}": ink for i, ink in enumerate(palette.SERIES, start=1)},
        "hlink": palette.ACCENT,
        "folHlink": palette.MUTED,
    }
    scheme = root.find(f".//{qn('a:clrScheme')}")
    scheme.set("name", "Scorecard")
    for name, ink in colours.items():
        slot = scheme.find(qn(f"a:{name}"))
        for child in list(slot):
            slot.remove(child)
        etree.SubElement(slot, qn("a:srgbClr"), {"val": ink.light[1:].upper()})
    fonts = root.find(f".//{qn('a:fontScheme')}")
    fonts.set("name", "Scorecard")
    for latin in fonts.iter(qn("a:latin")):
        latin.set("typeface", FONT)
    part._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _set_master(master: Any) -> None:
    boxes = {
        PP_PLACEHOLDER.TITLE: TITLE,
        PP_PLACEHOLDER.BODY: BODY,
        PP_PLACEHOLDER.FOOTER: FOOTER,
        PP_PLACEHOLDER.SLIDE_NUMBER: NUMBER,
    }
    for shape in list(master.placeholders):
        kind = shape.placeholder_format.type
        if kind in boxes:
            put(shape, boxes[kind])
        else:
            shape._element.getparent().remove(shape._element)
            continue
        properties = shape._element.txBody.bodyPr
        for child in list(properties):
            properties.remove(child)
        for side in ("lIns", "rIns", "tIns", "bIns"):
            properties.set(side, "0")
        properties.set("anchor", "t" if kind == PP_PLACEHOLDER.BODY else "ctr")
        if kind == PP_PLACEHOLDER.FOOTER:
            for level in shape._element.txBody.iter(qn("a:lvl1pPr")):
                level.set("algn", "l")
    styles = master._element.find(qn("p:txStyles"))
    title = styles.find(f"{qn('p:titleStyle')}/{qn('a:lvl1pPr')}")
    title.set("algn", "l")
    title.find(qn("a:defRPr")).attrib.update({"sz": "2400", "b": "1"})
    body = styles.find(f"{qn('p:bodyStyle')}/{qn('a:lvl1pPr')}")
    body.find(qn("a:defRPr")).set("sz", "1600")
    ink = palette.LINE.light[1:].upper()
    master.shapes._spTree.append(
        etree.fromstring(
            f"<p:cxnSp {nsdecls('p', 'a')}><p:nvCxnSpPr>"
            '<p:cNvPr id="90" name="Rule above the footer"/><p:cNvCxnSpPr/><p:nvPr userDrawn="1"/>'
            f'</p:nvCxnSpPr><p:spPr><a:xfrm><a:off x="{Pt(42)}" y="{Pt(500)}"/>'
            f'<a:ext cx="{Pt(876)}" cy="0"/></a:xfrm><a:prstGeom prst="line"><a:avLst/>'
            f'</a:prstGeom><a:ln w="9525"><a:solidFill><a:srgbClr val="{ink}"/></a:solidFill>'
            "</a:ln></p:spPr></p:cxnSp>"
        )
    )
