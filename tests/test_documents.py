"""The papers as slides, Word document and PDF, opened by something that did not write them."""

from __future__ import annotations

import dataclasses
import io
import re
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from docx import Document as open_docx
from docx.oxml.ns import qn
from lxml import etree
from openpyxl import load_workbook
from pptx import Presentation
from pptx.util import Pt
from pypdf import PdfReader

from scorecard.briefing import docx, letters, pdf, pptx, scale
from scorecard.briefing.document import Chart, Document, Line
from tests import briefing_example as examples

WRITERS: dict[str, Callable[..., None]] = {
    "pptx": pptx.write,
    "docx": docx.write,
    "pdf": pdf.write,
}


def written(format: str, document: Document, template: Path | None = None) -> io.BytesIO:
    out = io.BytesIO()
    WRITERS[format](document, out, template)
    out.seek(0)
    return out


@pytest.fixture(scope="module")
def slides() -> Any:
    return Presentation(written("pptx", examples.example()))


@pytest.fixture(scope="module")
def word() -> Any:
    return open_docx(written("docx", examples.example()))


@pytest.fixture(scope="module")
def paper() -> PdfReader:
    return PdfReader(written("pdf", examples.example()))


def texts_of(slide: Any) -> str:
    found = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
    for shape in slide.shapes:
        if shape.has_table:
            found += [cell.text for row in shape.table.rows for cell in row.cells]
    return "\n".join(found)


# Slides -------------------------------------------------------------------------------------


def test_slides_hold_charts_that_stay_charts(slides: Any) -> None:
    charts = [s.chart for slide in slides.slides for s in slide.shapes if s.has_chart]
    assert len(charts) == 4
    line = charts[0].plots[0]
    assert [series.name for series in line.series] == ["Value", "Required path", "At this pace"]
    values = list(line.series[0].values)
    assert values[6] is None and values[-1] is None and values[0] == 40
    dashes = [s.format.line.dash_style for s in line.series]
    assert dashes[0] is None and dashes[1] is not None and dashes[2] not in (None, dashes[1])


def test_a_waterfall_on_slides_stands_on_a_base_that_is_not_seen(slides: Any) -> None:
    chart = next(
        shape.chart
        for slide in slides.slides
        for shape in slide.shapes
        if shape.has_chart and shape.chart.plots[0].series[0].name == "Base"
    )
    base, total, more, less = list(chart.plots[0].series)[:4]
    assert base.format.fill.type is not None and "noFill" in etree.tostring(base._element).decode()
    assert total.values[0] == 90 and total.values[-1] == 95
    assert (less.values[1], base.values[1]) == (2, 88)
    assert (more.values[2], base.values[2]) == (3, 88)


def test_every_slide_bears_the_marks_and_its_number(slides: Any) -> None:
    for number, slide in enumerate(slides.slides, start=1):
        text = texts_of(slide)
        assert "Confidential: for the board only · Synthetic sample" in text
        fields = [
            field.findtext(qn_a("t"))
            for field in slide._element.iter(qn_a("fld"))
            if field.get("type") == "slidenum"
        ]
        assert fields == [str(number)]


def test_charts_and_tables_on_slides_have_a_text_alternative(slides: Any) -> None:
    for slide in slides.slides:
        for shape in slide.shapes:
            if shape.has_chart or shape.has_table:
                assert shape._element.nvGraphicFramePr.cNvPr.get("descr")


def test_the_arithmetic_stands_in_the_notes(slides: Any) -> None:
    notes = [s.notes_slide.notes_text_frame.text for s in slides.slides if s.has_notes_slide]
    assert "(48 − 20) ÷ (52 − 20) = 88 % of the way expected by now." in notes


def test_a_long_table_goes_on_with_its_header_and_loses_no_row(slides: Any) -> None:
    tables = [
        [[cell.text for cell in row.cells] for row in shape.table.rows]
        for slide in slides.slides
        for shape in slide.shapes
        if shape.has_table and len(shape.table.columns) == 7
    ]
    assert len(tables) > 1
    assert {tuple(rows[0]) for rows in tables} == {tuple(tables[0][0])}
    values = [row[1] for rows in tables for row in rows[1:]]
    assert values == [str(48 + i) for i in range(29)]


