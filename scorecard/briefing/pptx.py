"""The briefing as slides: native charts and tables, the arithmetic in the speaker's notes.

Text is measured before it is placed: what does not fit goes on to a next slide under the same
title, and a title too long for its place is cut and stands whole in the notes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO

from pptx.util import Pt

from scorecard.briefing import native, scale
from scorecard.briefing.document import (
    Block,
    Bullets,
    Cell,
    Chart,
    Document,
    Paragraph,
    Section,
    Table,
    tag,
)
from scorecard.briefing.letters import clean, limit, one_line, wrap
from scorecard.briefing.slide_text import (
    AFTER,
    INDENT,
    LEADING,
    PAD,
    SIZES,
    Item,
    Kind,
    draw_table,
    fill,
    measured,
)
from scorecard.briefing.slides import (
    Box,
    Ground,
    add_text,
    drop_empty,
    furnish,
    ground,
    put,
    title_of,
)
from scorecard.languages import say

_FACTORS = (1.0, 0.9, 0.8)
"""Sizes of text, as shares of the usual."""
_LEAST_CHART, _MOST_CHART = 190.0, 360.0


@dataclass
class _Flow:
    """Where we are: the slide, how far it is filled, and the text that waits to be placed."""

    ground: Ground
    marks: str
    title: str = ""
    factor: float = 1.0
    """By how much text is made smaller, so that a section stays on one slide."""
    slide: Any = None
    top: float = 0.0
    waiting: list[Item] = field(default_factory=list)
    waiting_top: float = 0.0
    notes: list[str] = field(default_factory=list)

    @property
    def body(self) -> Box:
        return self.ground.body

    @property
    def left_over(self) -> float:
        return self.body.bottom - self.top

    def open(self, title: str, layout: Any = None) -> None:
        """Begin a slide under a title, which is cut to two lines where it is too long."""
        self.close()
        self.slide = self.ground.deck.slides.add_slide(layout or self.ground.content)
        shape, box = title_of(self.slide, self.ground.title), self.ground.title
        size, text = 0.0, ""
        for size in (24.0, 20.0, 17.0):
            most = max(1, int(box.height / (size * 1.2)))
            text, _ = limit(title, box.width / size * 0.97, most, bold=True)
            if text == title:
                break
        else:
            self.notes.append(title)
        shape.text_frame.text = text or "–"
        if layout is None:
            shape.text_frame.paragraphs[0].runs[0].font.size = Pt(size)
        self.top = self.waiting_top = self.body.top

    def go_on(self) -> None:
        """The next slide of the same section."""
        self.open(say("{title} (continued)", title=self.title))

    def say(self, items: list[Item], keep: float = 0.0) -> None:
        """Place paragraphs; a heading stays with what follows, which takes at least `keep`."""
        queue = [replace(item, factor=self.factor) for item in items]
        while queue:
            item = queue.pop(0)
            need = item.height(self.body.width)
            behind = 0.0
            if item.kind in ("heading", "caption"):
                behind = queue[0].height(self.body.width) if queue else keep
            if self.top + min(need + behind, self.body.height) > self.body.bottom + 1:
                if self.top > self.body.top:
                    self.go_on()
                if need > self.body.height:
                    item, rest = self._torn(item)
                    queue.insert(0, rest)
                    need = item.height(self.body.width)
            self.waiting.append(item)
            self.top += need

    def place(self) -> None:
        """Put the waiting paragraphs on the slide as one text."""
        if not self.waiting:
            return
        box = Box(self.body.left, self.waiting_top, self.body.width, self.top - self.waiting_top)
        shape = None
        if self.waiting_top == self.body.top:
            shape = next((s for s in self.slide.placeholders if _is_free(s)), None)
        if shape is None:
            shape = add_text(self.slide, box)
        else:
            put(shape, box)
        fill(shape, self.waiting)
        self.waiting = []
        self.waiting_top = self.top

    def close(self) -> None:
        """Finish the slide: its text, notes and marks."""
        if self.slide is None:
            return
        self.place()
        drop_empty(self.slide)
        deck = self.ground.deck
        size = (deck.slide_width.pt, deck.slide_height.pt)
        furnish(self.slide, *size, self.marks, len(deck.slides))
        if self.notes:
            self.slide.notes_slide.notes_text_frame.text = "\n".join(self.notes)
        self.notes = []
        self.slide = None

    def _torn(self, item: Item) -> tuple[Item, Item]:
        """A paragraph too long for a slide in two, the first filling one."""
        size = item.size
        room = self.body.width - (INDENT if item.kind == "bullet" else 0)
        lines = wrap(item.text, room / size, bold=item.is_bold)
        most = max(1, int((self.body.height - AFTER) / (size * LEADING)))
        first, rest = " ".join(lines[:most]), " ".join(lines[most:])
        return replace(item, text=first), replace(item, text=rest)


def write(document: Document, out: BinaryIO, template: Path | None = None) -> None:
    """Write a briefing as PPTX, in our theme or on the organisation's template."""
    marks = " · ".join(one_line(mark) for mark in document.marks)
    found = ground(template)
    flow = _Flow(found, limit(marks, found.body.width * 0.9 / 10, 1)[0])
    _cover(flow, document)
    for section in document.sections:
        _write_section(flow, section, is_first=True)
    flow.close()
    properties = found.deck.core_properties
    properties.title, properties.language = one_line(document.title)[:255], tag()
    properties.author = properties.last_modified_by = ""
    properties.subject = one_line(document.selection)[:255]
    found.deck.save(out)


