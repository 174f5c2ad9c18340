"""Arrow columns for whole registers at once, and CSV files from them.

Everything here works on arrays: a sample of a million organisations has some fifty million rows,
and a Python loop over rows would take an hour. Repeated text (ids, categories, countries) is kept
as codes into a short list, which costs four bytes a row and no string work.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Codes = npt.NDArray[np.int32]
Days = npt.NDArray[np.datetime64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

NEVER = np.datetime64("NaT", "D")


def day(text: str) -> np.datetime64:
    """One ISO date as numpy's day."""
    return np.datetime64(text, "D")


def coded(codes: npt.NDArray[np.integer], values: pa.Array | list[str]) -> pa.Array:
    """Text column: `codes` are positions in `values`; a negative code is a missing value."""
    dictionary = values if isinstance(values, pa.Array) else pa.array(values, pa.string())
    indices = np.asarray(codes, np.int32)
    missing = indices < 0
    return pa.DictionaryArray.from_arrays(
        pa.array(indices, pa.int32(), mask=missing if missing.any() else None), dictionary
    )


def dated(days: Days) -> pa.Array:
    """Date column; NaT is a missing value."""
    return pa.array(days.astype("datetime64[D]"), pa.date32())


def numbered(prefix: str, count: int, first: int = 1, width: int = 4) -> pa.Array:
    """Keys such as `M0001`, as many as `count`; longer where the numbers need it."""
    width = max(width, len(str(first + count - 1)))
    digits = pc.utf8_lpad(
        pc.cast(pa.array(np.arange(first, first + count)), pa.string()), width, "0"
    )
    return pc.binary_join_element_wise(prefix, digits, "")


def write_csv(path: Path, table: pa.Table | tuple[pa.Schema, Iterable[pa.RecordBatch]]) -> None:
    """Writes one register in the order given, so that a rerun is equal byte for byte.

    A pair of schema and batches is written as it is made, without ever being whole in memory.
    """
    source = table if isinstance(table, pa.Table) else _reader(*table)
    with duckdb.connect() as connection:
        connection.execute("set preserve_insertion_order = true")
        connection.register("register_rows", source)
        target = str(path).replace("'", "''")
        connection.execute(f"copy (from register_rows) to '{target}' (format csv, header true)")


def _reader(schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> pa.RecordBatchReader:
    return pa.RecordBatchReader.from_batches(schema, _iterate(batches))


def _iterate(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    yield from batches


def quotas(generator: np.random.Generator, count: int, shares: list[float]) -> Codes:
    """A code 0, 1 … for each of `count` rows: exactly `shares` of them each, at random places.

    What the shares leave gets the next code. Exact, because a published rate must come out.
    """
    bounds = np.round(np.cumsum(shares) * count)
    place = generator.permutation(count)
    return np.searchsorted(bounds, place, side="right").astype(np.int32)


def between(generator: np.random.Generator, start: Days, end: Days) -> Days:
    """A day in `[start, end]` for each pair; `start` where the end is earlier."""
    span = np.maximum((end - start).astype(np.int64), 0) + 1
    days: Days = start + np.floor(generator.random(len(start)) * span).astype(np.int64)
    return days


def pick(generator: np.random.Generator, weights: npt.ArrayLike, count: int) -> Codes:
    """`count` positions drawn by weight, with repetition."""
    edges = np.cumsum(np.asarray(weights, float))
    drawn = np.searchsorted(edges, generator.random(count) * edges[-1], side="right")
    return np.asarray(drawn, np.int32)
