"""What arrived, read again without intake: which cells stand at which line."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import openpyxl

from scorecard import files
from scorecard.intake import Report
from scorecard.origins import Place

Records = dict[int, list[str]]
"""By the line, or the row of a sheet, on which each begins."""


class Arrived:
    """The files that a report is about, each read once."""

    def __init__(self, source: Path, report: Report) -> None:
        self.source, self.report = source, report
        self._read: dict[tuple[str, str | None], Records] = {}

    def record_at(self, place: Place) -> list[str]:
        """The cells of the record that begins at a place, without blanks around them."""
        key = place.file, place.sheet
        if key not in self._read:
            self._read[key] = self._of_sheet(*key) if key[1] else self._of_text(place.file)
        return self._read[key].get(place.line, [])

    def _of_sheet(self, file: str, sheet: str) -> Records:
        book = openpyxl.load_workbook(io.BytesIO(self._content(file)), data_only=True)
        return {
            number: ["" if c.value is None else str(c.value).strip() for c in row]
            for number, row in enumerate(book[sheet].iter_rows(), start=1)
        }

    def _of_text(self, file: str) -> Records:
        taken = next(taken for taken in self.report.files if taken.file == file)
        text = self._content(file).decode((taken.encoding or "").removesuffix("-sig"))
        source = io.StringIO(text.removeprefix("\ufeff"), newline="")
        reader = csv.reader(source, delimiter=taken.delimiter or ",", skipinitialspace=True)
        found, begins = {}, 1
        for cells in reader:
            found[begins] = [cell.strip().replace("\r\n", "\n") for cell in cells]
            begins = reader.line_num + 1
        return found

    def _content(self, name: str) -> bytes:
        if self.source.is_dir():
            return (self.source / name).read_bytes()
        with zipfile.ZipFile(self.source) as archive:
            return archive.read(name)


def canonical_rows(path: Path) -> Records:
    """The rows of a canonical export by the line on which the contract finds them."""
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(file)
    return {line: next(csv.reader(lines[line - 1 :])) for line in files.begins(path) if line > 1}
