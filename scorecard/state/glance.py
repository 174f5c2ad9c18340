"""Whether anything of a kind was ever written, asked of the SQLite file as such.

The first page of a server shows what was written only where there is something, and need not wait
for all that reads it otherwise.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Literal

from scorecard.contract import ROOT

VARIABLE = "SCORECARD_STATE"
FILE = ROOT / "state" / "state.db"
"""Where the state is, unless the variable names another place."""
_SQLITE = "sqlite:///"


def is_empty(table: Literal["items"]) -> bool:
    """Whether nothing was written for certain; where that cannot be told, it is not."""
    place = os.environ.get(VARIABLE) or f"{_SQLITE}{FILE}"
    path = Path(place.removeprefix(_SQLITE))
    if not place.startswith(_SQLITE) or "?" in place:
        return False
    if not path.exists():
        return True
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as con:
            found = con.execute(f"select exists (select 1 from {table})").fetchone()
    except sqlite3.Error:
        return False
    return bool(found == (0,))
