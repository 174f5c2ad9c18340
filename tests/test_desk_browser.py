"""The desk on which figures are published, in a real browser on a real server."""

from __future__ import annotations

import datetime as dt
import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest
from desk_set import HOSTILE_FILE, HOSTILE_HEADER, messy_zip
from playwright.sync_api import Browser, BrowserContext, Locator, expect

from scorecard.state import audit, publications, spellings
from scorecard.state.store import Store, open_store
from tests.browser import ROOT, Visit, chromium, context, serving, visiting

__all__ = ["chromium", "context"]

pytestmark = pytest.mark.browser

DRAFT = ".st-key-desk_draft"
WAIT = 30_000
"""Milliseconds for reading, building and comparing on a machine that does other things too."""


@dataclass(frozen=True)
class Place:
    """A server with a depot and a written state of its own."""

    base: str
    folder: Path
    environment: dict[str, str]
    store: Store

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "scorecard", *words],
            cwd=ROOT,
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            timeout=120,
        )


def settings(folder: Path) -> dict[str, str]:
    return {
        "SCORECARD_SNAPSHOTS": str(folder / "snapshots"),
        "SCORECARD_STATE": f"sqlite:///{folder}/state.db",
    }


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("desk")
    given = settings(folder)
    store = open_store(given["SCORECARD_STATE"])
    with serving(Path(given["SCORECARD_SNAPSHOTS"]), **given) as base:
        yield Place(base, folder, given, store)
    store.close()


@pytest.fixture(scope="module")
def messy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return messy_zip(tmp_path_factory.mktemp("messy") / "Export.zip")


@pytest.fixture
def desk(place: Place, context: BrowserContext) -> Visit:
    """The desk with nothing on it."""
    visit = visiting(context, place.base).open("/data")
    discard(visit)
    return visit


def discard(visit: Visit) -> None:
    if visit.page.locator(DRAFT).count():
        visit.page.get_by_role("button", name="Discard", exact=True).click()
        visit.page.get_by_role("button", name="Discard the draft").click()
        expect(visit.page.locator(DRAFT)).to_have_count(0, timeout=WAIT)
        visit.settled()


def send(visit: Visit, *files: Path | dict[str, object], place: str = "desk_upload") -> None:
    """Gives files to an uploader; the page takes them by itself."""
    given = [str(f) if isinstance(f, Path) else f for f in files]
    uploader = visit.page.locator(f"[class*='st-key-{place}'] input[type=file]")
    uploader.first.set_input_files(given)  # type: ignore[arg-type]


def step(visit: Visit, number: int) -> Locator:
    return visit.page.locator(f".steps .step:nth-child({number})")


def at_step(visit: Visit, number: int) -> None:
    """Waits until a step is the current one, and all of the page is drawn."""
    current = visit.page.locator(".steps [aria-current=step] .number")
    expect(current).to_have_text(str(number), timeout=WAIT)
    visit.settled()


def answer(visit: Visit) -> None:
    """Answers both questions of the messy set."""
    visit.page.get_by_text("Day/month/year", exact=True).click()
    visit.page.get_by_text("(end_on)").click()
    visit.page.get_by_role("button", name="Go on").click()
    at_step(visit, 5)


def brought(visit: Visit, messy: Path) -> None:
    """The messy set on the desk, with its questions answered if they are asked."""
    send(visit, messy)
    expect(visit.page.locator(DRAFT)).to_be_visible(timeout=WAIT)
    visit.page.wait_for_timeout(300)
    expect(visit.page.locator(".steps [aria-current=step] .number")).not_to_have_text(
        "1", timeout=WAIT
    )
    visit.settled()
    if visit.page.get_by_text("(end_on)").count():
        visit.page.get_by_text("(end_on)").click()
    visit.page.get_by_text("Day/month/year", exact=True).click()
    visit.page.get_by_role("button", name="Go on").click()
    at_step(visit, 5)


