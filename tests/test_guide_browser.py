"""Search, shortcuts and the introduction, as a person uses them, in a real browser."""

from __future__ import annotations

import pytest
from guarded import Guarded, guarded
from playwright.sync_api import BrowserContext, expect

from tests.browser import Visit, chromium, context, server, store, visit, visiting

__all__ = ["chromium", "context", "guarded", "server", "store", "visit"]

pytestmark = pytest.mark.browser

FIELD = ".guide-dialog.search input"
RESULT = ".guide-dialog.search a"


def found(visit: Visit, text: str) -> list[str]:
    """The titles that the search finds for a text."""
    visit.page.fill(FIELD, text)
    visit.page.wait_for_timeout(50)
    return visit.texts(f"{RESULT} b")


def opened(visit: Visit) -> Visit:
    visit.page.keyboard.press("/")
    visit.page.wait_for_selector(FIELD)
    visit.page.wait_for_function("scorecardGuide.index.size > 0")
    return visit


def is_open(visit: Visit, name: str) -> bool:
    return visit.page.locator(f"dialog.{name}[open]").count() == 1


def test_a_search_finds_by_title_definition_goal_status_and_with_typing_errors(
    visit: Visit,
) -> None:
    opened(visit.open())
    assert found(visit, "government")[0] == "Government members"
    assert found(visit, "serious delay")[:2] == ["Serious delay", "Company members"]
    assert "Company members" in found(visit, "goal 3")
    assert found(visit, "complants received") == ["Complaints received"]
    assert found(visit, "retenton") == found(visit, "retention") == ["Members kept over the year"]
    assert found(visit, "Médiá")[0].startswith("Media")
    assert found(visit, "pace")[0] == "Pace"
    assert found(visit, "papers")[0] == "Papers"
    assert found(visit, "xyzzyq") == []
    assert "Nothing found" in visit.page.inner_text(".guide-dialog.search .said")
    assert found(visit, "<img src=x onerror=alert(1)>") == []
    assert visit.complaints == []


def test_a_result_opens_by_the_keyboard_and_keeps_the_selection(visit: Visit) -> None:
    opened(visit.open("/?region=Africa"))
    found(visit, "members")
    for key in ("ArrowDown", "ArrowDown", "ArrowUp"):
        visit.page.keyboard.press(key)
    first = visit.page.evaluate("document.activeElement.querySelector('b').textContent")
    assert first == visit.texts(f"{RESULT} b")[0]
    visit.page.keyboard.press("ArrowUp")
    visit.page.keyboard.type(" gov")
    assert visit.page.input_value(FIELD) == "members gov"
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_function("location.pathname === '/kpi'")
    visit.settled()
    assert "kpi=government_members" in visit.search() and "region=Africa" in visit.search()
    assert not is_open(visit, "search")
    assert visit.page.inner_text("h1").startswith("Government members")


def test_keys_lead_to_pages_and_through_the_dates(visit: Visit) -> None:
    visit.open("/?region=Africa")
    visit.page.keyboard.type("g3")
    visit.page.wait_for_function("location.pathname === '/membership'")
    visit.settled()
    assert "region=Africa" in visit.search()
    before = visit.sentence()
    visit.page.keyboard.press("[")
    visit.page.wait_for_function("location.search.includes('as_of')")
    visit.settled()
    assert visit.sentence() != before
    visit.page.wait_for_function(
        "document.querySelector('.guide > [role=status]').textContent.startsWith('Showing')"
    )
    visit.page.keyboard.press("]")
    visit.page.wait_for_function("!location.search.includes('as_of')")
    visit.settled()
    assert visit.sentence() == before
    visit.page.keyboard.press("]")  # There is none after the newest.
    visit.page.keyboard.type("gp")
    visit.page.wait_for_function("location.pathname === '/'")
    assert visit.settled().complaints == []


def test_keys_do_nothing_while_somebody_types_or_holds_another_key(visit: Visit) -> None:
    visit.open("/definitions")
    field = visit.page.get_by_label("Search the definitions")
    field.click()
    visit.page.keyboard.type("/?g1[")
    assert field.input_value() == "/?g1["
    assert visit.page.locator("dialog[open]").count() == 0
    visit.page.locator("h1").first.click()
    visit.page.keyboard.press("Control+/")
    visit.page.keyboard.press("g")
    visit.page.keyboard.press("x")
    visit.page.keyboard.press("1")
    visit.page.wait_for_timeout(400)
    assert visit.page.locator("dialog[open]").count() == 0
    assert "/definitions" in visit.page.url


def test_the_list_of_shortcuts_turns_them_off_and_on_for_good(visit: Visit) -> None:
    visit.open("/definitions")
    visit.page.keyboard.press("?")
    visit.page.get_by_role("rowheader", name="g then 1").wait_for()
    box = visit.page.get_by_label("Use these shortcuts in this browser")
    box.uncheck()
    visit.page.keyboard.press("Escape")
    visit.page.reload()
    visit.settled()
    visit.page.keyboard.press("/")
    visit.page.keyboard.press("?")
    visit.page.wait_for_timeout(300)
    assert visit.page.locator("dialog[open]").count() == 0
    # Both are still there for the mouse, the finger and the Tab key.
    visit.page.get_by_role("button", name="Help").click()
    box.check()
    visit.page.get_by_role("button", name="Close").locator("visible=true").click()
    visit.page.keyboard.press("/")
    assert is_open(visit, "search")