def _cover(flow: _Flow, document: Document) -> None:
    flow.slide = flow.ground.deck.slides.add_slide(flow.ground.cover)
    title = title_of(flow.slide, flow.ground.title)
    text = one_line(document.title)
    title.text_frame.text = limit(text, title.width.pt / 32 * 0.97, 3, bold=True)[0] or "–"
    texts = (
        document.subtitle,
        document.selection,
        document.origin,
    )
    kinds: tuple[Kind, ...] = ("strong", "plain", "note")
    below = next((s for s in flow.slide.placeholders if _is_free(s)), None)
    if below is None:
        below = add_text(flow.slide, flow.body)
    room = below.width.pt * 0.97
    items = [
        Item(kind, limit(one_line(text), room / SIZES[kind], 3, bold=kind == "strong")[0])
        for kind, text in zip(kinds, texts, strict=True)
        if one_line(text)
    ]
    fill(below, items)


def _write_section(flow: _Flow, section: Section, *, is_first: bool = False) -> None:
    title = one_line(section.title) or "–"
    if is_first or section.opens_page or section.level == 1:
        flow.title = title
        if not section.blocks and section.sections and section.sections[0].opens_page:
            flow.open(title, flow.ground.header)
        else:
            flow.open(title)
        flow.factor = _factor(section, flow.body)
        heading: list[Item] = []
    else:
        heading = [Item("heading", title)]
    flow.notes += [clean(note) for note in section.notes]
    _write_blocks(flow, section, heading)
    for inner in section.sections:
        _write_section(flow, inner)


def _factor(section: Section, body: Box) -> float:
    """How small the text of a section is made, so that it takes few slides."""
    items: list[Item] = []
    has_table = False
    chart = 0.0
    for inner in section.walk():
        if inner is not section:
            if inner.opens_page or inner.level == 1:
                break
            items.append(Item("heading", one_line(inner.title)))
        for block in inner.blocks:
            if isinstance(block, Chart):
                chart = max(chart, _least(block))
            elif isinstance(block, Table):
                has_table = True
            else:
                items += _texts(block)
    if has_table:
        return 1.0

    def slides(factor: float) -> int:
        high = sum(replace(item, factor=factor).height(body.width) for item in items)
        # Headings that move to the next slide leave a little empty.
        return math.ceil((high * 1.05 + chart) / body.height)

    return min(_FACTORS, key=lambda factor: (slides(factor), -factor))


def _texts(block: Paragraph | Bullets) -> list[Item]:
    if isinstance(block, Bullets):
        return [Item("bullet", clean(text)) for text in block.items]
    return [Item("strong" if block.strong else "plain", clean(block.text))]


def _ordered(flow: _Flow, section: Section, items: list[Item]) -> list[Block]:
    """The blocks with the charts together, below the text where one slide takes both."""
    blocks = list(section.blocks)
    charts = [block for block in blocks if isinstance(block, Chart)]
    if not charts or any(isinstance(block, Table) for block in blocks):
        return blocks
    texts = [block for block in blocks if isinstance(block, Paragraph | Bullets)]
    all_items = items + [item for block in texts for item in _texts(block)]
    high = sum(replace(i, factor=flow.factor).height(flow.body.width) for i in all_items)
    if len(charts) <= 2 and high + max(map(_least, charts)) <= flow.left_over:
        return [*texts, *charts]
    first = blocks.index(charts[0])
    return [*texts[:first], *charts, *texts[first:]]


