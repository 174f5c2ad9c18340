"""DuckDB as this project runs it: no extensions from elsewhere, and no more memory than agreed.

SCORECARD_MEMORY says how much of it a connection may use, as `6GB`. Otherwise it is 4 GB, or half
of what this machine or container has where that is less. What does not fit goes to disk: beside
the database file, or into the system's folder for temporary files.
"""

from __future__ import annotations

import os
import re
import tempfile
from functools import cache
from pathlib import Path

import duckdb

from scorecard.refusal import Refusal

VARIABLE = "SCORECARD_MEMORY"
_MOST = 4 * 2**30
_UNITS = {"": 0, "k": 10, "m": 20, "g": 30, "t": 40}
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*(?:([kmgt])(?:i?b)?|b|bytes)?", re.IGNORECASE)
_SETTINGS = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    # A register is joined with the few dates of the calendar as it streams by, not sorted first.
    "nested_loop_join_threshold": "1000",
}


def connect(path: str = ":memory:", *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """Opens a database file, or one that leaves no file behind."""
    settings: dict[str, str | bool | int | float | list[str]] = {
        **_SETTINGS,
        "memory_limit": f"{memory() >> 20}MiB",
    }
    if path == ":memory:":
        aside = Path(tempfile.gettempdir()) / f"scorecard-{os.getpid()}"
        settings["temp_directory"] = str(aside)
        # Nothing is kept, so nothing is worth packing, which DuckDB does at every checkpoint.
        settings["checkpoint_threshold"] = "1TB"
    return duckdb.connect(path, read_only=read_only, config=settings)


def quoted(text: str) -> str:
    """A text as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"


def memory() -> int:
    """The bytes that a connection may use; refuses a setting that is no size."""
    stated = os.environ.get(VARIABLE, "").strip()
    if not stated:
        return _default()
    size = _bytes(stated)
    if size is None or size < 2**27:
        raise Refusal(f"{VARIABLE} must be a size of 128MB or more, such as 6GB, not {stated!r}")
    return size


@cache
def _default() -> int:
    # DuckDB knows of containers; unasked it takes four fifths of what there is.
    with duckdb.connect() as con:
        row = con.execute("select current_setting('memory_limit')").fetchone()
    found = _bytes(str(row[0])) if row else None
    return min(_MOST, int(found / 0.8 / 2)) if found else _MOST


def _bytes(text: str) -> int | None:
    found = _SIZE.fullmatch(text)
    if not found:
        return None
    power = _UNITS[(found[2] or "").lower()]
    return int(float(found[1]) * 2**power)
