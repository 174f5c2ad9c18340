"""The page about what changed, in a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser import Visit, chromium, context, server, serving, store, visit, visiting

__all__ = ["chromium", "context", "server", "store", "visit"]

pytestmark = pytest.mark.browser

SINCE = "compare=2022-09-15"
FIGURE = ".st-key-exhibit_why .js-plotly-plot"


def test_the_page_answers_first_and_asks_nobody_outside(visit: Visit) -> None:
    visit.open(f"/changes?{SINCE}")
    headline = visit.page.locator(".st-key-changes_headline h1")
    expect(headline).to_contain_text("Since the board meeting of 15 September 2022, ")
    expect(visit.page.locator(FIGURE)).to_have_count(1)
    assert visit.page.locator("[data-testid=stException]").count() == 0
    assert visit.outside() == []
    assert visit.complaints == []


def test_moved_statuses_are_a_table_of_words_and_shapes(visit: Visit) -> None:
    visit.open(f"/changes?{SINCE}")
    table = visit.page.locator(".st-key-changes_statuses table.moves")
    assert table.locator("thead th[scope=col]").count() == 4
    rows = table.locator("tbody tr")
    assert rows.count() > 0
    for row in rows.all():
        assert row.locator("th[scope=row] a").count() == 1
        for state in row.locator("td.state").all():
            assert state.locator("svg.shape path").count() == 1
            assert state.locator(".word").inner_text().strip()


def test_a_chosen_kpi_and_dimension_stand_in_the_address(visit: Visit) -> None:
    visit.open(f"/changes?{SINCE}&kpi=company_members")
    why = visit.page.locator(".st-key-head_why")
    expect(why).to_contain_text("Company members: ")
    visit.page.locator(".st-key-changes_by").get_by_text("Country", exact=True).click()
    visit.page.wait_for_function("location.search.includes('by=country')")
    visit.settled()
    expect(why.locator(".st-key-exhibit_why")).to_contain_text("What the countries contributed")
    visit.page.locator(".st-key-changes_kpi input").click()
    visit.page.get_by_role("option", name="1 · Certification rate").click()
    visit.page.wait_for_function("location.search.includes('kpi=certification_rate')")
    visit.settled()
    assert "by=" not in visit.search()
    expect(why).to_contain_text("Certification rate: ")
    visit.page.reload()
    visit.settled()
    expect(why).to_contain_text("Certification rate: ")


def test_an_address_that_names_no_kpi_says_so(visit: Visit) -> None:
    visit.open(f"/changes?{SINCE}&kpi=**members**&by=moon")
    why = visit.page.locator(".st-key-head_why")
    expect(why).to_contain_text("There is no KPI “**members**”")
    expect(why).to_contain_text("Certified companies: ")


def test_the_selection_holds_for_people_too(visit: Visit) -> None:
    visit.open(f"/changes?{SINCE}&region=North+America")
    headline = visit.page.locator(".st-key-changes_headline h1").inner_text()
    assert "organisation" not in headline
    expect(visit.page.locator(".st-key-head_people")).to_contain_text("Nobody joined or left")


def test_the_first_date_has_nothing_to_be_compared_with(visit: Visit) -> None:
    visit.open("/changes?as_of=2019-01-31")
    headline = visit.page.locator(".st-key-changes_headline h1")
    expect(headline).to_have_text("There is no earlier date to compare with.")
    assert visit.page.locator("[data-testid=stException]").count() == 0


def test_the_board_is_told_politely_what_is_not_explained(
    context: BrowserContext, store: Path
) -> None:
    with serving(store, SCORECARD_ROLE="board") as base:
        visit = visiting(context, base).open(f"/changes?{SINCE}&kpi=indicators_met&by=region")
        why = visit.page.locator(".st-key-head_why")
        expect(why).to_contain_text(
            "The parts of its change are not shown, since the KPI is confidential."
        )
        assert why.locator(FIGURE).count() == 0
        assert why.get_by_text("Explained by").count() == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1024])
def test_no_page_scrolls_sideways(width: int, theme: str, chromium: Browser, server: str) -> None:
    context = chromium.new_context(
        viewport={"width": width, "height": 844},
        color_scheme="dark" if theme == "dark" else "light",
    )
    visit = visiting(context, server).open(f"/changes?{SINCE}&kpi=certification_rate")
    visit.page.wait_for_selector(FIGURE)
    scroll = "document.querySelector('[data-testid=stMain]').scrollWidth"
    assert visit.page.evaluate(scroll) == width
    context.close()
