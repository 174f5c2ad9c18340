"""The dictionary on paper: every definition and every word, whole, on pages that are numbered."""

from __future__ import annotations

import io
import unicodedata

import pytest
from pypdf import PdfReader

from scorecard import catalogue, glossary, judgement
from tests.browser import Visit, chromium, context, server, store, visit

__all__ = ["chromium", "context", "server", "store", "visit"]

pytestmark = pytest.mark.browser


def printed(visit: Visit) -> list[str]:
    """The text of each page as it comes out of the printer, without line breaks."""
    made = visit.page.pdf(prefer_css_page_size=True, format="A4")
    pages = PdfReader(io.BytesIO(made)).pages
    assert {(round(page.mediabox.width), round(page.mediabox.height)) for page in pages} == {
        (595, 842)
    }
    return [" ".join(page.extract_text().split()) for page in pages]


def flat(text: str) -> str:
    """Without spaces and ligatures, which a printer sets as it likes."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def test_all_definitions_and_words_are_on_paper_and_nothing_that_is_pressed(visit: Visit) -> None:
    visit.open("/definitions")
    pages = printed(visit)
    whole = flat("".join(pages))
    for kpi in catalogue.load():
        for text in (kpi.title, kpi.definition, kpi.why, kpi.limitation, kpi.owner):
            assert flat(text) in whole, (kpi.id, text)
        # An entry is not cut in two.
        assert any(flat(kpi.definition) in flat(p) and flat(kpi.why) in flat(p) for p in pages)
    for term in (*judgement.STATUSES, *glossary.TERMS):
        assert flat(glossary.word(term)) in whole and flat(glossary.meaning(term)) in whole
    for pressed in ("Print the dictionary", "Search the definitions", "New here?"):
        assert flat(pressed) not in whole
    for place, text in enumerate(pages, 1):
        assert f"{place} / {len(pages)}" in text or f"{place}/{len(pages)}" in flat(text)


def test_what_was_looked_for_is_printed_alone(visit: Visit) -> None:
    visit.open("/definitions?find=website")
    pages = printed(visit)
    assert len(pages) == 1
    assert "Website visits" in pages[0]
    assert "Certified companies" not in pages[0]


def test_a_button_prints(visit: Visit) -> None:
    visit.open("/definitions")
    visit.page.evaluate("() => { window.asked = 0; window.print = () => { window.asked += 1; }; }")
    visit.page.get_by_role("button", name="Print the dictionary").click()
    assert visit.page.evaluate("window.asked") == 1
