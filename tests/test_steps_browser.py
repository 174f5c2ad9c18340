"""Figures that change before the server has answered, and never end on wrong ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Route, WebSocketRoute
from restated_set import a_set

from bench import verify
from scorecard import publication, readings, wording
from scorecard.confidentiality import Role
from scorecard.screen import choices
from scorecard.screen.choices import Choice
from scorecard.snapshot import Snapshot, Sources, in_memory
from scorecard.state.store import open_store
from tests.browser import Visit, chromium, context, server, serving, store, visit, visiting

__all__ = ["chromium", "context", "server", "store", "visit"]

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def snap() -> Snapshot:
    return in_memory(Sources())


@pytest.fixture(scope="module")
def as_board(store: Path) -> Iterator[str]:
    with serving(store, SCORECARD_ROLE="board") as base:
        yield base


@dataclass
class Line:
    """The websocket of a page, which can be held back either way."""

    holds_up: bool = False
    holds_down: bool = False
    up: list[Callable[[], None]] = field(default_factory=list)
    down: list[Callable[[], None]] = field(default_factory=list)

    def route(self, page_side: WebSocketRoute) -> None:
        server_side = page_side.connect_to_server()

        def say(message: str | bytes) -> None:
            self.up.append(lambda: server_side.send(message))
            self.pass_on()

        def hear(message: str | bytes) -> None:
            self.down.append(lambda: page_side.send(message))
            self.pass_on()

        page_side.on_message(say)
        server_side.on_message(hear)

    def pass_on(self) -> None:
        while self.up and not self.holds_up:
            self.up.pop(0)()
        while self.down and not self.holds_down:
            self.down.pop(0)()

    def let_go(self) -> None:
        self.holds_up = self.holds_down = False
        self.pass_on()


def held(context: BrowserContext, base: str) -> tuple[Visit, Line]:
    """A visit whose line to the server can be held back."""
    visit, line = visiting(context, base), Line()
    visit.page.route_web_socket("**/_stcore/stream", line.route)
    return visit, line


def words(visit: Visit) -> dict[str, str]:
    """KPI -> what its row says."""
    rows: list[list[str]] = visit.page.evaluate(
        "[...document.querySelectorAll('tr.kpi')].map(row => [row.dataset.kpi, row.innerText])"
    )
    return {kpi: text for kpi, text in rows}


def choose(visit: Visit, choice: Choice, snap: Snapshot) -> None:
    """Tells the page a whole choice, as its controls do."""
    visit.page.evaluate(
        "choice => scorecardAhead.choose(choice)",
        {
            "as_of": str(choice.as_of or ""),
            "compare": str(choice.compare or ""),
            "region": [snap.plan.regions.index(name) for name in choice.regions],
            "pillar": [snap.plan.pillars.index(name) for name in choice.pillars],
        },
    )


def steps(snap: Snapshot) -> list[Choice]:
    return list(choices.steps(snap, Choice()))


def require_core(visit: Visit, snap: Snapshot, choice: Choice, role: Role) -> None:
    """All rows show what the core reads for that role."""
    as_of, compare = choice.dates(snap)
    card = readings.scorecard(snap, choice.selection(snap), role, as_of, compare)
    rows: Any = visit.page.evaluate(
        "[...document.querySelectorAll('tr.kpi')].map(row => [row.dataset.kpi, "
        "row.querySelector('.value').textContent, row.querySelector('.state .word').textContent])"
    )
    shown = {kpi: (verify._flat(value), word) for kpi, value, word in rows}
    for reading in card.readings:
        value = verify._flat(wording.value(snap.plan.kpi(reading.kpi), reading))
        assert shown[reading.kpi] == (value, wording.STATUS[reading.status]), (choice, reading.kpi)
    assert visit.sentence() == wording.selection_sentence(
        snap.plan, choice.selection(snap), as_of, compare
    )


@pytest.mark.parametrize("role", ["executive", "board"])
def test_every_step_is_shown_as_the_core_reads_it_while_the_server_is_silent(
    context: BrowserContext, server: str, as_board: str, snap: Snapshot, role: Role
) -> None:
    visit, line = held(context, server if role == "executive" else as_board)
    visit.open().ready("||0|")
    line.holds_up = True
    for choice in steps(snap):
        assert visit.page.evaluate("key => scorecardAhead.knows(key)", choice.key(snap)), choice
        choose(visit, choice, snap)
        require_core(visit, snap, choice, role)
    line.let_go()
    visit.page.wait_for_timeout(300)
    visit.settled()
    require_core(visit, snap, steps(snap)[-1], role)
    assert visit.complaints == []


@pytest.mark.parametrize(
    ("address", "check"),
    [("/membership", verify.membership), ("/kpi?kpi=certified_companies", verify.kpi)],
)
def test_figures_change_in_place_while_the_server_is_silent(
    context: BrowserContext, server: str, snap: Snapshot, address: str, check: verify.Check
) -> None:
    visit, line = held(context, server)
    visit.open(address).ready("||0|")
    mark = "[...document.querySelectorAll('.plot .main-svg')].map(n => (n.kept = true)).length"
    drawn = visit.page.evaluate(mark)
    line.holds_up = True
    for choice in steps(snap)[:24]:
        if not visit.page.evaluate("key => scorecardAhead.knows(key)", choice.key(snap)):
            continue
        choose(visit, choice, snap)
        check(visit.page, snap, choice)
    choose(visit, Choice(regions=("Africa",)), snap)
    titles = visit.texts(".exhibit h3")
    line.let_go()
    visit.page.wait_for_function("location.search.includes('region=Africa')")
    visit.settled()
    check(visit.page, snap, Choice(regions=("Africa",)))
    assert visit.texts(".exhibit h3") == titles
    kept = "[...document.querySelectorAll('.plot .main-svg')].filter(n => n.kept).length"
    assert visit.page.evaluate(kept) == drawn > 2
    assert visit.complaints == []


def test_the_answer_of_the_server_changes_nothing_that_was_right(
    context: BrowserContext, server: str
) -> None:
    visit, line = held(context, server)
    visit.open("/capacity").ready("||0|")
    line.holds_up = True
    visit.choose("Africa")
    visit.page.wait_for_timeout(300)
    visit.page.evaluate(
        """() => {
            window.changed = [];
            const look = new MutationObserver(all => window.changed.push(
                ...all.map(c => (c.target.parentElement || c.target).outerHTML)));
            const parts = '.bar, .sheet, .exhibit h3, .exhibit .plot';
            for (const node of document.querySelectorAll(parts))
                look.observe(node, { childList: true, subtree: true, characterData: true });
        }"""
    )
    line.let_go()
    visit.page.wait_for_function("location.search.includes('region=Africa')")
    visit.settled()
    assert visit.page.evaluate("window.changed") == []


def record(visit: Visit) -> None:
    """Notes every sentence that the bar shows."""
    visit.page.evaluate(
        """() => {
            const summary = document.querySelector('.bar summary');
            window.said = [];
            new MutationObserver(() => window.said.push(summary.textContent.split(' · ')[0]))
                .observe(summary, { childList: true, characterData: true, subtree: true });
        }"""
    )


def test_of_two_fast_clicks_the_second_stays(
    context: BrowserContext, server: str, snap: Snapshot
) -> None:
    visit, line = held(context, server)
    visit.open().ready("||0|")
    record(visit)
    line.holds_down = True
    choose(visit, Choice(regions=("Africa",)), snap)
    visit.page.wait_for_timeout(1500)
    choose(visit, Choice(regions=("Europe",)), snap)
    # The answer to the first arrives now, then that to the second.
    line.let_go()
    visit.page.wait_for_function("location.search === '?region=Europe'")
    visit.settled()
    require_core(visit, snap, Choice(regions=("Europe",)), "executive")
    assert visit.page.evaluate("window.said") == ["Showing Africa", "Showing Europe"]


def test_many_fast_clicks_end_where_the_last_one_led(visit: Visit, snap: Snapshot) -> None:
    visit.open().ready("||0|")
    for name in ("Africa", "Europe", "Middle East", "Africa", "Companies", "Europe"):
        visit.choose(name)
    visit.page.wait_for_function("location.search === '?region=Middle+East&pillar=Companies'")
    visit.settled()
    choice = Choice(regions=("Middle East",), pillars=("company",))
    require_core(visit, snap, choice, "executive")


def test_a_choice_that_the_server_never_hears_of_is_taken_back(
    context: BrowserContext, server: str, snap: Snapshot
) -> None:
    visit, line = held(context, server)
    visit.open().ready("||0|")
    line.holds_up = True
    choose(visit, Choice(regions=("Africa",)), snap)
    line.up.clear()
    assert "Africa" in visit.sentence()
    visit.page.wait_for_function(
        "document.querySelector('.bar summary').textContent.includes('all regions')",
        timeout=20_000,
    )
    require_core(visit, snap, Choice(), "executive")


def test_a_choice_further_away_waits_for_the_server(visit: Visit, snap: Snapshot) -> None:
    visit.open().ready("||0|")
    visit.unfold().page.locator(".bar [data-of=compare]").select_option("2020-12-31")
    visit.page.wait_for_function("location.search.includes('compare=31+December+2020')")
    visit.settled()
    assert visit.sentence().endswith("compared with 31 December 2020")
    require_core(visit, snap, Choice(compare=dt.date(2020, 12, 31)), "executive")


def test_a_choice_further_away_is_asked_for_and_shown_before_the_page_runs(
    context: BrowserContext, server: str, snap: Snapshot
) -> None:
    visit, line = held(context, server)
    visit.open().ready("||0|")
    line.holds_up = True
    choice = Choice(as_of=dt.date(2021, 11, 30), regions=snap.plan.regions[1:4])
    assert not visit.page.evaluate("key => scorecardAhead.knows(key)", choice.key(snap))
    choose(visit, choice, snap)
    visit.page.wait_for_function(
        "document.querySelector('.bar summary').textContent.includes('30 November 2021')"
    )
    require_core(visit, snap, choice, "executive")
    assert "as_of" not in visit.search()
    line.let_go()
    visit.page.wait_for_function("location.search.includes('as_of=')")
    visit.settled()
    require_core(visit, snap, choice, "executive")
    assert visit.complaints == []


@pytest.mark.parametrize("status", [204, 500, 0])
def test_a_choice_that_cannot_be_asked_for_by_itself_takes_the_longer_way(
    visit: Visit, snap: Snapshot, status: int
) -> None:
    visit.open().ready("||0|")
    visit.page.route("**/views", lambda r: r.fulfill(status=status) if status else r.abort())
    choice = Choice(as_of=dt.date(2021, 10, 31), regions=snap.plan.regions[1:4])
    choose(visit, choice, snap)
    visit.page.wait_for_function("location.search.includes('as_of=')")
    visit.settled()
    require_core(visit, snap, choice, "executive")


def test_what_is_asked_for_by_itself_is_passed_over_once_another_choice_is_made(
    visit: Visit, snap: Snapshot
) -> None:
    visit.open().ready("||0|")
    answers: list[Route] = []
    visit.page.route("**/views", lambda route: answers.append(route))
    record(visit)
    choose(visit, Choice(as_of=dt.date(2021, 10, 31)), snap)
    visit.page.wait_for_timeout(30)
    choose(visit, Choice(regions=("Africa",)), snap)
    visit.page.wait_for_function("location.search === '?region=Africa'")
    [late] = answers
    late.continue_()
    visit.page.wait_for_timeout(500)
    visit.settled()
    require_core(visit, snap, Choice(regions=("Africa",)), "executive")
    assert visit.page.evaluate("window.said") == ["Showing Africa"]


def test_what_older_figures_sent_ahead_is_passed_over_once_the_page_has_moved_to_new_ones(
    chromium: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCORECARD_SNAPSHOTS", str(tmp_path / "kept"))
    monkeypatch.setenv("SCORECARD_STATE", f"sqlite:///{tmp_path}/state.db")
    state = open_store()

    def publish(members: int) -> None:
        sources = a_set(tmp_path / str(members), members, 3)
        publication.publish(sources, "Ada", "the members of the month", state)

    def value() -> str:
        row = visit.page.locator("tr.kpi[data-kpi=company_members] .value b")
        return row.inner_text()

    publish(18)
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    with serving(tmp_path / "kept", SCORECARD_FOLLOW="yes") as base:
        visit, line = held(context, base)
        visit.page.add_init_script(
            """let mine;
            Object.defineProperty(window, 'scorecardAhead', { get: () => mine, set: (made) => {
                mine = made;
                const take = made.take;
                made.take = (...told) => { window.sent = told; take.apply(made, told); };
            } });"""
        )
        visit.open().ready("||0|")
        assert value() == "18"
        answers: list[Route] = []
        visit.page.route("**/views", lambda route: answers.append(route))
        far = "2021-08-31|||"
        # Nothing is asked of the server any more, which moves the page by itself.
        line.holds_up = True
        visit.page.evaluate("scorecardAhead.choose({ as_of: '2021-08-31' })")
        visit.page.evaluate("scorecardAhead.choose({ as_of: '' })")
        late = answers[0].fetch()
        publish(24)
        visit.page.wait_for_function("scorecardAhead.knows('|||') && !scorecardAhead.knows('||0|')")
        answers[0].fulfill(response=late)
        visit.page.evaluate("scorecardAhead.take(...window.sent)")
        visit.page.wait_for_timeout(300)
        assert late.status == 200 and not visit.page.evaluate(
            "key => scorecardAhead.knows(key) || scorecardAhead.knows('||0|')", far
        )
        line.let_go()
        visit.ready("||0|").settled()
        assert value() == "24"
    context.close()
    state.close()


def test_back_and_forward_show_what_the_address_says(visit: Visit, snap: Snapshot) -> None:
    visit.open().ready("||0|")
    visit.choose("Africa")
    visit.page.wait_for_function("location.search === '?region=Africa'")
    visit.settled()
    for step, regions in (("back", ()), ("forward", ("Africa",)), ("back", ())):
        visit.page.evaluate(f"history.{step}()")
        visit.page.wait_for_function(
            "words => document.querySelector('.bar summary').textContent.includes(words)",
            arg="Africa" if regions else "all regions",
        )
        visit.settled()
        require_core(visit, snap, Choice(regions=regions), "executive")


def test_the_selection_is_worked_by_keyboard_alone(visit: Visit) -> None:
    page = visit.open().page
    page.locator(".bar summary").focus()
    page.keyboard.press("Enter")
    page.locator(".bar details[open]").wait_for()
    seen = []
    for _ in range(14):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.closest('label, .field')?.innerText"))
        if seen[-1] == "Europe":
            break
    assert seen[-1] == "Europe", seen
    page.keyboard.press("Space")
    page.wait_for_function("location.search === '?region=Europe'")
    visit.settled()
    assert page.evaluate("document.activeElement.closest('label').innerText") == "Europe"
    page.locator(".bar .earlier").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("location.search.includes('as_of=7+December+2022')")


def test_a_bar_of_a_figure_is_chosen_by_keyboard(visit: Visit) -> None:
    page = visit.open("/capacity").ready("||0|").page
    # A key that is pressed before the figure is drawn has nothing to move over.
    page.wait_for_selector(".st-key-figure_certified_region .main-svg", state="attached")
    plot = page.locator(".st-key-figure_certified_region .plot")
    plot.focus()
    page.keyboard.press("ArrowDown")
    page.wait_for_selector(".st-key-figure_certified_region .hovertext", state="attached")
    page.keyboard.press("Enter")
    page.wait_for_function("location.search.startsWith('?region=')")
    visit.settled()
    label = plot.get_attribute("aria-label") or ""
    assert label.startswith(page.locator(".st-key-exhibit_certified_region h3").inner_text())
    assert "The button Data below" in label


# The code of some components comes last, as it may over a slow line: of the selection, of figures,
# of all but the one that takes the views one step away.
_LATE = """words => {
    const give = URL.createObjectURL.bind(URL);
    URL.createObjectURL = blob => {
        const url = give(blob);
        if (!blob.type.includes("javascript")) return url;
        const code = `const code = await import("${url}");
            const isLate = String(code.default).includes("${words}");
            if (isLate) await new Promise(go => setTimeout(go, 1500));
            export default code.default;`;
        return give(new Blob([code], { type: "text/javascript" }));
    };
}"""


@pytest.mark.parametrize("late", ["ahead.listen", "new Plot", "ahead.told"])
def test_whichever_component_comes_last_all_are_one_step_ahead(visit: Visit, late: str) -> None:
    page = visit.page
    page.add_init_script(f"({_LATE})('{late}')")
    visit.open("/capacity").ready("||0|")
    figure = ".st-key-figure_certified_region"
    page.wait_for_selector(f"{figure} .plot.active .main-svg", state="attached")
    page.locator(f"{figure} .plot").focus()
    page.keyboard.press("ArrowDown")
    page.wait_for_selector(f"{figure} .hovertext", state="attached")
    assert visit.complaints == []


def test_the_library_of_figures_comes_compressed_and_for_good_and_not_on_the_overview(
    visit: Visit,
) -> None:
    answers: dict[str, dict[str, str]] = {}
    visit.page.on("response", lambda r: answers.update({r.url: r.headers}))
    visit.open().ready("||0|")
    assert not any("/plotly/" in url for url in answers)
    visit.open("/capacity")
    visit.page.wait_for_selector(".js-plotly-plot .main-svg", state="attached")
    [headers] = [headers for url, headers in answers.items() if "/plotly/" in url]
    assert headers["content-encoding"] == "gzip"
    assert "immutable" in headers["cache-control"]
    assert visit.complaints == []


def test_figures_are_drawn_anew_for_another_width_and_theme(chromium: Browser, server: str) -> None:
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, color_scheme="dark")
    visit = visiting(context, server).open("/capacity")
    plot = visit.page.locator(".st-key-figure_certified_region .js-plotly-plot")
    plot.locator(".main-svg").first.wait_for(state="attached")
    wide = plot.evaluate("node => node.clientWidth")
    visit.page.set_viewport_size({"width": 800, "height": 900})
    visit.page.wait_for_function(
        """wide => {
            const plot = document.querySelector('.st-key-figure_certified_region .js-plotly-plot');
            const drawn = Number(plot.querySelector('.main-svg').getAttribute('width'));
            return drawn !== wide && drawn === plot.clientWidth;
        }""",
        arg=wide,
    )
    text = plot.locator(".ytick text").first.evaluate("node => getComputedStyle(node).fill")
    assert text == "rgb(232, 237, 242)"
    context.close()


@pytest.mark.parametrize("link", ["tr.kpi[data-kpi=company_members] th a", "a[href$='/brand']"])
def test_a_page_that_is_left_at_once_stays_left_over_a_slow_line(
    link: str, context: BrowserContext, as_board: str
) -> None:
    visit, line = held(context, as_board)
    visit.page.goto(as_board)
    visit.page.wait_for_selector(link)
    visit.page.wait_for_function("scorecardAhead.canChoose()")
    line.holds_down = True
    visit.page.evaluate(
        """link => {
          scorecardAhead.toggle("region", 0);
          document.querySelector(link).click();
        }""",
        link,
    )
    # Longer than the page waits before it asks for the views one step away.
    visit.page.wait_for_timeout(1500)
    line.let_go()
    visit.page.wait_for_function("location.pathname !== '/'")
    visit.settled()
    visit.page.wait_for_timeout(500)
    assert visit.page.evaluate("location.pathname") != "/"
    assert "region=Africa" in visit.search()


def test_what_a_pointer_makes_ready_is_what_the_server_says_and_is_laid_out_whole(
    context: BrowserContext, server: str, snap: Snapshot
) -> None:
    visit, line = held(context, server)
    visit.open().ready("||0|")
    visit.page.locator(".bar summary").click()
    as_it_stands = "document.querySelector('.sheet').outerHTML"
    line.holds_down = True
    for place in (0, 1):
        chip = visit.page.locator(f".bar [data-of=region] .chip >> nth={place}")
        chip.hover()
        chip.focus()
    visit.page.locator(".bar [data-of=region] .chip >> nth=0").click()
    require_core(visit, snap, Choice(regions=(snap.plan.regions[0],)), "executive")
    visit.page.wait_for_function("() => !document.querySelector('.kpi.waiting')")
    before = visit.page.evaluate(as_it_stands)
    line.let_go()
    visit.settled()
    assert visit.page.evaluate(as_it_stands) == before
    visit.page.reload()
    visit.ready("|||")
    assert visit.page.evaluate(as_it_stands) == before
    heights = (
        "[...document.querySelectorAll('tr.kpi')].map(row => row.getBoundingClientRect().height)"
    )
    assert min(visit.page.evaluate(heights)) > 20
    assert visit.complaints == []
