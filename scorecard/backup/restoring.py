"""Restores a backup onto an empty machine, or in the place of what is there.

First the backup is read whole and what is there is looked at; then the state is written in one
transaction, the snapshots arrive within it, and the pointer comes last. So what is refused has
changed nothing, and what breaks off may be tried again.
"""

from __future__ import annotations

import os
from pathlib import Path

from scorecard import depot as depots
from scorecard.backup import archive, rows
from scorecard.backup.archive import Manifest, Unpacking
from scorecard.depot import Depot
from scorecard.refusal import Refusal
from scorecard.state import schema
from scorecard.state.store import open_store

_FORCE = "; --force puts the backup in its place"


def restore(source: Path, depot: Depot, state: str | None, *, force: bool = False) -> Manifest:
    """Restores a backup into a depot and the database at a URL, by default the configured one.

    With `force` the state and the pointer are replaced; snapshots are only added. A depot that
    holds nothing but snapshots of this backup counts as empty, as after a restore that broke off.
    """
    with archive.unpacking(source) as backup:
        manifest = backup.manifest
        _refuse_other_form(manifest)
        missing = _missing(backup, depot, force)
        if manifest.versions["state"]:
            _write(backup, depot, state, missing, force)
        else:
            _bring(backup, depot, missing)
        if manifest.current:
            depot.point_to(manifest.current)
    return manifest


def _refuse_other_form(manifest: Manifest) -> None:
    here, there = schema.versions().get_current_head(), manifest.versions["state"]
    if there not in (None, here):
        raise Refusal(
            f"the state in this backup has form {there} and this version writes form {here}; "
            "restore it with the version that made it, then bring that up to date"
        )
    tables = {f"state/{table.name}.jsonl" for table in rows.TABLES} if there else set()
    if tables != {name for name in manifest.parts if name.startswith("state/")}:
        raise Refusal("the backup has other tables than the state")
    if manifest.current and manifest.current not in manifest.snapshots:
        raise Refusal("the snapshot that was shown is not in the backup")


def _missing(backup: Unpacking, depot: Depot, force: bool) -> tuple[str, ...]:
    """The snapshots of the backup that the depot lacks; refuses where it holds others."""
    manifest = backup.manifest
    there = {name: depot.record(name) for name in depot.names()}
    same = {
        name
        for name in manifest.snapshots
        if (record := there.get(name))
        and record.sha256 == manifest.parts[f"snapshots/{name}.duckdb"].sha256
    }
    if not force and (there.keys() - same or depot.current() not in (None, manifest.current)):
        raise Refusal(f"there are snapshots already where this would be restored{_FORCE}")
    return tuple(name for name in manifest.snapshots if name not in same)


def _write(
    backup: Unpacking, depot: Depot, state: str | None, missing: tuple[str, ...], force: bool
) -> None:
    store = open_store(state)
    try:
        with store.writing() as connection:
            rows.lock(connection)
            if not rows.is_empty(connection):
                if not force:
                    raise Refusal(f"people have written already where this would go{_FORCE}")
                rows.clear(connection)
            for table in rows.TABLES:
                added = rows.fill(connection, table, backup.lines(f"state/{table.name}.jsonl"))
                if added != backup.manifest.rows[table.name]:
                    raise Refusal(f"the backup holds another number of rows of {table.name}")
            rows.set_on(connection)
            _bring(backup, depot, missing)
    finally:
        store.close()


def _bring(backup: Unpacking, depot: Depot, names: tuple[str, ...]) -> None:
    depot.room.mkdir(parents=True, exist_ok=True)
    with depots.alone(depot.room / "lock"):
        for name in names:
            aside = depot.room / f"restoring-{os.getpid()}"
            try:
                with aside.open("wb") as out:
                    for chunk in backup.chunks(f"snapshots/{name}.duckdb"):
                        out.write(chunk)
                    out.flush()
                    os.fsync(out.fileno())
                path = aside.rename(depot.room / f"{name}.duckdb")
            finally:
                aside.unlink(missing_ok=True)
            depot.keep(path, anew=True)
