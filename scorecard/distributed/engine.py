"""The engine: exports of a place, checked and added up by the workers of a Spark cluster."""

from __future__ import annotations

import concurrent.futures
import contextlib
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import ibis
import pyarrow as pa
from ibis.backends.pyspark import Backend
from pyspark import cloudpickle
from pyspark.sql import DataFrame, SparkSession, functions

from scorecard import catalogue, cells, checks, contract, exports, rules, snapshot
from scorecard.catalogue import Kpi
from scorecard.checks import Checker, Extra
from scorecard.contract import File, NoOverlap
from scorecard.distributed import blocks, checking, dialect
from scorecard.distributed.blocks import Block, Wanted
from scorecard.distributed.checking import OK
from scorecard.distributed.place import Csv, Parquet, Place, emptied, names_of, open_place
from scorecard.distributed.session import file_address, session
from scorecard.files import BLANKS
from scorecard.refusal import Refusal
from scorecard.snapshot import Built, Progress, Sources, Workers

# A worker has this code from the driver, and no other of this project.
cloudpickle.register_pickle_by_value(blocks)  # type: ignore[no-untyped-call]

_AT_ONCE = 4
"""KPIs that are added up at the same time, so that no worker waits for the end of one."""


def build(
    address: str, place: str, plan: Path, out: Path, staging: Path | None, progress: Progress
) -> Built:
    """Builds a snapshot into the file `out` from the exports at `place`, by an engine.

    `staging` is a folder that this machine and all workers see at the same path; what is put
    there is removed at the end. By default it lies beside `out`.
    """
    if not plan.is_dir():
        raise Refusal(f"{plan} is no folder")
    found = open_place(place)
    with _room(staging or out.parent) as room, session(address) as spark:
        notes = emptied(room / "notes")
        found.bring_notes(notes)
        work = Work(spark, ibis.pyspark.connect(spark), found, room)
        try:
            workers = Workers(work.take, work.fill)
            return snapshot.build_into(out, Sources(notes, plan), progress, workers)
        finally:
            work.pool.shutdown(cancel_futures=True)


@contextlib.contextmanager
def _room(folder: Path) -> Iterator[Path]:
    try:
        room = Path(tempfile.mkdtemp(prefix="staging-", dir=folder))
    except OSError as error:
        raise Refusal(f"{folder} cannot hold what the workers write: {error.strerror}") from error
    # Workers may run as another user; it must be of the group of the folder, as rows are
    # confidential.
    room.chmod(0o770)
    try:
        yield room
    finally:
        shutil.rmtree(room, ignore_errors=True)


