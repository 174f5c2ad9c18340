"""The folder of exports: a path, or an address that fsspec speaks, with CSV or Parquet files."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import fsspec
import pyarrow.parquet as pq

from scorecard.contract import File
from scorecard.distributed.blocks import Block
from scorecard.exports import DATA_DATE_FILE
from scorecard.refusal import Refusal
from scorecard.snapshot import SYNTHETIC

_REGISTER = "organisations"
BLOCK_BYTES = 32 << 20
"""What a worker reads in one go; a worker holds a few of them in memory."""


@dataclass(frozen=True)
class Csv:
    """A CSV file in the folder."""

    address: str
    size: int

    def blocks(self) -> tuple[Block, ...]:
        """Pieces of it, whose first lines are not known yet."""
        starts = range(0, self.size, BLOCK_BYTES)
        return tuple(Block(self.address, s, min(s + BLOCK_BYTES, self.size)) for s in starts)


@dataclass(frozen=True)
class Parquet:
    """A Parquet file in the folder, or a folder of parts in the order of their names."""

    columns: tuple[str, ...]
    rows: int
    blocks: tuple[Block, ...]
    """Row groups; the first row stands on line 2, as if a header stood above."""


@dataclass(frozen=True)
class Place:
    """A folder of exports; `files` is a file system of fsspec, which has no types."""

    address: str
    files: Any
    root: str

    @cached_property
    def names(self) -> frozenset[str]:
        """What is in the folder."""
        found = self.files.ls(self.root, detail=False)
        return frozenset(str(path).rstrip("/").rsplit("/", 1)[-1] for path in found)

    @property
    def local(self) -> Path | None:
        """Where the folder is on this machine, if it is there."""
        return Path(self.root) if "file" in self.files.protocol else None

    def find(self, file: File) -> Csv | Parquet | None:
        """The file of the contract, as CSV or as Parquet; none where it has not arrived so."""
        csv, parquet = f"{file.name}.csv", f"{file.name}.parquet"
        if {csv, parquet} <= self.names:
            raise Refusal(f"{csv} and {parquet} are both there; which one counts?")
        if parquet in self.names:
            return self._parquet(parquet)
        if csv in self.names and self.files.isfile(f"{self.root}/{csv}"):
            return Csv(self._address(csv), int(self.files.size(f"{self.root}/{csv}")))
        return None

    def bring(self, name: str, to: Path) -> None:
        """Copies a file of the folder to a folder of this machine, where it is there."""
        if name in self.names and self.files.isfile(f"{self.root}/{name}"):
            self.files.get_file(f"{self.root}/{name}", str(to / name))

    def bring_notes(self, to: Path) -> None:
        """Brings what stands beside the registers: the date, and that they are synthetic."""
        self.bring(DATA_DATE_FILE, to)
        if SYNTHETIC not in self.names:
            return
        self.bring(SYNTHETIC, to)
        self.bring(f"{_REGISTER}.csv", to)
        register = to / f"{_REGISTER}.csv"
        if not register.exists():
            # The stamp is that of a CSV, so as Parquet the register counts as the synthetic one.
            register.write_bytes(b"")
            notice = (to / SYNTHETIC).read_text(encoding="utf-8").partition("\n")[0]
            stamp = hashlib.sha256(b"").hexdigest()
            (to / SYNTHETIC).write_text(f"{notice}\n{stamp}\n", encoding="utf-8")

    def _parquet(self, name: str) -> Parquet:
        path = f"{self.root}/{name}"
        parts = [name]
        if self.files.isdir(path):
            inside = sorted(str(part) for part in self.files.find(path))
            parts = [f"{name}/{p.removeprefix(path).lstrip('/')}" for p in inside]
            parts = [part for part in parts if part.endswith(".parquet")]
        columns: tuple[str, ...] = ()
        blocks: list[Block] = []
        rows = 0
        for part in parts:
            with self.files.open(f"{self.root}/{part}", "rb") as content:
                read = pq.ParquetFile(content)
                if columns and tuple(read.schema_arrow.names) != columns:
                    raise Refusal(f"{part} has other columns than the parts before it")
                columns = tuple(read.schema_arrow.names)
                for group in range(read.metadata.num_row_groups):
                    blocks.append(Block(self._address(part), group, group + 1, rows + 2))
                    rows += read.metadata.row_group(group).num_rows
        return Parquet(columns, rows, tuple(blocks))

    def _address(self, name: str) -> str:
        return str(self.files.unstrip_protocol(f"{self.root}/{name}"))


def open_place(address: str) -> Place:
    """The folder at a path or an address."""
    try:
        files, root = fsspec.core.url_to_fs(address, use_listings_cache=False)
    except ImportError as error:
        raise Refusal(
            "no driver for the address of the exports is installed; "
            "the one of s3:// is in requirements-s3.txt"
        ) from error
    except ValueError as error:
        # The text is not repeated, as it may hold a password.
        raise Refusal("--exports is no path and no address such as s3://bucket/folder") from error
    place = Place(address, files, str(root).rstrip("/"))
    try:
        if not files.isdir(place.root):
            raise Refusal("the folder of the exports is not there")
    except OSError as error:
        raise Refusal(f"the exports cannot be reached: {type(error).__name__}") from error
    return place


def emptied(folder: Path) -> Path:
    """A folder of this machine with nothing in it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def names_of(columns: Sequence[str], file: File) -> tuple[str, ...]:
    """The columns of the contract among those of a file."""
    return tuple(f.name for f in file.fields if f.name in columns)
