"""From a click to the last paint that follows it, in Chromium, against an empty page."""

from __future__ import annotations

import contextlib
import datetime as dt
import gzip
import itertools
import math
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from playwright.sync_api import Browser, Page, sync_playwright

from bench.results import Result, result
from bench.tabs import FLAGS, ROOT, Tab, Took, served
from bench.verify import Check, kpi, membership, overview
from scorecard import readings
from scorecard.screen import store
from scorecard.screen.choices import Choice
from scorecard.snapshot import Snapshot

WARM_UP, ROUNDS = 4, 20
"""Each of four regions comes once before anything counts; of twenty the p95 is not the slowest."""
COLD = 5
FIGURES = ".bar, .sheet, .exhibit"
MAIN = "[data-testid=stMain]"
# Watched in the page itself: who asks from outside asks twice a second at last.
_PAINTED = """
(sign) => new Promise((done) => {
  const look = () => {
    if (!document.querySelector(sign)) return;
    watch.disconnect();
    requestAnimationFrame(() => setTimeout(done));
  };
  const watch = new MutationObserver(look);
  watch.observe(document, { childList: true, subtree: true });
  look();
})
"""
EMPTY = "another region on an empty page"

PAGES: tuple[tuple[str, str, Check, tuple[float, float]], ...] = (
    ("the overview", "/", overview, (0.3, 1.5)),
    ("a goal page", "/membership", membership, (1.4, 2.0)),
    ("a KPI page", "/kpi?kpi=certified_companies", kpi, (1.4, 2.0)),
)
"""What it is called, its address, how its figures are verified, and the two bounds."""


