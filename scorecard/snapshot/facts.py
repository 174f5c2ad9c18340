"""The facts of a KPI as SQL: its query, with the region of each country, date by date or at one."""

from __future__ import annotations

import duckdb

from scorecard import cells
from scorecard.catalogue import Kpi


def by_date(con: duckdb.DuckDBPyConnection, kpi: Kpi) -> str:
    """The query of a KPI's facts date by date, with the region of each country."""
    if cells.gives_spans(con, kpi):
        day = "calendar.date"
        return _facts(kpi, day, f"inner join calendar on {_holds(day)} {_region(kpi)}")
    return _facts(kpi, "facts.date", _region(kpi))


def at(kpi: Kpi, day: str) -> str:
    """Those that hold at a day, of a KPI whose query gives spans: of no more than these is
    anything worked out."""
    return _facts(kpi, day, f"{_region(kpi)} where {_holds(day)}")


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
