"""A folder or a ZIP as it arrived -> canonical exports in a folder, and the report of all done."""

from __future__ import annotations

import errno
import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

import duckdb

from scorecard import contract, origins
from scorecard.engine import quoted
from scorecard.exports import DATA_DATE_FILE
from scorecard.intake import (
    arrivals,
    body,
    columns,
    joining,
    layout,
    letters,
    mapping,
    runs,
    stated,
)
from scorecard.intake.arrivals import Arrival
from scorecard.intake.fold import folded
from scorecard.intake.joining import Part
from scorecard.intake.layout import Answers, Layout
from scorecard.intake.mapping import Spellings
from scorecard.intake.report import Notes, Report, Taken
from scorecard.intake.sieve import LeftOut, shape
from scorecard.intake.workbook import ENDINGS, NoWorkbook, Sheet, Workbook
from scorecard.refusal import Refusal

_TEXTS = (".csv", ".tsv", ".tab", ".txt", ".psv", ".asc", ".dat", "")
_OLD_TABLES = (".xls", ".xlsb", ".ods", ".numbers")
# What marks a set as invented must stay with it.
_KEPT = ("synthetic.txt",)
_MEMORY = "1200MB"


@dataclass(frozen=True)
class Answer:
    """What a person answered to a question; None stands for every file or column."""

    answer: str
    file: str | None = None
    column: str | None = None


@dataclass
class _Taking:
    """One run: where it works, and what it has gathered."""

    con: duckdb.DuckDBPyConnection
    room: Path
    out: Path
    spellings: Spellings
    answers: Sequence[Answer]
    notes: list[Notes] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    parts: dict[str, list[tuple[int, Part]]] = field(default_factory=dict)
    dates: stated.Stated = field(default_factory=stated.Stated)
    spaces: int = 0

    def aside(self) -> Path:
        self.spaces += 1
        return self.room / f"work{self.spaces}.csv"

    def answers_of(self, name: str) -> Answers:
        """What was answered about a column of a file; None is the file itself."""
        mine = [a for a in self.answers if a.file in (None, name)]
        return lambda column: [a.answer for a in mine if a.column in (None, column)]


def take(
    source: Path,
    out: Path,
    spellings: Spellings | None = None,
    answers: Sequence[Answer] = (),
) -> Report:
    """Turns what lies in `source` into canonical exports in `out`, which is made if need be.

    An export about which a question is open is not written; the others are. Raises Refusal where
    nothing can be read or written at all.
    """
    _refuse_nested(source, out)
    try:
        out.mkdir(parents=True, exist_ok=True)
        with (
            tempfile.TemporaryDirectory(prefix=".intake-", dir=out) as room,
            duckdb.connect() as con,
        ):
            con.execute(f"set memory_limit = '{_MEMORY}'")
            # It would be drawn amid the report.
            con.execute("set enable_progress_bar = false")
            con.execute(f"set temp_directory = {quoted(room)}")
            run = _Taking(con, Path(room), out, spellings or mapping.load(), answers)
            return _take(run, source)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Refusal("the disk is full: nothing more was written") from error
        raise Refusal(f"{source} cannot be taken in: {error.strerror or error}") from error


def _refuse_nested(source: Path, out: Path) -> None:
    here, there = source.resolve(), out.resolve()
    if out.exists() and not out.is_dir():
        raise Refusal(f"{out} is no folder")
    if source.is_dir() and there.is_relative_to(here):
        raise Refusal("the canonical exports must go to a folder outside the one that arrived")


def _take(run: _Taking, source: Path) -> Report:
    arrived, notes = arrivals.gather(source, run.room)
    run.notes += notes
    for arrival in arrived:
        note = Notes(arrival.name)
        run.notes.append(note)
        try:
            _take_file(run, arrival, note)
        except (OSError, duckdb.Error, columns.Mismatch, MemoryError) as error:
            if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise
            note.find("unreadable", f"cannot be read: {error}", severity="error")
    _write(run)
    return Report(
        tuple(run.taken),
        tuple(question for note in run.notes for question in note.questions),
        tuple(finding for note in run.notes for finding in note.findings),
    )


def _take_file(run: _Taking, arrival: Arrival, notes: Notes) -> None:
    name = PurePosixPath(arrival.name)
    ending = name.suffix.casefold()
    if origins.FOLDER in name.parts:
        return  # It was beside exports that intake made, and says nothing of these files.
    if name.name.startswith((".", "~$")) or "__MACOSX" in name.parts:
        notes.find("unknown_file", "is a file of the system, no export")
    elif name.name in _KEPT:
        arrivals.keep(arrival, run.out / name.name)
    elif _is_stated_date(run, name):
        answers = run.answers_of(arrival.name)(None)
        run.dates.add(arrival, notes, run.spellings, answers)
    elif ending in ENDINGS or _is_workbook(arrival.path):
        _take_workbook(run, arrival, notes)
    elif ending in _OLD_TABLES:
        notes.find("unknown_file", "is a table of another program; save it as CSV or XLSX",
                   severity="error")  # fmt: skip
    elif ending in _TEXTS:
        _take_text(run, arrival, notes)
    else:
        notes.find("unknown_file", "is no export: neither a text nor a workbook")