def test_a_status_on_a_slide_is_word_shape_and_colour(slides: Any) -> None:
    cells = [
        cell
        for slide in slides.slides
        for shape in slide.shapes
        if shape.has_table
        for row in shape.table.rows
        for cell in row.cells
        if cell.text.endswith("Serious delay")
    ]
    assert cells and cells[0].text == "◆ Serious delay"
    assert str(cells[0].text_frame.paragraphs[0].runs[0].font.color.rgb) == "951700"


@pytest.mark.parametrize("name", ["example", "hostile"])
def test_nothing_on_a_slide_stands_outside_of_it(name: str) -> None:
    deck = Presentation(written("pptx", getattr(examples, name)()))
    for slide in deck.slides:
        for shape in slide.shapes:
            if shape.is_placeholder and shape.top is None:
                continue
            assert shape.left >= 0 and shape.left + shape.width <= deck.slide_width + Pt(1)
            if shape.has_table:
                high = sum(row.height for row in shape.table.rows)
                assert shape.top + high <= Pt(497)
            assert shape.top >= 0 and shape.top + shape.height <= deck.slide_height


def test_slides_take_the_template_of_the_organisation(tmp_path: Path) -> None:
    template = tmp_path / "house.potx"
    deck = Presentation()
    deck.slides.add_slide(deck.slide_layouts[0]).shapes.title.text = "An old slide"
    deck.slide_layouts[5].name = "Nur Titel"
    made = io.BytesIO()
    deck.save(made)
    template.write_bytes(
        rezipped(
            made.getvalue(),
            b"presentationml.presentation.main+xml",
            b"presentationml.template.main+xml",
        )
    )
    found = Presentation(written("pptx", examples.example(), template))
    assert found.slide_width == deck.slide_width
    assert "An old slide" not in "".join(texts_of(slide) for slide in found.slides)
    assert "Nur Titel" in [layout.name for layout in found.slide_layouts]
    assert all("Synthetic sample" in texts_of(slide) for slide in found.slides)


# Word ---------------------------------------------------------------------------------------


def test_headings_in_word_are_headings_and_the_contents_list_them(word: Any) -> None:
    headings = [p for p in word.paragraphs if p.style.name.startswith("Heading")]
    assert headings[0].text == "One year before its end, 10 of 17 judged KPIs are on plan"
    assert {p.style.name for p in headings} == {"Heading 1", "Heading 2"}
    listed = [p.hyperlinks[0] for p in word.paragraphs if p.style.name.startswith("toc")]
    assert [link.text for link in listed] == [p.text for p in headings]
    anchors = {b.get(qn("w:name")) for b in word.element.body.iter(qn("w:bookmarkStart"))}
    assert {link.fragment for link in listed} <= anchors
    assert "TOC \\o" in "".join(i.text for i in word.element.body.iter(qn("w:instrText")))


def test_charts_in_word_are_native_and_have_a_text_alternative(word: Any) -> None:
    drawn = list(word.element.body.iter(qn("wp:docPr")))
    assert len(drawn) == 4 and all(d.get("descr") for d in drawn)
    charts = [r.target_part for r in word.part.rels.values() if r.reltype.endswith("/chart")]
    assert len(charts) == 4
    for chart in charts:
        sheet = next(iter(chart.rels.values())).target_part
        assert load_workbook(io.BytesIO(sheet.blob)).active.max_row > 2


def test_tables_in_word_repeat_their_header_and_have_captions(word: Any) -> None:
    for table in word.tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    captions = [p.text for p in word.paragraphs if p.style.name == "Caption"]
    assert "Table 1. 29 KPIs, worst last" in captions
    assert "Figure 4. Reviews stopped in 2020" in captions


def test_the_footer_of_word_counts_pages_and_bears_the_marks(word: Any) -> None:
    footer = word.sections[0].footer._element
    assert "Confidential: for the board only · Synthetic sample" in "".join(footer.itertext())
    fields = [field.get(qn("w:instr")).strip() for field in footer.iter(qn("w:fldSimple"))]
    assert fields == ["PAGE", "NUMPAGES"]


def test_word_knows_its_title_and_language(word: Any) -> None:
    assert word.core_properties.title == "Briefing for the board meeting of 15 March 2023"
    languages = {e.get(qn("w:val")) for e in word.styles.element.iter(qn("w:lang"))}
    assert languages == {"en-GB"}


