"""The written state as CSV files, each row of its history, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Mapping
from pathlib import Path

from scorecard.spreadsheet import safe
from scorecard.state import commentary, items, library
from scorecard.state.store import Store

Rows = list[dict[str, object]]

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "commentary": (
        "meeting", "kpi", "revision", "happened", "planned", "author", "written_at",
    ),
    "set_aside": ("meeting", "kpi", "seen", "happened", "planned", "author", "written_at"),
    "decisions": (
        "id", "meeting", "revision", "text", "owner", "due_on", "done_on", "kpis", "withdrawn",
        "author", "written_at",
    ),
    "actions": (
        "id", "meeting", "revision", "text", "owner", "due_on", "done_on", "kpis", "withdrawn",
        "author", "written_at",
    ),
    "briefings": (
        "id", "meeting", "compare", "variant", "format", "audience", "kpi", "regions", "pillars",
        "snapshot", "content", "author", "made_at",
    ),
}  # fmt: skip
"""File -> its columns. Lists are joined by a semicolon; times are in UTC."""


def tables(store: Store) -> dict[str, Rows]:
    """All that was ever written, a table a file of `COLUMNS`."""
    return {
        "commentary": [dict(entry.__dict__) for entry in commentary.history(store)],
        "set_aside": [dict(aside.__dict__) for aside in commentary.asides(store)],
        "decisions": [item_row(item) for item in items.history(store, kind="decision")],
        "actions": [item_row(item) for item in items.history(store, kind="action")],
        "briefings": [briefing_row(made) for made in reversed(library.made(store))],
    }


def item_row(item: items.Item) -> dict[str, object]:
    """A decision or action as one flat row."""
    row = {**item.__dict__, **item.content.__dict__}
    del row["content"]
    return row


def briefing_row(made: library.Briefing) -> dict[str, object]:
    """A briefing of the library as one flat row."""
    row = {**made.__dict__, **made.selection.__dict__}
    del row["selection"]
    return row


def to_csv(columns: Iterable[str], rows: Iterable[Mapping[str, object]]) -> bytes:
    """A table as CSV in UTF-8 with a mark, so that Excel reads accents."""
    out = io.StringIO(newline="")
    names = tuple(columns)
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows([_cell(row[name]) for name in names] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def export(store: Store, folder: Path) -> dict[str, int]:
    """Writes all tables into a folder; file name -> number of rows."""
    folder.mkdir(parents=True, exist_ok=True)
    written = {}
    for name, rows in tables(store).items():
        (folder / f"{name}.csv").write_bytes(to_csv(COLUMNS[name], rows))
        written[f"{name}.csv"] = len(rows)
    return written


def _cell(value: object) -> object:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case dt.datetime():
            return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        case tuple():
            return safe(";".join(map(str, value)))
        case _:
            return safe(value)
