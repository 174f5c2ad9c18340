"""The parts of an export -> its file: several files for one register become one.

A row that stands in an earlier file already, equal in every cell, is kept once. One with the same
key and other values is kept too, and reported: the contract's own check sets the later one aside.
"""

from __future__ import annotations

import shutil
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

import duckdb
import numpy as np

from scorecard.contract import File
from scorecard.engine import quoted
from scorecard.intake import lines, runs
from scorecard.intake.columns import sized
from scorecard.intake.lines import Source
from scorecard.intake.report import Notes, counted
from scorecard.intake.runs import Runs
from scorecard.intake.sieve import Ragged

_MOST_CONFLICTS = 50


@dataclass(frozen=True)
class Part:
    """The rows of one file, canonical but for a header."""

    path: Path
    """CSV rows; with a header that is the export's, where `headed`."""
    headed: bool
    columns: tuple[str, ...]
    longest: int
    lines: Runs
    """Where the rows began in the file that arrived."""
    breaks: bool
    """Whether a cell may hold a line break."""
    ragged: tuple[Ragged, ...]
    notes: Notes
    arrived: Path
    """Where the file that arrived can be read."""
    sheet: str | None = None

    @property
    def rows(self) -> int:
        return self.lines.count


def joined(
    con: duckdb.DuckDBPyConnection, file: File, parts: Sequence[Part], room: Path
) -> list[Part]:
    """The parts with the same columns, and no row of an earlier part in a later one."""
    present = {name for part in parts for name in part.columns}
    columns = tuple(f.name for f in file.fields if f.name in present)
    if len(parts) == 1:
        return list(parts)
    for i, part in enumerate(parts):
        con.execute(f"create or replace temp view part{i} as {_read(part, columns)}")
    dropped = _duplicates(con, file, parts, columns)
    out = []
    for i, part in enumerate(parts):
        gone = dropped.get(i, [])
        if gone or part.columns != columns:
            target = room / f"joined_{file.name}_{i}.csv"
            con.execute("create or replace temp table gone (n bigint)")
            con.execute("insert into gone select unnest($1)", [gone])
            cells = ", ".join(f'"{name}"' for name in columns)
            con.execute(
                f"copy (select {cells} from part{i} where n not in (from gone) order by n) "
                f"to {quoted(str(target))} (format csv, header false)"
            )
            ragged = tuple(replace(r, before=r.before - bisect_right(gone, r.before))
                           for r in part.ragged)  # fmt: skip
            lines = part.lines.without(np.array(gone, np.int64) - 1)
            part = replace(
                part, path=target, headed=False, columns=columns, lines=lines, ragged=ragged
            )
        out.append(part)
    for i in range(len(parts)):
        con.execute(f"drop view part{i}")
    return out


def _read(part: Part, columns: Sequence[str]) -> str:
    """SQL for the rows of a part, numbered from 1, a column that it lacks being empty."""
    if not part.rows:
        cells = ", ".join(f'null::varchar as "{name}"' for name in columns)
        return f"select {cells}, 0::bigint as n where false"
    names = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in part.columns)
    cells = ", ".join(
        f'"{name}"' if name in part.columns else f'null::varchar as "{name}"' for name in columns
    )
    return (
        f"select {cells}, row_number() over () as n from read_csv({quoted(str(part.path))}, "
        "delim = ',', quote = '\"', escape = '\"', comment = '', header = false, "
        f"skip = {int(part.headed)}, auto_detect = false, strict_mode = true, new_line = '\\n', "
        f"columns = {{{names}}}, {sized(part.longest)})"
    )