def measure() -> Iterator[Result]:
    """Clicks on three pages, one step away and further, then weights and the cold start."""
    with (
        served(ROOT / "bench" / "empty.py") as empty,
        served(ROOT / "dashboard.py") as ours,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        floor = empty_tab(browser, empty)
        tabs = {name: our_tab(browser, ours + address) for name, address, _, _ in PAGES}
        yield from _clicks(floor, tabs, shown())
        yield from _weights(browser, ours, tabs)
        browser.close()
    yield from _cold()


def shown() -> Snapshot:
    """The figures that a server of this checkout shows, which are published first if need be."""
    found = store.find(lambda share, what: None).snapshot
    assert found is not None
    return found


def empty_tab(browser: Browser, address: str) -> Tab:
    tab = Tab(browser, address, MAIN, "[data-testid=stText]")
    tab.page.get_by_role("combobox", name="Regions").wait_for()
    tab.page.wait_for_timeout(1500)
    tab.watch()
    return tab


def empty_click(tab: Tab, region: str) -> Took:
    """Chooses a region on the empty page, and lets go of it afterwards."""
    tab.page.bring_to_front()
    tab.page.get_by_role("combobox", name="Regions").click()
    tab.page.get_by_role("option", name=region, exact=True).wait_for()
    tab.page.wait_for_timeout(300)
    took = tab.click(f"[role=option]:has-text('{region}')")
    tab.page.keyboard.press("Escape")
    tab.click("button:has-text('Reset')")
    return took


def our_tab(browser: Browser, address: str) -> Tab:
    tab = Tab(browser, address, MAIN, FIGURES)
    tab.page.locator(".bar summary").click()
    _known(tab.page, "||0|")
    tab.watch()
    return tab


def _is_known(page: Page, view: str) -> bool:
    return bool(page.evaluate("view => scorecardAhead.knows(view)", view))


def _known(page: Page, view: str) -> None:
    # A server that has just started makes its first page among those of others.
    known = "view => globalThis.scorecardAhead?.knows(view)"
    page.wait_for_function(known, arg=view, timeout=120_000)


def _clicks(floor: Tab, tabs: dict[str, Tab], snap: Snapshot) -> Iterator[Result]:
    spent: defaultdict[str, list[Took]] = defaultdict(list)
    for i in range(WARM_UP + ROUNDS):
        took = {EMPTY: empty_click(floor, snap.plan.regions[i % 4])}
        for name, _, check, _ in PAGES:
            for how, one in click_through(tabs[name], check, snap, i).items():
                took[f"{name}, {how}"] = one
        if i >= WARM_UP:
            for what, one in took.items():
                spent[what].append(one)
    least = statistics.median(t.all for t in spent[EMPTY])
    for name, _, _, bounds in PAGES:
        for how, words, bound in (
            ("one step", "another region, one step away, on", bounds[0]),
            ("further", "three regions at once, of which nothing was sent ahead, on", bounds[1]),
            ("date", "a date of which nothing was sent ahead, on", bounds[1]),
        ):
            times = sorted(t.figures for t in spent[f"{name}, {how}"])
            whole = statistics.median(t.all for t in spent[f"{name}, {how}"])
            median, late = statistics.median(times), percentile(times)
            yield result(
                f"{words} {name}, click to painted", median, least,
                "another region on an empty page", bound,
                note=f"median of {len(times)}, p95 {late:.0f} ms, lists and tables too {whole:.0f}",
            )  # fmt: skip
            yield result(
                f"p95 of {words} {name}", late, median, "its median", 1.5,
                note=f"of {len(times)}",
            )  # fmt: skip


def click_through(tab: Tab, check: Check, snap: Snapshot, i: int) -> dict[str, Took]:
    """One round on a page, its figures verified: a region, three regions at once, a far date."""
    regions, place = snap.plan.regions, i % 4
    took = {}
    _known(tab.page, f"||{place}|")
    took["one step"] = tab.click(f".bar [data-of=region] .chip >> nth={place}")
    check(tab.page, snap, Choice(regions=(regions[place],)))
    _known(tab.page, "|||")
    tab.click(".bar .reset")
    # No three of them are one step away from any view that a round comes by.
    three = list(itertools.combinations(range(len(regions)), 3))[i]
    assert not _is_known(tab.page, f"||{','.join(map(str, three))}|")
    took["further"] = tab.tell("scorecardAhead.choose(argument)", {"region": list(three)})
    check(tab.page, snap, Choice(regions=tuple(regions[n] for n in three)))
    tab.click(".bar .reset")
    far = _far(snap)
    date = far[i % len(far)]
    assert not _is_known(tab.page, f"{date}|||")
    took["date"] = tab.take(".bar [data-of=as_of]", str(date))
    check(tab.page, snap, Choice(as_of=date))
    tab.click(".bar .reset")
    return took


def percentile(times: Sequence[float], share: float = 0.95) -> float:
    """The smallest of the sorted times that at least this share of them does not pass."""
    return times[math.ceil(len(times) * share) - 1]


def _far(snap: Snapshot) -> list[dt.date]:
    """Dates that are no step away from any of the views that a round comes by."""
    met = {m.date for m in snap.plan.meetings if m.kind in readings.COMPARED}
    plain = [
        date for date in snap.dates[6:-2] if date not in met and (date.month, date.day) != (12, 31)
    ]
    # A date next to one that was shown is one step away from it, so every other is taken.
    return plain[:: max(2, len(plain) // (WARM_UP + ROUNDS))][: WARM_UP + ROUNDS]


def _weights(browser: Browser, ours: str, tabs: dict[str, Tab]) -> Iterator[Result]:
    for name, tab in tabs.items():
        weight = tab.page.evaluate("scorecardAhead.weight") / 1000
        yield result(
            f"readings sent ahead with {name}, as JSON", weight, 400.0, "400 KB", 1.0, unit="KB"
        )
    context = browser.new_context()
    page = context.new_page()
    bodies: list[Callable[[], bytes]] = []
    page.on("response", lambda answer: bodies.append(answer.body))
    frames: list[int] = []
    page.on("websocket", lambda s: s.on("framereceived", lambda f: frames.append(len(f))))
    page.goto(ours)
    _known(page, "||0|")
    page.wait_for_timeout(1000)
    sizes = [_packed(body) for body in bodies]
    context.close()
    yield result(
        "the overview with all that it loads, compressed", (sum(sizes) + sum(frames)) / 1e6, 1.5,
        "1.5 MB", 1.0, unit="MB", note=f"{sum(frames) / 1e3:.0f} KB of it by the websocket",
    )  # fmt: skip


def _packed(body: Callable[[], bytes]) -> int:
    with contextlib.suppress(Exception):  # A redirect or an aborted request has no body.
        return len(gzip.compress(body(), 6))
    return 0


def _cold() -> Iterator[Result]:
    """From the start of the process to the first figures, against that of an empty app."""
    spent: defaultdict[str, list[float]] = defaultdict(list)
    with sync_playwright() as playwright:
        for _ in range(COLD):
            for what, script, sign in (
                ("empty", ROOT / "bench" / "empty.py", "[data-testid=stText]"),
                ("ours", ROOT / "dashboard.py", "tr.kpi"),
            ):
                browser = playwright.chromium.launch(
                    executable_path="/usr/bin/chromium", args=FLAGS
                )
                page = browser.new_page()
                begun = time.perf_counter()
                with served(script) as address:
                    page.goto(address, wait_until="commit")
                    page.evaluate(_PAINTED, sign)
                    spent[what].append((time.perf_counter() - begun) * 1000)
                browser.close()
    median, floor = (statistics.median(spent[what]) for what in ("ours", "empty"))
    yield result(
        "start of the process to the first figures painted", median, floor, "an empty app", 1.5,
        note=f"median of {COLD}, the snapshot opened and not built",
    )  # fmt: skip
