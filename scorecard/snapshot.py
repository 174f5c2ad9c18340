"""The snapshot: clean tables, facts and cells in one immutable DuckDB file, named by its inputs.

A reader opens it read-only and takes a cursor per use, since a shared connection mixes up its
answers. Where it is kept and which one is shown is for `publication` to say.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

import duckdb

from scorecard import (
    catalogue,
    cells,
    checks,
    contract,
    engine,
    exports,
    languages,
    prepared,
    reuse,
    slices,
)
from scorecard import plan as plans
from scorecard.catalogue import BadKpi, Kpi
from scorecard.cells import Cube
from scorecard.contract import ROOT
from scorecard.plan import BadPlan, Plan
from scorecard.refusal import Refusal
from scorecard.slices import Slices

SYNTHETIC = "synthetic.txt"

# The modules that decide what is in a snapshot; a change to one of them makes a new snapshot.
_BUILDERS = (
    "catalogue", "cells", "checks", "contract", "engine", "exports", "files", "plan", "prepared",
    "reuse", "rules", "snapshot",
)  # fmt: skip

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Sources:
    """The two folders that a snapshot is made from."""

    exports: Path = ROOT / "data" / "exports"
    plan: Path = ROOT / "data" / "plan"

    def signature(self) -> tuple[tuple[str, int, int], ...]:
        """Cheap to ask, and different as soon as any input file is."""
        return tuple(
            (str(path), stat.st_mtime_ns, stat.st_size)
            for path in self._files()
            for stat in (path.stat(),)
        )

    def hash(self) -> str:
        """The hash of all inputs: exports, plan, KPI files, contract and what computes them."""
        digest = hashlib.blake2b(digest_size=10)
        digest.update(duckdb.__version__.encode())
        for path, of_bytes in self.digests().items():
            digest.update(f"{path.parent.name}/{path.name}\0".encode())
            digest.update(of_bytes.encode())
        return digest.hexdigest()

    def digests(self) -> dict[Path, str]:
        """The hash of the bytes of each input that is there."""
        found = {}
        for path in self._files():
            try:
                with path.open("rb") as file:
                    found[path] = hashlib.file_digest(file, hashlib.blake2b).hexdigest()
            except OSError as error:  # The check reports it; here it is an input like another.
                found[path] = str(error.errno)
        return found

    def _files(self) -> list[Path]:
        names = contract.load()
        mine = [self.exports / f"{file.name}.csv" for file in names.exports]
        mine += [self.exports / exports.DATA_DATE_FILE, self.exports / SYNTHETIC]
        mine += [self.plan / f"{file.name}.csv" for file in names if file.is_plan]
        mine += [self.plan / plans.FILE, *_builders()]
        mine += sorted(catalogue.FOLDER.glob("*/*"))
        return [path for path in mine if path.is_file()]


def _builders() -> list[Path]:
    """What decides how any input is read: the contract, and the modules that build."""
    modules = [Path(__file__).with_name(f"{name}.py") for name in _BUILDERS]
    return [contract.EXPORTS, contract.PLAN, *modules]


@dataclass(frozen=True)
class Snapshot:
    """An open snapshot. `dates` are the reporting dates; `id` is the hash of its inputs."""

    id: str
    base: duckdb.DuckDBPyConnection
    planned: Plan
    """The plan as it was written, in English."""
    data_date: dt.date
    dates: tuple[dt.date, ...]
    cube: Cube
    absent: frozenset[str]
    """Exports that have not arrived or are quarantined whole."""
    notice: str
    """What the files say of themselves where they are synthetic; empty where they are real."""

    @property
    def synthetic(self) -> str:
        """What to say beside synthetic data; empty where the data are real."""
        return languages.say(self.notice) if self.notice else ""

    @property
    def plan(self) -> Plan:
        """The plan in the language of whoever reads."""
        return self._plans.get(languages.current(), self.planned)

    @cached_property
    def _plans(self) -> dict[str, Plan]:
        others = (code for code in languages.LANGUAGES if code != languages.ENGLISH)
        return {code: self.planned.said(code) for code in others}

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection of one's own to the same database."""
        return self.base.cursor()

    @cached_property
    def places(self) -> dict[dt.date, int]:
        return {date: i for i, date in enumerate(self.dates)}

    @cached_property
    def tables(self) -> frozenset[str]:
        """The tables that it has: one that an earlier version built may lack some."""
        rows = self.cursor().execute("select table_name from duckdb_tables()").fetchall()
        return frozenset(name for (name,) in rows)

    @cached_property
    def slices(self) -> Slices | None:
        """Where pages of facts begin; none where that is not known."""
        return slices.load(self.cursor()) if slices.TABLE in self.tables else None

    @cached_property
    def _spanning(self) -> dict[str, bool]:
        """Whether the query of a KPI gives spans, of those asked so far."""
        return {}

    def facts_at(self, kpi: Kpi) -> str:
        """The facts of a KPI at $date, as SQL to select from: its view of facts, of which no more
        is worked out than that date needs."""
        if kpi.id not in self._spanning:
            self._spanning[kpi.id] = cells.gives_spans(self.cursor(), kpi)
        if not self._spanning[kpi.id]:
            return f"(from {kpi.view} where date = $date)"
        day = "cast($date as date)"
        return f"({_facts(kpi, day, f'{_region(kpi)} where {_holds(day)}')})"

    def missing_exports(self, kpi: Kpi) -> tuple[str, ...]:
        """Exports without which the KPI has no value."""
        return tuple(name for name in kpi.exports if name in self.absent)


