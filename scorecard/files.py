"""CSV files as text: every cell a string or nothing, every row with its line in the file.

Two ways lead to the same table. A file without quotes, blank lines or stray line ends has
one row a line, and DuckDB reads it in parallel. Any other file goes through Python's csv
module, which is slower but knows on which line a row with quoted line breaks begins.
"""

from __future__ import annotations

import codecs
import csv
import itertools
import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

from scorecard import engine

# What str.strip() strips, as DuckDB's trim() takes it.
BLANKS = "".join(c for c in map(chr, range(0x3001)) if c.isspace())
# Those of more than a byte, as numbers, and the bytes that they begin with.
_RARE_BLANKS = [c.encode() for c in BLANKS if not c.isascii()]
_OF_TWO, _OF_THREE = (
    [int.from_bytes(mark, "big") for mark in _RARE_BLANKS if len(mark) == size] for size in (2, 3)
)
_LEADS = np.isin(np.arange(256), [mark[0] for mark in _RARE_BLANKS])
_LF, _CR, _SPACE, _COMMA = b"\n\r ,"
_BATCH = 50_000
_CHUNK = 1 << 20
"""Bytes that are looked at in one go; no more than a processor keeps at hand."""
_BUFFER = 64_000_000
"""Bytes that DuckDB takes of a file in one go, where memory allows. Fewer leave a table in small
pieces, which cost a second of writing where they are joined later."""
_END = "\x00end"

csv.field_size_limit(sys.maxsize)


class NotUtf8(Exception):
    """The bytes of a file are no UTF-8."""


@dataclass(frozen=True)
class Broken:
    """A row that has too few or too many fields, or a quote that is never closed."""

    line: int
    fields: tuple[str, ...]
    message: str


@dataclass(frozen=True)
class Text:
    """What reading one file gave; its rows are in a table with `line` and the columns."""

    columns: tuple[str, ...]
    broken: tuple[Broken, ...]


@dataclass(frozen=True)
class _Survey:
    """One quick pass over the bytes: the header line, and which way of reading serves.

    All but `header` and `plain` is known of a plain file only.
    """

    header: str
    lines: int
    commas: int
    plain: bool
    blanks: bool


def read(con: duckdb.DuckDBPyConnection, path: Path, table: str, wanted: Iterable[str]) -> Text:
    """Reads a CSV file into a temporary view `line, <wanted columns that it has>`, all text.

    Cells are stripped of blanks, empty ones are null. Raises NotUtf8; OSError as open() does.
    """
    survey = _survey(path)
    text = _read_plain(con, path, survey, table, wanted) if survey.plain else None
    return text or _read_rows(con, path, table, wanted)


def begins(path: Path) -> list[int]:
    """The lines on which the header and each row of a file begin, in order."""
    broken: list[Broken] = []
    rows = [line for line, _ in _rows(path, broken.append)]
    return sorted({*rows, *(row.line for row in broken)})


def forget(con: duckdb.DuckDBPyConnection, table: str) -> None:
    """Drops what `read` made."""
    con.execute(f"drop view if exists {table}")
    con.execute(f"drop table if exists {table}_cells")


def _survey(path: Path) -> _Survey:
    decoder = codecs.getincrementaldecoder("utf-8")()
    header = before = b""
    lines = commas = place = 0
    plain, blanks = True, False
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            if not (chunk.isascii() and decoder.getstate() == (b"", 0)):
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError as error:
                    raise NotUtf8(f"byte {place + error.start + 1} is no UTF-8") from error
                blanks = blanks or _has_rare_blanks(before + chunk)
            if b"\n" not in header:
                header += chunk
            plain = plain and b'"' not in chunk and b"\x00" not in chunk
            if plain:
                # The end of the chunk before, so that pairs across the seam are seen.
                marks = _Marks.of(before + chunk)
                plain = not marks.breaks_lines()
                blanks = blanks or marks.has_edge_blanks()
                lines += int(np.count_nonzero(marks.ends[len(before) :]))
                commas += int(np.count_nonzero(marks.commas[len(before) :]))
            place += len(chunk)
            before = (before + chunk[-2:])[-2:]
        if decoder.getstate() != (b"", 0):
            raise NotUtf8(f"byte {place} is no UTF-8")
    first = header.split(b"\n", 1)[0].decode("utf-8-sig").rstrip("\r")
    ends_open = bool(before) and not before.endswith(b"\n")
    blanks = blanks or (ends_open and before[-1:].isspace())
    plain = plain and bool(first.strip()) and not before.endswith(b"\r")
    return _Survey(first, lines + ends_open, commas, plain, blanks)


