"""Where each row of an export that intake made stood in what arrived: file, sheet and line.

The contract knows the lines of the exports that it is given, and so do its findings. Whoever
brought other files looks for a row in those. So intake keeps, in a folder beside the exports, a
Parquet file an export, with a row a run: from `line` on, rows stood in `file` (and `sheet`) from
`arrived` on, as many lines further down as they are here. `corrected` are rows that somebody
corrected since. It counts for a file of the size that it was made for.

A snapshot keeps the places of the rows that something was found in, in the table `origins`. They
are no input of its figures: the same exports made from other files are the same snapshot, with the
places of those from which it was built first.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np

from scorecard import contract
from scorecard.engine import quoted

FOLDER = ".lines"
TABLE = "origins"
COLUMNS = ("line", "file", "sheet", "arrived", "corrected")


@dataclass(frozen=True)
class Place:
    """Where a row stood in what arrived; file and sheet are as its sender calls them."""

    file: str
    sheet: str | None
    line: int
    """In a sheet, the number of the row."""
    corrected: bool
    """Whether it stands otherwise by now, as somebody corrected it."""


Places = dict[tuple[str, int], Place]
"""By export and line."""


def put(con: duckdb.DuckDBPyConnection, export: Path, of: Path, query: str) -> None:
    """Keeps runs, the rows of a query with COLUMNS, for an export; `of` is the file that is the
    export or will take its place. Whole or not at all; raises OSError."""
    target = _kept(export)
    target.parent.mkdir(exist_ok=True)
    aside = target.with_name(f".{target.name}.part")
    try:
        con.execute(
            f"copy ({query}) to {quoted(str(aside))} "
            # Its numbers rise, so that the newer form keeps them in a byte each or less.
            f"(format parquet, parquet_version v2, kv_metadata {{size: '{of.stat().st_size}'}})"
        )
    except duckdb.IOException as error:
        full = os.strerror(errno.ENOSPC) in str(error)
        raise OSError(errno.ENOSPC if full else errno.EIO, str(error)) from error
    aside.replace(target)


def move(
    export: Path, instead: Path, was: Sequence[int], now: Sequence[int], corrected: Sequence[bool]
) -> None:
    """Keeps where rows are from in the file that comes `instead` of an export, and before it does.

    `was` are their lines in the export, in order, and `now` those in the other file.
    """
    with duckdb.connect() as con:
        if not was or not _is_kept(con, export):
            return
        rows = {
            "was": np.asarray(was, np.int64),
            "now": np.asarray(now, np.int64),
            "corrected": np.asarray(corrected, np.bool_),
        }
        con.register("moved", rows)
        put(
            con, export, instead,
            "with found as (select now as line, file, sheet, arrived + was - line as arrived, "
            "moved.corrected or kept.corrected as corrected "
            f"from moved asof join {_read(export)} as kept on was >= line) "
            "select * from found qualify (file, sheet, corrected, arrived - line) is distinct from "
            "lag((file, sheet, corrected, arrived - line)) over (order by line) order by line",
        )  # fmt: skip


def find(exports: Path, wanted: Iterable[tuple[str, int]]) -> Places:
    """Where rows stood in what arrived, by their export and line in a folder that intake wrote.

    What intake did not write, or what changed since, has no place.
    """
    by_export: dict[str, set[int]] = {}
    for name, line in wanted:
        by_export.setdefault(name, set()).add(line)
    found: Places = {}
    with duckdb.connect() as con:
        for name, lines in by_export.items():
            export = exports / f"{name}.csv"
            if not _is_kept(con, export):
                continue
            con.register("asked", {"line": np.array(sorted(lines), np.int64)})
            rows = con.execute(_placed("asked", export)).fetchall()
            found |= {(name, line): Place(*place) for line, *place in rows}
    return found


def forget(export: Path) -> None:
    """Another file has taken the place of an export, and nothing is known of its rows."""
    _kept(export).unlink(missing_ok=True)


def are_kept(exports: Path) -> bool:
    """Whether intake wrote any of the exports in a folder."""
    return (exports / FOLDER).is_dir()


def keep(con: duckdb.DuckDBPyConnection, exports: Path) -> None:
    """Adds to a database that has findings and quarantine the places of the rows in them."""
    con.execute(
        f"create table {TABLE} (export varchar, line bigint, file varchar, sheet varchar, "
        "arrived bigint, corrected boolean)"
    )
    for file in contract.load().exports:
        export = exports / f"{file.name}.csv"
        if _is_kept(con, export):
            asked = " union ".join(
                f"select line from {table} where export = '{file.name}'"
                for table in ("findings", "quarantine")
            )
            places = _placed(f"({asked})", export)
            con.execute(
                f"insert into {TABLE} select '{file.name}', * from ({places}) order by line"
            )


def through(con: duckdb.DuckDBPyConnection, export: Path, runs: str) -> str | None:
    """SQL for runs of what an export was made of, for runs of rows that are from that export;
    none where nothing is known of it. `runs` are a query of `line, arrived, upto`, in which `upto`
    is the line of the export that the run does not reach."""
    if not _is_kept(con, export):
        return None
    kept = f"select *, lead(line, 1, {2**62}) over (order by line) as upto from {_read(export)}"
    return (
        "select own.line + greatest(kept.line - own.arrived, 0) as line, file, sheet, "
        "kept.arrived + greatest(own.arrived - kept.line, 0) as arrived, corrected "
        f"from ({runs}) as own join ({kept}) as kept "
        "on kept.line < own.upto and kept.upto > own.arrived"
    )


def _placed(lines: str, export: Path) -> str:
    """SQL for the places of some lines; none has the header."""
    return (
        "select asked.line, file, sheet, arrived + asked.line - kept.line as arrived, corrected "
        f"from {lines} as asked asof join {_read(export)} as kept on asked.line >= kept.line"
    )


def _kept(export: Path) -> Path:
    return export.parent / FOLDER / f"{export.stem}.parquet"


def _read(export: Path) -> str:
    return f"read_parquet({quoted(str(_kept(export)))})"


def _is_kept(con: duckdb.DuckDBPyConnection, export: Path) -> bool:
    """Whether there is a map, and it is that of the file as it is now."""
    if not (_kept(export).is_file() and export.is_file()):
        return False
    size = con.execute(
        f"select decode(value) from parquet_kv_metadata({quoted(str(_kept(export)))})"
    ).fetchone()
    return size == (str(export.stat().st_size),)
