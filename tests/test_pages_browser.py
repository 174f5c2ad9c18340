"""The pages of the goals, of one KPI and of the data, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser import Visit, chromium, context, server, serving, store, visit, visiting

__all__ = ["chromium", "context", "server", "store", "visit"]

pytestmark = pytest.mark.browser

PAGES = {
    "/capacity": ("pathway", "expiring", "certified_region", "training_region"),
    "/compliance": ("sections", "coverage_region", "reviews", "concerns", "complaints"),
    "/membership": ("members", "companies_map", "companies_map_bars"),
    "/brand": ("mentions", "references", "visits"),
    "/kpi?kpi=certified_companies": ("trend", "breakdown", "kpi_regions"),
    "/data": (),
}


def drawn(visit: Visit, key: str) -> None:
    """Waits until a figure has been drawn."""
    visit.page.wait_for_selector(
        f".st-key-figure_{key} .plot .main-svg", timeout=20_000, state="attached"
    )


def chosen_regions(visit: Visit) -> str:
    return str(visit.page.evaluate("new URLSearchParams(location.search).getAll('region').join()"))


def wait_for_region(visit: Visit, region: str) -> None:
    visit.page.wait_for_function(
        "region => new URLSearchParams(location.search).getAll('region').join() === region",
        arg=region,
        timeout=20_000,
    )


@pytest.fixture(scope="module")
def as_board(store: Path) -> Iterator[str]:
    """A server whose visitors are members of the board."""
    with serving(store, SCORECARD_ROLE="board") as base:
        yield base


@pytest.mark.parametrize("address", PAGES)
def test_a_page_opens_by_its_address_on_a_fresh_server(
    chromium: Browser, store: Path, address: str
) -> None:
    with serving(store) as base:
        context = chromium.new_context(viewport={"width": 1440, "height": 900})
        visit = visiting(context, base).open(address)
        for key in PAGES[address]:
            drawn(visit, key)
        assert visit.page.locator("[data-testid=stException]").count() == 0
        assert visit.page.get_by_text("Page not found").count() == 0
        assert visit.page.locator("h1").count() >= 1
        assert visit.outside() == []
        assert visit.complaints == []
        context.close()


@pytest.mark.parametrize("address", PAGES)
def test_a_page_fits_a_phone(chromium: Browser, server: str, address: str) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    visit = visiting(context, server).open(address)
    for key in PAGES[address]:
        # A list stands in the place of the grid of sections.
        if key != "sections":
            drawn(visit, key)
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()


def test_a_click_on_a_bar_selects_its_region_and_another_lets_go(visit: Visit) -> None:
    visit.open("/capacity")
    drawn(visit, "certified_region")
    bars = ".st-key-figure_certified_region .barlayer .point path"
    for region in ("Europe", ""):
        visit.page.locator(bars).first.scroll_into_view_if_needed()
        box = visit.page.locator(bars).first.bounding_box()
        assert box
        visit.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        wait_for_region(visit, region)
        visit.settled()
        drawn(visit, "certified_region")
        visit.page.wait_for_timeout(500)
    assert visit.complaints == []


def test_a_click_on_the_map_selects_a_region_which_holds_on_the_next_page(visit: Visit) -> None:
    visit.open("/membership")
    drawn(visit, "companies_map")
    shapes = ".st-key-figure_companies_map .map [data-place]"
    visit.page.wait_for_selector(shapes, state="attached", timeout=20_000)
    visit.page.locator(".st-key-figure_companies_map").scroll_into_view_if_needed()
    # The greatest outline that holds the middle of its own box.
    spot = visit.page.evaluate(
        """selector => {
            const paths = [...document.querySelectorAll(selector)];
            for (const path of paths.sort((a, b) => area(b) - area(a))) {
                const box = path.getBoundingClientRect();
                const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
                const there = new DOMPoint(x, y).matrixTransform(path.getScreenCTM().inverse());
                if (path.isPointInFill(there)) return [x, y];
            }
            function area(path) {
                const box = path.getBoundingClientRect();
                return box.width * box.height;
            }
        }""",
        shapes,
    )
    assert spot, "no country can be clicked"
    visit.page.mouse.move(spot[0] - 1, spot[1])
    visit.page.mouse.move(*spot)
    visit.page.wait_for_selector(".st-key-figure_companies_map .tip")
    visit.page.mouse.click(*spot)
    visit.page.wait_for_function("location.search.includes('region=')", timeout=20_000)
    visit.settled()
    region = chosen_regions(visit)
    assert region and region in visit.sentence()
    for expected in ("", region):
        visit.page.mouse.click(*spot)
        wait_for_region(visit, expected)
        visit.settled()
        visit.page.wait_for_timeout(500)
    visit.page.get_by_role("link", name="4 Brand").first.click()
    visit.page.wait_for_url("**/brand**")
    visit.settled()
    assert chosen_regions(visit) == region
    assert visit.outside() == []
    assert visit.complaints == []


def test_the_data_of_a_figure_can_be_seen_and_taken_along(visit: Visit) -> None:
    visit.open("/capacity")
    drawn(visit, "certified_region")
    visit.page.locator(".st-key-data_certified_region button").first.click()
    with visit.page.expect_download() as waiting:
        visit.page.get_by_role("button", name="CSV", exact=True).first.click()
    assert waiting.value.suggested_filename == "synthetic-certified_companies-2022-12-31.csv"
    text = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    assert text.startswith("Region,") and "Europe" in text and "Synthetic sample" in text
    for kind in ("SVG", "PNG"):
        with visit.page.expect_download() as waiting:
            visit.page.get_by_role("button", name=kind, exact=True).first.click()
        assert waiting.value.suggested_filename.endswith(f".{kind.lower()}")
        assert Path(waiting.value.path()).stat().st_size > 3_000
    assert visit.outside() == []


def test_the_page_of_a_kpi_follows_the_choice_and_survives_reload(visit: Visit) -> None:
    visit.open("/kpi?kpi=affiliates")
    assert "Affiliate companies" in visit.page.locator("h1").first.inner_text()
    visit.page.locator(".st-key-kpi_choice [role=combobox], .st-key-kpi_choice input").first.click()
    # The list draws only the options in sight, so the name is typed.
    visit.page.keyboard.type("Government mem")
    visit.page.get_by_role("option", name="Government members").click()
    visit.page.wait_for_function("location.search.includes('kpi=government_members')")
    visit.settled()
    visit.page.reload()
    visit.settled()
    assert "Government members" in visit.page.locator("h1").first.inner_text()


def test_an_unknown_kpi_is_said_and_not_an_error(visit: Visit) -> None:
    visit.open("/kpi?kpi=affiliatez")
    assert visit.page.get_by_text("There is no KPI").count() == 1
    assert visit.page.locator("[data-testid=stException]").count() == 0


def test_the_board_sees_no_rows_and_no_countries_of_a_confidential_kpi(
    chromium: Browser, as_board: str
) -> None:
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    visit = visiting(context, as_board).open("/kpi?kpi=psea_policy")
    text = visit.page.locator("body").inner_text()
    assert "Not shown: by country, as this KPI is confidential" in text
    assert "Not shown: single entries, as they are for the executive only" in text
    assert "Not shown: why it changed, as this KPI is confidential" in text
    assert visit.page.locator(".st-key-psea_policy-rows").count() == 0
    visit.open("/compliance")
    drawn(visit, "sections")
    assert "Africa" not in visit.page.locator(".st-key-figure_sections").inner_text()
    context.close()


def test_the_data_page_is_not_there_for_the_board(chromium: Browser, as_board: str) -> None:
    context = chromium.new_context()
    visit = visiting(context, as_board)
    visit.page.goto(f"{as_board}/data")
    visit.page.get_by_role("heading", name="This page is not open to you").wait_for()
    assert visit.page.get_by_text("What arrived").count() == 0
    context.close()


@pytest.mark.parametrize(
    "kpi",
    [
        "months_to_certification",
        "indicators_met",
        "countries_reviewed",
        "open_concerns",
        "board_seats_filled",
        "event_participants",
    ],
)
def test_a_kpi_of_every_kind_has_its_page(visit: Visit, kpi: str) -> None:
    visit.open(f"/kpi?kpi={kpi}&compare=2020-12-31&region=Africa")
    drawn(visit, "trend")
    assert visit.page.locator("[data-testid=stException]").count() == 0
    assert visit.complaints == []
    assert visit.outside() == []
