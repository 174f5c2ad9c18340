"""Makes a backup: all snapshots, the pointer, and what people wrote, as they were at one moment."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb

from scorecard.backup import archive, rows
from scorecard.backup.archive import Manifest, Packing
from scorecard.depot import Depot
from scorecard.state import schema
from scorecard.state.store import Store

_CHUNK = 2**20


def make(to: Path, depot: Depot, store: Store | None) -> Manifest:
    """Writes a backup, whole or not at all; no store: nobody has written anything.

    Those that are there after the pointer and the state were read hold all that these refer to.
    A damaged snapshot is refused, as nothing could restore it, and so is one that `prune` removes
    meanwhile.
    """
    with archive.packing(to) as packing:
        current = depot.current()
        counts: dict[str, int] = {}
        if store:
            with store.reading() as connection:
                rows.freeze(connection)
                for table in rows.TABLES:
                    lines = rows.lines(connection, table, counts)
                    packing.add(f"state/{table.name}.jsonl", lines)
        names = depot.names()
        with tempfile.TemporaryDirectory(dir=to.parent, prefix=f"{to.name}.") as room:
            for name in names:
                _add(packing, depot, name, Path(room) / "snapshot")
        versions = {
            "duckdb": duckdb.__version__,
            "state": schema.versions().get_current_head() if store else None,
        }
        return packing.finish(versions, current if current in names else None, counts)


def _add(packing: Packing, depot: Depot, name: str, copy: Path) -> None:
    depot.copy(name, copy)
    packing.add(f"snapshots/{name}.duckdb", _chunks(copy))
    copy.unlink()


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk
