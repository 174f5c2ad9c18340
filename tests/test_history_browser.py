"""Going back to earlier figures in real browsers: what others see, and what stands on record."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect
from restated_set import a_set, noted

from scorecard import depot as depots
from scorecard import publication
from scorecard.state import audit, publications
from scorecard.state.store import Store, open_store
from tests.browser import Visit, chromium, context, serving, visiting

__all__ = ["chromium", "context"]

pytestmark = pytest.mark.browser

NOTE = "<b>b</b> ![x](https://evil.invalid/p.png) $x^2$ :red[y] =HYPERLINK(1) www.evil.invalid"
ALL = "textarea[aria-label='Why'], input[aria-label^='Your name']"


@dataclass(frozen=True)
class Past:
    """Two servers of one depot, for the executive director and for the board, and its state."""

    director: str
    board: str
    state: Store
    then: str
    now: str


@pytest.fixture
def past(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Past]:
    """Two publications: one before the meeting of June 2021, and one that restates it."""
    url = f"sqlite:///{tmp_path}/state/state.db"
    kept = tmp_path / "kept"
    monkeypatch.setenv("SCORECARD_SNAPSHOTS", str(kept))
    state = open_store(url)
    names = [
        publication.propose(a_set(tmp_path / name, *counts)).id
        for name, counts in (("then", (20, 12)), ("now", (24, 16)))
    ]
    noted(state, "2021-06-29T16:20", names[0], "Ada", NOTE, monkeypatch=monkeypatch)
    noted(state, "2021-07-02T09:00", names[1], "Bob", "Late arrivals", names[0],
          monkeypatch=monkeypatch)  # fmt: skip
    depots.open_depot().point_to(names[1])
    asked = {"SCORECARD_FOLLOW": "yes", "SCORECARD_STATE": url}
    with (
        serving(kept, **asked, SCORECARD_KEEP="1") as director,
        serving(kept, **asked, SCORECARD_ROLE="board") as board,
    ):
        yield Past(director, board, state, *names)
    state.close()


def members(visit: Visit) -> str:
    """The value of company members on the plan."""
    return visit.page.locator("tr.kpi[data-kpi=company_members] .value b").inner_text()


def test_who_goes_back_shows_it_to_everybody_and_the_trail_says_so(
    past: Past, context: BrowserContext, chromium: Browser
) -> None:
    elsewhere = chromium.new_context(viewport={"width": 1440, "height": 900})
    other = visiting(elsewhere, past.board).open("/")
    assert members(other) == "24"
    visit = visiting(context, past.director).open("/history")
    page = visit.page
    rows = page.locator(".st-key-history_list tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.nth(0)).to_contain_text("2 Jul 2021, 09:00")
    expect(rows.nth(0)).to_contain_text("Shown now")
    expect(rows.nth(1)).to_contain_text(NOTE)
    assert page.locator(".st-key-history_list img, .st-key-history_list b").count() == 0
    rows.nth(1).locator("a").click()
    page.wait_for_function("location.search.includes('publication=1')")
    visit.settled()
    expect(page.locator(".st-key-history_one")).to_contain_text("Company members")
    page.get_by_role("button", name="Restore these figures").click()
    page.get_by_label("Why").fill(NOTE)
    page.get_by_label("Your name").first.fill("Ada")
    page.get_by_role("button", name="Show these to everybody").click()
    expect(page.locator("[data-testid=stAlert]")).to_contain_text("Everybody sees the figures of")
    visit.settled()
    expect(rows).to_have_count(3)
    expect(page.locator("h1")).to_contain_text("what is shown was restored by")
    expect(page.locator(".st-key-foot")).to_contain_text(f"snapshot {past.then[:6]}")
    # The process of the board looks at most once a second, and beside its visitors.
    other.page.wait_for_timeout(1500)
    other.open("/")
    other.page.wait_for_timeout(1500)
    other.open("/")
    assert members(other) == "20"
    newest = publications.last(past.state)
    assert newest and (newest.kind, newest.snapshot) == ("restored", past.then)
    (row,) = audit.entries(past.state, event="restored")
    assert (row.who, row.subject["note"]) == ("Ada", NOTE)
    visit.open("/sharing")
    assert visit.outside() == [] and visit.complaints == []
    elsewhere.close()


def test_a_meeting_stands_then_and_now_and_can_be_taken_along(
    past: Past, context: BrowserContext
) -> None:
    visit = visiting(context, past.director).open("/history?meeting=2021-06-30")
    page = visit.page
    expect(
        page.locator("h3", has_text="that were shown at the board meeting of 30 June")
    ).to_have_count(1)
    row = page.locator("[class*=st-key-then_2021-06-30] tr", has_text="Company members")
    expect(row).to_contain_text("Restated")
    assert row.locator(".figure").all_inner_texts() == ["20", "24"]
    assert row.locator("svg.shape").count() == 2
    with page.expect_download() as taken:
        page.locator(".st-key-csv_publications button").click()
    text = Path(taken.value.path()).read_text(encoding="utf-8-sig")
    notes = [line["Note"] for line in csv.DictReader(io.StringIO(text))]
    assert notes == ["Late arrivals", NOTE]
    (entry,) = audit.entries(past.state, event="downloaded")
    assert entry.subject["page"] == "history" and entry.role == "executive"
    page.locator(".st-key-history_meeting input").click()
    page.get_by_role("option", name="Board meeting of 31 December 2021").click()
    page.wait_for_function("location.search.includes('meeting=2021-12-31')")
    visit.settled()
    expect(
        page.locator("h3", has_text="What was shown at the board meeting of 31 December 2021 is")
    ).to_have_count(1)


def test_the_board_sees_what_was_restated_and_neither_names_nor_a_way_back(
    past: Past, context: BrowserContext
) -> None:
    visit = visiting(context, past.board)
    visit.page.goto(f"{past.board}/history?publication=1")
    visit.page.wait_for_selector("h1:has-text('This page is not open to you')")
    assert visit.page.locator(ALL).count() == 0
    assert visit.page.get_by_role("button", name="Restore these figures").count() == 0
    visit.open("/changes?compare=2021-06-30")
    expect(
        visit.page.locator("h3", has_text="that were shown at the board meeting of 30 June 2021")
    ).to_have_count(1)
    text = visit.page.locator(".stMain").inner_text()
    assert "Published on 29 June 2021, 16:20 UTC" in text
    assert "Ada" not in text and "evil" not in text and "Bob" not in text
    assert visit.page.locator(".stMain").get_by_role("link", name="History").count() == 0


def test_what_may_go_is_removed_after_a_second_click(past: Past, context: BrowserContext) -> None:
    spare = depots.open_depot().room / f"{'5' * 20}.duckdb"
    spare.write_bytes((depots.open_depot().room / f"{past.then}.duckdb").read_bytes())
    depots.open_depot().keep(spare)
    visit = visiting(context, past.director).open("/history")
    page = visit.page
    page.get_by_role("button", name="Remove what may go").click()
    expect(page.locator("[data-testid=stPopoverBody]")).to_contain_text("555555")
    assert spare.exists()
    page.get_by_label("Your name").last.fill("Ada")
    page.get_by_role("button", name="Remove them for good").click()
    expect(page.locator("[data-testid=stAlert]")).to_contain_text("1 snapshot removed")
    assert not spare.exists()
    assert set(depots.open_depot().names()) == {past.then, past.now}
    (row,) = audit.entries(past.state, event="removed")
    assert row.who == "Ada"


def test_nothing_is_wider_than_the_screen(past: Past, chromium: Browser) -> None:
    for width in (1440, 1024, 390):
        small = chromium.new_context(viewport={"width": width, "height": 900})
        visit = visiting(small, past.director).open("/history?meeting=2021-06-30&publication=1")
        wide = visit.page.evaluate(
            "[...document.querySelectorAll('.stMain .sheet table, .stMain h1, .stMain h3')]"
            ".filter(one => one.getBoundingClientRect().right > innerWidth + 1).length"
        )
        assert wide == 0, width
        assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
        small.close()