@dataclass(frozen=True)
class Built:
    """What a build did: findings by severity and what each notion and KPI cost."""

    errors: int
    data_date: dt.date | None
    problem: str | None
    """Why nothing can be computed, where that is so."""
    seconds: dict[str, float]
    """CPU seconds of all threads, by the name of the notion or the id of the KPI."""


@dataclass(frozen=True)
class Workers:
    """Who reads and checks the exports, and who sums up facts: DuckDB, where nobody else does."""

    take: exports.Take | None = None
    fill: Callable[[duckdb.DuckDBPyConnection, Kpi], None] = cells.fill


def read_and_check(
    con: duckdb.DuckDBPyConnection,
    sources: Sources,
    kpis: tuple[Kpi, ...],
    workers: Workers = Workers(),
    unchanged: frozenset[str] = frozenset(),
) -> Built:
    """Reads and checks everything into `con`: clean tables, findings, quarantine, ledger.

    Exports that are `unchanged` are taken over from the earlier snapshot beside it.
    """
    problem = None
    data_date = exports.take_in(con, sources.exports, sources.plan, kpis, workers.take, unchanged)
    try:
        toml = plans.read_outline(sources.plan)
        plans.outline(toml)
    except BadPlan as error:
        problem = f"{plans.FILE} {error}"
        toml = ""
        con.execute(
            "insert into findings values (?, null, null, 'missing_file', null, ?, 'error', 0)",
            [plans.FILE, str(error)],
        )
    row = con.execute("select present from ledger where export = 'regions'").fetchone()
    if not problem and row == (False,):
        problem = "regions.csv is absent or set aside whole"
    if not problem and data_date is None:
        problem = "there is no data date: exported_on.txt gives none, and no export holds a date"
    errors = con.execute("select count(*) from findings where severity = 'error'").fetchone()
    assert errors
    con.execute("create table about (key varchar, value varchar)")
    _note(con, "plan", toml)
    _note(con, "data_date", str(data_date or ""))
    _note(con, "kpis", json.dumps([asdict(kpi) for kpi in kpis]))
    _note(con, "synthetic", _synthetic(sources.exports))
    return Built(errors[0], data_date, problem, {})


def compute(
    con: duckdb.DuckDBPyConnection,
    built: Built,
    kpis: tuple[Kpi, ...],
    progress: Progress,
    workers: Workers = Workers(),
    inputs: Inputs | None = None,
) -> Built:
    """Adds calendar, facts and cells to a database that has been read and checked."""
    if built.problem:
        raise Refusal(built.problem)
    toml = _noted(con, "plan")
    starts_on = plans.outline(toml).starts_on
    _make_calendar(con, starts_on, built.data_date)
    notions = catalogue.shared()
    _note(con, "notions", json.dumps(notions))
    unchanged: frozenset[str] = frozenset()
    parts = reuse.NOTHING
    if inputs:
        dates = con.execute("from calendar order by date").fetchall()
        shared = reuse.notions(notions)
        pages = prepared.notions(starts_on)
        parts = reuse.of_queries(inputs.files, shared, kpis, str(dates), inputs.common, pages)
        unchanged = parts.same_as(inputs.earlier)
    reuse.write(con, parts)
    seconds = derive(con, kpis, notions, progress, workers, unchanged)
    prepared.make(con, starts_on, unchanged)
    return Built(built.errors, built.data_date, None, seconds)


