"""Our side of the comparison: the values that a snapshot holds, in the form of the peers."""

from __future__ import annotations

import duckdb
import pandas as pd

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


def values(con: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """kpi, date, region, pillar, value: one row for each group that has a fact."""
    from scorecard import catalogue

    by = {kind: [k.id for k in catalogue.load() if k.aggregate == kind]
          for kind in ("countries", "ratio")}  # fmt: skip
    given = {"countries": by["countries"], "ratios": by["ratio"]}
    return con.execute(_VALUES, given).df()