def test_from_a_messy_zip_to_figures_that_everybody_sees(
    place: Place, desk: Visit, chromium: Browser, messy: Path
) -> None:
    other = visiting(chromium.new_context(), place.base).open("/?region=Africa")
    before = other.page.locator(".st-key-foot").inner_text()
    page = desk.page

    expect(page.locator(".st-key-data_headline")).to_contain_text("Everybody sees the data of")
    send(desk, messy)
    at_step(desk, 2)
    # What the page does not know is asked, and what it is called stands as it was typed.
    expect(page.get_by_text(f"Which column of memberships is '{HOSTILE_HEADER}'?")).to_be_visible()
    assert page.locator(".st-key-desk b", has_text="Schluss").count() == 0
    expect(page.get_by_text("Which comes first, the day or the month?")).to_be_visible()
    # Reloaded in the middle, nothing is lost.
    page.reload()
    desk.settled()
    at_step(desk, 2)
    answer(desk)

    saved = spellings.saved(place.store)
    assert [(s.export, s.header, s.means) for s in saved] == [
        ("memberships", HOSTILE_HEADER, "end_on")
    ]
    # The findings, with the value as it stood and the file that it came in.
    expect(step(desk, 3)).to_contain_text("4 rows set aside")
    title = "standard of certifications.csv is not understood"
    page.get_by_text(title).click()
    found = page.locator("[data-testid=stExpander]", has_text=title)
    expect(found.get_by_text("What to do.")).to_be_visible()
    written = found.locator("table tbody tr").first
    expect(written).to_contain_text("Export.zip/Export CRM/certifications.csv")
    assert written.locator("[data-head=Line]").text_content() == "6"
    # The effect, with the sentence that states it.
    effects = page.locator(".st-key-desk_effects table.rows")
    expect(effects.locator("tbody tr", has_text="Company members")).to_contain_text("+2")
    expect(effects.locator("tbody tr", has_text="Website visits")).to_contain_text("gone")
    expect(page.locator(".st-key-desk")).to_contain_text("29 KPIs change; ")

    # Refused, as a file is missing, unless somebody insists and says why.
    publish = page.get_by_role("button", name="Publish the data of 31 January 2023")
    expect(publish).to_be_disabled()
    expect(page.get_by_text("web_traffic.csv is absent")).to_be_visible()
    page.get_by_text("Publish all the same").click()
    desk.settled()
    publish.click()
    expect(page.get_by_text("Nothing was published")).to_be_visible(timeout=WAIT)
    page.locator(".st-key-desk textarea").fill("The site was moved; its figures follow in March")
    page.locator(".st-key-desk textarea").blur()
    desk.settled()
    publish.click()
    expect(page.get_by_text("Published. Everybody sees")).to_be_visible(timeout=WAIT)

    # The open page of another visitor has moved by itself, with what was chosen there.
    foot = other.page.locator(".st-key-foot")
    expect(foot).to_contain_text("Data of 31 January 2023", timeout=WAIT)
    assert foot.inner_text() != before
    assert "region=Africa" in other.search() and "Africa" in other.sentence()
    assert other.complaints == []
    other.page.context.close()

    made = publications.last(place.store)
    assert made and made.note.startswith("The site was moved") and made.kind == "published"
    events = {entry.event for entry in audit.entries(place.store)}
    assert {"published", "mapping_saved"} <= events
    expect(page.locator(DRAFT)).to_have_count(0)
    assert desk.outside() == [] and desk.complaints == []