def _duplicates(
    con: duckdb.DuckDBPyConnection, file: File, parts: Sequence[Part], columns: Sequence[str]
) -> dict[int, list[int]]:
    """By part, the numbers of the rows that an earlier part has too."""
    keys = ", ".join(f'"{name}"' for name in file.key if name in columns)
    if not keys:
        return {}
    every = " union all ".join(f"select {i} as part, * from part{i}" for i in range(len(parts)))
    con.execute(
        f"create or replace temp table shared as select {keys} from ({every}) "
        f"group by {keys} having min(part) < max(part)"
    )
    if con.execute("select count(*) from shared").fetchone() == (0,):
        return {}
    same_key = " and ".join(
        f'shared."{name}" is not distinct from r."{name}"' for name in file.key if name in columns
    )
    con.execute(
        f"create or replace temp table suspects as select * from ({every}) as r "
        f"where exists (from shared where {same_key})"
    )
    same = " and ".join(f'e."{name}" is not distinct from r."{name}"' for name in columns)
    twice = con.execute(
        "select part, n from suspects as r "
        f"where exists (from suspects as e where e.part < r.part and {same}) order by part, n"
    ).fetchall()
    found: dict[int, list[int]] = {}
    for part, number in twice:
        found.setdefault(part, []).append(number)
    for part, gone in found.items():
        notes = parts[part].notes
        notes.did(f"{counted(len(gone), 'row')} left out that an earlier file has too.")
        notes.find("duplicate", f"{counted(len(gone), 'row')} stand in an earlier file too, equal "
                   "in every cell; each is kept once")  # fmt: skip
    _report_conflicts(con, file, parts, keys, same, columns)
    return found


def _report_conflicts(
    con: duckdb.DuckDBPyConnection,
    file: File,
    parts: Sequence[Part],
    keys: str,
    same: str,
    columns: Sequence[str],
) -> None:
    shown = "concat_ws(', ', " + ", ".join(
        f'"{name}"' for name in file.key if name in columns
    ) + ")"  # fmt: skip
    left = con.execute(
        f"select {shown}, max(part) from suspects as r where not exists "
        f"(from suspects as e where e.part < r.part and {same}) "
        f"group by {keys} having min(part) < max(part) order by 1 limit {_MOST_CONFLICTS}"
    ).fetchall()
    for value, part in left:
        parts[part].notes.find(
            "conflict", "has other values than the row with the same key in an earlier file; both "
            "are kept, and the contract sets the later one aside",
            column=", ".join(file.key), value=value, severity="error",
        )  # fmt: skip


def write(parts: Sequence[Part], target: Path) -> None:
    """Writes an export whole or not at all; what fits no column stands where it stood."""
    aside = target.with_name(f".{target.name}.part")
    columns = parts[0].columns
    with aside.open("wb") as out:
        if not parts[0].headed:
            out.write((",".join(columns) + "\n").encode())
        for i, part in enumerate(parts):
            with part.path.open("rb") as rows:
                if part.headed:
                    header = rows.readline()
                    out.write(b"" if i else header)
                if part.ragged:
                    _merge(rows, part.ragged, len(columns), out)
                else:
                    shutil.copyfileobj(rows, out, 1 << 22)
            _end_line(aside, out)
    aside.replace(target)


def keep_lines(con: duckdb.DuckDBPyConnection, parts: Sequence[Part], target: Path) -> None:
    """Keeps where each record of an export that was written is from."""
    sources = [
        Source(
            part.notes.file,
            part.sheet,
            part.lines.among(
                np.array([r.before for r in part.ragged], np.int64),
                np.array([r.line for r in part.ragged], np.int64),
            ),
            part.arrived,
        )
        for part in parts
    ]
    breaks = any(
        part.breaks or any(c in cell for r in part.ragged for cell in r.fields for c in "\r\n")
        for part in parts
    )
    here = runs.of_file(target) if breaks else runs.plain(sum(s.rows.count for s in sources))
    lines.keep(con, target, here, sources)


def _end_line(path: Path, out: IO[bytes]) -> None:
    """A file that ends without a line end gets one before more is added."""
    out.flush()
    with path.open("rb") as written:
        if written.seek(0, 2):
            written.seek(-1, 2)
            if written.read(1) != b"\n":
                out.write(b"\n")


def _merge(rows: IO[bytes], ragged: Sequence[Ragged], width: int, out: IO[bytes]) -> None:
    waiting = list(reversed(ragged))
    number, within = 0, False
    for line in rows:
        if not within:
            while waiting and waiting[-1].before <= number:
                _write_ragged(waiting.pop(), width, out)
            number += 1
        within ^= line.count(b'"') % 2 == 1
        out.write(line)
    while waiting:
        _write_ragged(waiting.pop(), width, out)


def _write_ragged(record: Ragged, width: int, out: IO[bytes]) -> None:
    """Its fields as they were; one more where it would fit the header by chance."""
    fields = [*record.fields, ""] if len(record.fields) == width else list(record.fields)
    cells = [
        '"' + cell.replace('"', '""') + '"' if any(c in cell for c in ',"\r\n') else cell
        for cell in fields
    ]
    out.write((",".join(cells) + "\n").encode("utf-8", errors="replace"))
