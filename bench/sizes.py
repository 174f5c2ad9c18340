"""The same clicks whatever the size of the registers, in Chromium, against the smallest."""

from __future__ import annotations

import contextlib
import os
import statistics
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from playwright.sync_api import sync_playwright

from bench.clicks import PAGES, click_through, our_tab
from bench.results import Result, result
from bench.tabs import FLAGS, ROOT, Tab, served
from scorecard import snapshot
from scorecard.snapshot import Snapshot

WARM_UP, ROUNDS = 2, 10
WAYS = {
    "one step": "another region, one step away",
    "further": "three regions at once",
    "date": "a date of which nothing was sent ahead",
}


def measure(built: Mapping[int, Path], folder: Path) -> Iterator[Result]:
    """Clicks on three pages at each size in turn, and what is sent ahead, against the smallest.

    `built` are snapshots by the number of organisations; each is published in a place of its own
    under `folder` and served by a process of its own.
    """
    opened = {size: snapshot.open_file(path) for size, path in built.items()}
    with contextlib.ExitStack() as stack:
        tabs: dict[tuple[int, str], Tab] = {}
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        stack.callback(browser.close)
        for size, path in built.items():
            environment = _published(path, folder / f"shown-{size}")
            address = stack.enter_context(served(ROOT / "dashboard.py", **environment))
            for name, page, _, _ in PAGES:
                tabs[size, name] = our_tab(browser, address + page)
        spent = _rounds(tabs, opened)
        weights = {
            key: tab.page.evaluate("scorecardAhead.weight") / 1000 for key, tab in tabs.items()
        }
    smallest = min(built)
    for name, *_ in PAGES:
        for how, words in WAYS.items():
            median = {size: statistics.median(spent[size, name, how]) for size in built}
            told = ", ".join(f"{ms:.0f} ms at {size:,}" for size, ms in median.items())
            for size in sorted(built)[1:]:
                yield result(
                    f"{words} on {name} at {size:,} organisations, click to painted",
                    median[size], median[smallest], f"the same at {smallest:,}", 1.2,
                    note=f"median of {ROUNDS}, interleaved; {told}",
                )  # fmt: skip
        largest = max(built)
        yield result(
            f"readings sent ahead with {name} at {largest:,} organisations, as JSON",
            weights[largest, name], 400.0, "400 KB", 1.0, unit="KB",
            note=f"{weights[smallest, name]:.0f} KB at {smallest:,}",
        )  # fmt: skip


def _rounds(
    tabs: Mapping[tuple[int, str], Tab], opened: Mapping[int, Snapshot]
) -> dict[tuple[int, str, str], list[float]]:
    """Size, page and way -> milliseconds from a click to the last paint of the figures."""
    spent: defaultdict[tuple[int, str, str], list[float]] = defaultdict(list)
    for i in range(WARM_UP + ROUNDS):
        for name, _, check, _ in PAGES:
            for size, snap in opened.items():
                for how, took in click_through(tabs[size, name], check, snap, i).items():
                    if i >= WARM_UP:
                        spent[size, name, how].append(took.figures)
    return spent


def _published(built: Path, place: Path) -> dict[str, str]:
    """What a server is told that shows this snapshot, once it is published there."""
    place.mkdir()
    told = {
        "SCORECARD_SNAPSHOTS": str(place / "snapshots"),
        "SCORECARD_STATE": f"sqlite:///{place}/state.db",
    }
    command = [
        sys.executable, "-m", "scorecard", "publish", "--built", str(built),
        "--note", "To be clicked through", "--author", "Bench",
    ]  # fmt: skip
    subprocess.run(command, cwd=ROOT, env=os.environ | told, check=True, capture_output=True)
    return told
