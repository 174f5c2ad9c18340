"""Our side of the comparison, in the form of the peers.

`of_snapshot` gives what a snapshot holds. `compute` does what the peers do and no more: it reads
the files without checking them, and groups the facts of the same KPI files by region and pillar
only, so that it tells what checks, cells by country and category, and the file itself cost.
"""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pandas as pd

from bench.peers.days import reporting_dates
from scorecard import catalogue, cells, contract, engine, rules

_VALUES = """
with counted as (
    select kpi, date, region, pillar, count(distinct country) as countries
    from cells
    where list_contains($countries, kpi)
    group by all
)

select
    sums.kpi, sums.date, sums.region, sums.pillar,
    case
        when list_contains($countries, sums.kpi) then counted.countries
        when list_contains($ratios, sums.kpi) then sums.numerator / sums.denominator
        else sums.numerator
    end as value
from sums
left join counted
    on sums.kpi = counted.kpi and sums.date = counted.date
    and sums.region is not distinct from counted.region
    and sums.pillar is not distinct from counted.pillar
"""
_AGGREGATE = {
    "sum": "sum(numerator)",
    "ratio": "sum(numerator) / sum(denominator)",
    "countries": "count(distinct country)",
}


def of_snapshot(con: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """kpi, date, region, pillar, value: one row for each group that has a fact."""
    kpis = catalogue.load()
    given = {
        "countries": [kpi.id for kpi in kpis if kpi.aggregate == "countries"],
        "ratios": [kpi.id for kpi in kpis if kpi.aggregate == "ratio"],
    }
    return con.execute(_VALUES, given).df()


def compute(exports: Path, plan: Path) -> pd.DataFrame:
    """The same, straight from files that are taken to be sound."""
    kpis = catalogue.load()
    queries = [*catalogue.shared(), *(kpi.query for kpi in kpis)]
    with engine.connect() as con:
        words = {word for text in queries for word in re.findall(r"\w+", text)}
        for file in contract.load():
            path = (plan if file.is_plan else exports) / f"{file.name}.csv"
            types = {f.name: rules.TYPES[f.type][0] for f in file.fields}
            # Like the peers, only what some KPI reads; the plan has the order of its lines as well.
            columns = [name for name in types if name in words] or ["*"]
            if file.is_plan:
                columns.insert(0, "row_number() over () as line")
            con.execute(
                f"create table {file.name} as select {', '.join(columns)} "
                "from read_csv($path, header = true, delim = ',', auto_detect = false, "
                "columns = $types)",
                {"path": str(path), "types": types},
            )
        dates = [[str(date)] for date in reporting_dates(exports, plan)]
        con.execute("create table calendar (date date)")
        con.executemany("insert into calendar values (?)", dates)
        for statement in catalogue.shared():
            con.execute(statement)
        found = []
        for kpi in kpis:
            summed = cells.cells_of(kpi, f"({kpi.query})", cells.gives_spans(con, kpi))
            found.append(
                con.execute(
                    f"select '{kpi.id}' as kpi, date, region, pillar, "
                    f"{_AGGREGATE[kpi.aggregate]} as value from ({summed}) group by all"
                ).df()
            )
    return pd.concat(found, ignore_index=True)