def test_rows_are_corrected_and_sent_again(desk: Visit, messy: Path) -> None:
    brought(desk, messy)
    expect(desk.page.get_by_text("4 rows are still set aside")).to_be_visible()
    with desk.page.expect_download() as waiting:
        desk.page.get_by_role("button", name="Download 4 rows to correct").click()
    book = openpyxl.load_workbook(io.BytesIO(waiting.value.path().read_bytes()))
    sheet = book["certifications"]
    names = [cell.value for cell in sheet[1]]
    values = {cell.value: cell for row in sheet.iter_rows(min_row=2) for cell in row}
    assert values["=1+1"].data_type == "s", "a text, and no formula"
    # As the register has them, one of them as a Swiss would write it.
    sample = (ROOT / "data" / "exports" / "certifications.csv").read_text(encoding="utf-8")
    _, _, _, _, undated, strange, *_ = (line.split(",") for line in sample.splitlines())
    values["31.02.2020"].value = f"{dt.date.fromisoformat(undated[2]):%d.%m.%Y}"
    values["=1+1"].value = strange[1]
    for row in book["media_mentions"].iter_rows(min_row=2, min_col=4):
        for cell in row:
            cell.value = None
    assert names[:3] == ["set_aside_row", "what_is_wrong", "where_it_stood"]
    assert "Export.zip/Export CRM/certifications.csv, line 6" in values
    out = io.BytesIO()
    book.save(out)
    corrected = {"name": "rows.xlsx", "mimeType": "application/octet-stream",
                 "buffer": out.getvalue()}  # fmt: skip
    send(desk, corrected, place="desk_corrected")
    expect(desk.page.get_by_text("1 row is still set aside, 2 corrected, 1 removed")).to_be_visible(
        timeout=WAIT
    )
    expect(step(desk, 3)).to_contain_text("1 row set aside")


def test_hostile_texts_are_shown_as_typed(desk: Visit, messy: Path) -> None:
    brought(desk, messy)
    page = desk.page
    page.get_by_text("What was done to").click()
    page.get_by_text("What was noticed while reading").click()
    page.get_by_role("button", name="Files", exact=True).click()
    expect(page.get_by_text("Export.zip (")).to_be_visible()
    page.keyboard.press("Escape")
    named = {"name": HOSTILE_FILE.replace("/", ""), "mimeType": "text/csv", "buffer": b"a;b\n1;2\n"}
    page.get_by_role("button", name="Files", exact=True).click()
    send(desk, named)
    expect(step(desk, 1)).to_contain_text("2 files sent", timeout=WAIT)
    desk.settled()
    if not page.get_by_text(f"{HOSTILE_FILE} (").is_visible():
        page.get_by_role("button", name="Files", exact=True).click()
    expect(page.get_by_text(f"{HOSTILE_FILE} (")).to_be_visible(timeout=WAIT)
    for harm in ("img[src=x]", "a[href*='evil.example']", ".katex", "script:has-text('alert')"):
        assert page.locator(f".stMain {harm}").count() == 0, harm
    assert desk.outside() == []


