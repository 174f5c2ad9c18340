"""Hostile texts of the exports, the plan and people, in every place where a browser shows them."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote

import hostile_set
import pytest
from depots import put
from hostile_set import HOST, NAMES, TEXTS, mark
from playwright.sync_api import BrowserContext, Locator

from scorecard.state import keys, links
from scorecard.state.store import open_store
from tests.browser import PAINTED, Visit, chromium, context, serving, visiting

__all__ = ["chromium", "context"]

pytestmark = pytest.mark.browser

KPIS = ("certified_companies", "media_mentions")
"""Of different goals and facts."""
SAID_OF = (*KPIS, "countries_reviewed")
"""The last is in delay, so that the papers speak of it first."""

# All text of the document and of the roots of components within it, and what would lead away:
# nodes are walked, as a selector does not look into such a root.
_WALK = """host => {
    const texts = [], bad = [];
    const lead = ['href', 'src', 'srcset', 'action', 'poster', 'data', 'xlink:href', 'style'];
    const walk = root => {
        for (const node of root.childNodes) {
            if (node.nodeType === Node.TEXT_NODE) texts.push(node.data);
            if (node.nodeType !== Node.ELEMENT_NODE || /^(style|script)$/i.test(node.tagName))
                continue;
            for (const { name, value } of node.attributes) {
                if (lead.includes(name) && value.includes(host)) bad.push(node.outerHTML);
                if (/^on/.test(name)) bad.push(node.outerHTML);
                if (/^(aria-label|title|alt|value|placeholder)$/.test(name))
                    texts.push('\\n' + value + '\\n');
            }
            const source = node.getAttribute('src') || node.getAttribute('href')
                || node.getAttribute('xlink:href') || '';
            // Streamlit and Plotly draw some of their own from data within the page.
            if (node.matches('img, image') && !source.startsWith('data:')) bad.push(node.outerHTML);
            if (node.matches('.katex, object, embed, iframe')) bad.push(node.outerHTML);
            if (typeof node.value === 'string') texts.push('\\n' + node.value + '\\n');
            walk(node);
            if (node.shadowRoot) walk(node.shadowRoot);
            if (!/^(tspan|text)$/i.test(node.tagName)) texts.push('\\n');
        }
    };
    walk(document.documentElement);
    return { text: texts.join(''), bad: bad.map(html => html.slice(0, 300)), ran: window.ran };
}"""
_MARK = re.compile(r"zq([a-z]+)(\d\d)z")
# Blanks and line breaks are the layout's; the joiner keeps a browser from linking addresses.
_UNSEEN = re.compile("[\\s\N{WORD JOINER}\N{FIRST STRONG ISOLATE}\N{POP DIRECTIONAL ISOLATE}]")


@dataclass
class Looked:
    """What was seen so far, and what was wrong with it."""

    seen: dict[str, set[int]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def look(self, visit: Visit, where: str) -> None:
        found = visit.page.evaluate(_WALK, HOST)
        self.wrong += [f"{where}: {html}" for html in found["bad"]]
        if found["ran"] is not None:
            self.wrong.append(f"{where}: a script ran")
        for problem in self.read(found["text"]):
            self.wrong.append(f"{where}: {problem}")

    def read(self, text: str) -> Iterator[str]:
        """Tells which texts do not stand as typed before their mark."""
        plain = _flat(text)
        for match in _MARK.finditer(plain):
            place, which = match[1], int(match[2])
            typed = _flat(TEXTS[which])
            self.seen.setdefault(place, set()).add(which)
            before = plain[max(0, match.start() - len(typed)) : match.start()]
            if before != typed:
                yield f"{match[0]} after {before!r}"


def _flat(text: str) -> str:
    return _UNSEEN.sub("", text).lower()


@dataclass(frozen=True)
class Hostile:
    """A server that shows the hostile set, and addresses of links to it."""

    base: str
    shared: dict[str, str]
    """Page -> address of a link to it that opens."""
    withdrawn: str


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hostile]:
    folder = tmp_path_factory.mktemp("hostile")
    url = f"sqlite:///{folder}/state.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SCORECARD_SNAPSHOTS", str(folder / "snapshots"))
        shown = put(hostile_set.write(folder))
    store = open_store(url)
    hostile_set.say(store, SAID_OF, shown.stem)
    made = [hostile_set.share(store, "kpi", n, kpi=KPIS[0]) for n in range(len(NAMES))]
    made.append(hostile_set.share(store, "membership", NAMES.index("=1+1")))
    links.revoke(store, made[0].id, made[0].made_by)
    signing = keys.link_keys([], url)
    address = {link: f"/{link.page}?link={links.token(link, signing)}" for link in made}
    environment = {"SCORECARD_FOLLOW": "yes", "SCORECARD_STATE": url}
    with serving(folder / "snapshots", **environment) as base:
        yield Hostile(base, {link.page: address[link] for link in made}, address[made[0]])


def opened(visit: Visit, where: str, looked: Looked) -> None:
    """Looks at the page with all that opens on it, under each of its tabs if it has some."""
    tabs = visit.page.locator("[data-testid=stMain] [role=tab]")
    for place in range(max(1, tabs.count())):
        if tabs.count():
            tabs.nth(place).click()
            visit.settled()
        unfolded(visit, where, looked)


def unfolded(visit: Visit, where: str, looked: Looked) -> None:
    """Looks at what can be seen: expanders, popovers, lists, hovering, files."""
    page = visit.page
    folded = ":is([data-testid=stExpander], .bar) details:not([open]) summary"
    closed = page.locator(f"{folded} >> visible=true")
    for _ in range(40):
        if not closed.count():
            break
        closed.first.click()
        page.wait_for_timeout(50)
    assert not closed.count()
    visit.settled()
    looked.look(visit, where)
    for chart in page.locator(".exhibit .plot >> visible=true").all():
        if hover(visit, chart):
            looked.seen.setdefault("hovering", set()).add(0)
        looked.look(visit, f"{where}, hovering")
    saved(visit, page.locator("body"), where, looked)
    fields = "[data-testid=stSelectbox] input, [data-testid=stMultiSelect] input"
    for choice in page.locator(f":is({fields}) >> visible=true").all():
        choice.scroll_into_view_if_needed()
        # A list closes when its field still scrolls.
        page.wait_for_timeout(150)
        choice.focus()
        page.keyboard.press("ArrowDown")
        page.wait_for_selector("[role=listbox]", timeout=PAINTED)
        looked.look(visit, f"{where}, a list")
        page.keyboard.press("Escape")
    for button in page.locator("[data-testid=stPopover] button >> visible=true").all():
        button.click()
        page.wait_for_selector("[data-testid=stPopoverBody]", timeout=PAINTED)
        visit.settled()
        # What a table holds stands beside it as text, a moment after it.
        page.wait_for_timeout(200)
        looked.look(visit, f"{where}, a popover")
        saved(visit, page.locator("[data-testid=stPopoverBody]"), where, looked)
        page.keyboard.press("Escape")
        page.wait_for_selector("[data-testid=stPopoverBody]", state="detached", timeout=PAINTED)


def hover(visit: Visit, chart: Locator) -> bool:
    """Moves over a figure until it says something; whether it does."""
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    assert box
    for share in (0.15, 0.35, 0.55, 0.75):
        visit.page.mouse.move(box["x"] + box["width"] * share, box["y"] + box["height"] * share)
        visit.page.wait_for_timeout(60)
        if chart.locator(".hovertext, .tip >> visible=true").count():
            return True
    return False


def saved(visit: Visit, place: Locator, where: str, looked: Looked) -> None:
    """Takes every CSV file of a place; no cell of it may be a formula."""
    for button in place.locator("[data-testid=stDownloadButton] button >> visible=true").all():
        if button.inner_text().strip() != "CSV":
            continue
        with visit.page.expect_download(timeout=PAINTED) as coming:
            button.click()
        name = coming.value.suggested_filename
        text = coming.value.path().read_text(encoding="utf-8-sig")
        cells = [part for row in csv.reader(io.StringIO(text, newline="")) for part in row]
        assert len(cells) > 1, name
        for problem in looked.read("\n".join(map(_plain, cells))):
            looked.wrong.append(f"{where}, {name}: {problem}")
        looked.wrong += [f"{where}, {name}: {cell!r}" for cell in cells if not harmless(cell)]
        looked.seen.setdefault("file", set()).add(len(looked.seen.get("file", ())))


def _plain(cell: str) -> str:
    """The texts of a cell of the audit trail that holds what an event was about."""
    return "\n".join(map(str, json.loads(cell).values())) if cell.startswith('{"') else cell


def harmless(cell: str) -> bool:
    shown = cell.lstrip(" \t\r\n\0\N{RIGHT-TO-LEFT OVERRIDE}")
    return shown[:1] not in list("=+-@\t\r") or re.fullmatch(r"[-+]?\d[\d.e+-]*", cell) is not None


@pytest.fixture
def looked() -> Looked:
    return Looked()


@pytest.fixture
def visit(context: BrowserContext, hostile: Hostile) -> Visit:
    visit = visiting(context, hostile.base)
    visit.page.on("dialog", lambda dialog: visit.complaints.append(dialog.message))
    return visit


def nothing_happened(visit: Visit, looked: Looked, *places: str) -> None:
    """And texts of these places were there to see."""
    assert looked.wrong == []
    assert visit.outside() == []
    assert visit.complaints == []
    assert set(places) <= looked.seen.keys()


PLACES = {
    "plan": ("planname", "plantitle", "region"),
    "capacity": (
        "organisationsname",
        "region",
        "milestonestitle",
        "milestonesowner",
        "hovering",
        "file",
    ),
    "compliance": ("selfassessmentanswerssection", "region", "hovering", "file"),
    "membership": ("organisationsname", "regionscountryname", "seatid", "hovering", "file"),
    "brand": ("eventstitle", "regionscountryname", "hovering", "file"),
    "changes": ("organisationsname", "region", "file"),
    "definitions": ("planname",),
    "data": ("column", "spoiltorganisations", "publishedfiguresnote", "file"),
    "history": ("by", "note", "file"),
    "sharing": ("for", "author", "who", "why", "file"),
}


@pytest.mark.parametrize("page", PLACES)
def test_a_page_shows_hostile_texts_as_they_are(visit: Visit, looked: Looked, page: str) -> None:
    visit.open("/" if page == "plan" else f"/{page}")
    opened(visit, page, looked)
    nothing_happened(visit, looked, *PLACES[page])


@pytest.mark.parametrize("kpi", KPIS)
def test_the_page_of_a_kpi_shows_them_as_they_are(visit: Visit, looked: Looked, kpi: str) -> None:
    visit.open(f"/kpi?kpi={kpi}")
    for choice in ("Region", "Category", "Country", "Single entry"):
        button = visit.page.get_by_role("radio", name=choice)
        if button.count():
            button.last.click()
            visit.settled()
            looked.look(visit, f"{kpi} by {choice}")
    opened(visit, kpi, looked)
    nothing_happened(visit, looked, "happened", "planned", "author", "region", "file")


def test_the_papers_show_them_as_they_are(visit: Visit, looked: Looked) -> None:
    visit.open("/briefing")
    page = visit.page
    opened(visit, "papers", looked)
    choice = page.get_by_role("combobox", name="Section")
    for _ in range(6):
        choice.focus()
        for key in ("ArrowDown", "ArrowDown", "Enter"):
            page.keyboard.press(key)
        page.wait_for_timeout(200)
        visit.settled()
        looked.look(visit, "papers")
    for part in ("Commentary", "Decisions and actions", "Library"):
        page.get_by_role("radio", name=part).click()
        page.wait_for_timeout(500)
        visit.settled()
        opened(visit, f"papers, {part}", looked)
    nothing_happened(visit, looked, "happened", "decision", "action", "author", "milestonestitle")


@pytest.mark.parametrize("page", ["kpi", "membership"])
def test_a_guest_sees_them_as_they_are(
    visit: Visit, looked: Looked, hostile: Hostile, page: str
) -> None:
    visit.open(hostile.shared[page])
    opened(visit, page, looked)
    name = _flat(NAMES[NAMES.index("=1+1") if page == "membership" else -1])
    marks = visit.page.locator(".watermark span").all_inner_texts()
    assert marks and all(_flat(text).startswith(name) for text in marks)
    nothing_happened(visit, looked, "for", "planname", "file")


def test_a_link_that_does_not_open_says_so_in_plain_text(
    visit: Visit, looked: Looked, hostile: Hostile
) -> None:
    visit.page.goto(hostile.base + hostile.withdrawn)
    visit.page.wait_for_selector(".st-key-entrance", timeout=PAINTED)
    looked.look(visit, "entrance")
    nothing_happened(visit, looked)


@pytest.mark.parametrize("which", (0, 7))
def test_what_stands_in_an_address_is_text_too(visit: Visit, looked: Looked, which: int) -> None:
    word = quote(f"{TEXTS[which][:40]} {mark('address', which)}")
    visit.open("/kpi?" + "&".join(f"{name}={word}" for name in ("kpi", "region", "as_of")))
    looked.look(visit, "address")
    nothing_happened(visit, looked, "address")
