"""Commands on backups.

- `backup --to FILE.zip` writes all snapshots, the pointer to the one that is shown, and all that
  people wrote, with its history and the audit trail, while others go on working.
- `restore --from FILE.zip` brings them back where nothing is yet, on SQLite or PostgreSQL,
  whichever it came from. `--force` puts them in the place of what is there.

Both take `--state URL`, by default the one of SCORECARD_STATE, and the snapshots from where
SCORECARD_SNAPSHOTS says. The file holds no keys and no passwords: the secrets file, and the file
`link_key` beside a SQLite state, are to be kept apart from it.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from scorecard import depot as depots
from scorecard.refusal import Refusal

if TYPE_CHECKING:
    from scorecard.backup.archive import Manifest


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the commands; the database is imported when one runs."""
    to = commands.add_parser("backup", help="write all snapshots and the state as one file")
    to.add_argument("--to", type=Path, required=True, metavar="FILE.zip")
    to.set_defaults(run=_backup)
    back = commands.add_parser("restore", help="bring back snapshots and state from a backup")
    back.add_argument("--from", dest="source", type=Path, required=True, metavar="FILE.zip")
    back.add_argument("--force", action="store_true", help="in the place of what is there")
    back.set_defaults(run=_restore)
    for sub in (to, back):
        sub.add_argument("--state", metavar="URL", help="the database; SCORECARD_STATE otherwise")


def _backup(options: argparse.Namespace) -> int:
    from scorecard.backup import making
    from scorecard.state.store import is_blank, open_store

    if not options.to.parent.is_dir():
        raise Refusal(f"{options.to.parent} is no folder")
    store = None if is_blank(options.state) else open_store(options.state)
    try:
        made = making.make(options.to, depots.open_depot(), store)
    finally:
        if store:
            store.close()
    print(f"{options.to}: {_held(made)}")
    print(
        "Keys and passwords are not in it: keep the secrets file, and the file link_key beside "
        "the state, apart from it."
    )
    return 0


def _restore(options: argparse.Namespace) -> int:
    from scorecard.backup import restoring

    held = restoring.restore(
        options.source, depots.open_depot(), options.state, force=options.force
    )
    print(f"Restored: {_held(held)}")
    if held.current:
        print(f"The snapshot {held.current} is shown.")
    print("Keys and passwords were not in it: links open with the keys that signed them only.")
    return 0


def _held(manifest: Manifest) -> str:
    names, rows = len(manifest.snapshots), sum(manifest.rows.values())
    return (
        f"{names} {'snapshot' if names == 1 else 'snapshots'}, "
        f"{rows:,} {'row' if rows == 1 else 'rows'} of the state, of {manifest.made_at}"
    )
