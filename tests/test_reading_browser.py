"""Pages as people read them: aloud, enlarged, spaced, in their own colours, small, and on paper."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import Visit, chromium, context, server, store, visit, visiting

__all__ = ["chromium", "context", "server", "store", "visit"]

pytestmark = pytest.mark.browser

PAGES = (
    "/",
    "/capacity",
    "/compliance",
    "/membership",
    "/brand",
    "/changes",
    "/kpi?kpi=certified_companies",
    "/definitions",
    "/briefing",
    "/data",
    "/history",
    "/sharing",
)

# The overview as a screen reader goes through it; names and figures as patterns where they change.
ALOUD = """
- main:
  - group: /Showing all regions and pillars · at 31 December 2022/
  - heading /KPIs are on plan/ [level=1]
  - list:
    - listitem:
      - heading "Capacity and certification" [level=2]:
        - link "Capacity and certification"
      - button /\\d On track/
      - button /\\d Some delay/
    - listitem:
      - heading "Compliance with the Code" [level=2]
      - button /\\d Moving away/
      - button /\\d Too few to judge/
    - listitem:
      - heading "Membership and engagement" [level=2]
    - listitem:
      - heading "A credible worldwide brand" [level=2]
  - heading "What needs the board’s attention" [level=2]
  - list:
    - listitem:
      - link "Companies field-reviewed in three years"
  - heading /What changed since/ [level=2]
  - table /^Scorecard. Showing all regions and pillars/:
    - rowgroup:
      - row:
        - columnheader "KPI"
        - columnheader "Value"
        - columnheader "Expected and target"
        - columnheader "Value expected target"
        - columnheader /Since/
        - columnheader "2019–2023, with path"
        - columnheader "Status"
        - columnheader "Data of"
    - rowgroup:
      - row /Goal 1 ?Capacity and certification/
      - row /Certified companies/:
        - rowheader /Certified companies , more is better/
        - cell "48"
        - cell /50 .*now · 60 end 2023/
        - cell
        - cell /no change/
        - cell /from \\d+ in January 2019 to 48 in December 2022/
        - cell "Some delay"
        - cell "31 Dec 2022"
"""


@pytest.fixture(scope="module", params=PAGES)
def opened(request: pytest.FixtureRequest, chromium: Browser, server: str) -> Iterator[Visit]:
    """Each page in turn, opened once for the tests that look at all of them."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    yield visiting(context, server).open(request.param)
    context.close()


