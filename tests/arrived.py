"""What arrived, read again without intake: which cells stand at a place."""

from __future__ import annotations

import csv
import io
import itertools
import zipfile
from pathlib import Path

import openpyxl

from scorecard import files
from scorecard.intake import Report
from scorecard.origins import Place


def record_at(source: Path, place: Place, report: Report) -> list[str]:
    """The cells of the row that begins at a place, as they arrived."""
    content = _content(source, place.file)
    if place.sheet is not None:
        book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
        return ["" if c.value is None else str(c.value) for c in book[place.sheet][place.line]]
    taken = next(taken for taken in report.files if taken.file == place.file)
    text = content.decode((taken.encoding or "").removesuffix("-sig")).removeprefix("\ufeff")
    rest = itertools.islice(io.StringIO(text, newline=""), place.line - 1, None)
    delimiter = taken.delimiter or ","
    return [cell.strip() for cell in
            next(csv.reader(rest, delimiter=delimiter, skipinitialspace=True))]  # fmt: skip


def canonical_rows(path: Path) -> dict[int, list[str]]:
    """The rows of a canonical export by the line on which the contract finds them."""
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(file)
    return {line: next(csv.reader(lines[line - 1 :])) for line in files.begins(path) if line > 1}


def _content(source: Path, name: str) -> bytes:
    if source.is_dir():
        return (source / name).read_bytes()
    with zipfile.ZipFile(source) as archive:
        return archive.read(name)
