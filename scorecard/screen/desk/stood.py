"""Columns of a table that say where rows stood: in the files that were brought, where known."""

from __future__ import annotations

import pandas as pd

from scorecard.languages import say
from scorecard.origins import Place

Cells = dict[str, str | int | None]


def cells(file: str, line: int | None, place: Place | None) -> Cells:
    """File, sheet and line as whoever brought it knows them, else those of the contract."""
    if place is None:
        return {say("File"): file, say("Sheet"): None, say("Line"): line, say("State"): None}
    return {
        say("File"): place.file,
        say("Sheet"): place.sheet,
        say("Line"): place.line,
        say("State"): say("corrected") if place.corrected else None,
    }


def bare(table: pd.DataFrame) -> pd.DataFrame:
    """The table without those of the columns that say nothing."""
    ours = [name for name in (say("Sheet"), say("State"), say("Export")) if name in table]
    return table.drop(columns=[name for name in ours if table[name].isna().all()])