def _has_rare_blanks(seen: bytes) -> bool:
    each = np.frombuffer(seen + b"\0\0", dtype=np.uint8)
    at = np.flatnonzero(_LEADS[each])
    two = each[at].astype(np.uint32) << 8 | each[at + 1]
    return bool(np.isin(two, _OF_TWO).any() or np.isin(two << 8 | each[at + 2], _OF_THREE).any())


@dataclass(frozen=True)
class _Marks:
    """Where in some bytes the marks of a CSV file stand; none where there is none of a kind."""

    ends: NDArray[np.bool_]
    commas: NDArray[np.bool_]
    returns: NDArray[np.bool_] | None
    spaces: NDArray[np.bool_] | None
    controls: int
    """How many other control characters there are."""

    @classmethod
    def of(cls, seen: bytes) -> _Marks:
        """Looks at the bytes once for each mark."""
        each = np.frombuffer(seen, dtype=np.uint8)
        ends = each == _LF
        returns = each == _CR if _CR in seen else None
        spaces = each == _SPACE if _SPACE in seen else None
        known = np.count_nonzero(ends) + (0 if returns is None else np.count_nonzero(returns))
        controls = int(np.count_nonzero(each < _SPACE) - known)
        return cls(ends, each == _COMMA, returns, spaces, controls)

    def breaks_lines(self) -> bool:
        """Whether there is a blank line, or a return that ends none."""
        if self.returns is None:
            return bool(np.any(self.ends[:-1] & self.ends[1:]))
        blank = self.ends[:-1] & (self.ends | self.returns)[1:]
        return bool(np.any(blank) or np.any(self.returns[:-1] & ~self.ends[1:]))

    def has_edge_blanks(self) -> bool:
        """Whether a blank may stand beside a comma or a line end, as any control character may."""
        if self.controls or self.spaces is None:
            return self.controls > 0
        edges = self.ends | self.commas
        if self.returns is not None:
            edges |= self.returns
        return bool(np.any(self.spaces[1:] & edges[:-1]) or np.any(self.spaces[:-1] & edges[1:]))


