"""A Spark cluster reads, checks and adds up the same exports to the same snapshot.

SCORECARD_CLUSTER_SEED draws another set of exports with errors.
"""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import os
import random
import re
import shutil
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import boto3
import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from cluster import Cluster, cluster, settings
from depots import KEYS, object_store  # noqa: F401 (a fixture)
from oracle.dirt import BAD
from oracle.generate import generate
from pyspark import SparkContext
from s3fs import S3FileSystem
from test_agreement import differences

from scorecard import (
    breakdowns,
    catalogue,
    contract,
    evidence,
    files,
    readings,
    rules,
    selection,
    snapshot,
)
from scorecard.__main__ import main
from scorecard.checks import Checker
from scorecard.contract import File
from scorecard.distributed import blocks, dialect, engine, place, session
from scorecard.distributed.blocks import Block, Wanted
from scorecard.refusal import Refusal
from scorecard.snapshot import Snapshot, Sources

ROOT = Path(__file__).parent.parent
TINY = Path(__file__).parent / "data" / "tiny"
SEED = int(os.environ.get("SCORECARD_CLUSTER_SEED", "5"))
KPIS = catalogue.load()


@pytest.fixture(scope="module")
def built() -> Iterator[duckdb.DuckDBPyConnection]:
    """The snapshot of the sample."""
    made = snapshot.in_memory(Sources())
    yield made.base
    made.base.close()


def test_the_rewritten_queries_mean_the_same(built: duckdb.DuckDBPyConnection) -> None:
    schema = engine.schema_of(built)
    notions = dialect.notions(catalogue.shared())
    queries = dict(notions.views) | {kpi.id: kpi.query for kpi in KPIS}
    assert len(queries) >= 29
    for name, query in queries.items():
        plain = dialect.portable(query, notions.macros, schema)
        assert not any(re.search(rf"\b{macro}\b", plain) for macro in notions.macros), plain
        for one, other in ((query, plain), (plain, query)):
            odd = built.execute(f"({one}) except all ({other})").fetchall()
            assert odd == [], name


def test_the_rewritten_types_accept_the_same_cells() -> None:
    cells = sorted({cell for listed in BAD.values() for cell in listed} | {"2020-12-31", "0400"})
    macros = dialect.notions([rules.EXACT]).macros
    with contextlib.closing(duckdb.connect()) as con:
        con.execute(rules.EXACT)
        con.execute("create table written as select unnest(?) as cell", [cells])
        schema = {"written": {"cell": "VARCHAR"}}
        for name in macros:
            query = f"select cell, {name}(cell) as value from written order by cell"
            plain = dialect.portable(query, macros, schema)
            assert con.execute(plain).fetchall() == con.execute(query).fetchall(), name


def whole(path: Path) -> tuple[str, list[list[object]]]:
    """The header of a file and its rows, as they are read on one machine."""
    with contextlib.closing(duckdb.connect()) as con:
        header = path.read_text(encoding="utf-8-sig").split("\n")[0].rstrip("\r")
        files.read(con, path, "text", header.split(","))
        return header, [list(row) for row in con.execute("from text order by line").fetchall()]


@pytest.mark.parametrize("size", [1, 2, 7, 64, 10_000])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_pieces_of_a_file_hold_each_row_once_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, end: str
) -> None:
    rng = random.Random(f"{size}{end}")
    words = ["", " ", "é", "Ü\u2003", " x", "a b", "𝒵", "1", "\t", "\u2028z", "\x0b"]
    rows = [",".join(rng.choice(words) for _ in range(3)) for _ in range(60)]
    path = tmp_path / "some.csv"
    text = "\ufeff" + end.join(["a,b,c", *rows])
    path.write_bytes((text + rng.choice(["", end])).encode())
    monkeypatch.setattr(place, "BLOCK_BYTES", size)
    pieces = place.Csv(str(path), path.stat().st_size).blocks()
    counts = [blocks.plain_lines(blocks.lines_of(piece), 2) for piece in pieces]
    assert None not in counts
    header, expected = whole(path)
    found: list[list[object]] = []
    line = 1
    for piece, count in zip(pieces, counts, strict=True):
        numbered = Block(piece.address, piece.start, piece.end, line if piece.start else 2)
        wanted = Wanted(("a", "b", "c"), ("a", "b", "c"), files.BLANKS)
        for batch in blocks.rows_of(numbered, wanted):
            found += [list(row.values()) for row in batch.to_pylist()]
        line += count or 0
    assert found == expected


