"""Rows that were set aside, as a workbook to correct; and corrected ones put in their place.

The workbook has a sheet for each export and a row for each row that was set aside, all cells as
text: no spreadsheet takes one for a formula, nor turns a number or a date, and what is not touched
comes back equal. Its first column says which row it is, and its third where the row stood in what
arrived, if intake made the exports of it. What comes back goes through intake like
all that arrives. A row without anything in it is removed; one that is left out stays as it was.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import xlsxwriter
from openpyxl.utils.escape import unescape

from scorecard import contract, files, origins, wording
from scorecard.contract import File
from scorecard.intake import Question, letters, take
from scorecard.intake.fold import folded
from scorecard.intake.mapping import Spellings
from scorecard.intake.report import Notes
from scorecard.intake.taking import Answer
from scorecard.intake.workbook import NoWorkbook, Workbook
from scorecard.refusal import Refusal
from scorecard.snapshot import Snapshot

ROW, WRONG, STOOD = "set_aside_row", "what_is_wrong", "where_it_stood"
MOST_ROWS = 5_000
"""So many rows of an export go into a workbook; the rest follows once these are corrected."""
_LONGEST_CELL = 32_767
_DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True)
class Corrected:
    """What corrections did; `problems` are sentences about what could not be done."""

    replaced: int = 0
    removed: int = 0
    questions: tuple[Question, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass
class _Done:
    replaced: int = 0
    removed: int = 0
    questions: list[Question] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Record:
    """One row of a file as it stands: its lines from `start` up to before `end`."""

    line: int
    start: int
    end: int
    mark: str


@dataclass(frozen=True)
class _Sent:
    """One row of a workbook that came back."""

    line: int
    mark: str
    cells: Mapping[str, str]


def countable(snapshot: Snapshot) -> dict[str, int]:
    """Export -> how many of its rows are set aside and can be corrected here one by one."""
    found = snapshot.cursor().execute(
        "select quarantine.export, count(*) from quarantine join ledger using (export) "
        "where present group by quarantine.export order by 1"
    )
    exports = {file.name for file in contract.load().exports}
    return {export: count for export, count in found.fetchall() if export in exports}


def workbook(snapshot: Snapshot, exports: Path) -> bytes:
    """The rows of all exports that were set aside; `exports` is what the snapshot was made from."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    text = book.add_format({"num_format": "@"})
    bold = book.add_format({"bold": True, "num_format": "@"})
    quiet = book.add_format({"font_color": "#566271", "num_format": "@"})
    for name in countable(snapshot):
        sheet = book.add_worksheet(name[:31])
        header, rows = _to_correct(snapshot.cursor(), contract.load()[name], exports)
        ours = 2 + (STOOD in header)
        for place, title in enumerate(header):
            sheet.write_string(0, place, title, bold)
        sheet.freeze_panes(1, ours)
        sheet.set_column(0, 0, 26, quiet)
        sheet.set_column(1, 1, 48, quiet)
        # Whole columns are text, so that what is typed stays as it is typed.
        sheet.set_column(2, max(2, len(header) - 1), 20, text)
        if ours > 2:
            sheet.set_column(2, 2, 36, quiet)
        for number, cells in enumerate(rows, start=1):
            for place, cell in enumerate(cells):
                if cell:
                    sheet.write_string(number, place, cell, quiet if place < ours else text)
    book.close()
    return out.getvalue()


def _to_correct(
    con: duckdb.DuckDBPyConnection, file: File, exports: Path
) -> tuple[list[str], list[list[str]]]:
    path = exports / f"{file.name}.csv"
    records = {record.line: record for record in _records(path)}
    names = _header(path)
    found = con.execute(
        "select quarantine.line, any_value(quarantine.cells), "
        "string_agg(distinct concat_ws(' ', findings.\"column\", findings.message), '; ') "
        "from quarantine left join findings on findings.export = quarantine.export "
        "and findings.line = quarantine.line and findings.severity = 'error' "
        "where quarantine.export = ? group by quarantine.line order by 1 limit ?",
        [file.name, MOST_ROWS],
    ).fetchall()
    places = origins.find(exports, ((file.name, line) for line, *_ in found))
    rows, most = [], len(names)
    for line, text, why in found:
        kept = json.loads(text)
        cells = kept.get("row")
        if not isinstance(cells, list):
            cells = [kept.get(name) for name in names]
        cells = ["" if cell is None else str(cell) for cell in cells]
        # What a workbook cannot hold comes back cut, and so does not go out.
        if line in records and all(len(cell) <= _LONGEST_CELL for cell in cells):
            most = max(most, len(cells))
            ours = [f"{file.name}/{line}/{records[line].mark}", why or ""]
            if places:
                place = places.get((file.name, line))
                ours.append(wording.stood(place) if place else "")
            rows.append([*ours, *cells])
    more = [f"one too many {number}" for number in range(1, most - len(names) + 1)]
    return [ROW, WRONG, *([STOOD] if places else ()), *names, *more], rows


