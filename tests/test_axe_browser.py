"""Every page by the rules of axe-core, in both themes, on a laptop, a tablet and a phone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from scorecard.state import keys, links
from scorecard.state.links import Draft
from scorecard.state.store import open_store
from tests.browser import ROOT, Visit, chromium, serving, store, visiting

__all__ = ["chromium", "store"]

pytestmark = pytest.mark.browser

AXE = ROOT / "tests" / "axe" / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = (1440, 768, 390)
RULES: dict[str, list[str]] = {
    "light": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    # The theme changes colours and no element, so what is not of colours was asked already.
    "dark": ["color-contrast"],
}

EXCUSED = {
    # Streamlit's place for files is a presentation that says its name; the button in it is whole.
    ("presentation-role-conflict", "[data-testid=stFileUploaderDropzone]"),
    # The guest's name over a shared page is decoration, faint so that what it covers can be read;
    # the name stands in the line of the selection too.
    ("color-contrast", ".watermark"),
}
"""Rule and what breaks it; the last test fails where one is not needed any more."""

PAGES = {
    "plan": "/",
    "capacity": "/capacity",
    "compliance": "/compliance",
    "membership": "/membership",
    "brand": "/brand",
    "changes": "/changes",
    "kpi": "/kpi?kpi=certified_companies",
    "definitions": "/definitions",
    "papers": "/briefing",
    "data": "/data",
    "history": "/history",
    "sharing and audit trail": "/sharing",
}


@dataclass(frozen=True)
class Place:
    """A server, and the address of a view on it that was shared."""

    base: str
    shared: str


@pytest.fixture(scope="module")
def place(
    store: Path, tmp_path_factory: pytest.TempPathFactory, chromium: Browser
) -> Iterator[Place]:
    url = f"sqlite:///{tmp_path_factory.mktemp('state')}/state.db"
    with serving(store, SCORECARD_STATE=url) as base:
        # The first visitor finds what lies there, and publishes it.
        context = chromium.new_context()
        visiting(context, base).open()
        context.close()
        until = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
        draft = Draft("Jane Doe", "membership", {}, None, "Ada", until)
        made = links.make(open_store(url), draft)
        yield Place(base, f"/membership?link={links.token(made, keys.link_keys((), url))}")


@pytest.fixture(scope="module")
def door(store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that asks everyone to sign in, with a provider that nobody asks."""
    file = tmp_path_factory.mktemp("secrets") / "secrets.toml"
    file.write_text(
        f"""[auth]
redirect_uri = "http://127.0.0.1/oauth2callback"
cookie_secret = "{"0" * 64}"
[auth.staff]
client_id = "scorecard"
client_secret = "{"0" * 32}"
server_metadata_url = "http://127.0.0.1:9/.well-known/openid-configuration"
""",
        encoding="utf-8",
    )
    with serving(store, STREAMLIT_SECRETS_FILES=str(file)) as base:
        yield base


found_excused: set[tuple[str, str]] = set()


def violations(visit: Visit) -> list[str]:
    """What the page breaks in each theme and at each width, but for what is excused."""
    page = visit.page
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = []
    for theme, rules in RULES.items():
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        page.wait_for_function(
            "theme => getComputedStyle(document.querySelector('.stApp')).colorScheme === theme",
            arg=theme,
        )
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.evaluate("() => new Promise(requestAnimationFrame)")
            for rule, target, html in _broken(page.evaluate(_RUN, [rules, _SELECTORS])):
                excuse = next(((rule, s) for s in _SELECTORS if (rule, s) in target), None)
                if excuse in EXCUSED:
                    found_excused.add(excuse)
                else:
                    found.append(f"{theme} {width}: {rule} {html}")
    return found


_SELECTORS = [selector for _, selector in sorted(EXCUSED)]
# Each node with which selectors of excuses it stands in.
_RUN = """async ([rules, selectors]) => {
    const options = { runOnly: rules, resultTypes: ["violations"], elementRef: true };
    // A figure is one picture with a description, and has thousands of parts.
    const { violations } = await axe.run({ exclude: [".exhibit .main-svg"] }, options);
    return violations.map(({ id, nodes }) => [id, nodes.map(({ element, html }) =>
        [selectors.filter((selector) => element?.closest(selector)), html.slice(0, 200)])]);
}"""


def _broken(violated: list[Any]) -> Iterator[tuple[str, set[tuple[str, str]], str]]:
    for rule, nodes in violated:
        for selectors, html in nodes:
            yield rule, {(rule, selector) for selector in selectors}, html


@pytest.mark.parametrize("name", PAGES)
def test_a_page_breaks_no_rule(name: str, place: Place, chromium: Browser) -> None:
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    visit = visiting(context, place.base).open(PAGES[name])
    assert violations(visit) == []
    context.close()


def test_a_shared_view_breaks_no_rule(place: Place, chromium: Browser) -> None:
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    visit = visiting(context, place.base).open(place.shared)
    visit.page.locator(".watermark span").first.wait_for()
    assert violations(visit) == []
    context.close()


@pytest.mark.parametrize("address", ["/", "/?link=broken"])
def test_the_entrance_breaks_no_rule(address: str, door: str, chromium: Browser) -> None:
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    visit = visiting(context, door)
    visit.page.goto(door + address)
    name = "Strategic plan" if address == "/" else "This link does not open"
    visit.page.get_by_role("heading", name=name).wait_for()
    assert violations(visit) == []
    context.close()


def test_no_excuse_outlives_its_reason(request: pytest.FixtureRequest) -> None:
    if request.session.testscollected < len(PAGES) + 4:
        pytest.skip("only some pages were looked at")
    assert found_excused == EXCUSED