@dataclass
class Work:
    """One build: the cluster, the exports, and the folder that all machines see."""

    spark: SparkSession
    ibis: Backend
    place: Place
    room: Path
    pool: concurrent.futures.Executor = field(
        default_factory=lambda: concurrent.futures.ThreadPoolExecutor(_AT_ONCE)
    )
    _exact: dialect.Notions = field(default_factory=lambda: dialect.notions([rules.EXACT]))
    _known: set[str] = field(default_factory=set)
    _sums: dict[str, Future[tuple[pa.Table, pa.Table | None]]] = field(default_factory=dict)

    def take(self, checker: Checker, file: File, notes: Path) -> None:
        """Reads and checks one export, as `exports.take_file` does."""
        found = self.place.find(file)
        if isinstance(found, Parquet):
            self._take_parquet(checker, file, found)
        elif not isinstance(found, Csv) or not self._take_plain(checker, file, found):
            self._take_here(checker, file)

    def _take_here(self, checker: Checker, file: File) -> None:
        """Reads a file on this machine: one with quotes, as only the csv module tells its rows
        with certainty, and one that is to be set aside whole. The workers check it."""
        folder = self.place.local
        if folder is None:
            folder = emptied(self.room / "arrived")
            self.place.bring(f"{file.name}.csv", folder)

        def check(file: File, text: str, present: Sequence[str], extra: Extra) -> None:
            read = self.room / f"{text}.parquet"
            checker.con.execute(f"copy (from {text}) to {_quoted(read)} (format parquet)")
            self._check(checker, file, self.spark.read.parquet(file_address(read)), present)
            read.unlink()

        exports.take_file(checker, file, folder, check)

    def _take_plain(self, checker: Checker, file: File, found: Csv) -> bool:
        """Has the workers read a CSV file without quotes; whether it is one."""
        if found.size == 0:
            return False
        try:
            first = blocks.lines_of(Block(found.address, 0, 1))
        except PermissionError:
            return False
        header = first.decode("utf-8-sig", errors="replace").rstrip("\r\n").split(",")
        if not file.indispensable <= set(header):
            return False
        numbered = self._numbered(found.blocks(), len(header) - 1)
        if numbered is None:
            return False
        pieces, lines = numbered
        exports.report_columns(checker, file, header)
        wanted = Wanted(names_of(header, file), tuple(header), BLANKS)
        self._check(checker, file, self._read(pieces, wanted), wanted.columns)
        checker.close_file(file, lines - 1, present=True)
        return True

    def _numbered(
        self, pieces: Sequence[Block], commas: int
    ) -> tuple[tuple[Block, ...], int] | None:
        """Blocks with the line of their first row, and how many lines there are in all."""

        def survey(given: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            for batch in given:
                ids = batch.column(0).to_pylist()
                counts = [blocks.plain_lines(blocks.lines_of(pieces[i]), commas) for i in ids]
                yield pa.RecordBatch.from_pydict(
                    {"block": pa.array(ids, pa.int64()), "lines": pa.array(counts, pa.int64())}
                )

        tasks = self.spark.range(0, len(pieces), 1, len(pieces))
        found = tasks.mapInArrow(survey, "block long, lines long").toArrow().to_pydict()
        counts = dict(zip(found["block"], found["lines"], strict=True))
        if None in counts.values():
            return None
        numbered: list[Block] = []
        lines = 0
        for i, piece in enumerate(pieces):
            # The first block begins with the header.
            first = lines + 1 if piece.start else 2
            numbered.append(Block(piece.address, piece.start, piece.end, first))
            lines += counts[i]
        return tuple(numbered), lines

    def _take_parquet(self, checker: Checker, file: File, found: Parquet) -> None:
        whole = exports.report_columns(checker, file, found.columns)
        wanted = Wanted(names_of(found.columns, file), found.columns, BLANKS)
        text = self._read(found.blocks, wanted)
        if not whole:
            self._check(checker, file, text, wanted.columns)
            checker.close_file(file, found.rows, present=True)
            return
        view = self._staged(checker.con, text, f"text_{file.name}")
        exports.set_aside(checker, file, view, wanted.columns, found.rows)
        checker.con.execute(f"drop view {view}")

    def _read(self, pieces: Sequence[Block], wanted: Wanted) -> DataFrame:
        """The rows of blocks as text."""

        def read(given: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            for batch in given:
                for i in batch.column(0).to_pylist():
                    yield from blocks.rows_of(pieces[i], wanted)

        columns = "".join(f", `{name}` string" for name in wanted.columns)
        tasks = self.spark.range(0, len(pieces), 1, max(len(pieces), 1))
        return tasks.mapInArrow(read, f"line long{columns}")

    def _check(self, checker: Checker, file: File, text: DataFrame, present: Sequence[str]) -> None:
        """Has the workers check a file, and takes in what they found."""
        con = checker.con
        view = f"text_{file.name}"
        text.createOrReplaceTempView(view)
        countries = None
        if "regions" not in checker.absent:
            found = con.execute("select distinct country from regions order by country").fetchall()
            countries = [code for (code,) in found]
        plan = checking.planned(file, countries, checker.absent)
        for reference in plan.references:
            self._know(con, reference.file)
        schema = schema_of(con) | {view: {"line": "BIGINT", **dict.fromkeys(present, "VARCHAR")}}
        asked = dialect.portable(checking.query(plan, view, present), self._exact.macros, schema)
        self._view("checked", asked)
        once = checked = self.spark.table("checked")
        if file.no_overlap:
            once = checked.persist()
            checked = self._without_overlaps(file.no_overlap, once)
        kept = [f.name for f in file.fields]
        marks = [name for name in checked.columns if name not in ("line", *kept, OK)]
        staged = self.room / file.name
        checked.selectExpr(
            "line", *(f"`{name}`" for name in kept),
            *(f"case when not {OK} then `{mark}` end as `{mark}`" for mark in marks), OK,
        ).write.partitionBy(OK).parquet(file_address(staged))  # fmt: skip
        once.unpersist()
        self._take_in(checker, plan, staged)

    def _without_overlaps(self, spells: NoOverlap, checked: DataFrame) -> DataFrame:
        """Marks spells that share a day with an earlier one of the same owner."""
        checked.where(OK).createOrReplaceTempView("standing")
        self._view("suspects", checks.suspects(spells, "standing"))
        rows = self.spark.table("suspects").toArrow()
        lost = checks.overlapping(zip(*(c.to_pylist() for c in rows.columns), strict=True))
        mark = pa.array([True] * len(lost), pa.bool_())
        lines = pa.table({"line": pa.array(lost, pa.int64()), "shares_day": mark})
        marked = checked.join(self._table(lines), "line", "left")
        return marked.withColumn(OK, functions.expr(f"{OK} and shares_day is null"))

    def _take_in(self, checker: Checker, plan: checking.Plan, staged: Path) -> None:
        """Loads what the workers have written of a file: accepted rows, findings, quarantine."""
        con, file = checker.con, plan.file
        checker.empty(file)
        columns = ["line", *(f.name for f in file.fields)]
        accepted = staged / f"{OK}=true"
        if accepted.exists():
            listed = ", ".join(f'"{name}"' for name in columns)
            con.execute(
                f"insert into {file.name} by name "
                f"select {listed} from read_parquet(?) order by line",
                [f"{accepted}/*.parquet"],
            )
            read = self.spark.read.parquet(file_address(accepted))
            read.select(*columns).createOrReplaceTempView(file.name)
            self._known.add(file.name)
        rejected = staged / f"{OK}=false"
        if rejected.exists():
            con.execute(
                "create temp table rejected as from read_parquet(?)", [f"{rejected}/*.parquet"]
            )
            checking.report(checker, plan, "rejected")
            con.execute("drop table rejected")

    def fill(self, con: duckdb.DuckDBPyConnection, kpi: Kpi) -> None:
        """Adds the cells of one KPI, as `cells.fill` does."""
        if not self._sums:
            self._begin(con)
        of_kpi, heads = self._sums[kpi.id].result()
        con.register("of_kpi", of_kpi)
        if heads is not None:
            con.register("heads_of_kpi", heads)
        cells.add(con, kpi, "from of_kpi", None if heads is None else "from heads_of_kpi")
        con.unregister("of_kpi")
        con.unregister("heads_of_kpi")

    def _begin(self, con: duckdb.DuckDBPyConnection) -> None:
        """Has the workers add up all KPIs, some at a time."""
        for name in (*(file.name for file in contract.load()), "calendar"):
            self._know(con, name)
        schema = schema_of(con)
        notions = dialect.notions(catalogue.shared())
        for name, query in notions.views.items():
            self._view(name, dialect.portable(query, notions.macros, schema))
        for kpi in catalogue.load():
            if not snapshot.absent(con, kpi):
                self._view(kpi.view, dialect.portable(kpi.query, notions.macros, schema))
                spans = cells.gives_spans(con, kpi)
                self._sums[kpi.id] = self.pool.submit(
                    self._add_up,
                    self._asked(cells.cells_of(kpi, kpi.view, spans)),
                    self._asked(cells.heads_of(kpi, kpi.view, spans)),
                )

    @staticmethod
    def _add_up(
        of_kpi: DataFrame | None, heads: DataFrame | None
    ) -> tuple[pa.Table, pa.Table | None]:
        assert of_kpi is not None
        return of_kpi.toArrow(), heads.toArrow() if heads is not None else None

    def _asked(self, query: str | None) -> DataFrame | None:
        if query is None:
            return None
        return self.spark.sql(self.ibis.sql(query, dialect=dialect.DIALECT).compile())

    def _view(self, name: str, query: str) -> None:
        """Makes a view of the cluster by a query that both engines understand."""
        found = self.ibis.sql(query, dialect=dialect.DIALECT)
        self.ibis.create_view(name, found, overwrite=True)

    def _know(self, con: duckdb.DuckDBPyConnection, name: str) -> None:
        """Tells the cluster a table that this machine has and it has not, as small as those are."""
        if name not in self._known:
            table = con.execute(f"from {name}").to_arrow_table()
            self._table(table).createOrReplaceTempView(name)
            self._known.add(name)

    def _staged(self, con: duckdb.DuckDBPyConnection, rows: DataFrame, name: str) -> str:
        """Gives this machine what the workers have, as a view."""
        staged = self.room / name
        rows.write.parquet(file_address(staged))
        parts = _quoted(staged / "*.parquet")
        con.execute(f"create temp view {name} as from read_parquet({parts})")
        return name

    def _table(self, table: pa.Table) -> DataFrame:
        return self.spark.createDataFrame(table)


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def schema_of(con: duckdb.DuckDBPyConnection) -> dict[str, dict[str, str]]:
    """The columns of all tables and views, with their types."""
    schema: dict[str, dict[str, str]] = {}
    for table, column, kind in con.execute(
        "select table_name, column_name, data_type from information_schema.columns "
        "where table_schema = 'main' order by table_name, ordinal_position"
    ).fetchall():
        schema.setdefault(table, {})[column] = kind
    return schema