@pytest.mark.parametrize(
    "text",
    [
        'a,b\n"x",y\n',
        "a,b\nx\n",
        "a,b\nx,y,z\n",
        "a,b\n\nx,y\n",
        "a,b\nx,y\rz,u\n",
        "a,b\n\x00,y\n",
    ],
)
def test_a_file_whose_rows_only_a_look_at_all_can_tell_is_not_cut(text: str) -> None:
    assert blocks.plain_lines(text.encode(), 1) is None
    assert blocks.plain_lines(b"a,b\n\xff,y\n", 1) is None


@pytest.mark.parametrize("address", ["spark:/host:7077", "local[", "duckdb", "spark://host"])
def test_what_is_no_engine_is_refused(address: str, tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="is no engine"):
        engine.build(address, str(TINY / "exports"), TINY / "plan", tmp_path / "x", None, print)
    assert not list(tmp_path.iterdir())


def test_two_files_of_one_register_are_refused(tmp_path: Path) -> None:
    for ending in ("csv", "parquet"):
        (tmp_path / f"events.{ending}").touch()
    with pytest.raises(Refusal, match="which one counts"):
        place.open_place(str(tmp_path)).find(contract.load()["events"])


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory,
    object_store: str,  # noqa: F811
) -> Iterator[Cluster]:
    told = {**KEYS, "AWS_ENDPOINT_URL": object_store}
    folder = tmp_path_factory.mktemp("cluster")
    with pytest.MonkeyPatch.context() as patch:
        for key, value in settings(folder).items():
            patch.setenv(key, value)
        with cluster(folder, told) as made:
            yield made


def the_same(ours: Path, theirs: Path) -> list[str]:
    """Where two snapshots differ: in a table, or in any answer of the dashboard."""
    found: list[str] = []
    with contextlib.closing(duckdb.connect()) as con:
        con.execute(f"attach '{ours}' as ours (read_only); attach '{theirs}' as theirs (read_only)")
        tables = "select table_name from duckdb_tables() where database_name = ? order by all"
        names = [name for (name,) in con.execute(tables, ["theirs"]).fetchall()]
        assert con.execute(tables, ["ours"]).fetchall() == [(name,) for name in names]
        for name in names:
            # Numbers may differ in the last digits; what the workers read has no digest.
            if name not in ("cells", "sums", "parts"):
                for a, b in (("ours", "theirs"), ("theirs", "ours")):
                    query = f"from {a}.{name} except all from {b}.{name}"
                    found += [f"{a} {name}: {row}" for row in con.execute(query).fetchmany(3)]
    a, b = (answers(snapshot.open_file(path)) for path in (ours, theirs))
    return found + list(differences(a, b))


def answers(snap: Snapshot) -> dict[str, object]:
    """What the pages show: the scorecard, and each KPI over time, by group and by row."""
    everything = selection.select(snap.plan, (), ())
    role: readings.Role = "executive"
    card = readings.scorecard(snap, everything, role, None, None)
    shown: dict[str, object] = {"scorecard": [asdict(r) for r in card.readings]}
    for kpi in snap.plan.kpis:
        shown[f"{kpi.id} series"] = asdict(readings.series(snap, kpi, everything, role))
        for by in kpi.dimensions:
            found = breakdowns.breakdown(snap, kpi, by, everything, role, None)
            shown[f"{kpi.id} by {by}"] = asdict(found)
        shown[f"{kpi.id} rows"] = asdict(evidence.facts(snap, kpi, everything, role, None))
    return shown


@pytest.mark.services
def test_a_cluster_finds_the_same_errors_and_figures_in_dirty_exports(
    running: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exports, plan = generate(random.Random(SEED), tmp_path / "set", dirty=True)
    monkeypatch.setattr(place, "BLOCK_BYTES", 1_000)  # so that rows lie across seams
    words = ["--exports", str(exports), "--plan", str(plan), "--out"]
    expected = main(["build", *words, str(tmp_path / "alone.duckdb")])
    found = main(["build", *words, str(tmp_path / "together.duckdb"), "--engine", running.address])
    assert found == expected == 1
    assert the_same(tmp_path / "together.duckdb", tmp_path / "alone.duckdb") == []
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"set", "alone.duckdb", "together.duckdb"}


