"""From a click to the last paint that follows it, in Chromium, against an empty page."""

from __future__ import annotations

import contextlib
import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from bench.results import Result, result
from scorecard import publication, readings, selection, snapshot
from scorecard.wording import value as shown_value

ROOT = Path(__file__).parent.parent
ROUNDS = 10
REGIONS = ("Africa", "Asia and the Pacific", "Europe", "Latin America and the Caribbean")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip

# Every change below the main block notes the time of the second frame after it: then it is
# painted. The last of them counts, once nothing has moved for a while.
_WATCH = """
() => {
  const main = document.querySelector('[data-testid="stMain"]');
  const watch = { last: 0, clicked: 0 };
  const note = () => requestAnimationFrame(() => requestAnimationFrame(() => {
    watch.last = performance.now();
  }));
  // The table within a canvas is for screen readers; it follows later, and is never painted.
  const isPainted = (change) => !(change.target.parentElement || change.target).closest('canvas');
  const look = (root) => new MutationObserver((all) => all.some(isPainted) && note()).observe(
    root, { childList: true, subtree: true, characterData: true, attributes: true,
            attributeFilter: ['d', 'transform', 'width', 'height', 'x', 'y', 'href'] });
  look(main);
  for (const node of main.querySelectorAll('*')) if (node.shadowRoot) look(node.shadowRoot);
  document.addEventListener('click', () => { watch.clicked = performance.now(); }, true);
  window.__watch = watch;
}
"""


@contextlib.contextmanager
def served(script: Path) -> Iterator[str]:
    """A Streamlit server of a script on a free port of this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port),
        "--server.address", "127.0.0.1", "--server.headless", "true",
    ]  # fmt: skip
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{address}/_stcore/health", timeout=1)
                break
            time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait()


def measure() -> Iterator[Result]:
    """The overview and a goal page against the empty page, in turn, in one run."""
    with (
        served(ROOT / "bench" / "empty.py") as empty,
        served(ROOT / "dashboard.py") as ours,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        pages = {
            "empty": _opened(browser.new_page(), empty),
            "overview": _opened(browser.new_page(), ours),
            "membership": _opened(browser.new_page(), f"{ours}/membership"),
            "compliance": _opened(browser.new_page(), f"{ours}/compliance"),
        }
        spent: dict[str, list[float]] = {name: [] for name in pages}
        for i in range(ROUNDS + 1):
            region = REGIONS[i % len(REGIONS)]
            for name, page in pages.items():
                page.bring_to_front()
                took = _choose(page, region)
                if name in ("overview", "membership"):
                    _verify(page, region)
                if i:
                    spent[name].append(took)
                _reset(page)
        browser.close()
    floor = statistics.median(spent["empty"])
    for name, bound in (("overview", 2.0), ("membership", 4.0), ("compliance", 4.0)):
        times = sorted(spent[name])
        yield result(
            f"another region on the {name} page, click to painted",
            statistics.median(times), floor, "the same click on an empty page", bound,
            note=f"median of {len(times)}, p95 {times[int(len(times) * 0.95)]:.0f} ms",
        )  # fmt: skip


def _opened(page: Page, address: str) -> Page:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(address)
    choice = page.get_by_role("combobox", name="Regions")
    page.locator("summary").first.wait_for()
    page.wait_for_timeout(1500)
    if not choice.is_visible():
        page.locator("summary").first.click()
    choice.wait_for()
    page.wait_for_timeout(4000)
    page.evaluate(_WATCH)
    return page


def _choose(page: Page, region: str) -> float:
    """Chooses a region and returns the milliseconds until the page had changed for good."""
    page.get_by_role("combobox", name="Regions").click()
    option = page.get_by_role("option", name=region, exact=True)
    option.wait_for()
    page.wait_for_timeout(300)
    option.click()
    return _settled(page)


def _reset(page: Page) -> None:
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Reset").click()
    _settled(page)


def _settled(page: Page) -> float:
    took: float = page.evaluate(
        """() => new Promise((done) => {
             const watch = window.__watch;
             const look = () => {
               const last = Math.max(watch.last, watch.clicked);
               if (performance.now() - last > 700) done(watch.last - watch.clicked);
               else setTimeout(look, 50);
             };
             setTimeout(look, 300);
           })"""
    )
    return took


def _verify(page: Page, region: str) -> None:
    """What is painted is what the core reads for that region."""
    snap = publication.kept(snapshot.Sources())
    assert snap is not None
    card = readings.scorecard(snap, selection.select(snap.plan, [region]))
    kpi = snap.plan.kpi("company_members")
    reading = next(r for r in card.readings if r.kpi == kpi.id)
    row = page.locator(f"tr[data-kpi={kpi.id}]").inner_text()
    assert shown_value(kpi, reading) in row, f"{shown_value(kpi, reading)} is not in {row!r}"
