"""Languages in the browser: who gets which, what stays with a visitor, and nothing untranslated."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from desk_set import HOSTILE_FILE, messy_zip
from playwright.sync_api import Browser, BrowserContext, Page

from scorecard import contract
from scorecard import snapshot as snapshots
from scorecard.snapshot import Snapshot, Sources
from tests import made_up
from tests.browser import (  # noqa: F401
    ROOT,
    Visit,
    chromium,
    context,
    server,
    serving,
    store,
    visiting,
)
from tests.test_languages import names

pytestmark = pytest.mark.browser

BOARD = (
    "/", "/capacity", "/compliance", "/membership", "/brand", "/changes?kpi=certified_companies",
    "/kpi?kpi=field_review_coverage", "/kpi?kpi=indicators_met", "/definitions", "/briefing",
    "/history", "/sharing",
)  # fmt: skip
READ = """
() => {
  const hidden = "script, style, noscript, .languages, code, pre, " +
    "[data-testid=stIconMaterial], [data-testid=stCode], " +
    "[data-testid=stHeader] button, [data-testid=stMainMenu], .guide-dialog:not([open])";
  const page = document.body.cloneNode(true);
  page.querySelectorAll(hidden).forEach((node) => node.remove());
  const texts = [];
  const walk = document.createTreeWalker(page, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    // A label in a figure may be broken into lines.
    if (node.nodeName === "text") texts.push(node.textContent);
    else if (node.nodeType === Node.TEXT_NODE) {
      if (!node.parentElement?.closest("text")) texts.push(node.textContent);
    }
    else for (const name of ["aria-label", "title", "placeholder", "alt"]) {
      if (node.hasAttribute(name)) texts.push(node.getAttribute(name));
    }
  }
  return texts;
}
"""
STREAMLIT = (
    "App pages", "Running...", "Skip to main content", "Choose an option", "Select...",
    "Help for", "View fullscreen", "Fullscreen", "Show/hide columns", "Download as CSV", "Search",
    "Close fullscreen",
    "Table", "Main menu", "Press Enter to apply", "Clear value", "Selected", "open", "Deploy",
    "Loading", "Close", "Increment", "Decrement", "Link to heading", "Selected.",
    "file upload", "Upload", "per file", "Remove",
)  # fmt: skip
"""Words of Streamlit's own, which it has in English only."""

REGISTERS = (
    *(field.name for file in contract.load() for field in file.fields),
    *(word for file in contract.load() for field in file.fields for word in field.enum),
    *(name for file in contract.load() for name in (file.name, f"{file.name}.csv")),
    HOSTILE_FILE,
)
"""What columns, words and files of the registers are called, which stays in every language."""