def _read_plain(
    con: duckdb.DuckDBPyConnection, path: Path, survey: _Survey, table: str, wanted: Iterable[str]
) -> Text | None:
    """One row a line; None where DuckDB does not agree, as with a missing field or a line of
    megabytes; to allow for longer ones would keep it from reading with all processors."""
    header = survey.header.split(",")
    found = {name: header.index(name) for name in wanted if name in header}
    # DuckDB overlooks an empty field too many, so the commas must be as many as there should be.
    if survey.lines < 2 or not found or survey.commas != survey.lines * (len(header) - 1):
        return None
    cells = ", ".join(
        (f"nullif(trim(c{i}, $blanks), '')" if survey.blanks else f"c{i}") + f' as "{name}"'
        for name, i in found.items()
    )
    values: dict[str, object] = {
        "path": str(path),
        "columns": {f"c{i}": "VARCHAR" for i in range(len(header))},
        "buffer": min(_BUFFER, engine.memory() // 4),
    }
    try:
        con.execute(
            f"create temp table {table}_cells as select {cells} from read_csv($path, "
            "delim = ',', quote = '', escape = '', comment = '', header = false, skip = 1, "
            "auto_detect = false, strict_mode = true, null_padding = false, "
            "columns = $columns, buffer_size = $buffer)",
            values | ({"blanks": BLANKS} if survey.blanks else {}),
        )
    except duckdb.Error:
        return None
    if con.execute(f"select count(*) from {table}_cells").fetchone() != (survey.lines - 1,):
        forget(con, table)
        return None
    # The table keeps the order of the file, so the place of a row tells its line.
    columns = "".join(f', "{name}"' for name in found)
    con.execute(f"create temp view {table} as select rowid + 2 as line{columns} from {table}_cells")
    return Text(tuple(header), ())


def _read_rows(
    con: duckdb.DuckDBPyConnection, path: Path, table: str, wanted: Iterable[str]
) -> Text:
    """Rows as the csv module sees them, each with the line on which it begins."""
    import pyarrow as pa  # Who only shows a snapshot reads no file, and need not wait for it.

    broken: list[Broken] = []
    rows = _rows(path, broken.append)
    first, header = next(rows)
    if first != 1:  # The header itself is broken, and names no column.
        rows, header = itertools.chain([(first, header)], rows), []
    found = {name: header.index(name) for name in wanted if name in header}
    con.execute(
        f"create temp table {table}_cells (line bigint"
        + "".join(f', "{name}" varchar' for name in found)
        + ")"
    )
    con.execute(f"create temp view {table} as select * from {table}_cells")
    schema = pa.schema([("line", pa.int64()), *((name, pa.string()) for name in found)])
    whole = _whole(rows, len(header), broken.append)
    while batch := list(itertools.islice(whole, _BATCH)):
        columns: list[list[int] | list[str | None]] = [[line for line, _ in batch]]
        for i in found.values():
            columns.append([fields[i].strip() or None for _, fields in batch])
        arrays = [pa.array(c, t.type) for c, t in zip(columns, schema, strict=True)]
        chunk = pa.Table.from_arrays(arrays, schema=schema)
        con.register("chunk", chunk)
        con.execute(f"insert into {table}_cells select * from chunk")
        con.unregister("chunk")
    return Text(tuple(header), tuple(sorted(broken, key=lambda b: b.line)))


def _whole(
    rows: Iterable[tuple[int, list[str]]], width: int, report: Callable[[Broken], None]
) -> Iterator[tuple[int, list[str]]]:
    for line, fields in rows:
        if len(fields) == width:
            yield line, fields
        else:
            message = f"{len(fields)} fields, but the header has {width}"
            report(Broken(line, tuple(fields), message))


def _rows(path: Path, report: Callable[[Broken], None]) -> Iterator[tuple[int, list[str]]]:
    """The header, then rows with the line on which each begins; blank lines are no rows.

    A quote that is not closed before the end swallows the rest of the file: its line is
    reported and reading goes on at the next line. That can happen only a few times, as the
    odd quote that opens one such row would close another.
    """
    start = 1
    while start:
        start = yield from _rows_from(path, start, report)


def _rows_from(
    path: Path, start: int, report: Callable[[Broken], None]
) -> Generator[tuple[int, list[str]], None, int]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rest = itertools.islice(file, start - 1, None)
        reader = csv.reader(itertools.chain(rest, ["\n", _END]))
        before = 0
        for fields in reader:
            line, before = start + before, reader.line_num
            if fields == [_END]:
                return 0
            if fields and fields[-1].endswith(_END):
                with path.open(encoding="utf-8-sig", newline="") as again:
                    opening = next(itertools.islice(again, line - 1, None)).rstrip("\r\n")
                report(Broken(line, (opening,), "a quote is opened and never closed"))
                return line + 1
            if line == 1 or len(fields) > 1 or (fields and fields[0].strip()):
                yield line, fields
    return 0