@pytest.fixture(scope="module")
def pages(chromium: Browser, server: str) -> Iterator[Visit]:
    """One browser for the tests that look at some pages."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    yield visiting(context, server)
    context.close()


def sideways(page: Page) -> list[str]:
    """What is wider than the window, once figures have had time to follow it."""
    for _ in range(30):
        page.wait_for_timeout(150)
        if not (found := page.evaluate(_SIDEWAYS)):
            break
    return list(found)


_SIDEWAYS = """() => [document.documentElement, document.querySelector(".stMain")]
    .filter((box) => box.scrollWidth > box.clientWidth + 1)
    .map((box) => `${box.className || box.tagName} ${box.scrollWidth}`)"""


# Words of ours that their own box cuts off, be it at the side or below.
_CUT = """() => [...document.querySelectorAll(".sheet *, .exhibit > :not(.plot), .bar *")]
    .filter((node) => node.children.length === 0 && node.textContent.trim() && !node.closest(
        ".unseen, caption, svg, select, [hidden]") && node.checkVisibility())
    .filter((node) => {
        const style = getComputedStyle(node);
        const clips = style.overflow !== "visible" || style.textOverflow === "ellipsis";
        return clips && (node.scrollWidth > node.clientWidth + 1);
    })
    .map((node) => node.textContent.slice(0, 60))"""


def test_the_plan_is_read_in_order(visit: Visit) -> None:
    page = visit.open().page
    expect(page.locator("body")).to_match_aria_snapshot(ALOUD)
    # The picture in a row is of its figures and is passed over, the line in words is not.
    assert page.locator(".sheet svg:not([aria-hidden=true])").count() == 0


def test_a_page_holds_at_200_per_cent_and_with_wide_spacing_on_a_phone_and_a_tablet(
    opened: Visit,
) -> None:
    page = opened.page
    # 720 × 450 is 1440 × 900 at 200 %.
    for width, height in ((720, 450), (390, 844), (768, 1024)):
        page.set_viewport_size({"width": width, "height": height})
        assert sideways(page) == [], width
        assert page.evaluate(_CUT) == [], width
    # WCAG 1.4.12, of a style sheet that a reader brings along.
    spaced = page.add_style_tag(
        content="* { line-height: 1.5 !important; letter-spacing: .12em !important; "
        "word-spacing: .16em !important } p { margin-bottom: 2em !important }"
    )
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert sideways(page) == [], width
        assert page.evaluate(_CUT) == [], width
    spaced.evaluate("node => node.remove()")


@pytest.mark.parametrize("address", ["/", "/membership", "/definitions", "/data"])
def test_what_is_pressed_is_at_least_24_pixels_high_or_stands_apart(
    pages: Visit, address: str
) -> None:
    page = pages.page
    page.set_viewport_size({"width": 390, "height": 844})
    pages.open(address).unfold()
    # WCAG 2.5.8: 24 pixels, or a circle of 24 around its middle that meets no other target.
    crowded = page.evaluate(
        """() => {
            const targets = [...document.querySelectorAll(
                ".stMain :is(a[href], button, input, select, summary, [role=tab])")]
                .filter((node) => node.checkVisibility() && !node.disabled)
                // A head of cards is there for the keyboard alone.
                // Streamlit's arrow beside tabs that do not fit does what swiping and arrows do.
                .filter((node) => !node.closest("thead, [data-testid=stTabsScrollRight]"))
                .map((node) => [node, node.getBoundingClientRect()])
                .filter(([, box]) => box.width && box.height);
            const isSmall = ([, box]) => Math.min(box.width, box.height) < 24;
            const middle = (box) => [box.x + box.width / 2, box.y + box.height / 2];
            const meets = (one, other) => {
                const [x, y] = middle(one);
                const dx = Math.max(other.left - x, 0, x - other.right);
                const dy = Math.max(other.top - y, 0, y - other.bottom);
                return Math.hypot(dx, dy) < 12;
            };
            return targets.filter(isSmall)
                .filter(([node]) => !node.closest("p, li"))  // within a sentence
                .filter(([node, box]) => targets.some(([other, its]) =>
                    other !== node && !node.contains(other) && !other.contains(node)
                    && meets(box, its)))
                .map(([node, box]) => `${node.outerHTML.slice(0, 200)} ${box.width} ${box.height}`);
        }"""
    )
    assert crowded == []


def test_own_colours_of_the_system_leave_everything_readable(
    chromium: Browser, server: str
) -> None:
    context = chromium.new_context(
        viewport={"width": 1440, "height": 900}, forced_colors="active", reduced_motion="reduce"
    )
    page = visiting(context, server).open().page
    seen = page.evaluate(
        """() => {
            const of = (selector, name) =>
                getComputedStyle(document.querySelector(selector))[name];
            return {
                bar: of(".bullet-chart .bar", "fill"),
                target: of(".bullet-chart .target", "stroke"),
                line: of(".sparkline .line", "stroke"), shape: of(".shape .filled", "fill"),
                ground: of("body", "backgroundColor"), text: of(".headline", "color"),
                moving: document.getAnimations().filter((a) => a.playState === "running").length,
            };
        }"""
    )
    ground = seen.pop("ground")
    assert seen.pop("moving") == 0
    assert all(colour != ground for colour in seen.values()), seen
    context.close()


def test_one_control_sets_type_larger_on_all_pages_until_it_is_pressed_again(visit: Visit) -> None:
    page = visit.open("/capacity?view=projector").page
    height = "document.querySelector('h1').getBoundingClientRect().height / "
    height += "document.querySelector('h1').offsetHeight"
    assert page.evaluate(height) == pytest.approx(1.4, abs=0.03)
    page.locator(".st-key-figure_certified_region .main-svg").first.wait_for(state="attached")
    assert sideways(page) == []
    # Who points at a bar is told of that bar.
    bar = page.locator(".st-key-figure_certified_region .barlayer .point path").nth(2)
    bar.scroll_into_view_if_needed()
    box = bar.bounding_box()
    assert box
    for nearer in (3, 0):
        page.mouse.move(box["x"] + box["width"] / 2 - nearer, box["y"] + box["height"] / 2)
    told = page.locator(".st-key-figure_certified_region .hovertext")
    expect(told).to_contain_text("Asia and the Pacific")
    page.get_by_role("link", name="2 Compliance").first.click()
    page.wait_for_url("**/compliance**")
    visit.settled()
    assert page.evaluate(height) == pytest.approx(1.4, abs=0.03)
    button = page.get_by_role("button", name="Larger type")
    expect(button).to_have_attribute("aria-pressed", "true")
    button.click()
    assert page.evaluate(height) == pytest.approx(1, abs=0.03)
    page.reload()
    visit.settled()
    assert page.evaluate(height) == pytest.approx(1, abs=0.03)


def plain(text: str) -> str:
    """Words without line breaks, and without the marks that keep a name's direction to itself."""
    return re.sub(r"\s+", " ", re.sub("[\u2068\u2069]", "", text)).strip()


