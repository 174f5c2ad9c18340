"""Cells: facts summed once by KPI, date, country, pillar and category.

`Cube` holds their sums by region and pillar as dense arrays, so that adding up a selection
costs the same whether ten organisations or ten million stand behind it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from scorecard.catalogue import Kpi
from scorecard.exports import PILLARS

TABLES = """
create table cells (
    kpi varchar, date date, country varchar, region varchar, pillar varchar, category varchar,
    numerator double, denominator double, n bigint
);
create table sums (
    kpi varchar, date date, region varchar, pillar varchar,
    numerator double, denominator double, n bigint, organisations bigint
);
create table heads (
    kpi varchar, date date, country varchar, region varchar, pillar varchar, organisations bigint
);
"""
TABLE_NAMES = ("cells", "sums", "heads")
_PARTS = ("numerator", "denominator", "n", "organisations")

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Sums:
    """A selection of one KPI added up, one entry a reporting date."""

    numerator: Floats
    denominator: Floats
    n: Floats
    organisations: Floats
    countries: Floats | None
    """Number of distinct countries, for KPIs that count countries."""


@dataclass(frozen=True)
class Cube:
    """numerator, denominator, n, organisations x KPI x date x region x pillar.

    Regions and pillars have one place more, the last, for facts without one; `presence` is
    date x country x pillar of the KPIs that count countries, `homes` the region of a country.
    """

    kpis: dict[str, int]
    regions: dict[str, int]
    pillars: dict[str, int]
    parts: Floats
    presence: dict[str, Flags]
    homes: NDArray[np.intp]

    def add_up(self, kpi: Kpi, regions: Sequence[str], pillars: Sequence[str]) -> Sums:
        """Adds up the regions and pillars named; an empty sequence selects all."""
        places = [self.regions[name] for name in regions] or list(range(len(self.regions) + 1))
        columns = [self.pillars[name] for name in pillars] or list(range(len(self.pillars) + 1))
        block = self.parts[:, self.kpis[kpi.id]]
        if regions or pillars:
            block = block[:, :, places][:, :, :, columns]
        total = block.sum(axis=(2, 3))
        countries = None
        if kpi.aggregate == "countries":
            seen: Flags = np.any(self.presence[kpi.id][:, :, columns], axis=2)
            if regions:
                seen = seen[:, np.isin(self.homes, places)]
            countries = seen.sum(axis=1).astype(np.float64)
        return Sums(total[0], total[1], total[2], total[3], countries)

    def by_region(self, kpi: Kpi) -> Floats:
        """part x date x region, all pillars added up."""
        total: Floats = self.parts[:, self.kpis[kpi.id]].sum(axis=3)
        return total

    def by_pillar(self, kpi: Kpi) -> Floats:
        """part x date x pillar, all regions added up."""
        total: Floats = self.parts[:, self.kpis[kpi.id]].sum(axis=2)
        return total


def fill(con: duckdb.DuckDBPyConnection, kpi: Kpi) -> None:
    """Sums the facts of one KPI into the tables `cells`, `sums` and `heads`.

    Facts are many, so they are grouped straight from the query; only their sums learn a region.
    """
    facts, spans = f"({kpi.query})", gives_spans(con, kpi)
    add(con, kpi, cells_of(kpi, facts, spans), heads_of(kpi, facts, spans))


def gives_spans(con: duckdb.DuckDBPyConnection, kpi: Kpi) -> bool:
    """Whether the query of a KPI says from when until when a fact holds, and not at which date."""
    return ("from_on",) in con.execute(f"select column_name from (describe {kpi.query})").fetchall()


def cells_of(kpi: Kpi, facts: str, spans: bool) -> str:
    """The query of the cells of a KPI over its facts, given as spans or date by date."""
    keys = "country, pillar, category"
    once = (
        "sum(cast(numerator as double)) as numerator, "
        "sum(cast(denominator as double)) as denominator, count(*) as n"
    )
    again = (
        "sum(numerator) as numerator, sum(denominator) as denominator, cast(sum(n) as bigint) as n"
    )
    counted = f"select date, {keys}, {once} from {facts} as facts group by date, {keys}"
    if spans:
        counted = _spread(f"{_dated(facts)}", keys, once, again)
    return (
        f"select date, grouped.country, {kpi.region} as region, pillar, category, numerator, "
        f"denominator, n from ({counted}) as grouped {_home(kpi)}"
    )


def _dated(facts: str) -> str:
    """Spans that hold at some reporting date: from the first of them until the next without."""
    return (
        "select starts.date as from_on, coalesce(ends.date, facts.never) as until_on, "
        "facts.country, facts.pillar, facts.category, facts.organisation, facts.numerator, "
        "facts.denominator from (select greatest(coalesce(from_on, first_on), first_on) as "
        "from_on, until_on, country, pillar, category, organisation, numerator, denominator, "
        f"never from {facts} as spans cross join (select min(date) as first_on, "
        "max(date) + 1 as never from calendar) as bounds) as facts "
        "inner join next_dates as starts on facts.from_on = starts.day "
        "left join next_dates as ends on facts.until_on = ends.day "
        "where (facts.until_on is null or facts.until_on > facts.from_on) "
        "and starts.date < coalesce(ends.date, facts.never)"
    )


def _spread(dated: str, keys: str, once: str, again: str) -> str:
    """Sums by reporting date. Spans are summed before they are spread, as that makes them few."""
    return (
        f"select date, {keys}, {again} from (select from_on, until_on, {keys}, {once} "
        f"from ({dated}) as dated group by from_on, until_on, {keys}) as spans "
        "inner join calendar on spans.from_on <= calendar.date and spans.until_on > calendar.date "
        f"group by date, {keys}"
    )


def heads_of(kpi: Kpi, facts: str, spans: bool) -> str | None:
    """The query that counts organisations over the facts of a KPI; none where cells tell it.

    An organisation with facts in several categories counts once, so it is counted anew. It has
    one country, so that countries can be added up.
    """
    if "category" not in kpi.dimensions:
        return None
    if not kpi.confidential and kpi.counts != "organisations":
        return None
    counted = (
        "select date, country, pillar, "
        "coalesce(nullif(count(distinct organisation), 0), count(*)) as organisations "
        f"from {facts} as facts group by date, country, pillar"
    )
    if spans:
        counted = _spread(
            _once(_dated(facts)), "country, pillar",
            "count(organisation) as organisations, sum(facts) as facts",
            "cast(coalesce(nullif(sum(organisations), 0), sum(facts)) as bigint) as organisations",
        )  # fmt: skip
    return (
        f"select date, grouped.country, {kpi.region} as region, pillar, organisations "
        f"from ({counted}) as grouped {_home(kpi)}"
    )


def _once(dated: str) -> str:
    """Spans of which an organisation has one at each date only, cut where one reaches another."""
    return (
        "select greatest(from_on, coalesce(reached_on, from_on)) as from_on, until_on, country, "
        "pillar, organisation, facts from (select *, case when organisation is not null then "
        "max(until_on) over (partition by organisation, country, pillar order by from_on, "
        "until_on rows between unbounded preceding and 1 preceding) end as reached_on from "
        "(select from_on, until_on, country, pillar, organisation, count(*) as facts "
        f"from ({dated}) as dated group by from_on, until_on, country, pillar, organisation) "
        "as pieces) as reached where reached_on is null or reached_on < until_on"
    )


def _home(kpi: Kpi) -> str:
    """The join that tells the region of a country, where the KPI has regions."""
    if "region" not in kpi.dimensions:
        return ""
    return "left join regions on grouped.country = regions.country"


def add(con: duckdb.DuckDBPyConnection, kpi: Kpi, of_kpi: str, heads: str | None) -> None:
    """Adds what the two queries give of one KPI to the tables `cells`, `sums` and `heads`."""
    con.execute(
        f"insert into cells select '{kpi.id}', date, country, region, pillar, category, "
        f"numerator, denominator, n from ({of_kpi}) order by date, country, pillar, category"
    )
    counted = "sum(n) as heads from cells"
    if heads is not None:
        con.execute(
            f"insert into heads select '{kpi.id}', date, country, region, pillar, organisations "
            f"from ({heads}) order by all"
        )
        counted = "sum(organisations) as heads from heads"
    heads = f"select date, region, pillar, {counted} where kpi = $kpi group by all"
    con.execute(
        f"insert into sums with heads as ({heads}), total as ("
        "select date, region, pillar, sum(numerator) as numerator, "
        "sum(denominator) as denominator, sum(n) as n from cells where kpi = $kpi group by all) "
        "select $kpi, total.date, total.region, total.pillar, numerator, denominator, n, heads "
        "from total join heads on total.date = heads.date "
        "and total.region is not distinct from heads.region "
        "and total.pillar is not distinct from heads.pillar "
        "order by total.date, total.region, total.pillar",
        {"kpi": kpi.id},
    )


def load(
    con: duckdb.DuckDBPyConnection,
    kpis: Sequence[Kpi],
    dates: Sequence[dt.date],
    regions: Sequence[str],
    countries: dict[str, tuple[str, str]],
) -> Cube:
    """Reads the sums of a snapshot into memory."""
    rows = {kpi.id: i for i, kpi in enumerate(kpis)}
    places = {name: i for i, name in enumerate(regions)}
    columns = {name: i for i, name in enumerate(PILLARS)}
    parts = np.zeros((len(_PARTS), len(rows), len(dates), len(places) + 1, len(columns) + 1))
    days = {date: i for i, date in enumerate(dates)}
    found: dict[str, Any] = con.execute(
        "select kpi, date, coalesce(region, '') as region, coalesce(pillar, '') as pillar, "
        f"{', '.join(_PARTS)} from sums"
    ).fetchnumpy()
    if len(found["kpi"]):
        index = (
            np.array([rows[kpi] for kpi in found["kpi"]]),
            np.array([days[date] for date in found["date"].astype("datetime64[D]").tolist()]),
            np.array([places.get(name, len(places)) for name in found["region"]]),
            np.array([columns.get(name, len(columns)) for name in found["pillar"]]),
        )
        for i, part in enumerate(_PARTS):
            parts[i][index] = found[part]
    codes = {code: i for i, code in enumerate(sorted(countries))}
    presence = {}
    for kpi in kpis:
        if kpi.aggregate == "countries":
            seen = np.zeros((len(dates), len(codes), len(columns) + 1), dtype=bool)
            # As text: DuckDB loads pandas to look at the first parameter that it is ever given.
            for date, country, pillar in con.execute(
                "select distinct date, country, pillar from cells "
                f"where kpi = '{kpi.id}' and country is not null"
            ).fetchall():
                seen[days[date], codes[country], columns.get(pillar, len(columns))] = True
            presence[kpi.id] = seen
    homes = np.array([places[countries[code][1]] for code in codes], dtype=np.intp)
    return Cube(rows, places, columns, parts, presence, homes)