def _is_stated_date(run: _Taking, name: PurePosixPath) -> bool:
    return folded(name.stem) in run.spellings.stated_date_names and name.suffix.casefold() in (
        ".txt", ".csv", "",
    )  # fmt: skip


def _is_workbook(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"PK\x03\x04"


def _take_text(run: _Taking, arrival: Arrival, notes: Notes) -> None:
    answers = run.answers_of(arrival.name)
    own = answers(None)
    if not arrival.path.stat().st_size:
        notes.find("structure", "is empty", severity="error")
        return
    named = run.spellings.export_named(PurePosixPath(arrival.name).stem)
    try:
        choice = next((a for a in own if a in letters.ASKED), None)
        found = letters.read(arrival.path, run.aside(), notes, choice)
    except letters.NoText as error:
        notes.find("unknown_file", str(error), severity="error")
        return
    except letters.Unsure:
        _hold(run, named, notes, arrival.name, None, None)
        return
    heads = layout.of_text(found.path)
    if named is None and max((len(row.cells) for h in heads.values() for row in h), default=0) < 2:
        notes.find("unknown_file", "is no export: it has no columns")
        return
    table = layout.recognise(heads, named, run.spellings, notes, own)
    if table is None:
        if notes.questions:
            _hold(run, None, notes, arrival.name, found.encoding, None)
        return
    _say_delimiter(table, notes)
    places = _places(run, table, notes, answers)
    if not places:
        _hold(run, table.file.name, notes, arrival.name, found.encoding, table.delimiter)
        return
    form = shape(table.file, table.header, places, run.spellings)
    left_out = LeftOut(notes)
    begun = len(notes.findings), len(notes.done)
    rows = body.of_text(found.path, table.delimiter, table.line, form, run.aside(), left_out)
    origin = columns.Origin(run.spellings, answers, table.delimiter)
    target = run.aside()
    try:
        written = columns.convert(
            run.con, rows, table.file, table.header, places, origin, target, notes
        )
    except columns.Mismatch:
        # What was said by the survey is said again by the slower way.
        del notes.findings[begun[0] :], notes.done[begun[1] :]
        rows = body.slowly(found.path, table.delimiter, table.line, form, run.aside(), left_out)
        written = columns.convert(
            run.con, rows, table.file, table.header, places, origin, target, notes
        )
    left_out.close()
    path = target if written else found.path
    is_whole = written or found.encoding == "utf-8"
    if not is_whole:
        path = _without_mark(found.path, run.aside())
    _add(run, arrival, table, rows, path, not written, places, found.encoding, table.delimiter,
         notes)  # fmt: skip


def _without_mark(path: Path, aside: Path) -> Path:
    """A canonical file behind a byte order mark."""
    with path.open("rb") as source, aside.open("wb") as out:
        head = source.read(3)
        out.write(b"" if head == b"\xef\xbb\xbf" else head)
        while chunk := source.read(letters.CHUNK):
            out.write(chunk)
    return aside


def _places(run: _Taking, table: Layout, notes: Notes, answers: Answers) -> dict[str, int]:
    places = layout.match(table, run.spellings, notes, answers)
    if not places and not notes.questions:
        notes.find("structure", f"has no column of {table.file.name}", severity="error")
    return places


def _say_delimiter(table: Layout, notes: Notes) -> None:
    names = {";": "semicolons", "\t": "tabs", "|": "bars"}
    if table.delimiter in names:
        notes.did(f"Columns were separated by {names[table.delimiter]}.")


def _take_workbook(run: _Taking, arrival: Arrival, notes: Notes) -> None:
    try:
        book = Workbook(arrival.path)
    except NoWorkbook as error:
        notes.find("unreadable", str(error), severity="error")
        return
    try:
        named = run.spellings.export_named(PurePosixPath(arrival.name).stem)
        for sheet, export in _sheets(run, book, named, notes):
            _take_sheet(run, arrival, book, sheet, export, notes)
            if sheet is not None:
                notes = Notes(arrival.name)
                run.notes.append(notes)
    except NoWorkbook as error:
        notes.find("unreadable", str(error), severity="error")
    finally:
        book.close()


def _sheets(
    run: _Taking, book: Workbook, named: str | None, notes: Notes
) -> Iterator[tuple[Sheet, str | None]]:
    """The sheets named like an export, and the first other one where the workbook is named like
    an export that none of them is, or where there is none; the others are reported."""
    by_name = {
        sheet: export
        for sheet in book.sheets
        if (export := run.spellings.export_named(sheet.name)) is not None
    }
    chosen: list[tuple[Sheet, str | None]] = list(by_name.items())
    others = [sheet for sheet in book.sheets if sheet not in by_name]
    visible = [sheet for sheet in others if not sheet.hidden] or others
    if visible and (not chosen or (named and named not in by_name.values())):
        chosen.append((visible[0], named))
        others.remove(visible[0])
    for sheet in others:
        if book.head(sheet):
            hidden = ", which is hidden," if sheet.hidden else ""
            notes.find("unknown_sheet", f"sheet {sheet.name!r}{hidden} was left out: it is named "
                       "like no export", value=sheet.name)  # fmt: skip
    yield from chosen


def _take_sheet(
    run: _Taking, arrival: Arrival, book: Workbook, sheet: Sheet, named: str | None, notes: Notes
) -> None:
    answers = run.answers_of(arrival.name)
    heads = {",": [layout.Row(line, tuple(cells)) for line, cells in book.head(sheet)]}
    if not heads[","]:
        notes.find("structure", f"sheet {sheet.name!r} is empty", severity="error")
        return
    table = layout.recognise(heads, named, run.spellings, notes, answers(None))
    if table is None:
        if notes.questions:
            _hold(run, None, notes, arrival.name, None, None)
        return
    notes.did(f"Sheet {sheet.name!r} was read.")
    book.report(sheet, notes)
    places = _places(run, table, notes, answers)
    if not places:
        _hold(run, table.file.name, notes, arrival.name, None, None)
        return
    form = shape(table.file, table.header, places, run.spellings)
    left_out = LeftOut(notes)
    source = ((line, cells) for line, cells in book.rows(sheet) if line > table.line)
    padded = ((line, cells + [""] * (len(table.header) - len(cells))) for line, cells in source)
    rows = body.from_rows(padded, form, len(table.header), run.aside(), left_out)
    origin = columns.Origin(run.spellings, answers, ",", True, book.epoch_1904)
    target = run.aside()
    columns.convert(run.con, rows, table.file, table.header, places, origin, target, notes)
    left_out.close()
    _add(run, arrival, table, rows, target, False, places, None, None, notes, sheet.name)


def _add(
    run: _Taking, arrival: Arrival, table: Layout, rows: body.Body, path: Path, headed: bool,
    places: Mapping[str, int], encoding: str | None, delimiter: str | None, notes: Notes,
    sheet: str | None = None,
) -> None:  # fmt: skip
    known = {found.line for found in notes.findings if found.rule == "structure"}
    for ragged in rows.ragged[:200]:
        if ragged.line in known:
            continue
        notes.find(
            "structure", f"{len(ragged.fields)} fields, but the header has {len(table.header)}; "
            "the row stays as it is", line=ragged.line, value=",".join(ragged.fields),
            severity="error",
        )  # fmt: skip
    names = tuple(f.name for f in table.file.fields if f.name in places)
    part = Part(
        path,
        headed,
        names,
        rows.longest * 2,
        rows.lines,
        rows.inner,
        rows.ragged,
        notes,
        arrival.path,
        sheet,
    )
    run.parts.setdefault(table.file.name, []).append((len(run.taken), part))
    run.taken.append(
        Taken(arrival.name, table.file.name, encoding, delimiter, rows.rows + len(rows.ragged), ())
    )


def _hold(
    run: _Taking, export: str | None, notes: Notes, name: str, encoding: str | None,
    delimiter: str | None,
) -> None:  # fmt: skip
    """Keeps an export from being written while a file that may be a part of it is in question."""
    if export:
        empty = Part(run.room, False, (), 0, runs.NONE, False, (), notes, run.room)
        run.parts.setdefault(export, []).append((len(run.taken), empty))
        run.taken.append(Taken(name, export, encoding, delimiter, 0, ()))


def _write(run: _Taking) -> None:
    written = set()
    for file in contract.load().exports:
        there = run.parts.get(file.name, [])
        parts = [part for _, part in there]
        is_open = any(part.notes.questions for part in parts)
        if any(part.columns for part in parts) and not is_open:
            parts = joining.joined(run.con, file, parts, run.room)
            joining.write(parts, run.out / f"{file.name}.csv")
            joining.keep_lines(run.con, parts, run.out / f"{file.name}.csv")
            written.add(f"{file.name}.csv")
        for (place, _), part in zip(there, parts, strict=True):
            run.taken[place] = replace(
                run.taken[place], rows=part.rows + len(part.ragged), done=tuple(part.notes.done)
            )
    if run.dates.write(run.out / DATA_DATE_FILE):
        written.add(DATA_DATE_FILE)
    _report_stale(run, written)


def _report_stale(run: _Taking, written: set[str]) -> None:
    names = [*(f"{file.name}.csv" for file in contract.load().exports), DATA_DATE_FILE]
    for name in names:
        if name not in written and (run.out / name).exists():
            notes = Notes(name)
            notes.find("stale_file", "stood in the folder before, and was not written now",
                       severity="error")  # fmt: skip
            run.notes.append(notes)


def read_answers(path: Path) -> tuple[Answer, ...]:
    """Answers from a TOML file of `[[answers]]` with `answer` and, where not for all, `file` and
    `column`. Raises Refusal where it is none."""
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8")).get("answers", [])
        return tuple(
            Answer(str(e["answer"]), e.get("file"), e.get("column") or None) for e in entries
        )
    except OSError as error:
        raise Refusal(f"the answers {path.name} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError, AttributeError) as e:
        raise Refusal(f"{path.name} holds no [[answers]] with an answer each: {e}") from e