def apply(
    sent: Sequence[Path], exports: Path, spellings: Spellings, answers: Sequence[Answer]
) -> Corrected:
    """Puts the rows of files that came back in their places, one file after the other."""
    done = _Done()
    for number, path in enumerate(sent, start=1):
        try:
            rows = _sent(path, done)
        except (NoWorkbook, letters.NoText, OSError, Refusal) as error:
            done.problems.append(f"{_name(path)} cannot be read: {error}")
            continue
        for export, found in rows.items():
            _replace(number, export, found, exports, spellings, answers, done)
    return Corrected(done.replaced, done.removed, tuple(done.questions), tuple(done.problems))


def _replace(
    number: int, export: str, sent: Sequence[_Sent], exports: Path, spellings: Spellings,
    answers: Sequence[Answer], done: _Done,
) -> None:  # fmt: skip
    path = exports / f"{export}.csv"
    if not path.is_file():
        done.problems.append(
            f"{export}.csv is not among the exports, so nothing in it is corrected"
        )
        return
    records, names = _records(path), _header(path)
    places = _places(records, sent)
    lost = sum(place is None for place in places)
    if lost:
        rows = "1 row" if lost == 1 else f"{lost} rows"
        done.problems.append(
            f"{rows} of {export}.csv {'is' if lost == 1 else 'are'} not as when "
            f"{'it was' if lost == 1 else 'they were'} set aside, and left as "
            f"{'it is' if lost == 1 else 'they are'}; download the rows again"
        )
    wanted = [(row, place) for row, place in zip(sent, places, strict=True) if place is not None]
    gone = {place for row, place in wanted if not any(row.cells.get(n, "") for n in names)}
    kept = [(row, place) for row, place in wanted if place not in gone]
    clean = _through_intake(number, export, names, kept, path, records, spellings, answers, done)
    if clean is None:
        return
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(file)
    new: dict[int, str] = dict.fromkeys(gone, "")
    for (_, place), cells in zip(kept, clean, strict=True):
        old = "".join(lines[records[place].start : records[place].end])
        # A row that comes back as it was may stand quoted otherwise, and is left alone.
        if next(csv.reader(io.StringIO(old, newline="")), []) != cells:
            done.replaced += 1
            new[place] = _line(cells)
    done.removed += len(gone)
    aside = path.with_name(f".{path.name}.part")
    with aside.open("w", encoding="utf-8", newline="") as out:
        at = 0
        for place in sorted(new):
            out.writelines(lines[at : records[place].start])
            out.write(new[place])
            at = records[place].end
        out.writelines(lines[at:])
    _keep_places(path, aside, records, new)
    aside.replace(path)


def _keep_places(
    path: Path, instead: Path, records: Sequence[_Record], new: Mapping[int, str]
) -> None:
    """Rows keep where they are from, also those that were corrected."""
    was, now, corrected = [], [], []
    further = 0
    for place, record in enumerate(records):
        text = new.get(place)
        if text != "":
            was.append(record.line)
            now.append(record.line + further)
            corrected.append(text is not None)
        if text is not None:
            further += len(list(io.StringIO(text, newline=""))) - (record.end - record.start)
    origins.move(path, instead, was, now, corrected)


def _through_intake(
    number: int, export: str, names: Sequence[str], kept: Sequence[tuple[_Sent, int]], path: Path,
    records: Sequence[_Record], spellings: Spellings, answers: Sequence[Answer], done: _Done,
) -> list[list[str]] | None:  # fmt: skip
    """The cells of the rows in canonical form, in their order; none where that is in question."""
    if not kept:
        return []
    with tempfile.TemporaryDirectory(prefix="scorecard-") as room:
        folder = Path(room) / "in" / f"Corrected rows {number}"
        folder.mkdir(parents=True)
        whole = _whole_row(path, export, {place for _, place in kept}, records)
        with (folder / f"{export}.csv").open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out, lineterminator="\n")
            writer.writerow(names)
            writer.writerows([row.cells.get(name, "") for name in names] for row, _ in kept)
            if whole:
                # Behind a whole row, no row that still lacks something is taken for a total.
                writer.writerow(whole)
        report = take(Path(room) / "in", Path(room) / "out", spellings, answers)
        done.questions += report.questions
        made = Path(room) / "out" / f"{export}.csv"
        if report.questions or not made.is_file():
            return None
        with made.open(encoding="utf-8-sig", newline="") as file:
            header, *rows = csv.reader(file)
    rows = rows[: len(rows) - bool(whole)]
    if list(header) != list(names) or len(rows) != len(kept):
        done.problems.append(f"the corrected rows of {export}.csv cannot be told from one another")
        return None
    return rows


