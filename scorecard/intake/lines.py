"""Where the rows of an export stood in the files that it was made of, for `origins` to keep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np

from scorecard import origins
from scorecard.engine import quoted
from scorecard.intake.runs import Runs, merged


@dataclass(frozen=True)
class Source:
    """A file that arrived, or a sheet of it, and the lines of the rows that are from it."""

    file: str
    sheet: str | None
    rows: Runs
    path: Path
    """Where the file can be read."""


def keep(
    con: duckdb.DuckDBPyConnection, export: Path, here: Runs, sources: Sequence[Source]
) -> None:
    """Keeps where the rows of a file that was just written are from.

    `here` are their lines in it; the rows of the sources follow each other. Raises OSError.
    """
    line, arrived, source = [], [], []
    before = 0
    for number, runs in enumerate((source.rows for source in sources), start=1):
        own = here.first - before
        begins = merged(runs.first, own[(own >= 0) & (own < runs.count)])
        found = Runs.joined(here.lines(begins + before), runs.lines(begins), runs.count)
        line.append(found.first)
        arrived.append(found.line)
        source.append(np.full(len(found.first), number))
        before += runs.count
    con.register("runs_found", {
        name: np.concatenate(column)
        for name, column in (("line", line), ("arrived", arrived), ("source", source))
    })  # fmt: skip
    files = ", ".join(quoted(s.file) for s in sources)
    sheets = ", ".join("null" if s.sheet is None else quoted(s.sheet) for s in sources)
    query = (
        f"select line, list_extract([{files}], source) as file, "
        f"list_extract([{sheets}]::varchar[], source) as sheet, arrived, false as corrected "
        "from runs_found"
    )
    # What arrives may be what intake wrote, of other files still.
    made = {
        number: stood
        for number, of in enumerate(sources, start=1)
        if (stood := origins.through(con, of.path, _of_source(number)))
    }
    if made:
        query += f" where source not in ({', '.join(map(str, made))})"
        query = f"from ({' union all '.join([query, *made.values()])}) order by line"
    origins.put(con, export, export, query)
    con.unregister("runs_found")


def _of_source(number: int) -> str:
    """SQL for the runs of a source, and the line in it that each does not reach."""
    upto = f"arrived + lead(line, 1, {2**61}) over (order by line) - line as upto"
    runs = f"select line, arrived, source, {upto} from runs_found"
    return f"select line, arrived, upto from ({runs}) where source = {number}"