def in_columns(exports: Path, to: Path) -> None:
    """The registers as Parquet, as other systems write them: with types, in row groups."""
    to.mkdir()
    for file in contract.load().exports:
        with (exports / f"{file.name}.csv").open(encoding="utf-8", newline="") as text:
            rows = list(csv.DictReader(text))
        columns: dict[str, pa.Array] = {}
        for i, f in enumerate(file.fields):
            cells = [row[f.name] or None for row in rows]
            if f.type == "date":
                days = [dt.date.fromisoformat(cell) if cell else None for cell in cells]
                kind = pa.date32() if i % 2 else pa.timestamp("us")
                columns[f.name] = pa.array(days, pa.date32()).cast(kind)
            elif f.type == "integer":
                columns[f.name] = pa.array([int(cell) if cell else None for cell in cells])
            elif f.type == "boolean":
                columns[f.name] = pa.array([cell == "true" for cell in cells])
            else:
                columns[f.name] = pa.array(cells, pa.string())
        pq.write_table(pa.table(columns), to / f"{file.name}.parquet", row_group_size=500)
    for name in ("exported_on.txt", "synthetic.txt"):
        shutil.copy(exports / name, to / name)


@pytest.mark.services
def test_no_table_counts_for_smaller_than_it_is_in_memory(running: Cluster, tmp_path: Path) -> None:
    """Else one of a million rows is sent to all workers by way of the machine that asks."""
    ids = [f"C{n:07}" for n in range(100_000)]
    rows = pa.table({"org_id": ids, "country": [("KEN", "NOR")[n % 2] for n in range(len(ids))]})
    with session.session(running.address) as spark:
        staged = session.file_address(tmp_path / "rows")
        spark.createDataFrame(rows).write.parquet(staged)
        plan = spark.read.parquet(staged)._jdf.queryExecution().optimizedPlan()
        assert int(str(plan.stats().sizeInBytes())) >= rows.nbytes


@pytest.mark.services
def test_a_worker_that_is_killed_half_way_changes_no_figure(
    running: Cluster,
    object_store: str,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    S3FileSystem.clear_instance_cache()
    for key, value in {**KEYS, "AWS_ENDPOINT_URL": object_store}.items():
        monkeypatch.setenv(key, value)
    bucket = f"exports-{uuid.uuid4().hex[:12]}"
    boto3.client("s3", endpoint_url=object_store).create_bucket(Bucket=bucket)
    home = Sources()
    in_columns(home.exports, tmp_path / "columns")
    S3FileSystem().put(f"{tmp_path}/columns/", f"{bucket}/march/", recursive=True)
    killed: list[str] = []
    take = engine.Work.take

    def kill() -> None:
        await_work()
        running.kill_a_worker()
        killed.append("a worker")

    killer = threading.Thread(target=kill)

    def take_and_kill(work: engine.Work, checker: Checker, file: File, notes: Path) -> None:
        if file.name == "engagements":  # Half of the registers are read, no KPI is computed yet.
            killer.start()
        take(work, checker, file, notes)

    monkeypatch.setattr(engine.Work, "take", take_and_kill)
    out = tmp_path / "together.duckdb"
    address = f"s3://{bucket}/march"
    engine.build(running.address, address, home.plan, out, tmp_path, lambda share, what: None)
    killer.join()
    assert killed
    running.await_workers(1)
    snapshot.build_into(tmp_path / "alone.duckdb", home, lambda share, what: None)
    assert the_same(out, tmp_path / "alone.duckdb") == []
    with contextlib.closing(duckdb.connect(str(out), read_only=True)) as con:
        (kpis,) = con.execute("select count(distinct kpi) from cells").fetchall()
        (notice,) = con.execute("select value from about where key = 'synthetic'").fetchall()
    assert kpis == (29,)
    assert notice[0]  # What is synthetic says so, as Parquet too.


def await_work() -> None:
    """Returns while the workers are at it."""
    context = SparkContext._active_spark_context
    assert context
    tracker = context.statusTracker()
    until = time.monotonic() + 60
    while time.monotonic() < until:
        stages = (tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds())
        if any(stage and stage.numActiveTasks for stage in stages):
            return
        time.sleep(0.01)
    raise AssertionError("the workers had nothing to do any more")
