"""The whole way of people: sign-in, roles, share links and a process that dies, as it is hosted."""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from scorecard.state import links
from scorecard.state import store as stores
from scorecard.state.links import Draft, Link
from tests.browser import Visit, chromium, visiting
from tests.hosting import Hosted, framing, hosted, postgresql

__all__ = ["chromium", "hosted", "postgresql"]

pytestmark = [pytest.mark.browser, pytest.mark.services]

DEEP = "/kpi?kpi=company_members&region=Africa&as_of=2022-06-30"
WAIT = 20_000
"""Milliseconds for what a person would wait for too."""


@pytest.fixture(scope="module", autouse=True)
def fading(hosted: Hosted, chromium: Browser) -> Iterator[tuple[Visit, float]]:
    """Someone who came in before all tests, and when the provider took their role away.

    It is asked again after a minute, the shortest time that can be set; other tests run meanwhile.
    """
    hosted.account("fading@icoca.example", "Fay Fading", ["board"])
    context = chromium.new_context(ignore_https_errors=True)
    visit = sign_in(visiting(context, hosted.address), "fading@icoca.example")
    hosted.account("fading@icoca.example", "Fay Fading", [])
    yield visit, time.monotonic()
    context.close()


@pytest.fixture
def came(hosted: Hosted, chromium: Browser) -> Iterator[Callable[..., Visit]]:
    """Gives each caller a browser of its own, without a past or with what it kept of one."""
    contexts: list[BrowserContext] = []

    def come(kept: Any = None) -> Visit:
        # The certificate was made a moment ago, by nobody that a browser trusts.
        context = chromium.new_context(
            viewport={"width": 1440, "height": 900}, ignore_https_errors=True, storage_state=kept
        )
        contexts.append(context)
        return visiting(context, hosted.address)

    yield come
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def identities() -> dict[str, Any]:
    """What a browser keeps of a sign-in, by account."""
    return {}


@pytest.fixture
def enter(came: Callable[..., Visit], identities: dict[str, Any]) -> Callable[[str, str], Visit]:
    """Opens an address as an account, with a sign-in of an earlier test where there is one."""

    def come(account: str, address: str) -> Visit:
        if account in identities:
            return came(identities[account]).open(address)
        visit = sign_in(came(), account, address)
        identities[account] = visit.page.context.storage_state()
        return visit

    return come


def sign_in(
    visit: Visit, account: str, address: str = "/", by: str = "Staff", arrives: bool = True
) -> Visit:
    """Goes to an address, through the provider and back; `arrives`: to a page of the dashboard."""
    visit.page.goto(visit.base + address)
    visit.page.get_by_role("button", name=f"Sign in with {by}").click(timeout=WAIT)
    visit.page.get_by_label("Address").fill(account)
    visit.page.get_by_role("button", name="Continue").click()
    if arrives:
        visit.settled()
    return visit


def expect_words(page: Page, words: str | re.Pattern[str], milliseconds: int = WAIT) -> None:
    expect(page.get_by_text(words).first).to_be_visible(timeout=milliseconds)


def expect_door(page: Page) -> None:
    expect(page.get_by_role("button", name="Sign in with Staff")).to_be_visible(timeout=WAIT)


def navigation(page: Page) -> set[str]:
    names = ("Capacity", "Papers", "Data", "Sharing")
    bar = page.locator("[data-testid=stTopNavLink], [data-testid=stTopNavDropdownLink]")
    text = " ".join(bar.all_inner_texts())
    return {name for name in names if name in text}


def test_a_deep_link_with_its_selection_survives_the_sign_in(
    hosted: Hosted, came: Callable[[], Visit]
) -> None:
    visit = sign_in(came(), "director@icoca.example", DEEP)
    assert urlsplit(visit.page.url).path == "/kpi"
    assert "kpi=company_members" in visit.search() and "region=Africa" in visit.search()
    assert "Africa" in visit.sentence() and "30 June 2022" in visit.sentence()
    assert all(url.startswith(hosted.issuer) for url in visit.outside())