@pytest.fixture(scope="module")
def bracketed(
    store: Path,  # noqa: F811
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """A server that offers the made-up language too, and whose audit trail holds nothing typed."""
    path = os.pathsep.join((str(ROOT / "tests" / "pseudo"), str(ROOT)))
    state = f"sqlite:///{tmp_path_factory.mktemp('bracketed')}/state.db"
    with serving(store, PYTHONPATH=path, SCORECARD_STATE=state) as base:
        yield base


@pytest.fixture(scope="module")
def sample() -> Snapshot:
    return snapshots.in_memory(Sources())


@pytest.mark.parametrize("address", BOARD)
def test_a_page_shows_no_word_that_was_never_translated(
    address: str,
    bracketed: str,
    context: BrowserContext,  # noqa: F811
    sample: Snapshot,
) -> None:
    join = "&" if "?" in address else "?"
    visit = visiting(context, bracketed).open(f"{address}{join}lang={made_up.CODE}")
    visit.page.wait_for_timeout(500)
    texts = visit.page.evaluate(READ)
    assert sum("⟦" in text for text in texts) > 20
    assert not made_up.words(texts, [*names(sample), *STREAMLIT])


def outside(page: Page, snapshot: Snapshot) -> set[str]:
    """Words on a page that stand in no brackets, and are no names of the data."""
    known = [*names(snapshot), *STREAMLIT, *REGISTERS]
    known += [text or "" for f in snapshot.planned.figures for text in (f.source, f.note)]
    query = "select unnest(json_extract_string(cells, '$.*')) from quarantine"
    known += [cell for (cell,) in snapshot.cursor().execute(query).fetchall() if cell]
    return made_up.words(page.evaluate(READ), known)


def test_the_desk_says_nothing_that_was_never_translated(
    tmp_path: Path,
    chromium: Browser,  # noqa: F811
    sample: Snapshot,
) -> None:
    """Questions, what was done, findings, effects, what speaks against it, and what is refused."""
    path = os.pathsep.join((str(ROOT / "tests" / "pseudo"), str(ROOT)))
    own = {"PYTHONPATH": path, "SCORECARD_STATE": f"sqlite:///{tmp_path}/state.db"}
    with serving(tmp_path / "snapshots", **own) as base:
        visit = visiting(chromium.new_context(viewport={"width": 1440, "height": 2400}), base)
        page = visit.open(f"/data?lang={made_up.CODE}").page
        assert sorted(outside(page, sample)) == []
        for tab in ("⟦Findings⟧", "⟦Rows set aside⟧"):
            page.get_by_role("tab", name=tab).click()
            visit.settled()
            page.wait_for_timeout(500)
            assert sorted(outside(page, sample)) == [], tab

        uploader = page.locator("[class*='st-key-desk_upload'] input[type=file]")
        uploader.set_input_files(messy_zip(tmp_path / "Export.zip"))
        page.locator(".st-key-desk_questions").wait_for()
        visit.settled()
        unfold(visit)
        assert "⟦Which comes first, the day or the month?" in page.inner_text("body")
        assert sorted(outside(page, sample)) == []

        page.get_by_text("⟦Day/month/year⟧").click()
        page.get_by_text("(end_on)").click()
        page.get_by_role("button", name="⟦Go on⟧").click()
        page.locator(".st-key-desk_effects").wait_for(timeout=60_000)
        visit.settled()
        unfold(visit)
        text = page.inner_text("body")
        assert "is absent or set aside whole" in text and "is not understood⟧" in text
        assert sorted(outside(page, sample)) == []

        page.locator(".st-key-desk textarea").fill("12345")
        page.locator(".st-key-desk textarea").blur()
        visit.settled()
        uploader = page.locator("[class*='st-key-desk_corrected'] input[type=file]")
        uploader.set_input_files({"name": "a.csv", "mimeType": "text/csv", "buffer": b"a,b\n1,2\n"})
        page.get_by_text("⟦a.csv cannot be read: ⟦it has no column").wait_for(timeout=30_000)
        visit.settled()
        assert sorted(outside(page, sample)) == []
        page.context.close()


def unfold(visit: Visit) -> None:
    """Opens what is folded, one after the other."""
    for place in range(visit.page.locator(".st-key-desk [data-testid=stExpander]").count()):
        one = visit.page.locator(".st-key-desk [data-testid=stExpander]").nth(place)
        if one.locator("details[open]").count() == 0:
            one.locator("summary").click()
    visit.page.wait_for_timeout(500)
    visit.settled()


def in_language(chromium: Browser, base: str, locale: str) -> Visit:  # noqa: F811
    return visiting(
        chromium.new_context(locale=locale, viewport={"width": 1440, "height": 900}), base
    )


def test_the_browser_decides_until_somebody_chooses(chromium: Browser, server: str) -> None:  # noqa: F811
    visit = in_language(chromium, server, "fr-CH").open("/")
    assert visit.page.evaluate("document.documentElement.lang") == "fr"
    assert "avant la fin du plan" in visit.page.inner_text("h1, .headline")
    assert "lang=" not in visit.search()
    visit.page.click(".languages button[lang=es]")
    visit.page.wait_for_selector("html[lang=es]", state="attached")
    visit.settled()
    assert "antes del final del plan" in visit.page.inner_text("h1, .headline")
    assert "lang=es" in visit.search()
    assert visit.page.get_attribute(".languages button[lang=es]", "aria-pressed") == "true"
    # It stays with the visitor on the next page, and an address carries it to another.
    visit.page.get_by_role("link", name="1 Capacidad").click()
    visit.page.wait_for_url("**/capacity**")
    visit.settled()
    assert visit.page.evaluate("document.documentElement.lang") == "es"
    other = in_language(chromium, server, "en-GB").open(f"/capacity{visit.search() or '?lang=es'}")
    assert other.page.evaluate("document.documentElement.lang") == "es"
    for one in (visit, other):
        one.page.context.close()


def test_two_visitors_at_once_click_each_in_their_own_language(
    chromium: Browser,  # noqa: F811
    server: str,  # noqa: F811
) -> None:
    """The steps that are sent ahead are of the same language as the page."""
    one = in_language(chromium, server, "fr").open("/")
    two = in_language(chromium, server, "es").open("/")
    three = in_language(chromium, server, "en").open("/")
    said = {}
    for visit, region in ((one, "Afrique"), (two, "África"), (three, "Africa")):
        visit.choose(region)
        visit.page.wait_for_timeout(700)
        visit.settled()
        said[region] = (visit.sentence(), visit.page.inner_text("h1, .headline"))
    assert said["Afrique"][0].startswith("Affiché : Afrique".replace(" :", "\u00a0:"))
    assert said["África"][0].startswith("Se muestra: África")
    assert said["Africa"][0].startswith("Showing Africa")
    assert "indicateurs" in said["Afrique"][1] and "indicadores" in said["África"][1]
    assert "KPI" in said["Africa"][1]
    for visit in (one, two, three):
        assert not visit.complaints
        visit.page.context.close()
