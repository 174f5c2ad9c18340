"""The frame around every page, in a real browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser import Visit, chromium, context, server, serving, store, visit, visiting

__all__ = ["chromium", "context", "server", "store", "visit"]

pytestmark = pytest.mark.browser

ADDRESSES = (
    "/",
    "/capacity",
    "/compliance",
    "/membership",
    "/brand",
    "/changes",
    "/kpi?kpi=company_members",
    "/definitions",
    "/data",
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_first_deep_link_of_a_fresh_server_opens_its_page(
    address: str, context: BrowserContext, store: Path
) -> None:
    with serving(store) as base:
        visit = visiting(context, base).open(address)
        body = visit.page.inner_text("body")
        assert "Page not found" not in body
        assert visit.page.locator("[data-testid=stException], [role=dialog]").count() == 0
        assert visit.page.url.startswith(base + address.split("?")[0])
        assert visit.outside() == []
        assert visit.complaints == []


def test_the_plan_shows_all_kpis_in_one_table(visit: Visit) -> None:
    visit.open()
    assert visit.page.locator("tr.kpi").count() == 29
    assert visit.page.locator("table.scorecard th[scope=row]").count() == 29
    assert visit.page.locator("table.scorecard thead th[scope=col]").count() == 8
    assert visit.page.locator(".stPlotlyChart").count() == 0
    assert "synthetic" in visit.page.inner_text(".st-key-foot").lower()


def test_a_choice_holds_on_the_next_page_and_after_reload(visit: Visit) -> None:
    visit.open()
    visit.choose("Africa")
    visit.page.wait_for_function(
        "document.querySelector('.st-key-selection summary').innerText.includes('Africa')"
    )
    visit.page.wait_for_function("location.search.includes('Africa')")
    visit.page.get_by_role("link", name="Definitions").first.click()
    visit.page.wait_for_function("location.pathname === '/definitions'")
    visit.settled()
    assert "region=Africa" in visit.search()
    visit.page.reload()
    visit.settled()
    assert visit.sentence().startswith("Showing Africa · at 31 December 2022")


def test_a_copied_address_shows_the_same_figures_to_someone_else(
    visit: Visit, chromium: Browser, server: str
) -> None:
    visit.open("/?region=Africa&pillar=Companies&as_of=15+September+2022+·+board+meeting")
    mine = visit.texts("tr.kpi")
    other = chromium.new_context()
    theirs = visiting(other, server)
    theirs.page.goto(visit.page.evaluate("location.href"))
    theirs.settled()
    theirs.page.get_by_role("rowheader", name="Certified companies").wait_for()
    assert len(mine) == 29
    assert theirs.texts("tr.kpi") == mine
    assert theirs.sentence() == visit.sentence()
    assert "Africa · companies · at 15 September 2022" in theirs.sentence()
    other.close()


def test_an_address_with_iso_dates_and_codes_is_understood(visit: Visit) -> None:
    visit.open("/?as_of=2022-09-15&compare=2021-12-31&pillar=company")
    visit.page.wait_for_function("location.search.includes('Companies')")
    visit.settled()
    assert "companies · at 15 September 2022" in visit.sentence()
    assert visit.sentence().endswith("compared with 31 December 2021")


def test_an_address_that_names_nothing_falls_back_and_says_so(visit: Visit) -> None:
    visit.open("/?as_of=1999-01-01&region=**Mars**&compare=soon")
    visit.page.wait_for_selector("[data-testid=stAlert]")
    notices = " ".join(visit.texts("[data-testid=stAlert]"))
    assert "“1999-01-01”" in notices
    assert "“**Mars**”" in notices
    assert "“soon”" in notices
    assert "all regions and pillars · at 31 December 2022" in visit.sentence()


def test_reset_takes_the_selection_out_of_the_address(visit: Visit) -> None:
    visit.open("/?region=Africa")
    visit.page.get_by_role("button", name="Reset").click()
    wait_for_sentence(visit, "all regions and pillars")
    visit.page.wait_for_function("location.search === ''")


def test_back_and_forward_over_a_reset_show_what_the_address_says(visit: Visit) -> None:
    visit.open()
    visit.choose("Africa")
    wait_for_sentence(visit, "Africa · at")
    visit.choose("Companies")
    wait_for_sentence(visit, "Africa · companies")
    visit.page.get_by_role("button", name="Reset").click()
    wait_for_sentence(visit, "all regions and pillars")
    visit.page.wait_for_function("location.search === ''")
    visit.page.wait_for_timeout(500)
    # Each choice is a step of its own, and the whole reset is one.
    for step, search, sentence in (
        ("back", "?region=Africa&pillar=Companies", "Africa · companies"),
        ("forward", "", "all regions and pillars"),
        ("back", "?region=Africa&pillar=Companies", "Africa · companies"),
        ("back", "?region=Africa", "Africa · at"),
        ("back", "", "all regions and pillars"),
        ("forward", "?region=Africa", "Africa · at"),
    ):
        visit.page.evaluate(f"history.{step}()")
        wait_for_sentence(visit, sentence)
        visit.settled()
        assert set(visit.search().strip("?").split("&")) == set(search.strip("?").split("&"))
        caption = visit.page.locator("table.scorecard caption").text_content() or ""
        assert sentence.split(" at")[0] in caption
    assert visit.complaints == []


def wait_for_sentence(visit: Visit, words: str) -> None:
    visit.page.wait_for_function(
        "words => document.querySelector('.st-key-selection summary')?.innerText.includes(words)",
        arg=words,
        timeout=20_000,
    )
    visit.settled()


def test_a_plain_click_on_a_kpi_moves_without_a_new_load(visit: Visit) -> None:
    visit.open("/?region=Africa")
    link = visit.page.locator("tr.kpi[data-kpi=company_members] th a")
    assert re.fullmatch(r"kpi\?region=Africa&kpi=company_members", link.get_attribute("href") or "")
    visit.page.evaluate("window.kept = true")
    link.click()
    visit.page.wait_for_function("location.pathname === '/kpi'")
    visit.settled()
    assert "kpi=company_members" in visit.search()
    assert "region=Africa" in visit.search()
    assert visit.page.evaluate("window.kept")


def test_a_new_selection_changes_the_table_in_place(visit: Visit) -> None:
    visit.open()
    visit.page.evaluate("document.querySelector('.sheet').kept = true")
    visit.choose("Africa")
    visit.page.wait_for_function(
        "document.querySelector('table.scorecard caption').innerText.includes('Africa')"
    )
    assert visit.page.evaluate("document.querySelector('.sheet').kept")


def test_charts_follow_the_theme_while_the_page_is_open(visit: Visit) -> None:
    visit.open("/capacity")
    label = visit.page.locator(".js-plotly-plot text.bartext").first
    label.wait_for()
    colour = "node => getComputedStyle(node).fill"
    light = label.evaluate(colour)
    visit.page.emulate_media(color_scheme="dark")
    visit.page.wait_for_function(
        "light => getComputedStyle(document.querySelector('.js-plotly-plot text.bartext')).fill"
        " !== light",
        arg=light,
    )
    assert (
        visit.settled().page.locator(".js-plotly-plot text.bartext").first.evaluate(colour)
        == "rgb(232, 237, 242)"
    )


def test_a_phone_has_no_sideways_scroll(chromium: Browser, server: str) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    visit = visiting(context, server).open()
    width = visit.page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
    assert width == 390
    context.close()


def test_five_browsers_that_come_together_build_one_snapshot(
    chromium: Browser, tmp_path: Path
) -> None:
    with serving(tmp_path) as base:
        contexts = [chromium.new_context() for _ in range(5)]
        visits = [visiting(context, base) for context in contexts]
        for visit in visits:
            visit.page.goto(base, wait_until="commit")
        for visit in visits:
            visit.settled()
            assert visit.page.locator("tr.kpi").count() == 29
        for context in contexts:
            context.close()
    assert len(list(tmp_path.glob("*.duckdb"))) == 1


def test_a_visitor_who_is_not_executive_has_no_data_page(
    context: BrowserContext, store: Path
) -> None:
    with serving(store, SCORECARD_ROLE="board") as base:
        visit = visiting(context, base).open()
        names = visit.page.get_by_role("link", name="Data", exact=True)
        assert names.count() == 0
        visit.page.goto(f"{base}/data")
        visit.page.get_by_role("heading", name="This page is not open to you").wait_for()
        visit.page.get_by_role("link", name="The plan").first.wait_for()
        assert visit.page.locator(".stDataFrame, .written-table, .sheet").count() == 0


def test_headers_forbid_what_a_page_does_not_need(visit: Visit) -> None:
    response = visit.page.goto(visit.base)
    assert response is not None
    policy = response.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'self'" in policy
    assert response.headers["x-content-type-options"] == "nosniff"