def test_a_director_has_the_pages_of_the_board_and_no_others(
    enter: Callable[[str, str], Visit],
) -> None:
    visit = enter("director@icoca.example", "/")
    assert navigation(visit.page) == {"Capacity"}
    for path in ("/data", "/sharing", "/briefing"):
        visit.page.goto(visit.base + path)
        expect_words(visit.page, re.compile("executive director"))
        assert visit.page.locator(".st-key-foot").count() == 0


def test_the_executive_director_has_all_pages(enter: Callable[[str, str], Visit]) -> None:
    visit = enter("executive@icoca.example", "/data")
    assert urlsplit(visit.page.url).path == "/data"
    assert {"Papers", "Data", "Sharing"} <= navigation(visit.page)


def test_whoever_is_listed_by_domain_comes_in_by_another_provider(
    came: Callable[[], Visit],
) -> None:
    visit = sign_in(came(), "chair@board.example", by="Directors")
    assert navigation(visit.page) == {"Capacity"}


@pytest.mark.parametrize("account", ["nobody@icoca.example", "unproven@board.example"])
def test_who_has_no_role_sees_nothing_and_can_sign_out(
    came: Callable[[], Visit], account: str
) -> None:
    visit = sign_in(came(), account, DEEP, arrives=False)
    expect_words(visit.page, "You have no access yet")
    assert visit.page.locator(".st-key-selection").count() == 0
    visit.page.get_by_role("button", name="Sign out").click()
    expect_door(visit.page)


def test_who_does_not_sign_in_sees_nothing(came: Callable[[], Visit]) -> None:
    visit = came()
    for path in (DEEP, "/data", "/"):
        visit.page.goto(visit.base + path)
        expect_door(visit.page)
        assert visit.page.locator(".st-key-selection, .st-key-foot").count() == 0


def test_a_refusal_by_the_provider_leads_back_to_the_door(came: Callable[[], Visit]) -> None:
    visit = sign_in(came(), "unknown@icoca.example", arrives=False)
    expect_door(visit.page)


def test_signing_out_ends_it_and_going_back_does_not_undo_it(came: Callable[[], Visit]) -> None:
    visit = sign_in(came(), "director@icoca.example")
    visit.page.locator(".st-key-account button").first.click()
    visit.page.get_by_role("button", name="Sign out").click()
    expect_door(visit.page)
    visit.page.goto(visit.base + DEEP)
    expect_door(visit.page)


def test_a_session_ends_with_its_token_and_a_link_at_its_date_while_they_are_open(
    hosted: Hosted, came: Callable[[], Visit]
) -> None:
    _, address = shared(hosted, seconds=25)
    guest = came().open(address)
    hosted.lifetimes(IdToken=15)
    try:
        director = sign_in(came(), "director@icoca.example")
    finally:
        hosted.lifetimes(IdToken=3600)
    # Nobody clicks.
    expect_words(guest.page, re.compile("This link expired on"), 60_000)
    expect_words(director.page, "Your session has ended", 60_000)
    for visit in (guest, director):
        visit.page.reload()
        visit.page.wait_for_selector(".st-key-entrance", timeout=WAIT)
        assert visit.page.locator(".st-key-selection, .st-key-foot").count() == 0


def test_a_role_taken_off_the_list_is_gone_at_the_next_click(
    hosted: Hosted, came: Callable[[], Visit]
) -> None:
    hosted.account("leaver@icoca.example", "Lee Leaver", [])
    listed = '\n[access.executive]\naddresses = ["leaver@icoca.example"]\n'
    hosted.configure(listed)
    try:
        visit = sign_in(came(), "leaver@icoca.example", "/data")
    finally:
        hosted.configure()
    visit.page.get_by_role("link", name="Sharing").first.click()
    expect_words(visit.page, "You have no access yet")


# Share links --------------------------------------------------------------------------------


