"""Tables as CSV files that a spreadsheet opens as text and numbers, never as formulas."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from scorecard.spreadsheet import safe

NOTICE = "notice"
"""The column that says that data are synthetic."""


def csv(table: pd.DataFrame, synthetic: str = "") -> bytes:
    """The table as CSV in UTF-8 with a mark, so that Excel reads accents. `synthetic`: notice."""
    if synthetic:
        table = table.assign(**{NOTICE: synthetic})
    kept = table.map(safe)
    kept.columns = pd.Index([safe(str(column)) for column in table.columns])
    text: str = kept.to_csv(index=False, lineterminator="\r\n")
    return text.encode("utf-8-sig")


def later(table: Callable[[], pd.DataFrame], synthetic: str) -> Callable[[], bytes]:
    """Makes the file only when it is asked for."""
    return lambda: csv(table(), synthetic)


def file_name(*parts: str, synthetic: str = "") -> str:
    """A plain file name such as `certified_companies-2022-12-31.csv`."""
    name = "-".join(part for part in parts if part)
    kept = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "_" for c in name)
    return f"{'synthetic-' if synthetic else ''}{kept}.csv"
