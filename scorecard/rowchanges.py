"""The rows of one snapshot against those of another: removed, corrected, late or new.

Rows are the same where the primary key of the contract is the same. A row that only the second
snapshot has is new if it is dated after the data date of the first, else it comes late; the
contract says which column dates it. A row without a date counts as late, as rows that refer to
it may be of any date.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

import duckdb
import pyarrow as pa

from scorecard import checks, contract, engine, rules
from scorecard.contract import File
from scorecard.snapshot import Snapshot

RowCause = Literal["removed", "corrected", "late", "new"]
ROW_CAUSES: tuple[RowCause, ...] = ("removed", "corrected", "late", "new")


@dataclass(frozen=True)
class RowChanges:
    """What differs, in a database of its own: was_X, now_X and fates_X for each file X."""

    con: duckdb.DuckDBPyConnection
    counts: Mapping[str, Mapping[RowCause, int]]
    """File of the contract -> cause -> number of rows; files and causes without any are left
    out."""

    def rows(self, file: str, applied: Collection[RowCause]) -> pa.Table:
        """The rows of the first snapshot once the changes of these causes are made."""
        if not set(applied) & self.counts.get(file, {}).keys():
            return self.con.execute(f"from was_{file}").to_arrow_table()
        return self.con.execute(
            f"select * from was_{file} where line not in (select was_line from fates_{file} "
            "where list_contains($applied, cause) and was_line is not null) "
            f"union all by name select * from now_{file} where line in (select now_line "
            f"from fates_{file} where list_contains($applied, cause) and now_line is not null)",
            {"applied": list(applied)},
        ).to_arrow_table()

    def has(self, cause: RowCause) -> bool:
        """Whether an export has rows that changed for this cause."""
        return any(cause in self.counts.get(file.name, {}) for file in contract.load().exports)


def compare(before: Snapshot, after: Snapshot) -> RowChanges:
    """Compares every file of the contract."""
    con = engine.connect()
    files = tuple(contract.load())
    for file in files:
        _copy(con, before, file, f"was_{file.name}")
        _copy(con, after, file, f"now_{file.name}")
    counts = {}
    for file in files:
        _find_fates(con, file, before)
        found = con.execute(
            f"select cause, count(*) from fates_{file.name} group by cause"
        ).fetchall()
        if found:
            counts[file.name] = dict(found)
    return RowChanges(con, counts)


def dated(file: File, prefix: str = "") -> tuple[str, str]:
    """SQL for the day that a row belongs to, and the join that it takes; `own` is the row.

    `prefix` stands before the names of tables.
    """
    if file.dated_by is None:
        return "cast(null as date)", ""
    name, dot, column = file.dated_by.partition(".")
    if not dot:
        return checks.past_date(_field(file, name)), ""
    reference = next(r for r in file.references if r.file == name)
    pairs = zip(reference.fields, reference.key, strict=True)
    same = " and ".join(f'parent."{key}" = own."{mine}"' for mine, key in pairs)
    return f'parent."{column}"', f"left join {prefix}{name} as parent on {same}"


def _field(file: File, name: str) -> contract.Field:
    return next(f for f in file.fields if f.name == name)


def _copy(con: duckdb.DuckDBPyConnection, source: Snapshot, file: File, table: str) -> None:
    """Copies a clean table; one that a snapshot of an older contract lacks has no rows."""
    cursor = source.cursor()
    known = cursor.execute(
        "select count(*) from duckdb_tables() where table_name = ?", [file.name]
    ).fetchone()
    if known == (0,):
        columns = ", ".join(f'"{f.name}" {rules.TYPES[f.type][0]}' for f in file.fields)
        con.execute(f"create table {table} (line bigint, {columns})")
        return
    con.register("copied", cursor.execute(f"from {file.name}").to_arrow_table())
    con.execute(f"create table {table} as from copied")
    con.unregister("copied")


def _find_fates(con: duckdb.DuckDBPyConnection, file: File, before: Snapshot) -> None:
    was, now = (
        {name for (name,) in con.execute(
            "select column_name from duckdb_columns() where table_name = ?", [f"{side}_{file.name}"]
        ).fetchall()}
        for side in ("was", "now")
    )  # fmt: skip
    same = " and ".join(f'was."{name}" is not distinct from now."{name}"' for name in file.key)
    both = sorted((was & now) - {"line", *file.key})
    differs = "".join(f' or was."{name}" is distinct from now."{name}"' for name in both)
    # A column that only one of the two has matters where it is filled.
    differs += "".join(
        f' or {side}."{name}" is not null'
        for side, names in (("was", was - now), ("now", now - was))
        for name in sorted(names)
    )
    day, join = dated(file, "now_")
    con.execute(
        f"create table fates_{file.name} as with dated as ("
        f"select own.*, {day} as belongs_to from now_{file.name} as own {join}) "
        "select case when now.line is null then 'removed' when was.line is not null "
        "then 'corrected' when now.belongs_to > $until then 'new' else 'late' end as cause, "
        "was.line as was_line, now.line as now_line "
        f"from was_{file.name} as was full outer join dated as now on {same} "
        f"where was.line is null or now.line is null{differs}",
        {"until": before.data_date},
    )