def derive(
    con: duckdb.DuckDBPyConnection,
    kpis: tuple[Kpi, ...],
    notions: tuple[str, ...],
    progress: Progress = lambda share, what: None,
    workers: Workers = Workers(),
    unchanged: frozenset[str] = frozenset(),
) -> dict[str, float]:
    """Adds facts and cells to clean tables with a calendar; what each notion and KPI cost.

    Parts that are `unchanged` are taken over from the earlier snapshot beside it.
    """
    seconds = {}
    for notion in reuse.notions(notions):
        started = time.process_time()
        if notion.kind == "table" and f"notion {notion.name}" in unchanged:
            reuse.take_table(con, notion.name)
        else:
            con.execute(notion.statement)
        seconds[notion.name] = time.process_time() - started
    con.execute(cells.TABLES)
    for i, kpi in enumerate(kpis):
        progress(0.4 + 0.6 * i / len(kpis), kpi.title)
        started = time.process_time()
        _make_facts(con, kpi)
        if f"kpi {kpi.id}" in unchanged:
            for table in cells.TABLE_NAMES:
                reuse.take_rows(con, table, "kpi = ?", [kpi.id])
        elif not absent(con, kpi):
            workers.fill(con, kpi)
        seconds[kpi.id] = time.process_time() - started
    return seconds


def absent(con: duckdb.DuckDBPyConnection, kpi: Kpi) -> bool:
    """Whether an export is missing without which the KPI has no value."""
    row = con.execute(
        "select count(*) from ledger where not present and list_contains(?, export)",
        [list(kpi.exports)],
    ).fetchone()
    return row != (0,)


def _make_calendar(
    con: duckdb.DuckDBPyConnection, starts_on: dt.date, data_date: dt.date | None
) -> None:
    con.execute(
        """
        create table calendar as
        select distinct cast(date as date) as date
        from (
            select last_day(cast(month as date)) as date
            from generate_series(
                date_trunc('month', cast($start as timestamp)),
                cast($until as timestamp), interval 1 month
            ) as months(month)
            union all select date from meetings
            union all select as_of from published_figures
        )
        where date between cast($start as date) and cast($until as date)
        union select cast($until as date)
        order by date
        """,
        {"start": str(starts_on), "until": str(data_date)},
    )


def _make_facts(con: duckdb.DuckDBPyConnection, kpi: Kpi) -> None:
    """Turns the query of a KPI into its view of facts."""
    try:
        con.execute(f"create view {kpi.view} as {facts_of(con, kpi)}")
    except duckdb.OperationalError:
        # There is no room, for which no query is to blame.
        raise
    except duckdb.Error as error:
        raise BadKpi(f"{kpi.id}.sql: {error}") from error


def facts_of(con: duckdb.DuckDBPyConnection, kpi: Kpi) -> str:
    """The query of a KPI's facts date by date, with the region of each country."""
    if cells.gives_spans(con, kpi):
        day = "calendar.date"
        return _facts(kpi, day, f"inner join calendar on {_holds(day)} {_region(kpi)}")
    return _facts(kpi, "facts.date", _region(kpi))


def _region(kpi: Kpi) -> str:
    """The join that tells the region of a fact, where the KPI has regions."""
    if "region" not in kpi.dimensions:
        return ""
    return "left join regions on facts.country = regions.country"


def _holds(day: str) -> str:
    """Whether a span of facts holds at a day."""
    return (
        f"coalesce(facts.from_on, date '0001-01-01') <= {day} "
        f"and coalesce(facts.until_on, date '9999-12-31') > {day}"
    )


def _facts(kpi: Kpi, day: str, joined: str) -> str:
    return (
        f"select {day} as date, facts.entity, facts.label, "
        f"facts.organisation, facts.country, {kpi.region} as region, facts.pillar, "
        "facts.category, cast(facts.numerator as double) as numerator, "
        "cast(facts.denominator as double) as denominator "
        f"from ({kpi.query}) as facts {joined}"
    )


def check(sources: Sources, kpis: tuple[Kpi, ...]) -> tuple[dict[str, object], int]:
    """What `check` prints, and how many errors there are."""
    with contextlib.closing(engine.connect()) as con:
        built = read_and_check(con, sources, kpis)
        rows = con.execute(
            'select export, "rows", accepted, quarantined from ledger order by export'
        ).fetchall()
        answer: dict[str, object] = {
            "data_date": built.data_date,
            "exports": [
                dict(zip(("export", "rows", "accepted", "quarantined"), row, strict=True))
                for row in rows
            ],
            "findings": checks.findings(con),
        }
    return answer, built.errors


