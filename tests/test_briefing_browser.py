"""The papers in a real browser: the file of HTML, and the page that makes all files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from scorecard import snapshot
from scorecard.briefing import content, html, written
from scorecard.briefing.document import Chart, Document
from tests.briefing_example import hostile
from tests.browser import Visit, chromium, context, serving, store, visiting

__all__ = ["chromium", "context", "store"]

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def papers() -> Document:
    sample = snapshot.in_memory(snapshot.Sources())
    return content.compose(sample, written.NOTHING, dt.date(2023, 3, 15), dt.date(2022, 9, 15))


def opened(context: BrowserContext, document: Document, folder: Path) -> Visit:
    """The file as a reader opens it, every part of it scrolled past."""
    file = folder / "papers.html"
    file.write_text(html.page(document), encoding="utf-8")
    visit = visiting(context, file.as_uri())
    visit.page.goto(file.as_uri())
    height = int(visit.page.evaluate("document.documentElement.scrollHeight"))
    for place in range(0, height, 600):
        visit.page.evaluate(f"scrollTo(0, {place})")
        visit.page.wait_for_timeout(30)
    return visit


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_file_draws_all_charts_and_asks_nothing_of_anyone(
    papers: Document, chromium: Browser, tmp_path: Path, width: int, scheme: str
) -> None:
    context = chromium.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    visit = opened(context, papers, tmp_path)
    charts = sum(isinstance(block, Chart) for s in papers.walk() for block in s.blocks)
    assert visit.page.locator(".chart .main-svg >> nth=0").count() == 1
    drawn = f"document.querySelectorAll('.chart[data-drawn={scheme}]').length"
    visit.page.wait_for_function(f"{drawn} === {charts}")
    assert [url for url in visit.requests if not url.startswith(("file:", "data:", "blob:"))] == []
    assert visit.complaints == []
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def test_text_from_outside_is_only_text(
    context: BrowserContext, papers: Document, tmp_path: Path
) -> None:
    bad = replace(hostile(), title="<img src=x onerror=alert(1)>", marks=('"}</style><b>',))
    visit = opened(context, bad, tmp_path)
    visit.page.on("dialog", lambda dialog: visit.complaints.append(dialog.message))
    assert visit.complaints == []
    assert visit.page.locator("img, iframe, main b, main script, .marks b").count() == 0
    assert visit.page.locator("h1").inner_text() == "<img src=x onerror=alert(1)>"
    assert len(visit.requests) == 1


@pytest.fixture(scope="module")
def desk(store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with a written state of its own."""
    state = tmp_path_factory.mktemp("state") / "state.db"
    with serving(store, SCORECARD_STATE=f"sqlite:///{state}") as base:
        yield base


def choose(visit: Visit, key: str, label: str) -> None:
    visit.page.locator(f".st-key-{key} input").click()
    visit.page.get_by_role("option", name=label, exact=True).click()
    visit.settled()


def test_papers_are_looked_at_made_downloaded_and_found_again(
    desk: str, context: BrowserContext, tmp_path: Path
) -> None:
    visit = visiting(context, desk).open("/briefing")
    page = visit.page
    assert page.locator("[data-testid=stException]").count() == 0
    page.get_by_text("Where each goal stands").wait_for()
    assert "Confidential: for members of the board only" in page.inner_text("body")
    choose(visit, "briefing_section", "– Company members")
    page.locator(".st-key-briefing_paper .main-svg").first.wait_for()
    choose(visit, "briefing_format", "Page with charts (HTML)")
    page.get_by_role("button", name="Make the file").click()
    button = page.locator(".st-key-briefing_download button")
    button.wait_for(timeout=30_000)
    with page.expect_download() as download:
        button.click()
    assert download.value.suggested_filename == "synthetic-briefing-2023-03-15-full.html"
    download.value.save_as(tmp_path / "first.html")
    page.get_by_role("radio", name="Library").click()
    visit.settled()
    page.get_by_role("button", name="Make these papers again").click()
    page.get_by_text("The content is the same as then").wait_for(timeout=30_000)
    with page.expect_download() as again:
        page.locator(".st-key-briefing_download_again button").click()
    again.value.save_as(tmp_path / "second.html")
    assert (tmp_path / "first.html").read_bytes() == (tmp_path / "second.html").read_bytes()
    assert visit.outside() == [] and visit.complaints == []


def test_the_board_has_no_page_to_make_papers(store: Path, context: BrowserContext) -> None:
    with serving(store, SCORECARD_ROLE="board") as base:
        visit = visiting(context, base)
        visit.page.goto(f"{base}/briefing")
        visit.page.get_by_role("heading", name="This page is not open to you").wait_for()
        assert visit.page.get_by_role("button", name="Make the file").count() == 0


def test_the_page_fits_a_phone(desk: str, chromium: Browser) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    visit = visiting(context, desk).open("/briefing")
    visit.page.get_by_text("Where each goal stands").wait_for()
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()