def test_word_takes_the_template_of_the_organisation(tmp_path: Path) -> None:
    template = tmp_path / "house.dotx"
    own = open_docx()
    own.add_paragraph("An old text")
    own.styles["Heading 1"].font.name = "Georgia"
    made = io.BytesIO()
    own.save(made)
    template.write_bytes(
        rezipped(
            made.getvalue(),
            b"wordprocessingml.document.main+xml",
            b"wordprocessingml.template.main+xml",
        )
    )
    found = open_docx(written("docx", examples.example(), template))
    assert found.styles["Heading 1"].font.name == "Georgia"
    assert "An old text" not in [p.text for p in found.paragraphs]


# PDF ----------------------------------------------------------------------------------------


def elements(paper: PdfReader) -> Iterator[Any]:
    """All structure elements of a tagged PDF."""
    waiting = [paper.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        found = waiting.pop().get_object()
        if isinstance(found, list):
            waiting += found
        elif hasattr(found, "get"):
            if "/S" in found:
                yield found
            if found.get("/Type") not in ("/MCR", "/OBJR") and "/K" in found:
                waiting.append(found["/K"])


def test_the_pdf_says_that_it_is_accessible(paper: PdfReader) -> None:
    root = paper.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert paper.metadata and paper.metadata.title == examples.example().title
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()


def test_every_figure_of_the_pdf_has_a_text_alternative(paper: PdfReader) -> None:
    figures = [e for e in elements(paper) if e["/S"] == "/Figure"]
    assert len(figures) == 4
    assert all(figure["/Alt"] for figure in figures)


def test_headings_and_tables_of_the_pdf_are_tagged(paper: PdfReader) -> None:
    kinds = [e["/S"] for e in elements(paper)]
    assert kinds.count("/H1") == 5 and kinds.count("/H2") == 6
    assert kinds.count("/Table") == 2 and kinds.count("/THead") == 2
    assert kinds.count("/TH") == 9


def test_every_page_of_the_pdf_bears_its_number_and_the_marks(paper: PdfReader) -> None:
    count = len(paper.pages)
    for number, page in enumerate(paper.pages, start=1):
        text = page.extract_text()
        assert f"Page {number} of {count}" in text
        assert "Confidential: for the board only · Synthetic sample" in text
        assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)


def test_text_is_never_markup_for_the_pdf() -> None:
    text = "".join(
        page.extract_text() for page in PdfReader(written("pdf", examples.hostile())).pages
    )
    flat = re.sub(r"\s|\u200b", "", text)
    for typed in (*examples.HOSTILE[:4], examples.HOSTILE[-1]):
        assert re.sub(r"\s", "", typed) in flat
    assert "[rocket]" in text


def test_the_same_briefing_is_the_same_pdf() -> None:
    one, other = (written("pdf", examples.example()).getvalue() for _ in range(2))
    assert one == other


# All ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", WRITERS)
def test_hostile_texts_break_no_format(format: str) -> None:
    made = written(format, examples.hostile())
    if format == "pdf":
        assert len(PdfReader(made).pages) > 10
        return
    with zipfile.ZipFile(made) as package:
        for name in package.namelist():
            if name.endswith((".xml", ".rels")):
                etree.fromstring(package.read(name))
    (Presentation if format == "pptx" else open_docx)(made)


@pytest.mark.parametrize("format", WRITERS)
def test_sixty_kpis_in_delay_break_no_format(format: str) -> None:
    made = written(format, examples.long(60))
    if format == "pdf":
        assert len(PdfReader(made).pages) > 60
    elif format == "pptx":
        assert len(Presentation(made).slides) > 60
    else:
        headings = [p for p in open_docx(made).paragraphs if p.style.name == "Heading 2"]
        assert len(headings) == 60


@pytest.mark.parametrize("format", WRITERS)
def test_an_empty_briefing_is_a_briefing(format: str) -> None:
    bare = Chart("line", "Nothing", "", "", (), ())
    unknown = dataclasses.replace(bare, categories=("2022-12-31",), lines=(Line("A", (None,)),))
    section = examples.Section("", (bare, unknown, examples.Paragraph(""), examples.Bullets(())))
    assert written(format, examples.document()).getvalue()
    assert written(format, examples.document(section)).getvalue()