def build_into(
    path: Path, sources: Sources, progress: Progress, workers: Workers = Workers()
) -> Built:
    """Builds a snapshot into a file of one's choice, whole or not at all."""
    aside = path.with_name(f"{path.name}.building-{os.getpid()}")
    try:
        built = build(str(aside), sources, progress, workers)
        aside.replace(path)
    except (OSError, duckdb.IOException) as error:
        raise Refusal(f"{path} cannot be written: {error}") from error
    finally:
        aside.unlink(missing_ok=True)
    return built


def build(
    target: str,
    sources: Sources,
    progress: Progress = lambda share, what: None,
    workers: Workers = Workers(),
    earlier: Path | None = None,
) -> Built:
    """Builds a snapshot into a new database file and returns what it found.

    What an earlier snapshot made from the same is taken over from it; what comes out is equal.
    """
    kpis = catalogue.load()
    progress(0.02, "reading and checking the exports")
    signature = sources.signature()
    with contextlib.closing(engine.connect(target)) as con, reuse.beside(con, earlier) as old:
        # What others than this machine read has no digest here.
        inputs = _inputs(sources, old) if workers.take is None else None
        same = inputs.unchanged(contract.load().exports) if inputs else frozenset()
        built = read_and_check(con, sources, kpis, workers, same)
        built = compute(con, built, kpis, progress, workers, inputs)
        if inputs and sources.signature() != signature:
            # Inputs changed while they were read: nobody knows which of them are in here.
            con.execute("truncate parts")
        con.execute("checkpoint")
    return built


@dataclass(frozen=True)
class Inputs:
    """Digests of the files that a snapshot is made from, and the parts of an earlier one."""

    files: dict[str, str]
    common: str
    earlier: reuse.Parts

    def unchanged(self, files: tuple[contract.File, ...]) -> frozenset[str]:
        """Those of the files that the earlier snapshot read as they are now."""
        known = self.earlier.digests
        return frozenset(
            file.name for file in files if known.get(f"file {file.name}") == self.files[file.name]
        )


def _inputs(sources: Sources, earlier: reuse.Parts) -> Inputs:
    digests = sources.digests()
    of_bytes = {path.stem: digest for path, digest in digests.items() if path.suffix == ".csv"}
    common = reuse.common(digests[path] for path in _builders())
    return Inputs(reuse.of_files(contract.load(), of_bytes, common), common, earlier)


def in_memory(sources: Sources) -> Snapshot:
    """A snapshot that leaves no file behind."""
    kpis = catalogue.load()
    con = engine.connect()
    compute(con, read_and_check(con, sources, kpis), kpis, lambda share, what: None)
    return opened(con, sources.hash())


def open_file(path: Path) -> Snapshot:
    """Opens a snapshot read-only."""
    con = engine.connect(str(path), read_only=True)
    return opened(con, path.stem)


def opened(con: duckdb.DuckDBPyConnection, name: str) -> Snapshot:
    """The snapshot that a database holds, whole with facts and cells."""
    about = dict(con.execute("select key, value from about").fetchall())
    kpis = tuple(_kpi(row) for row in json.loads(about["kpis"]))
    plan = plans.load(con, about["plan"], kpis)
    dates = tuple(date for (date,) in con.execute("from calendar order by date").fetchall())
    absent = con.execute("select export from ledger where not present").fetchall()
    cube = cells.load(con, kpis, dates, plan.regions, plan.countries)
    return Snapshot(
        id=name,
        base=con,
        planned=plan,
        data_date=dt.date.fromisoformat(about["data_date"]),
        dates=dates,
        cube=cube,
        absent=frozenset(export for (export,) in absent),
        notice=about["synthetic"],
    )


def _kpi(row: dict[str, object]) -> Kpi:
    lists = {key: tuple(value) for key, value in row.items() if isinstance(value, list)}
    return Kpi(**(row | lists))  # type: ignore[arg-type]


def _synthetic(folder: Path) -> str:
    """The notice of synthetic exports; it holds only beside the register that it names."""
    try:
        notice, _, stamp = (folder / SYNTHETIC).read_text(encoding="utf-8").partition("\n")
        register = hashlib.sha256((folder / "organisations.csv").read_bytes()).hexdigest()
    except (OSError, UnicodeDecodeError):
        return ""
    return notice.strip() if register in stamp else ""


def _note(con: duckdb.DuckDBPyConnection, key: str, value: str) -> None:
    con.execute("insert into about values (?, ?)", [key, value])


def _noted(con: duckdb.DuckDBPyConnection, key: str) -> str:
    row = con.execute("select value from about where key = ?", [key]).fetchone()
    assert row
    return str(row[0])