def _whole_row(
    path: Path, export: str, but: set[int], records: Sequence[_Record]
) -> list[str] | None:
    """A row of the file that lacks nothing, other than these."""
    needed = contract.load()[export].indispensable
    names = _header(path)
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(file)
    for place, record in enumerate(records):
        cells = next(csv.reader(lines[record.start : record.end]), [])
        told = dict(zip(names, cells, strict=False))
        if place not in but and len(cells) == len(names) and all(told.get(n) for n in needed):
            return cells
    return None


def _places(records: Sequence[_Record], sent: Sequence[_Sent]) -> list[int | None]:
    """Where each row stands: on its line, or, where rows have moved, the only one of its kind."""
    by_line = {record.line: place for place, record in enumerate(records)}
    by_mark: dict[str, list[int]] = {}
    for place, record in enumerate(records):
        by_mark.setdefault(record.mark, []).append(place)
    found: list[int | None] = []
    for row in sent:
        there = by_line.get(row.line)
        alike = by_mark.get(row.mark, [])
        if there is not None and records[there].mark == row.mark and there not in found:
            found.append(there)
        else:
            found.append(alike[0] if len(alike) == 1 and alike[0] not in found else None)
    return found


def _records(path: Path) -> list[_Record]:
    """The rows of a file below its header."""
    begins = files.begins(path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(file)
    found = []
    for line, following in zip(begins, [*begins[1:], len(lines) + 1], strict=True):
        if line > 1:
            text = "".join(lines[line - 1 : following - 1]).rstrip("\r\n")
            mark = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=5).hexdigest()
            found.append(_Record(line, line - 1, following - 1, mark))
    return found


def _header(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [name.strip() for name in next(csv.reader(file), [])]


def _line(cells: Iterable[str]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerow(cells)
    return out.getvalue()


def _sent(path: Path, done: _Done) -> dict[str, list[_Sent]]:
    """The rows of a file that came back, by export."""
    known = {file.name for file in contract.load().exports}
    found: dict[str, list[_Sent]] = {}
    is_any = False
    for rows in _tables(path):
        header = [cell.strip() for cell in next(rows, [])]
        marks = [place for place, name in enumerate(header) if folded(name) == folded(ROW)]
        if not marks:
            continue
        is_any = True
        for cells in rows:
            told = cells[marks[0]] if len(cells) > marks[0] else ""
            export, _, rest = told.strip().partition("/")
            line, _, mark = rest.partition("/")
            if export in known and line.isdecimal():
                named = dict(zip(header, map(str.strip, cells), strict=False))
                found.setdefault(export, []).append(_Sent(int(line), mark, named))
            elif any(cell.strip() for cell in cells):
                done.problems.append(
                    f"a row of {_name(path)} does not say in {ROW} which row it is; left out"
                )
    if not is_any:
        raise Refusal(f"it has no column {ROW}, by which each row is known")
    return found


def _tables(path: Path) -> Iterator[Iterator[list[str]]]:
    """The sheets of a workbook, or the one table of a CSV file, without rows that are blank."""
    with path.open("rb") as file:
        is_workbook = file.read(4) == b"PK\x03\x04"
    if is_workbook:
        book = Workbook(path)
        try:
            for sheet in book.sheets:
                # A workbook writes control characters as names, such as _x0001_.
                rows = (list(map(unescape, cells)) for _, cells in book.rows(sheet))
                yield (cells for cells in rows if any(map(str.strip, cells)))
        finally:
            book.close()
        return
    with tempfile.TemporaryDirectory(prefix="scorecard-") as room:
        try:
            text = letters.read(path, Path(room) / "text", Notes(path.name), None).path
        except letters.Unsure as error:
            raise Refusal("its letters cannot be told; save it as XLSX, or as CSV UTF-8") from error
        with text.open(encoding="utf-8-sig", newline="", errors="replace") as file:
            head = file.readline()
            file.seek(0)
            delimiter = max(_DELIMITERS, key=head.count)
            yield (row for row in csv.reader(file, delimiter=delimiter) if any(map(str.strip, row)))


def _name(path: Path) -> str:
    """The name under which a correction came."""
    return path.name.partition(" ")[2] or path.name
