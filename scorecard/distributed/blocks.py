"""What a worker does with a piece of a file: it gives the rows as text, each with its line.

This module travels to the workers whole, so it imports nothing of this project: a worker needs
Python, pyarrow, numpy, fsspec and the driver of the address.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import fsspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

_LF, _CR = b"\n\r"
_BATCH = 50_000
_MORE = 1 << 16


@dataclass(frozen=True)
class Block:
    """A piece of a file: the lines that begin in a range of bytes, or a row group of Parquet.

    `first` is the line of its first row, as far as that is known.
    """

    address: str
    start: int
    end: int
    first: int = 0

    @property
    def is_parquet(self) -> bool:
        return self.address.endswith(".parquet")


@dataclass(frozen=True)
class Wanted:
    """The columns to read, and how: all that a file has, and what may stand around a value."""

    columns: tuple[str, ...]
    header: tuple[str, ...]
    blanks: str


def lines_of(block: Block) -> bytes:
    """The bytes of the lines that begin in the block; the last one ends as in the file."""
    with fsspec.open(block.address, "rb") as file:
        file.seek(max(block.start - 1, 0))
        data: bytes = file.read(block.end - max(block.start - 1, 0))
        if block.start:
            # A line begins after a line end, which may be the byte before the block.
            cut = data.find(b"\n")
            data = data[cut + 1 :] if cut >= 0 else b""
        parts = [data]
        while parts[-1] and not parts[-1].endswith(b"\n"):
            more = file.read(_MORE)
            parts.append(more[: more.find(b"\n") + 1] or more)
        return b"".join(parts)


def plain_lines(data: bytes, commas: int) -> int | None:
    """How many lines there are, each of them a row; none where only a look at all could tell.

    A quote may hide line ends, and a blank line or one with other than `commas` commas is no row.
    """
    if not data:
        return 0
    if b'"' in data or b"\x00" in data:
        return None
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    seen = np.frombuffer(data if data.endswith(b"\n") else data + b"\n", dtype=np.uint8)
    ends = np.flatnonzero(seen == _LF)
    begins = np.concatenate(([0], ends[:-1] + 1))
    returns = np.flatnonzero(seen == _CR)
    if np.any(np.isin(seen[begins], (_LF, _CR))) or np.any(seen[returns + 1] != _LF):
        return None
    found = np.searchsorted(np.flatnonzero(seen == ord(",")), ends)
    if np.any(np.diff(found, prepend=0) != commas):
        return None
    return len(ends)


def rows_of(block: Block, wanted: Wanted) -> Iterator[pa.RecordBatch]:
    """The rows of a block: `line` and the wanted columns as text, stripped, empty ones null."""
    table = _of_parquet(block, wanted) if block.is_parquet else _of_csv(block, wanted)
    lines = pa.array(np.arange(block.first, block.first + table.num_rows), pa.int64())
    cells = [_stripped(table.column(name), wanted.blanks) for name in wanted.columns]
    whole = pa.Table.from_arrays([lines, *cells], names=["line", *wanted.columns])
    yield from whole.to_batches(max_chunksize=_BATCH)


def _of_csv(block: Block, wanted: Wanted) -> pa.Table:
    data = lines_of(block)
    if block.start == 0:
        data = data[data.find(b"\n") + 1 :] if b"\n" in data else b""
    names = [f"c{i}" for i in range(len(wanted.header))]
    places = {name: names[wanted.header.index(name)] for name in wanted.columns}
    if not data:
        return pa.table({name: pa.array([], pa.string()) for name in wanted.columns})
    table = pa.csv.read_csv(
        io.BytesIO(data),
        pa.csv.ReadOptions(column_names=names, block_size=len(data) + 1, use_threads=False),
        pa.csv.ParseOptions(quote_char=False, escape_char=False, ignore_empty_lines=False),
        pa.csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            include_columns=list(places.values()),
            strings_can_be_null=False,
        ),
    )
    return table.rename_columns(list(places))


def _of_parquet(block: Block, wanted: Wanted) -> pa.Table:
    with fsspec.open(block.address, "rb") as file:
        read = pq.ParquetFile(file).read_row_group(block.start, columns=list(wanted.columns))
    return pa.table({name: _as_text(read.column(name)) for name in wanted.columns})


def _as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Values of any type as the contract writes them: 2019-09-02, true, 5, 0.75."""
    kind = column.type
    if pa.types.is_timestamp(kind):
        # Registers often keep a day as its midnight.
        text = pc.cast(column.cast(pa.timestamp("us"), safe=False), pa.string())
        return pc.replace_substring_regex(text, r" 00:00:00(\.0+)?$", "")
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
    return pc.cast(column, pa.string())


def _stripped(column: Any, blanks: str) -> Any:
    text = pc.utf8_trim(column, blanks)
    return pc.if_else(pc.equal(text, ""), None, text)
