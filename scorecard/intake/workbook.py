"""Excel workbooks: typed cells as the contract writes them; formulas, merges and macros reported.

Only the values that the workbook keeps are read. Nothing in it is run, and nothing is computed.
"""

from __future__ import annotations

import datetime as dt
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.utils.escape import unescape

from scorecard.intake.report import Notes, counted

ENDINGS = (".xlsx", ".xlsm", ".xltx", ".xltm")
MOST_BYTES = 1 << 30
MOST_RATIO = 300
_SMALL = 10 << 20
_FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]")
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell ref="([A-Z0-9:]{1,30})"')
_HEAD = 60


@dataclass(frozen=True)
class Sheet:
    """A sheet that holds something."""

    name: str
    hidden: bool
    part: str
    """The part of the workbook that it is kept in."""


class NoWorkbook(Exception):
    """A file that cannot be opened as a workbook, or only at a risk."""


class Workbook:
    """An open workbook; close it after use."""

    def __init__(self, path: Path) -> None:
        """Raises NoWorkbook, with the reason."""
        try:
            with zipfile.ZipFile(path) as parts:
                _limit(parts)
                names = parts.namelist()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self._book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        except NoWorkbook:
            raise
        except Exception as error:  # openpyxl lets through whatever its parts raise.
            raise NoWorkbook(f"cannot be opened as a workbook: {error}") from error
        self._path = path
        self.has_macros = any(name.endswith("vbaProject.bin") for name in names)
        self.epoch_1904 = self._book.epoch == CALENDAR_MAC_1904
        self.sheets = tuple(
            Sheet(
                sheet.title,
                sheet.sheet_state != "visible",
                str(getattr(sheet, "_worksheet_path", "")).lstrip("/"),
            )
            for sheet in self._book.worksheets
        )

    def close(self) -> None:
        self._book.close()

    def rows(self, sheet: Sheet) -> Iterator[tuple[int, list[str]]]:
        """The rows with their numbers, cells as text. Raises NoWorkbook amid them."""
        source: Any = self._book[sheet.name]
        source.reset_dimensions()  # What a workbook says of its own size may be wrong.
        try:
            for number, row in enumerate(source.iter_rows(values_only=True), start=1):
                yield number, [_text(cell) for cell in row]
        except Exception as error:  # A part that is no XML, or not the XML it should be.
            raise NoWorkbook(f"sheet {sheet.name!r} cannot be read: {error}") from error

    def head(self, sheet: Sheet) -> list[tuple[int, list[str]]]:
        found = []
        for number, cells in self.rows(sheet):
            if any(cell.strip() for cell in cells):
                found.append((number, cells))
            if len(found) == _HEAD:
                break
        return found

    def report(self, sheet: Sheet, notes: Notes) -> None:
        """Says what a reader of values alone would not see."""
        if self.has_macros:
            notes.find("macro", "holds macros; they were not run, only values were read")
        formulas, merged = self._look(sheet)
        if formulas:
            notes.find(
                "formula",
                f"{counted(formulas, 'formula')}: the values that Excel kept were read",
            )
        for ref in merged[:50]:
            notes.find("merged", "merged cells: only the first holds the value", value=ref)

    def _look(self, sheet: Sheet) -> tuple[int, Sequence[str]]:
        formulas, merged, rest = 0, [], b""
        if not sheet.part:
            return 0, ()
        with zipfile.ZipFile(self._path) as parts, parts.open(sheet.part) as part:
            while chunk := part.read(1 << 20):
                text = rest + chunk
                # A tag that the seam cuts is seen with the next piece.
                cut = text.rfind(b"<")
                text, rest = (text[:cut], text[cut:]) if cut > 0 else (text, b"")
                formulas += len(_FORMULA.findall(text))
                merged += _MERGE.findall(text)
            formulas += len(_FORMULA.findall(rest))
        return formulas, [ref.decode() for ref in merged]


def _limit(parts: zipfile.ZipFile) -> None:
    total = 0
    for entry in parts.infolist():
        total += entry.file_size
        if entry.file_size > max(_SMALL, MOST_RATIO * entry.compress_size) or total > MOST_BYTES:
            raise NoWorkbook("unpacks to far more than a workbook holds, as only a ZIP bomb does")


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.datetime):
        is_day = value.time() == dt.time()
        return str(value.date()) if is_day else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    # What XML has no sign for stands as _x000B_, and a line end of another program as _x000D_.
    text: str = unescape(str(value))
    return text.replace("\r\n", "\n")
