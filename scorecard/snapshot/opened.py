"""A snapshot that is open: what is known of it at once, and how it is asked.

A reader opens it read-only and takes a cursor per use, since a shared connection mixes up its
answers.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import duckdb

from scorecard import cells, engine, languages, slices
from scorecard import plan as plans
from scorecard.catalogue import Kpi
from scorecard.cells import Cube
from scorecard.plan import Plan
from scorecard.slices import Slices
from scorecard.snapshot import facts


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
        return f"({facts.at(kpi, 'cast($date as date)')})"

    def missing_exports(self, kpi: Kpi) -> tuple[str, ...]:
        """Exports without which the KPI has no value."""
        return tuple(name for name in kpi.exports if name in self.absent)


def open_file(path: Path) -> Snapshot:
    """Opens a snapshot read-only."""
    con = engine.connect(str(path), read_only=True)
    return of_database(con, path.stem)


def of_database(con: duckdb.DuckDBPyConnection, name: str) -> Snapshot:
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
