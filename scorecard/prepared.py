"""What pages ask of the registers besides readings, prepared when a snapshot is built.

Each table is a statement under kpis/pages. Those that say how many depend in size on dates,
regions and pillars alone; those that name organisations lie in the order in which pages show
them, so that a page of rows is read and no more. A snapshot that an earlier version built has
none of them: there the same queries are asked where the tables would stand.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np

from scorecard import catalogue, reuse
from scorecard.reuse import Notion

if TYPE_CHECKING:
    from scorecard.snapshot import Snapshot

TURNOVER = "turnover"
WHATS = ("joined", "left", "certified", "lapsed")
"""What a member may have done between two dates, in the order in which it is told."""

_QUERY = re.compile(r"create or replace table (\w+) as\n(.*?);\s*$", re.DOTALL)
_STARTS_ON = "plan_starts_on()"
_WORD = re.compile(r"\w+")


@cache
def _queries(starts_on: dt.date) -> Mapping[str, str]:
    """Table -> its query, in the order in which one may read another."""
    found = {}
    for path in sorted((catalogue.FOLDER / "pages").glob("*.sql")):
        match = _QUERY.search(path.read_text(encoding="utf-8"))
        assert match, f"{path.name} makes no table"
        found[match[1]] = match[2].replace(_STARTS_ON, f"date '{starts_on}'")
    return found


def notions(starts_on: dt.date) -> tuple[Notion, ...]:
    """The tables of a plan as what a build makes or takes over, each with what it is made from."""
    made = [
        Notion(name, "table", f"create or replace table {name} as {query}")
        for name, query in _queries(starts_on).items()
    ]
    return (*made, Notion(TURNOVER, "table", "of members_over_time and calendar"))


def make(
    con: duckdb.DuckDBPyConnection,
    starts_on: dt.date,
    unchanged: frozenset[str] = frozenset(),
) -> None:
    """Adds the tables to a database with clean tables, calendar and cells.

    Those that are `unchanged` are taken over from the earlier snapshot beside it.
    """
    for notion in notions(starts_on):
        if f"page {notion.name}" in unchanged:
            reuse.take_table(con, notion.name)
        elif notion.name == TURNOVER:
            _make_turnover(con)
        else:
            con.execute(notion.statement)


def source(name: str, snapshot: Snapshot) -> str:
    """What to select from: the table, or its query where a snapshot has no such table."""
    return name if name in snapshot.tables else _asked(name, snapshot.plan.starts_on)


def rows(
    snapshot: Snapshot,
    name: str,
    columns: str,
    where: str,
    given: Mapping[str, object],
    *,
    order: str,
    limit: int | None,
    offset: int,
) -> list[tuple[Any, ...]]:
    """The rows of a table for which a condition holds, in its order: all, or with a `limit` at
    most so many, after the first `offset`."""
    # The table lies in this order, so that nothing is sorted and the rest is not read.
    ordered = "" if name in snapshot.tables else f"order by {order}"
    page = "" if limit is None else f"limit {limit:d} offset {offset:d}"
    query = f"select {columns} from {source(name, snapshot)} where {where} {ordered} {page}"
    return snapshot.cursor().execute(query, dict(given)).fetchall()


def _asked(name: str, starts_on: dt.date) -> str:
    queries = _queries(starts_on)
    # A table may read one that stands before it.
    words = set(_WORD.findall(queries[name])) - {name}
    before = ", ".join(
        f"{other} as {_asked(other, starts_on)}" for other in queries if other in words
    )
    return f"({'with ' if before else ''}{before} select * from ({queries[name]}))"


def _make_turnover(con: duckdb.DuckDBPyConnection) -> None:
    """How many joined, left, were certified or lapsed from each date to each later one.

    One row for each two dates, region and pillar where anybody did any of it.
    """
    import pyarrow as pa  # Who only shows a snapshot makes none, and need not wait for it.

    counts = ", ".join(f'"{what}" bigint' for what in WHATS)
    con.execute(
        f"create table {TURNOVER} (since date, upto date, region varchar, pillar varchar, {counts})"
    )
    days = [date for (date,) in con.execute("from calendar order by date").fetchall()]
    dates = np.array(days, dtype="datetime64[D]")
    groups = con.execute(
        "select region, pillar, string_agg(present, ''), string_agg(certified, ''), "
        "list(members) from (select region, pillar, present, certified, count(*) as members "
        "from members_over_time group by all) group by region, pillar order by all"
    ).fetchall()
    old, new = np.triu_indices(len(dates), 1)
    blocks = []
    for region, pillar, present, certified, of_each in groups:
        is_in, is_certified = (_digits(text, len(dates)) for text in (present, certified))
        # Who has let its membership go has no certificate that counts either.
        is_certified *= is_in
        weight = np.array(of_each, dtype=np.float64)[:, None]
        members, holders = (_both(a, a, weight) for a in (is_in, is_certified))
        held_and_in = _both(is_certified, is_in, weight)
        at, held = members.diagonal(), holders.diagonal()
        did = (
            at[new] - members[old, new],
            at[old] - members[old, new],
            held[new] - holders[old, new],
            held_and_in[old, new] - holders[old, new],
        )
        some = np.any(did, axis=0)
        blocks.append(
            pa.table(
                {
                    "since": pa.array(dates[old[some]]),
                    "upto": pa.array(dates[new[some]]),
                    "region": pa.repeat(region, some.sum()),
                    "pillar": pa.repeat(pillar, some.sum()),
                    **{w: n[some].astype(np.int64) for w, n in zip(WHATS, did, strict=True)},
                }
            )
        )
    if blocks:
        con.register("blocks", pa.concat_tables(blocks))
        con.execute(f"insert into {TURNOVER} from blocks order by all")
        con.unregister("blocks")


_Matrix = np.ndarray[tuple[int, int], np.dtype[np.float64]]


def _digits(text: str, dates: int) -> _Matrix:
    """Rows of digits, one after the other, as pattern x date of 0 and 1."""
    found = np.frombuffer(text.encode("ascii"), dtype=np.uint8).reshape(-1, dates)
    return (found - ord("0")).astype(np.float64)


def _both(old: _Matrix, new: _Matrix, weight: _Matrix) -> _Matrix:
    """Date x date: how many are so at the one and so at the other. Exact up to 2^53."""
    found: _Matrix = old.T @ (new * weight)
    return found