@pytest.mark.parametrize("format", ["pptx", "docx"])
def test_no_sheet_behind_a_chart_holds_a_formula(format: str) -> None:
    chart = examples.bar_chart("Bars", ("=1+1", "https://example.org", "@SUM(A1)", "Fine"))
    made = written(format, examples.document(examples.Section("S", (chart,))))
    with zipfile.ZipFile(made) as package:
        name = next(n for n in package.namelist() if n.endswith(".xlsx"))
        book = load_workbook(io.BytesIO(package.read(name)))
    column = [cell for cell in book.active["A"] if cell.value is not None]
    assert [cell.value for cell in column][:1] == ["=1+1"]
    assert all(cell.data_type == "s" and cell.hyperlink is None for cell in column)


def test_no_bar_chart_shows_more_groups_than_can_be_read() -> None:
    names = tuple(f"Group {i}" for i in range(45))
    parts = list(scale.split(examples.bar_chart("Bars", names)))
    assert [part.title for part in parts] == [f"Bars ({i} of 3)" for i in (1, 2, 3)]
    assert tuple(name for part in parts for name in part.categories) == names


@pytest.mark.parametrize(
    ("values", "unit", "ticks"),
    [
        ((0.0, 96.0), "count", [0, 20, 40, 60, 80, 100]),
        ((0.0, 3.0), "count", [0, 1, 2, 3]),
        ((0.29,), "percent", [0, 0.1, 0.2, 0.3]),
        ((-4.0, 6.0), "count", [-4, -2, 0, 2, 4, 6]),
        ((0.0,), "count", [0, 1]),
        ((19.4,), "months", [0, 5, 10, 15, 20]),
    ],
)
def test_an_axis_begins_at_zero_and_has_round_marks(
    values: tuple[float, ...], unit: Any, ticks: list[float]
) -> None:
    chart = Chart("bar", "", "", "", ("a",) * len(values), (Line("x", values),), unit)
    assert scale.axis(chart).ticks() == ticks


def test_a_text_is_cut_at_a_line_with_an_ellipsis() -> None:
    cut, lines = letters.limit("one two three four five", 5.0, 2)
    assert lines == 2 and cut.endswith("…")
    assert all(letters.width(line) <= 5.0 for line in letters.wrap(cut, 5.0))


def test_text_that_xml_forbids_is_seen_to_be_there() -> None:
    assert letters.clean("a\x00b\ud800c") == "a\ufffdb\ufffdc"
    assert letters.one_line(" a\r\nb\u2028c ") == "a b c"
    assert letters.clean("x\u202ey") == "xy"


@pytest.mark.documents
@pytest.mark.parametrize("format", ["pptx", "docx"])
@pytest.mark.parametrize("name", ["example", "hostile"])
def test_libreoffice_opens_it_and_every_page_has_ink(
    format: str, name: str, tmp_path: Path
) -> None:
    source = tmp_path / f"paper.{format}"
    source.write_bytes(written(format, getattr(examples, name)()).getvalue())
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless"]
        + ["--convert-to", "pdf", "--outdir", str(tmp_path), str(source)],
        check=True,
        capture_output=True,
        timeout=180,
    )
    made = tmp_path / "paper.pdf"
    pages = len(PdfReader(made).pages)
    if format == "pptx":
        assert pages == len(Presentation(source).slides)
    assert_ink(made, pages)


@pytest.mark.documents
def test_poppler_draws_every_page_of_the_pdf(tmp_path: Path) -> None:
    made = tmp_path / "paper.pdf"
    made.write_bytes(written("pdf", examples.example()).getvalue())
    assert_ink(made, len(PdfReader(made).pages))


def assert_ink(paper: Path, pages: int) -> None:
    """Every page is drawn, and is not blank between its margins."""
    stem = paper.with_suffix("")
    subprocess.run(["pdftoppm", "-r", "20", "-gray", str(paper), str(stem)], check=True)
    drawn = sorted(paper.parent.glob(f"{stem.name}-*.pgm"))
    assert len(drawn) == pages
    for page in drawn:
        _, size, _, pixels = page.read_bytes().split(b"\n", 3)
        height = int(size.split()[1])
        middle = pixels[: len(pixels) * 9 // 10]
        assert height and min(middle) < 160, f"{page.name} is blank"


def qn_a(tag: str) -> str:
    return f"{{http://schemas.openxmlformats.org/drawingml/2006/main}}{tag}"


def rezipped(package: bytes, old: bytes, new: bytes) -> bytes:
    """A package with one content type changed, as office programs save templates."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, content.replace(old, new) if "Content_Types" in name else content)
    return out.getvalue()
