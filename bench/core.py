"""Reading, checking, building and parts of pages at 100,000 organisations, without a browser."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb

from bench import pages
from bench.results import Result, paired, result, timed
from scorecard import catalogue, contract, engine, readings, sample, snapshot
from scorecard.snapshot import Sources

SMALL, MIDDLE, LARGE = 150, 10_000, 100_000


def measure() -> Iterator[Result]:
    """Build against reading text, a new export, parts of pages at three sizes, the sample."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sources = {size: drawn(folder, size) for size in (SMALL, MIDDLE, LARGE)}
        large = sources[LARGE]
        text = large_text(large)
        yield from _checking(large, folder)
        yield from _building(large, folder, text)
        built = {size: _opened(folder, size, of) for size, of in sources.items()}
        yield from _scorecard(built[SMALL], built[LARGE])
        yield from pages.measure(built)
        yield from _sample(folder)


def drawn(folder: Path, size: int) -> Sources:
    """A synthetic set of that many organisations."""
    sample.write(folder / str(size), size, 1)
    return Sources(folder / str(size) / "exports", folder / str(size) / "plan")


def large_text(sources: Sources) -> float:
    """Milliseconds in which DuckDB reads the files as text into memory; median of 3."""
    return sorted(timed(lambda: read_as_text(sources)) for _ in range(3))[1]


def read_as_text(sources: Sources) -> None:
    with engine.connect() as con:
        for file in contract.load():
            path = (sources.plan if file.is_plan else sources.exports) / f"{file.name}.csv"
            columns = {f"c{i}": "VARCHAR" for i in range(len(file.fields))}
            con.execute(
                f"create table {file.name} as from read_csv($path, header = false, skip = 1, "
                "delim = ',', auto_detect = false, columns = $columns)",
                {"path": str(path), "columns": columns},
            )


def size(sources: Sources) -> int:
    """Bytes of the files that a snapshot is made from."""
    folders = (sources.exports, sources.plan)
    return sum(path.stat().st_size for folder in folders for path in folder.iterdir())


def copied(size: int) -> float:
    """Milliseconds in which so many bytes are copied in memory; median of 3."""
    whole = bytearray(os.urandom(2**20) * max(1, size >> 20))
    return sorted(timed(lambda: bytes(whole)) for _ in range(3))[1]


def _checking(large: Sources, folder: Path) -> Iterator[Result]:
    kpis = catalogue.load()
    out = folder / "checked.duckdb"

    def ours() -> None:
        out.unlink(missing_ok=True)
        with contextlib.closing(engine.connect(str(out))) as con:
            snapshot.read_and_check(con, large, kpis)
            con.execute("checkpoint")

    spent, reference, ratio = paired(ours, lambda: read_as_text(large), 3)
    yield result(
        "reading, checking and writing 100,000 organisations", spent, reference,
        "DuckDB reading the same files as text into memory", 4.0, ratio=ratio,
        note="median of 3 pairs; the KPI queries come on top",
    )  # fmt: skip


def _building(large: Sources, folder: Path, text: float) -> Iterator[Result]:
    out, again = folder / f"{LARGE}.duckdb", folder / "again.duckdb"
    whole = timed(lambda: snapshot.build(str(out), large))
    yield result(
        "the same with all KPIs", whole, text,
        "DuckDB reading the same files as text into memory", 10.0, note="once",
    )  # fmt: skip
    read = size(large)
    yield result(
        f"the same, of {read / 1e6:.0f} MB", whole, copied(read),
        "a copy of as many bytes in memory", 100.0, note="once; the copy: median of 3",
    )  # fmt: skip
    with duckdb.connect(str(out), read_only=True) as con:
        slow = con.execute("select kpi, sum(n) from cells group by 1 order by 2 desc").fetchall()
    print("facts by KPI: " + ", ".join(f"{kpi} {int(n):,}" for kpi, n in slow[:6]))
    with (large.exports / "media_mentions.csv").open("a", encoding="utf-8") as file:
        file.write("NEW,2022-12-01,An outlet,CHE,en,neutral,\n")
    spent = timed(lambda: snapshot.build(str(again), large, earlier=out))
    yield result(
        "a build once one export has a new row", spent, whole, "the whole build", 0.5,
        note="media mentions: two KPIs are computed anew; once",
    )  # fmt: skip


def _opened(folder: Path, size: int, sources: Sources) -> snapshot.Snapshot:
    path = folder / f"{size}.duckdb"
    if not path.exists():
        snapshot.build(str(path), sources)
    return snapshot.open_file(path)


def _scorecard(few: snapshot.Snapshot, many: snapshot.Snapshot) -> Iterator[Result]:
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


def _sample(folder: Path) -> Iterator[Result]:
    out = folder / "sample.duckdb"

    def ours() -> None:
        out.unlink(missing_ok=True)
        snapshot.build(str(out), Sources())

    spent = sorted(timed(ours) for _ in range(5))[2]
    yield result("check and build of the sample", spent, 3000.0, "3 s", 1.0, note="median of 5")