def test_the_introduction_is_offered_once_and_is_always_at_hand(visit: Visit) -> None:
    visit.open()
    line = visit.page.locator(".introduction")
    assert line.is_visible() and visit.page.locator("dialog[open]").count() == 0
    offer = visit.page.get_by_role("button", name="Two minutes to read this page")
    for _ in range(5):
        # The line may be drawn anew just as the key is pressed, while the page still comes.
        if visit.page.locator(".guide-dialog.start li").count():
            break
        offer.press("Enter")
        visit.page.wait_for_timeout(1000)
    visit.page.wait_for_selector(".guide-dialog.start li")
    assert 3 <= visit.page.locator(".guide-dialog.start li").count() <= 5
    visit.page.keyboard.press("Escape")
    line.wait_for(state="hidden")
    assert not is_open(visit, "start")
    visit.page.reload()
    visit.settled()
    assert not line.is_visible()
    visit.page.get_by_role("button", name="Help").click()
    visit.page.get_by_role("button", name="How to read this dashboard").click()
    assert is_open(visit, "start") and not is_open(visit, "help")


def test_the_introduction_can_be_sent_away_unread(visit: Visit) -> None:
    visit.open()
    visit.page.get_by_role("button", name="Do not show this again").click()
    assert not visit.page.locator(".introduction").is_visible()
    visit.page.reload()
    assert not visit.settled().page.locator(".introduction").is_visible()


def test_a_word_explains_itself_by_key_and_touch_and_leads_to_all_words(visit: Visit) -> None:
    visit.open("/?region=Africa")
    word = visit.page.locator("tr[data-kpi=certified_companies] .state .term")
    word.focus()
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_selector(".guide-term:popover-open p")
    visit.page.wait_for_function("scorecardGuide.index.size > 0")
    shown = visit.page.locator(".guide-term")
    name = word.inner_text().strip()
    assert shown.inner_text().startswith(name)
    assert word.get_attribute("aria-expanded") == "true"
    said = visit.page.inner_text(".guide > [role=status]")
    assert said.startswith(f"{name}: ") and said.endswith(".")
    visit.page.keyboard.press("Escape")
    shown.wait_for(state="hidden")
    expect(word).to_have_attribute("aria-expanded", "false")
    assert visit.page.evaluate("document.activeElement.dataset.term") is not None
    visit.page.get_by_role("button", name="Expected and target").click()
    assert "Expected now" in shown.inner_text()
    visit.page.keyboard.press("Tab")
    assert visit.page.evaluate("document.activeElement.textContent") == "All words"
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_function("location.pathname === '/definitions'")
    visit.settled()
    assert "term=expected" in visit.search() and "region=Africa" in visit.search()
    assert visit.texts(".terms .asked") == ["Expected now"]


def test_who_opens_a_link_has_the_words_and_no_way_elsewhere(
    guarded: Guarded, context: BrowserContext
) -> None:
    shown = visiting(context, guarded.address)
    shown.page.goto(guarded.link("plan"))
    shown.settled()
    shown.page.keyboard.press("/")
    shown.page.keyboard.type("g1")
    shown.page.wait_for_timeout(300)
    assert shown.page.locator("dialog[open]").count() == 0
    assert "/capacity" not in shown.page.url
    assert not shown.page.get_by_role("button", name="Search", exact=True).is_visible()
    shown.page.locator("tr.kpi .state .term").first.click()
    shown.page.wait_for_function("scorecardGuide.index.size > 0")
    assert shown.page.locator(".guide-term p").inner_text().endswith(".")
    assert not shown.page.locator(".guide-term a").is_visible()
    index = shown.page.evaluate("[...scorecardGuide.index.values()][0].entries.length")
    assert index == 0
    shown.page.keyboard.press("Escape")
    shown.page.get_by_role("button", name="Help").click()
    assert shown.page.locator(".guide-dialog.help a").count() == 0
    assert shown.texts(".guide-dialog.help kbd") == ["?"]


def test_on_a_phone_all_of_it_fits_and_on_paper_none_is_left(visit: Visit) -> None:
    visit.page.set_viewport_size({"width": 390, "height": 844})
    visit.open()
    for name, opens in (("search", "Search"), ("help", "Help")):
        visit.page.get_by_role("button", name=opens, exact=True).click()
        visit.page.wait_for_function("scorecardGuide.index.size > 0")
        box = visit.page.locator(f"dialog.{name}").bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= 390 and box["height"] <= 844
        visit.page.keyboard.press("Escape")
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 390
    visit.page.emulate_media(media="print")
    assert not visit.page.locator(".introduction").is_visible()
    assert not visit.page.get_by_role("button", name="Search", exact=True).is_visible()
    visit.page.emulate_media(media="screen")
