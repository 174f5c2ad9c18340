"""Eight charts, another region: ours beside Dash and Observable Framework, on the same clock.

Dash needs an environment of its own (`bench/peers/requirements.txt`), whose Python `DASH_PYTHON`
names; Observable Framework is installed by `npm ci` in `bench/peers/observable`. A peer that is
not there is left out, and said so.
"""

from __future__ import annotations

import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from bench.clicks import EMPTY, empty_click, empty_tab, our_tab, percentile, shown
from bench.peers import eight
from bench.results import Result, result
from bench.tabs import FLAGS, ROOT, Tab, free_port, process, served
from scorecard import readings
from scorecard.selection import Selection
from scorecard.snapshot import Snapshot

HERE = Path(__file__).parent
OBSERVABLE = HERE / "observable"
DASH = Path(os.environ.get("DASH_PYTHON", HERE / ".venv" / "bin" / "python"))
WARM_UP, ROUNDS = 2, 18
_DRAWN = """plots => [...document.querySelectorAll(plots)].map(plot =>
  Array.from(plot.data[0].y, (value) => value ?? null))"""


def measure() -> Iterator[Result]:
    """The same click on the same charts in all tools, in turn, in one run."""
    snap = shown()
    with contextlib.ExitStack() as stack:
        data = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "data.json"
        eight.write(data, snap)
        empty = stack.enter_context(served(ROOT / "bench" / "empty.py"))
        ours = stack.enter_context(served(ROOT / "dashboard.py"))
        plots = stack.enter_context(served(HERE / "eight.py"))
        dash = stack.enter_context(_dash(data))
        observable = stack.enter_context(_observable(snap))
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        tabs = {
            EMPTY: empty_tab(browser, empty),
            "our scorecard of 29 rows in SVG": our_tab(browser, ours),
            "our eight charts by Plotly": our_tab(browser, plots),
        }
        plot = ".js-plotly-plot"
        if dash:
            tabs["Dash"] = _tab(browser, dash, "#react-entry-point", plot, plot)
        if observable:
            tabs["Observable"] = _tab(browser, observable, "main", "main", ".chart")
        yield from _compared(tabs, snap)
        browser.close()


def _compared(tabs: dict[str, Tab], snap: Snapshot) -> Iterator[Result]:
    spent: defaultdict[str, list[float]] = defaultdict(list)
    for i in range(WARM_UP + ROUNDS):
        region = snap.plan.regions[i % 4]
        for name, tab in tabs.items():
            if name.startswith("our"):
                tab.page.wait_for_function("v => scorecardAhead.knows(v)", arg=f"||{i % 4}|")
                took = tab.click(f".bar [data-of=region] .chip >> nth={i % 4}")
            elif name == EMPTY:
                took = empty_click(tab, region)
            else:
                took = tab.click(f"label:has-text('{region}')")
            _verify(name, tab, snap, region)
            if i >= WARM_UP:
                spent[name].append(took.all if name == EMPTY else took.figures)
            if name.startswith("our"):
                tab.page.wait_for_function("v => scorecardAhead.knows(v)", arg="|||")
                tab.click(".bar .reset")
    medians = {name: statistics.median(times) for name, times in spent.items()}
    floor = medians[EMPTY]
    for mine, peer in (
        ("our eight charts by Plotly", "Dash"),
        ("our scorecard of 29 rows in SVG", "Observable"),
    ):
        if peer in medians:
            late = percentile(sorted(spent[mine]))
            yield result(
                f"another region on {mine}, click to painted", medians[mine], medians[peer],
                f"{peer}, the same eight charts", 1.0,
                note=f"median of {ROUNDS}, p95 {late:.0f} ms; an empty page takes {floor:.0f} ms",
            )  # fmt: skip
        else:
            print(f"{peer} is not installed, so it is not compared")


def _verify(name: str, tab: Tab, snap: Snapshot, region: str) -> None:
    """All eight lines as the core reads them, where the tool lets one look at them."""
    if name not in ("Dash", "our eight charts by Plotly"):
        return
    lines = [
        [
            point.value
            for point in readings.series(
                snap, snap.plan.kpi(kpi), Selection((region,)), "executive"
            ).points
        ]
        for kpi in eight.KPIS
    ]
    drawn = tab.page.evaluate(_DRAWN, ".js-plotly-plot")
    if name == "Dash":
        assert drawn == lines
    else:
        # Ours stand in two columns, the left one first.
        assert drawn == lines[::2] + lines[1::2]


def _tab(browser: Browser, address: str, root: str, figures: str, one: str) -> Tab:
    tab = Tab(browser, address, root, figures)
    tab.page.wait_for_function(
        "selector => document.querySelectorAll(selector).length === 8", arg=one
    )
    tab.page.wait_for_timeout(2000)
    tab.watch()
    return tab


@contextlib.contextmanager
def _dash(data: Path) -> Iterator[str]:
    if not DASH.exists():
        yield ""
        return
    port = free_port()
    command = [str(DASH), str(HERE / "dash_app.py"), str(port), str(data)]
    with process(command, f"http://127.0.0.1:{port}") as address:
        yield address


@contextlib.contextmanager
def _observable(snap: Snapshot) -> Iterator[str]:
    if not (OBSERVABLE / "node_modules").exists():
        yield ""
        return
    eight.write(OBSERVABLE / "src" / "data.json", snap)
    subprocess.run(
        ["npx", "observable", "build"], cwd=OBSERVABLE, check=True, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    port = free_port()
    command = [
        sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1",
        "--directory", str(OBSERVABLE / "dist"),
    ]  # fmt: skip
    with process(command, f"http://127.0.0.1:{port}") as address:
        yield address