def _write_blocks(flow: _Flow, section: Section, items: list[Item]) -> None:
    """The blocks in order; neighbouring texts as one, neighbouring charts side by side."""
    charts: list[Chart] = []
    for block in _ordered(flow, section, items):
        if isinstance(block, Chart):
            flow.say(items, keep=_least(block))
            items = []
            charts += [] if scale.is_empty(block) else scale.split(block)
            if scale.is_empty(block):
                items += [
                    Item("caption", one_line(block.title)),
                    Item("note", say("Nothing known.")),
                ]
            continue
        _write_charts(flow, charts)
        charts = []
        if isinstance(block, Paragraph | Bullets):
            items += _texts(block)
        else:
            flow.say(items, keep=100)
            items = []
            _write_table(flow, block)
    _write_charts(flow, charts)
    flow.say(items)


def _is_free(shape: Any) -> bool:
    kind = shape.placeholder_format.type
    return "TITLE" not in kind.name.replace("SUBTITLE", "") and not shape.text_frame.text


# Charts -------------------------------------------------------------------------------------


def _write_charts(flow: _Flow, charts: list[Chart]) -> None:
    """Two beside each other, as many rows as it takes."""
    for start in range(0, len(charts), 2):
        pair = charts[start : start + 2]
        if flow.left_over < max(map(_least, pair)) and flow.top > flow.body.top:
            flow.go_on()
        flow.place()
        gap = 20.0
        wide = (flow.body.width - gap * (len(pair) - 1)) / len(pair)
        high = min(flow.left_over, _MOST_CHART)
        captions = [_caption(chart, wide) for chart in pair]
        head = max(sum(item.height(wide) for item in items) for items in captions)
        for place, (chart, items) in enumerate(zip(pair, captions, strict=True)):
            left = flow.body.left + place * (wide + gap)
            fill(add_text(flow.slide, Box(left, flow.top, wide, head)), items)
            _draw(flow.slide, chart, Box(left, flow.top + head, wide, high - head))
        flow.top += high + AFTER
        flow.waiting_top = flow.top


def _least(chart: Chart) -> float:
    """Points that a chart needs with its caption; each bar that is named takes a line."""
    if chart.kind == "line":
        return _LEAST_CHART
    return min(max(_LEAST_CHART, 90 + 16.0 * len(chart.categories)), _MOST_CHART)


def _caption(chart: Chart, wide: float) -> list[Item]:
    title, _ = limit(one_line(chart.title), wide / SIZES["caption"], 2, bold=True)
    subtitle, _ = limit(one_line(chart.subtitle), wide / SIZES["note"], 3)
    return [Item("caption", title), *([Item("note", subtitle)] if subtitle else [])]


def _draw(slide: Any, chart: Chart, box: Box) -> None:
    frame = slide.shapes.add_chart(
        native.kind(chart),
        Pt(box.left),
        Pt(box.top),
        Pt(box.width),
        Pt(box.height),
        native.data(chart),
    )
    native.style(
        frame.chart, chart, 9.0 if len(chart.categories) > 8 and chart.kind != "line" else 11.0
    )
    frame._element.nvGraphicFramePr.cNvPr.set("descr", one_line(chart.alt))
    frame._element.nvGraphicFramePr.cNvPr.set("title", one_line(chart.title))


# Tables -------------------------------------------------------------------------------------


def _write_table(flow: _Flow, table: Table) -> None:
    """A table over as many slides as it takes, its header repeated."""
    size = 12.0 if len(table.columns) <= 7 else 10.5
    total = sum(column.width for column in table.columns) or 1.0
    widths = [flow.body.width * column.width / total for column in table.columns]
    head_cells = tuple(Cell(column.title) for column in table.columns)
    title = limit(one_line(table.title), flow.body.width / SIZES["caption"], 2, bold=True)[0]
    caption = Item("caption", title)
    room = flow.body.height - caption.height(flow.body.width)
    most = max(1, int((room / 2 - PAD) / (size * LEADING)))
    head = measured(head_cells, widths, size, most, bold=True)
    rows = [measured(row, widths, size, most) for row in table.rows]
    done = 0
    while done < len(rows) or done == 0:
        first = rows[done][1] if rows else 0.0
        flow.say([caption], keep=head[1] + first)
        flow.place()
        last, high = done, head[1]
        while last < len(rows) and flow.top + high + rows[last][1] <= flow.body.bottom + 1:
            high += rows[last][1]
            last += 1
        last = max(last, done + 1) if rows else 0
        if 0 < len(rows) - last < 3 < last - done - 1:
            last = len(rows) - 3  # No row or two alone on the last slide.
        box = Box(flow.body.left, flow.top, flow.body.width, high)
        draw_table(flow.slide, table, [head, *rows[done:last]], widths, size, box)
        flow.top += high + AFTER
        flow.waiting_top = flow.top
        if not rows or last >= len(rows):
            break
        done = last
        flow.go_on()
    if table.note:
        flow.say([Item("note", clean(table.note))])
