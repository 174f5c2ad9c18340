"""Building a snapshot: exports are read and checked, facts and cells computed, all in one file.

What an earlier snapshot made from the same is taken over from it.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb

from scorecard import catalogue, cells, checks, contract, engine, exports, origins, prepared, reuse
from scorecard import plan as plans
from scorecard.catalogue import BadKpi, Kpi
from scorecard.plan import BadPlan
from scorecard.refusal import Refusal
from scorecard.snapshot import facts
from scorecard.snapshot.opened import Snapshot, of_database
from scorecard.snapshot.sources import Inputs, Sources, inputs_of, notice

Progress = Callable[[float, str], None]


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
        inputs = inputs_of(sources, old) if workers.take is None else None
        same = inputs.unchanged(contract.load().exports) if inputs else frozenset()
        built = read_and_check(con, sources, kpis, workers, same)
        built = compute(con, built, kpis, progress, workers, inputs)
        if inputs and sources.signature() != signature:
            # Inputs changed while they were read: nobody knows which of them are in here.
            con.execute("truncate parts")
        con.execute("checkpoint")
    return built


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


def in_memory(sources: Sources) -> Snapshot:
    """A snapshot that leaves no file behind."""
    kpis = catalogue.load()
    con = engine.connect()
    compute(con, read_and_check(con, sources, kpis), kpis, lambda share, what: None)
    return of_database(con, sources.hash())


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
    origins.keep(con, sources.exports)
    errors = con.execute("select count(*) from findings where severity = 'error'").fetchone()
    assert errors
    con.execute("create table about (key varchar, value varchar)")
    _note(con, "plan", toml)
    _note(con, "data_date", str(data_date or ""))
    _note(con, "kpis", json.dumps([asdict(kpi) for kpi in kpis]))
    _note(con, "synthetic", notice(sources.exports))
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
        con.execute(f"create view {kpi.view} as {facts.by_date(con, kpi)}")
    except duckdb.OperationalError:
        # There is no room, for which no query is to blame.
        raise
    except duckdb.Error as error:
        raise BadKpi(f"{kpi.id}.sql: {error}") from error


def _note(con: duckdb.DuckDBPyConnection, key: str, value: str) -> None:
    con.execute("insert into about values (?, ?)", [key, value])


def _noted(con: duckdb.DuckDBPyConnection, key: str) -> str:
    row = con.execute("select value from about where key = ?", [key]).fetchone()
    assert row
    return str(row[0])
