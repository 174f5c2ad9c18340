"""Reading, checking and building, without a browser."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb

from bench.results import Result, paired, result, timed
from scorecard import catalogue, contract, readings, sample, snapshot
from scorecard.snapshot import Sources

LARGE = 100_000


def _quiet(share: float, what: str) -> None:
    """Progress that nobody watches."""


def measure() -> Iterator[Result]:
    """Scorecard from cells at two sizes, build against reading text, build of the sample."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sample.write(folder / "small", 150, 1)
        sample.write(folder / "large", LARGE, 1)
        small, large = (
            Sources(folder / s / "exports", folder / s / "plan") for s in ("small", "large")
        )
        seconds = yield from _building(large, folder)
        yield from _reading(small, large)
        yield from _sample(folder)
        slow = sorted(seconds.items(), key=lambda item: -item[1])
        print("KPI queries at 100,000 organisations, seconds:")
        print("  " + ", ".join(f"{kpi} {spent:.2f}" for kpi, spent in slow))


def _reading(small: Sources, large: Sources) -> Iterator[Result]:
    few, many = snapshot.in_memory(small), snapshot.in_memory(large)

    def card_of(snap: snapshot.Snapshot) -> None:
        readings.scorecard(snap, role="executive")

    ours = sorted(timed(lambda: card_of(few)) for _ in range(41))[20]
    yield result(
        "scorecard of 29 KPIs with series, from cells", ours, 15.0, "15 ms", 1.0,
        note="median of 41",
    )  # fmt: skip
    big, little, ratio = paired(lambda: card_of(many), lambda: card_of(few), 41, 5)
    yield result(
        "the same at 100,000 organisations", big, little, "the same at 150", 1.5, ratio=ratio
    )


def _building(large: Sources, folder: Path) -> Iterator[Result]:
    kpis = catalogue.load()
    spent: dict[str, float] = {}
    out = folder / "large.duckdb"

    def ours() -> None:
        out.unlink(missing_ok=True)
        with duckdb.connect(str(out)) as con:
            snapshot.read_and_check(con, large, kpis)
            con.execute("checkpoint")

    text, reference, ratio = paired(ours, lambda: _read_as_text(large), 5)
    yield result(
        "reading, checking and writing 100,000 organisations", text, reference,
        "DuckDB reading the same files as text into memory", 4.0, ratio=ratio,
        note="the KPI queries come on top, listed above",
    )  # fmt: skip
    with duckdb.connect(str(folder / "whole.duckdb")) as con:
        built = snapshot.read_and_check(con, large, kpis)
        spent = snapshot.compute(con, built, kpis, _quiet).seconds
    return spent


def _read_as_text(sources: Sources) -> None:
    with duckdb.connect() as con:
        for file in contract.load():
            path = (sources.plan if file.is_plan else sources.exports) / f"{file.name}.csv"
            columns = {f"c{i}": "VARCHAR" for i in range(len(file.fields))}
            con.execute(
                f"create table {file.name} as from read_csv($path, header = false, skip = 1, "
                "delim = ',', auto_detect = false, columns = $columns)",
                {"path": str(path), "columns": columns},
            )


def _sample(folder: Path) -> Iterator[Result]:
    out = folder / "sample.duckdb"

    def ours() -> None:
        out.unlink(missing_ok=True)
        snapshot.build(str(out), Sources(), _quiet)

    spent = sorted(timed(ours) for _ in range(5))[2]
    yield result("check and build of the sample", spent, 3000.0, "3 s", 1.0, note="median of 5")
    shutil.rmtree(folder, ignore_errors=True)
