"""The main tasks with the keyboard alone, as somebody without a mouse does them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import Visit, chromium, context, server, store, visit

__all__ = ["chromium", "context", "server", "store", "visit"]

pytestmark = pytest.mark.browser

# What has the focus: its kind, its words, and whether that is seen.
_STOP = """() => {
    const element = document.activeElement;
    const isField = element.matches("input") && !element.matches(".chip input");
    // A tick box is drawn by what stands beside it; a field shows the focus by its border.
    const drawn = element.matches(".chip input") ? element.nextElementSibling : element;
    const style = getComputedStyle(drawn);
    const isOutlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    let isMarked = isOutlined;
    for (let around = element; isField && around && !isMarked; around = around.parentElement) {
        isMarked = getComputedStyle(around).borderColor === "rgb(31, 95, 168)";
    }
    const box = drawn.getBoundingClientRect();
    const isInside = box.bottom > 0 && box.top < innerHeight && box.width > 0;
    const words = element.ariaLabel || element.labels?.[0]?.innerText || element.innerText || "";
    return [element.tagName, words.trim(), isMarked && isInside];
}"""


def stops(page: Page, most: int = 120) -> Iterator[tuple[str, str]]:
    """Presses Tab and says what has the focus then; each stop has to be seen."""
    for _ in range(most):
        page.keyboard.press("Tab")
        kind, words, is_seen = page.evaluate(_STOP)
        assert is_seen, f"the focus on {kind} “{words[:60]}” is not seen"
        yield kind, words
    raise AssertionError("Tab never came there")


def tab_to(page: Page, words: str, kind: str = "") -> None:
    """Presses Tab until something with these words has the focus."""
    for tag, said in stops(page):
        if words in said and kind in ("", tag):
            return


def active(page: Page, expression: str) -> Any:
    return page.evaluate(f"document.activeElement.{expression}")


def test_from_the_plan_to_a_download_and_back(visit: Visit) -> None:
    page = visit.open().page
    tab_to(page, "Skip to main content")
    page.keyboard.press("Enter")
    assert active(page, "matches('.stMain, .stMain *')")
    # The choices: a region, and an earlier date.
    tab_to(page, "Showing", "SUMMARY")
    page.keyboard.press("Enter")
    tab_to(page, "As of", "SELECT")
    page.keyboard.press("ArrowDown")
    tab_to(page, "Africa", "INPUT")
    page.keyboard.press("Space")
    page.wait_for_function("location.search.includes('region=Africa')")
    visit.settled()
    assert active(page, "checked"), "the choice takes the focus away"
    assert "Africa · at 7 December 2022" in visit.sentence()
    # The page of a KPI, and the data of its figure.
    tab_to(page, "Company members", "A")
    page.keyboard.press("Enter")
    page.wait_for_url("**/kpi?**")
    visit.settled()
    page.locator(".st-key-figure_trend .main-svg").first.wait_for(state="attached")
    assert "Africa · at 7 December 2022" in visit.sentence()
    tab_to(page, "Data\n", "BUTTON")
    page.keyboard.press("Enter")
    page.get_by_test_id("stPopoverBody").get_by_role("button", name="CSV").wait_for()
    page.get_by_test_id("stPopoverBody").get_by_test_id("stDataFrame").wait_for()
    tab_to(page, "CSV", "BUTTON")
    with page.expect_download() as waiting:
        page.keyboard.press("Enter")
    assert waiting.value.suggested_filename.endswith("company_members-series-2022-12-07.csv")
    page.keyboard.press("Escape")
    page.get_by_test_id("stPopoverBody").wait_for(state="hidden")
    assert active(page, "innerText").startswith("Data")
    page.go_back()  # what Alt and an arrow do; a browser without a window has no such keys
    page.wait_for_function("location.pathname === '/'")
    visit.settled()
    assert "Africa · at 7 December 2022" in visit.sentence()
    assert visit.complaints == []


def test_the_map_says_its_countries_and_selects_by_the_keyboard(visit: Visit) -> None:
    page = visit.open("/membership").page
    figure = page.locator(".st-key-figure_companies_map .plot")
    figure.locator(".map [data-place]").first.wait_for(state="attached")
    figure.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    assert page.evaluate(_STOP)[2]
    page.keyboard.press("ArrowRight")
    expect(figure.locator(".tip")).to_be_visible()
    expect(page.locator(".st-key-figure_companies_map [aria-live]")).to_have_text(
        re.compile(r"\w+, \d+")
    )
    page.keyboard.press("Enter")
    page.wait_for_function("location.search.includes('region=')")
    visit.settled()
    page.keyboard.press("Tab")
    assert active(page, "innerText").startswith("Data"), "the map keeps the keyboard"


def test_a_dialog_gives_the_focus_back(visit: Visit) -> None:
    page = visit.open().page
    tab_to(page, "Share", "BUTTON")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="For whom").wait_for()
    for _ in range(12):
        page.keyboard.press("Tab")
        assert active(page, "closest('[role=dialog]') !== null"), "the page behind has the focus"
    page.keyboard.press("Escape")
    dialog.wait_for(state="hidden")
    assert active(page, "innerText").strip() == "Share"


@pytest.mark.parametrize("address", ["/", "/kpi?kpi=certified_companies", "/data", "/sharing"])
def test_the_keyboard_goes_through_a_page_in_its_order_and_out_of_it(
    visit: Visit, address: str
) -> None:
    page = visit.open(address).page
    assert page.locator("[tabindex]:not([tabindex='0']):not([tabindex='-1'])").count() == 0
    page.evaluate("document.querySelector('.st-key-foot').tabIndex = 0")
    for _ in range(400):
        page.keyboard.press("Tab")
        if active(page, "matches('.st-key-foot')"):
            break
    else:
        raise AssertionError("the keyboard is caught before the foot of the page")


@pytest.mark.parametrize(
    ("address", "figure", "said"),
    [
        ("/membership", "companies_map", ".tip:not([hidden])"),
        ("/capacity", "certified_region", ".hovertext"),
    ],
)
def test_a_figure_drawn_anew_keeps_the_mark_that_the_keyboard_stands_on(
    visit: Visit, address: str, figure: str, said: str
) -> None:
    page = visit.open(address).ready("||0|").page
    plot = page.locator(f".st-key-figure_{figure} .plot")
    plot.locator(".main-svg").first.wait_for(state="attached")
    plot.focus()
    page.keyboard.press("ArrowRight")
    plot.locator(said).wait_for(state="attached")
    page.set_viewport_size({"width": 1100, "height": 900})
    page.wait_for_timeout(1000)
    assert plot.locator(said).count() == 1
    assert visit.complaints == []
