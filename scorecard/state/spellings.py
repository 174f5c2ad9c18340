"""What headers of arriving files mean, as people said: rows that are only added.

Kept in the written state, so that all machines, the command line and the watched folder read an
export alike. Each row comes together with one of the audit trail, or not at all.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import insert, select

from scorecard import contract
from scorecard.confidentiality import Role
from scorecard.intake.fold import folded
from scorecard.intake.mapping import Spellings, Told
from scorecard.refusal import Refusal
from scorecard.state import audit
from scorecard.state.columns import name, now, text
from scorecard.state.store import Store, is_blank, shared
from scorecard.state.tables import spellings


@dataclass(frozen=True)
class Spelling:
    """What a header of an export means; `means` is a column, or empty: left out."""

    export: str
    header: str
    means: str
    who: str
    at: dt.datetime


def saved(store: Store) -> tuple[Spelling, ...]:
    """What counts now, by export and header."""
    query = select(spellings).order_by(spellings.c.id)
    newest: dict[tuple[str, str], Spelling | None] = {}
    with store.reading() as connection:
        for row in connection.execute(query):
            found = None
            if row.means is not None:
                found = Spelling(row.export, row.header, row.means, row.who, row.at)
            newest[row.export, folded(row.header)] = found
    kept = (spelling for spelling in newest.values() if spelling)
    return tuple(sorted(kept, key=lambda s: (s.export, folded(s.header))))


def save(
    store: Store, export: str, header: str, means: str, who: str, role: Role = "executive"
) -> None:
    """Says what a header means from now on; refuses a column that the export does not have."""
    known = {file.name: file for file in contract.load().exports}
    if export not in known:
        raise Refusal(f"there is no export {export!r}")
    if means and means not in {f.name for f in known[export].fields}:
        raise Refusal(f"{export} has no column {means!r}")
    if not folded(header):
        raise Refusal("a header without a letter cannot be matched for good")
    _add(store, export, header, means, who, role)


def remove(store: Store, export: str, header: str, who: str, role: Role = "executive") -> None:
    """Takes back what was said of a header; refuses where nothing was."""
    if not any((s.export, s.header) == (export, header) for s in saved(store)):
        raise Refusal("nobody has said what this header means, or it was taken back already")
    _add(store, export, header, None, who, role)


def _add(store: Store, export: str, header: str, means: str | None, who: str, role: Role) -> None:
    row = {
        "export": export,
        "header": text("the header", header, required=True),
        "means": means,
        "who": name("the name of who says so", who),
        "at": now(),
    }
    about = {"export": export, "header": header, "means": means or ""}
    event: audit.Event = "mapping_removed" if means is None else "mapping_saved"
    with store.writing() as connection:
        audit.lock(connection)
        connection.execute(insert(spellings).values(**row))
        audit.append(connection, event, who, role, about)


def laid_over(spellings: Spellings, store: Store) -> Spellings:
    """The project's spellings and what people said besides, which counts first."""
    return spellings.with_headers(Told(s.export, s.header, s.means) for s in saved(store))


def in_use(spellings: Spellings) -> Spellings:
    """The same with the written state of this machine, where anybody has written."""
    return spellings if is_blank() else laid_over(spellings, shared())
