"""`make bench-large`: a million organisations, how costs grow, and the peers.

Every build runs in a process of its own, so that its peak of memory is its own.
"""

from __future__ import annotations

import json
import multiprocessing
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np

from bench import core, pages, sizes
from bench.results import Result, result
from scorecard import catalogue, engine, snapshot
from scorecard.snapshot import Sources

Given = TypeVar("Given")
Found = TypeVar("Found")

SIZES = (3_000, 10_000, 30_000, 100_000)
LARGEST = 1_000_000
BOUNDED = 8 * 2**30
NOTHING = 0.02
"""Seconds below which a query has no growth that could be told from noise."""


def measure(several: Sequence[int] = SIZES, largest: int = LARGEST) -> Iterator[Result]:
    """How KPI queries grow, the peers at the last of the sizes, and the largest set."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sources = {size: core.drawn(folder, size) for size in several}
        yield from _exponents(sources)
        yield from _peers(sources[max(several)], max(several))
        yield from _largest(folder, largest)


def _exponents(sources: Mapping[int, Sources]) -> Iterator[Result]:
    """The slope of log CPU seconds over log organisations, of the cheapest of three builds."""
    spent: dict[str, dict[int, float]] = {}
    for size, of in sources.items():
        runs = [_apart(_seconds, of) for _ in range(3)]
        for name in runs[0]:
            spent.setdefault(name, {})[size] = min(float(run[name]) for run in runs)
    slopes = {}
    for name, by_size in spent.items():
        seconds = list(by_size.values())
        if max(seconds) > NOTHING:
            slopes[name] = float(np.polyfit(np.log(list(by_size)), np.log(seconds), 1)[0])
    told = ", ".join(
        f"{name} {slope:.2f} ({max(spent[name].values()):.2f} s)"
        for name, slope in sorted(slopes.items())
    )
    print(f"exponents, and CPU seconds at the largest of the sizes: {told}")
    steepest = max(slopes, key=lambda name: slopes[name])
    yield Result(
        f"growth of the steepest KPI query or notion, {steepest}", round(slopes[steepest], 3), 1.0,
        "an exponent of 1: linear", round(slopes[steepest], 3), 1.1, slopes[steepest] <= 1.1,
        unit="", note=f"fitted over {', '.join(f'{size:,}' for size in sources)}; least of 3",
    )  # fmt: skip


def _seconds(sources: Sources) -> dict[str, float]:
    kpis = catalogue.load()
    with tempfile.TemporaryDirectory() as name, engine.connect(f"{name}/s.duckdb") as con:
        built = snapshot.read_and_check(con, sources, kpis)
        return snapshot.compute(con, built, kpis, lambda share, what: None).seconds


def _peers(sources: Sources, size: int) -> Iterator[Result]:
    """From CSV files to the values of the 29 KPIs, A B C D in turn, each in its own process."""
    ways: dict[str, Callable[[Sources], tuple[float, float]]] = {
        "ours": _whole, "like": _like, "pandas": _pandas, "polars": _polars,
    }  # fmt: skip
    spent: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for i in range(4):
        for name, way in ways.items():
            took = _apart(way, sources)
            if i:
                spent[name].append(took)
    middle = {
        name: [statistics.median(times) for times in zip(*runs, strict=True)]
        for name, runs in spent.items()
    }
    what = f"29 KPIs of {size:,} organisations"
    for peer, bound in (("pandas", 1 / 10), ("polars", 1 / 1.5)):
        for way, more, but in (
            ("ours", "checked and kept", ", which checks and keeps nothing"),
            ("like", "the same KPI files and no more than the peer does", ""),
        ):
            mine, theirs = middle[way], middle[peer]
            yield result(
                f"{what}, {more}", mine[0], theirs[0], f"{peer} by hand{but}", bound,
                note="median of 3 after one to warm up, interleaved; of all processors "
                f"{mine[1] / 1000:.1f} s and {theirs[1] / 1000:.1f} s",
            )  # fmt: skip


def _whole(sources: Sources) -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as name:
        return _cost(lambda: snapshot.build(f"{name}/s.duckdb", sources))


def _like(sources: Sources) -> tuple[float, float]:
    from bench.peers import ours

    return _cost(lambda: ours.compute(sources.exports, sources.plan))


def _pandas(sources: Sources) -> tuple[float, float]:
    from bench.peers import with_pandas

    return _cost(lambda: with_pandas.compute(sources.exports, sources.plan))


def _polars(sources: Sources) -> tuple[float, float]:
    from bench.peers import with_polars

    return _cost(lambda: with_polars.compute(sources.exports, sources.plan))


def _cost(work: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds by the clock, and of all processors."""
    started = time.process_time()
    return _spent(work), (time.process_time() - started) * 1000


def _largest(folder: Path, size: int) -> Iterator[Result]:
    """The largest set: time and memory of a build, and pages and rows from it."""
    sources = core.drawn(folder, size)
    read = core.size(sources)
    text, _ = _apart(_text, sources)
    copy = core.copied(read)
    out = folder / f"{size}.duckdb"
    spent, peak = _apart(_build, (sources, out))
    what = f"check and build at {size:,} organisations ({read / 2**30:.1f} GB of exports)"
    yield result(what, spent, text, "DuckDB reading the same files as text", 10.0, note="once")
    yield result(what, spent, copy, "a copy of as many bytes in memory", 100.0, note="once")
    yield Result(
        f"peak of memory of it, of {engine.memory() / 2**30:.0f} GB agreed for DuckDB",
        round(peak / 2**20, 1), BOUNDED / 2**20, "8 GB", round(peak / BOUNDED, 3), 1.0,
        peak <= BOUNDED, unit="MB",
    )  # fmt: skip
    small = folder / "150.duckdb"
    snapshot.build(str(small), core.drawn(folder, 150))
    middle = folder / "10000.duckdb"
    snapshot.build(str(middle), core.drawn(folder, 10_000))
    kept = {150: small, 10_000: middle, size: out}
    yield from pages.measure({n: snapshot.open_file(path) for n, path in kept.items()})
    yield from sizes.measure(kept, folder)


def _text(sources: Sources) -> tuple[float, int]:
    return _spent(lambda: core.read_as_text(sources)), _peak()


def _build(given: tuple[Sources, Path]) -> tuple[float, int]:
    sources, out = given
    return _spent(lambda: snapshot.build(str(out), sources)), _peak()


def _peak() -> int:
    """Bytes that this process has held at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _spent(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def _apart(work: Callable[[Given], Found], given: Given) -> Found:
    """Runs in a process of its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, (given,))


if __name__ == "__main__":
    for line in measure():
        json.dump(line.__dict__, sys.stdout)
        print(flush=True)