def test_a_routine_month_is_two_clicks(tmp_path: Path, chromium: Browser) -> None:
    """With figures of an earlier day shown, the folder of exports is checked and published."""
    given = settings(tmp_path)
    older = tmp_path / "older"
    older.mkdir()
    for path in (ROOT / "data" / "exports").glob("*"):
        text = path.read_bytes()
        (older / path.name).write_bytes(b"2022-11-30\n" if path.name == "exported_on.txt" else text)
    words = ["publish", "--exports", str(older), "--plan", str(ROOT / "data" / "plan")]
    done = subprocess.run(
        [sys.executable, "-m", "scorecard", *words, "--note", "November", "--author", "Ada"],
        cwd=ROOT, env={**os.environ, **given}, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    with serving(tmp_path / "snapshots", **given) as base:
        context = chromium.new_context(viewport={"width": 1440, "height": 900})
        visit = visiting(context, base).open("/data")
        visit.page.get_by_role("button", name="Check what lies in the folder").click()
        at_step(visit, 5)
        visit.page.get_by_role("button", name="Publish the data of 31 December 2022").click()
        expect(visit.page.get_by_text("Published. Everybody sees")).to_be_visible(timeout=WAIT)
        expect(visit.page.locator(".st-key-foot")).to_contain_text("Data of 31 December 2022")
        context.close()


def test_a_draft_survives_a_server_that_starts_anew_and_is_nobody_elses(
    tmp_path: Path, place: Place, chromium: Browser, messy: Path
) -> None:
    given = settings(tmp_path) | {"SCORECARD_SNAPSHOTS": place.environment["SCORECARD_SNAPSHOTS"]}
    depot = Path(given["SCORECARD_SNAPSHOTS"])
    context = chromium.new_context()
    with serving(depot, **given) as base:
        visit = visiting(context, base).open("/data")
        send(visit, messy)
        expect(visit.page.locator(DRAFT)).to_be_visible(timeout=WAIT)
    with serving(depot, **given) as base:
        visit = visiting(context, base).open("/data")
        expect(visit.page.locator(DRAFT)).to_be_visible(timeout=WAIT)
        at_step(visit, 2)
    with serving(depot, SCORECARD_ROLE="board", **given) as base:
        visit = visiting(context, base)
        visit.page.goto(f"{base}/data")
        expect(visit.page.get_by_text("This page is not open to you")).to_be_visible(timeout=WAIT)
        assert visit.page.locator(".st-key-desk").count() == 0
        assert "Export.zip" not in visit.page.content()
    context.close()


def test_who_comes_second_is_told_and_keeps_the_draft(
    tmp_path: Path, place: Place, desk: Visit
) -> None:
    brought(desk, messy_zip(tmp_path / "January.zip", joined="2022-07-01"))
    desk.page.locator(".st-key-desk textarea").fill("January")
    exports = tmp_path / "exports"
    exports.mkdir()
    for path in (ROOT / "data" / "exports").glob("*"):
        (exports / path.name).write_bytes(path.read_bytes())
    with (exports / "trainings.csv").open("a", encoding="utf-8") as file:
        file.write("T999,Another,certification,online,2022-12-01\n")
    # The page notices by itself within seconds; whoever clicks before that is told.
    done = place.command(
        "publish", "--exports", str(exports), "--plan", str(ROOT / "data" / "plan"),
        "--note", "Quicker", "--author", "Bob", "--force",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    expect(desk.page.locator(".st-key-data_headline")).to_contain_text("Bob", timeout=WAIT)
    expect(desk.page.locator(DRAFT)).to_be_visible()
    at_step(desk, 5)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1024])
def test_no_state_of_the_desk_scrolls_sideways(
    width: int, theme: str, chromium: Browser, place: Place, messy: Path
) -> None:
    context = chromium.new_context(
        viewport={"width": width, "height": 844},
        color_scheme="dark" if theme == "dark" else "light",
    )
    visit = visiting(context, place.base).open("/data")
    discard(visit)
    scroll = "document.querySelector('[data-testid=stMain]').scrollWidth"
    assert visit.page.evaluate(scroll) == width
    brought(visit, messy)
    assert visit.page.evaluate(scroll) == width
    context.close()


def test_the_first_figures_are_published_where_nothing_was_shown_before(
    tmp_path: Path, chromium: Browser
) -> None:
    environment = settings(tmp_path) | {"SCORECARD_FOLLOW": "yes"}
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    with serving(Path(environment["SCORECARD_SNAPSHOTS"]), **environment) as base:
        visit = visiting(context, base)
        visit.page.goto(base)
        expect(visit.page.get_by_text("There is nothing to show yet")).to_be_visible(timeout=WAIT)
        visit.page.get_by_role("link", name="Bring the exports on the page Data").click()
        visit.page.get_by_role("button", name="Check what lies in the folder").click(timeout=WAIT)
        current = visit.page.locator(".steps [aria-current=step] .number")
        expect(current).to_have_text("5", timeout=WAIT)
        expect(visit.page.get_by_text("29 of 29 KPIs get their first figures")).to_have_count(2)
        visit.page.get_by_role("button", name=re.compile("^Publish the data of")).click()
        visit.page.wait_for_selector(".st-key-foot", timeout=WAIT)
        expect(
            visit.page.get_by_text("Everybody sees the data of 31 December 2022").first
        ).to_be_visible(timeout=WAIT)
        visit.open("/")
        assert "17 of 25" in visit.page.locator(".sheet .headline").inner_text()
        assert visit.complaints == []
    context.close()
