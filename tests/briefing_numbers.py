"""Every number of a paper: taken out of its texts, and where it may come from."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser

import docx
import openpyxl
import pptx
import pypdf

from scorecard import meeting, readings, wording
from scorecard.briefing import scale
from scorecard.briefing.document import Block, Bullets, Chart, Document, Paragraph, Section, Table
from scorecard.confidentiality import Role
from scorecard.exhibits import arithmetic
from scorecard.readings import Reading
from scorecard.selection import Selection
from scorecard.snapshot import Snapshot

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


def numbers(texts: Iterable[str]) -> set[str]:
    """The numbers of some texts, without the marks between thousands; a sentence's comma and
    full stop are none of theirs."""
    found = set()
    for text in texts:
        for match in _NUMBER.findall(text):
            found.add(match.rstrip(",.").replace(",", ""))
    return found


# What a document says -------------------------------------------------------------------------


def said(document: Document) -> Iterator[str]:
    """All texts of a document, the data of its charts as a reader sees them."""
    yield from (document.title, document.subtitle, document.selection, document.audience)
    yield from (document.snapshot, wording.date(document.as_of), *document.marks)
    yield from (wording.date(document.meeting), document.meeting.isoformat())
    for section in document.walk():
        yield from said_in(section)


def said_in(section: Section) -> Iterator[str]:
    """The texts of a section, without those within it."""
    yield section.title
    yield from section.notes
    for block in section.blocks:
        yield from words_of(block)
        if isinstance(block, Chart):
            yield from block.categories
            yield from drawn(block)


def words_of(block: Block) -> Iterator[str]:
    """The texts of a block, without what a chart draws."""
    match block:
        case Paragraph():
            yield block.text
        case Bullets():
            yield from block.items
        case Table():
            yield from (block.title, block.note, *(column.title for column in block.columns))
            yield from (cell.text for row in block.rows for cell in row)
        case Chart():
            yield from (block.title, block.subtitle, block.alt)


def drawn(chart: Chart) -> Iterator[str]:
    for line in chart.lines:
        yield line.name
        for value in line.values:
            if value is not None:
                yield scale.shown(value, chart.unit)
                if chart.kind == "waterfall":
                    yield scale.step_shown(value, chart.unit)
    if chart.kind == "waterfall":
        yield scale.step_shown(sum(v or 0.0 for v in chart.lines[0].values[1:-1]), chart.unit)


# Where numbers may come from ------------------------------------------------------------------


def of_kpi(
    snapshot: Snapshot, selection: Selection, role: Role, start: dt.date, end: dt.date, name: str
) -> Iterator[str]:
    """What the words of the screen make of one KPI's readings, series and explanation."""
    plan = snapshot.plan
    kpi = plan.kpi(name)
    now = readings.reading(snapshot, kpi, selection, role, end, start)
    old = readings.reading(snapshot, kpi, selection, role, start, None)
    path = readings.target(snapshot, kpi, selection)
    yield from (kpi.title, kpi.definition, kpi.limitation, kpi.owner)
    yield from of_reading(snapshot, now, old)
    for step in arithmetic.steps(kpi, now, path, end):
        yield from (step.what, step.figure, step.how)
    yield from wording.STATUS_MEANING.values()
    why = meeting.explained(snapshot, kpi, start, end, selection, role)
    yield why.text
    for piece in why.steps:
        yield from (piece.label, wording.number(kpi, piece.amount))
        yield wording.change(kpi, piece.amount)
    yield from (wording.date(start), wording.date(end), wording.month(end))
    for date, value in zip(
        snapshot.dates, readings.scorecard(snapshot, selection, role).series[name], strict=True
    ):
        yield from (date.isoformat(), wording.month(date), wording.number(kpi, value))


def of_reading(snapshot: Snapshot, now: Reading, old: Reading) -> Iterator[str]:
    kpi = snapshot.plan.kpi(now.kpi)
    for level in (now.baseline, now.expected, now.target, now.projected, now.previous_value):
        yield wording.number(kpi, level)
    yield from (wording.value(kpi, now), wording.counted(kpi, now.value), wording.value(kpi, old))
    yield from (wording.change(kpi, now.change), wording.change_words(kpi, now, old))
    yield from (wording.gap(kpi, now), wording.against(kpi, now), wording.pace(kpi, now))
    yield from (wording.finding(kpi, now), wording.needed(kpi, now))
    yield str(now.n)
    if now.ratio_to_plan is not None:
        yield wording.plain(now.ratio_to_plan, 2)
    if now.target_date:
        yield wording.date(now.target_date)


# What a file says -----------------------------------------------------------------------------


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in ("script", "style")
        self.texts += [value for name, value in attrs if name == "aria-label" and value]

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.texts.append(data)


def in_html(made: bytes) -> list[str]:
    words = _Words()
    words.feed(made.decode("utf-8"))
    return words.texts


def in_xlsx(made: bytes) -> list[str]:
    """Texts as they are, and numbers as their format shows them. What a chart stacks, far to
    the right of its sheet, is part of the chart."""
    texts = []
    for sheet in openpyxl.load_workbook(io.BytesIO(made)).worksheets:
        texts.append(str(sheet.oddFooter.left.text))
        for row in sheet.iter_rows(max_col=20):
            texts += [_as_shown(cell.value, cell.number_format) for cell in row]
    return texts


def _as_shown(value: object, shape: str) -> str:
    if isinstance(value, dt.datetime):
        return f"{wording.short_date(value.date())} {value.date()}"
    if isinstance(value, int | float):
        digits = 2 if "0.00" in shape else 1 if "0.0" in shape else 0
        return wording.plain(value * 100 if shape.endswith("%") else value, digits)
    return "" if value is None else str(value)


def in_pptx(made: bytes) -> list[str]:
    texts = []
    for slide in pptx.Presentation(io.BytesIO(made)).slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                texts.append(shape.text_frame.text)
            if shape.has_table:
                texts += [cell.text for row in shape.table.rows for cell in row.cells]
        if slide.has_notes_slide and slide.notes_slide.notes_text_frame:
            texts.append(slide.notes_slide.notes_text_frame.text)
    return texts


def in_docx(made: bytes) -> list[str]:
    document = docx.Document(io.BytesIO(made))
    texts = [paragraph.text for paragraph in document.paragraphs]
    for table in document.tables:
        texts += [cell.text for row in table.rows for cell in row.cells]
    return texts


def in_pdf(made: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made)).pages]


READ = {"html": in_html, "xlsx": in_xlsx, "pptx": in_pptx, "docx": in_docx, "pdf": in_pdf}