def printed(visit: Visit, folder: Path) -> list[str]:
    """The words of each sheet, as printed by somebody who looks at the dark theme."""
    visit.page.pdf(path=folder / "page.pdf", prefer_css_page_size=True)
    command = ["pdftotext", "-layout", str(folder / "page.pdf"), "-"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [plain(sheet) for sheet in text.split("\f")[:-1]]


def test_a_page_prints_on_white_a4_and_nothing_is_cut(opened: Visit, tmp_path: Path) -> None:
    page = opened.page
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(color_scheme="dark")
    opened.settled()
    for figure in page.locator(".exhibit .plot:visible").all():
        figure.locator(".main-svg").first.wait_for(state="attached")
    sheets = printed(opened, tmp_path)
    page.emulate_media(color_scheme="light")
    for number, sheet in enumerate(sheets, 1):
        assert "Strategic Plan 2019–2023 · " in sheet and "Synthetic sample" in sheet
        assert "all regions and pillars · at 31 December 2022" in sheet
        assert re.search(rf"\b{number} ?/ ?{len(sheets)}\b", sheet)
    text = " ".join(sheets)
    headline = plain(page.locator("h1").first.inner_text())
    # A name that is kept apart for its direction may break the line in the text of the file.
    assert [word for word in headline.split() if word not in text] == []
    assert headline.split()[:4] == text[text.index(headline[:20]) :].split()[:4]
    assert "This machine" not in text and "Larger type" not in text
    assert not re.search(r"\bCSV\b", sheets[0].replace("CSV file", ""))
    for title in page.locator("tr.kpi .name a").all_inner_texts():
        assert title.split()[0] in text
    # White, and A4.
    size = subprocess.run(
        ["pdfinfo", str(tmp_path / "page.pdf")], capture_output=True, text=True, check=True
    ).stdout
    assert "(A4)" in size
    assert darkest_corner(tmp_path) == 255


def darkest_corner(folder: Path) -> int:
    """Of the first sheet; a dark page would be dark there too."""
    from PIL import Image

    picture = folder / "sheet"
    command = ["pdftoppm", "-r", "20", "-png", "-f", "1", "-l", "1", str(folder / "page.pdf")]
    subprocess.run([*command, str(picture)], check=True)
    (file,) = folder.glob("sheet*.png")
    with Image.open(file) as image:
        grey = image.convert("L")
        width, height = grey.size
        return min(grey.getpixel((x, y)) for x in (0, width - 1) for y in (0, height - 1))


def test_a_table_is_a_list_on_a_phone_and_nowhere_cut_or_scrolled(pages: Visit) -> None:
    page = pages.page
    page.set_viewport_size({"width": 390, "height": 844})
    pages.open("/data")
    written = page.locator(".written-table").first
    expect(written).to_be_visible()
    expect(written).to_contain_text("board_terms.csv")
    assert page.locator(".stDataFrame:visible").count() == 0
    for width in (768, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        expect(written).to_be_visible()
        assert page.locator(".stDataFrame:visible").count() == 0
        is_cut = "table => table.scrollWidth > table.parentElement.clientWidth + 1"
        assert not written.evaluate(is_cut)