def test_a_view_is_shared_opened_counted_and_withdrawn(
    hosted: Hosted, came: Callable[[], Visit], enter: Callable[[str, str], Visit]
) -> None:
    executive = enter("executive@icoca.example", "/membership?region=Africa")
    page = executive.page
    page.get_by_role("button", name="Share", exact=True).click()
    page.get_by_role("textbox", name="For whom").fill("Ada Guest")
    page.get_by_role("button", name="Make the link").click()
    address = page.locator("[data-testid=stCode] code").inner_text(timeout=WAIT).strip()
    assert address.startswith(f"{hosted.address}/membership?link=")

    guest = came().open(address.removeprefix(hosted.address))
    assert "Africa" in guest.page.locator(".st-key-selection").inner_text()
    assert guest.page.locator(".st-key-selection summary").count() == 0
    assert "Ada Guest" in guest.page.locator(".watermark").first.inner_text()
    assert navigation(guest.page) == set()

    executive.open("/sharing")
    expect_words(page, re.compile("for .?Ada Guest.?, and has been opened once"))
    choose(page, "sharing_chosen", re.compile("Ada Guest"))
    page.locator(".st-key-sharing_withdraw button").click()
    page.get_by_role("button", name="Withdraw it for good").click()
    expect_words(page, re.compile("has been withdrawn"))

    guest.page.reload()
    expect_words(guest.page, "This link has been withdrawn")
    assert guest.page.locator(".st-key-foot").count() == 0


def choose(page: Page, key: str, label: re.Pattern[str]) -> None:
    page.locator(f".st-key-{key} input").click()
    page.get_by_role("option", name=label).click()


def shared(hosted: Hosted, seconds: float = 600, name: str = "Bo Guest") -> tuple[Link, str]:
    """A link to the page of members in Africa, and its address without the host."""
    expires = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=seconds)
    draft = Draft(name, "membership", {"region": ("Africa",)}, None, "Erin Executive", expires)
    store = stores.open_store(hosted.state)
    try:
        made = links.make(store, draft, ("membership",))
    finally:
        store.close()
    return made, f"/membership?link={links.token(made, [hosted.link_key])}"


@pytest.mark.parametrize("place", [5, -5])
def test_a_link_that_was_tampered_with_opens_nothing(
    hosted: Hosted, came: Callable[[], Visit], place: int
) -> None:
    _, address = shared(hosted)
    path, _, token = address.partition("link=")
    other = "A" if token[place] != "A" else "B"
    letters = list(token)
    letters[place] = other
    guest = came()
    guest.page.goto(f"{hosted.address}{path}link={''.join(letters)}")
    expect_words(guest.page, "This link does not open")
    assert guest.page.locator(".st-key-foot, .st-key-selection").count() == 0


@pytest.mark.parametrize("path", ["/", "/kpi", "/data", "/sharing"])
def test_a_link_opens_no_other_page(hosted: Hosted, came: Callable[[], Visit], path: str) -> None:
    _, address = shared(hosted)
    guest = came()
    guest.page.goto(hosted.address + path + address.removeprefix("/membership"))
    expect_words(guest.page, re.compile("made for another page"))
    assert guest.page.locator(".st-key-foot, .st-key-selection").count() == 0


def test_the_selection_of_a_link_cannot_be_changed_by_its_address(
    hosted: Hosted, came: Callable[[], Visit]
) -> None:
    _, address = shared(hosted)
    guest = came().open(f"{address}&region=Asia&as_of=2020-12-31")
    words = guest.page.locator(".st-key-selection").inner_text()
    assert "Africa" in words and "Asia" not in words and "2020" not in words


def test_who_is_signed_in_sees_by_a_link_what_the_guest_sees(
    hosted: Hosted, enter: Callable[[str, str], Visit]
) -> None:
    _, address = shared(hosted, name="Cleo Guest")
    visit = enter("executive@icoca.example", address)
    assert navigation(visit.page) == set()
    assert "Cleo Guest" in visit.page.locator(".watermark").first.inner_text()


