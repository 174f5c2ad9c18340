"""Quarantined rows as a file to correct and send again."""

from __future__ import annotations

import csv
import io
import json

import duckdb

from scorecard.contract import File


def to_correct(con: duckdb.DuckDBPyConnection, file: File) -> bytes | None:
    """The rows of a file that were set aside, under the header of the contract, as UTF-8.

    Cells are as they stood, so that an untouched row comes back equal: none is defused for
    spreadsheets, in which `=…` would be a formula. A row with too many or too few fields keeps
    the fields that it has, and a line that could not be split stands as it stood, but with an
    open quote as one cell, as it would swallow the lines below. None where no row is set aside.
    """
    rows = con.execute(
        "select cells from quarantine where export = ? order by line", [file.name]
    ).fetchall()
    if not rows:
        return None
    names = [f.name for f in file.fields]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    for (text,) in rows:
        cells = json.loads(text)
        fields = cells.get("row")
        if not isinstance(fields, list):
            writer.writerow([cells.get(name) for name in names])
        elif len(fields) == 1 and fields[0].count('"') % 2 == 0:
            out.write(f"{fields[0]}\n")
        else:
            writer.writerow(fields)
    return out.getvalue().encode()
