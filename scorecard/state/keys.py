"""The keys that sign share links: those configured, else one of this machine's own.

A key is exchanged by putting the new one first in the list; links that an older one has signed
open for as long as it stands there.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from scorecard.refusal import Refusal
from scorecard.state.store import address

SHORTEST = 32
"""Characters of a key that was configured."""
_FILE = "link_key"


def link_keys(configured: Sequence[str], url: str | None = None) -> tuple[str, ...]:
    """The keys: the first signs, all verify. `url`: the written state, by default the usual one.

    Where none is configured, the processes of a machine share a random one in a file beside
    their SQLite database, which only its owner reads. Several machines have no such place.
    """
    if configured:
        for place, key in enumerate(configured, 1):
            # The key is not repeated, as it would stand in a log.
            if len(key) < SHORTEST:
                raise Refusal(
                    f"key {place} of link_keys in [access] is too short; "
                    f"it needs at least {SHORTEST} characters"
                )
        return tuple(configured)
    place_of_state = address(url)
    if place_of_state.get_backend_name() != "sqlite" or not place_of_state.database:
        raise Refusal(
            "share links need a key that all servers know; "
            "set link_keys in the section [access] of secrets.toml"
        )
    return (_own(Path(place_of_state.database).parent / _FILE),)


def _own(file: Path) -> str:
    try:
        if not file.exists():
            _make(file)
        key = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeError) as error:
        raise Refusal(
            "the key of share links can be neither read nor made beside the state; "
            "set link_keys in the section [access] of secrets.toml"
        ) from error
    if len(key) < SHORTEST:
        raise Refusal(f"the file {file.name} beside the state is damaged; delete it, or restore it")
    return key


def _make(file: Path) -> None:
    """Writes a new key; where two processes do so at once, the first one's stays for both."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = file.with_name(f"{_FILE}.{secrets.token_hex(8)}")
    try:
        handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(secrets.token_urlsafe(48))
            out.flush()
            os.fsync(out.fileno())
        # Unlike a rename, a link never takes the place of a file that is there.
        with contextlib.suppress(FileExistsError):
            os.link(aside, file)
    finally:
        aside.unlink(missing_ok=True)