def test_a_link_opens_in_a_frame_of_a_configured_host_and_of_no_other(
    hosted: Hosted, came: Callable[[], Visit]
) -> None:
    _, address = shared(hosted)
    with framing(hosted, hosted.address + address) as port:
        inside = came().page
        inside.goto(hosted.frame_host)
        frame = inside.frame_locator("iframe")
        expect(frame.locator(".st-key-foot")).to_be_visible(timeout=WAIT)
        assert "Africa" in frame.locator(".st-key-selection").inner_text()

        outside = came()
        outside.page.goto(f"http://elsewhere.localhost:{port}")
        outside.complains("frame-ancestors")
        assert outside.page.frame_locator("iframe").locator(".st-key-foot").count() == 0


def test_no_other_page_opens_in_a_frame(hosted: Hosted, came: Callable[[], Visit]) -> None:
    with framing(hosted, hosted.address + "/"):
        visit = came()
        visit.page.goto(hosted.frame_host)
        visit.complains("frame-ancestors")
        assert visit.page.frame_locator("iframe").locator(".st-key-entrance").count() == 0


# A process dies -----------------------------------------------------------------------------


def test_when_its_process_dies_a_visitor_goes_on_where_they_were(
    hosted: Hosted, enter: Callable[[str, str], Visit]
) -> None:
    visit = enter("director@icoca.example", "/membership?region=Africa")
    cookies = {cookie["name"]: cookie["value"] for cookie in visit.page.context.cookies()}
    process = hosted.processes[int(cookies["scorecard_desk"]) - 1]
    process.kill()
    began = time.monotonic()
    try:
        visit.page.get_by_role("link", name="Compliance").first.click()
        # The other one has the page and the selection, without a sign-in.
        expect(visit.page).to_have_title(re.compile("Compliance"), timeout=WAIT)
        # Chosen while the server was lost, the page says it to the new one in a second run.
        expect(visit.page.locator(".st-key-selection")).to_contain_text("Africa", timeout=WAIT)
        visit.settled()
        assert time.monotonic() - began < 10
        assert "Africa" in visit.sentence()
        assert "region=Africa" in visit.search()
        assert urlsplit(visit.page.url).path == "/compliance"
        cookies = {cookie["name"]: cookie["value"] for cookie in visit.page.context.cookies()}
        assert hosted.processes[int(cookies["scorecard_desk"]) - 1] is not process
    finally:
        process.start()
        process.wait()


def test_neither_tokens_nor_codes_are_in_any_log(hosted: Hosted, came: Callable[[], Visit]) -> None:
    _, address = shared(hosted)
    token = address.partition("link=")[2]
    came().open(address)
    codes: list[str] = []
    visit = came()
    visit.page.on(
        "request",
        lambda request: codes.extend(re.findall(r"oauth2callback\?.*?code=([^&]+)", request.url)),
    )
    sign_in(visit, "director@icoca.example")
    assert codes
    logs = hosted.logs()
    assert token not in logs
    assert not [code for code in codes if code in logs]
    assert "director@icoca.example" not in (hosted.folder / "scorecard-access.log").read_text(
        encoding="utf-8"
    )


def test_a_role_taken_away_by_the_provider_is_gone_after_a_minute(
    fading: tuple[Visit, float],
) -> None:
    visit, taken_away = fading
    visit.page.wait_for_timeout(max(0.0, taken_away + 62 - time.monotonic()) * 1000)
    visit.page.reload()
    expect_words(visit.page, "You have no access yet")
    assert visit.page.locator(".st-key-selection").count() == 0


def test_a_sign_in_replaces_what_the_browser_brought(
    hosted: Hosted, came: Callable[..., Visit]
) -> None:
    """Who planted the cookies of their own visit in a browser does not share its sign-in."""
    planted = came()
    planted.page.goto(hosted.address)
    expect_door(planted.page)
    before = {c["name"]: c["value"] for c in planted.page.context.cookies()}
    victim = sign_in(came(planted.page.context.storage_state()), "director@icoca.example")
    after = {c["name"]: c["value"] for c in victim.page.context.cookies()}
    assert after["_streamlit_user"] not in before.values()
    planted.page.goto(hosted.address)
    expect_door(planted.page)
