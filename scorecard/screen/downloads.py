"""Tables as CSV files that a spreadsheet opens as text and numbers, never as formulas."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

import pandas as pd
import streamlit as st

from scorecard.access import session
from scorecard.languages import as_now, say
from scorecard.refusal import Refusal
from scorecard.spreadsheet import safe
from scorecard.state import audit, store

if TYPE_CHECKING:
    from scorecard.screen.frame import View, Waiting

NOTICE = "notice"
"""The column that says that data are synthetic, and with whom they were shared."""


def csv(table: pd.DataFrame, notice: str = "") -> bytes:
    """The table as CSV in UTF-8 with a mark, so that Excel reads accents."""
    if notice:
        table = table.assign(**{NOTICE: notice})
    kept = table.map(safe)
    kept.columns = pd.Index([safe(str(column)) for column in table.columns])
    text: str = kept.to_csv(index=False, lineterminator="\r\n")
    return text.encode("utf-8-sig")


def button(
    view: View,
    label: str,
    table: Callable[[], pd.DataFrame],
    name: str,
    *,
    key: str,
    type: Literal["primary", "secondary", "tertiary"] = "secondary",
) -> None:
    """A button for a table as a CSV file, which is made when it is asked for."""
    st.download_button(
        label,
        guarded(view, name, lambda: csv(table(), view.notice)),
        file_name=name,
        mime="text/csv",
        key=key,
        on_click="ignore",
        type=type,
    )


def guarded(view: View | Waiting, name: str, make: Callable[[], bytes]) -> Callable[[], bytes]:
    """Makes a file for who may still have it, once that is on record."""
    witness = session.witness()

    @as_now
    def made() -> bytes:
        # Between the run that drew the button and the click on it a role may have gone.
        if not view.visitor.is_still(witness.judge(), view.page):
            raise Refusal(say("this file is no longer open to you"))
        enter(view, name)
        return make()

    return made


def enter(view: View | Waiting, file: str) -> None:
    """Enters in the audit trail that a file goes out; where that fails, it does not go."""
    about = {"file": file, "page": view.page, "snapshot": view.snapshot.id if view.snapshot else ""}
    if view.visitor.link is not None:
        about["link"] = view.visitor.link.id
    audit.record(store.shared(), "downloaded", view.visitor.name, view.role, about)


def file_name(*parts: str, synthetic: str = "") -> str:
    """A plain file name such as `certified_companies-2022-12-31.csv`."""
    name = "-".join(part for part in parts if part)
    kept = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "_" for c in name)
    return f"{'synthetic-' if synthetic else ''}{kept}.csv"
