"""What an earlier snapshot has already computed, and whether that still holds.

A snapshot keeps a digest of all that each of its parts was made from. A file is made from its
bytes and from the files that it refers to; a notion that KPIs share, from its statement and what
that reads; a KPI, from its file and what that reads; a table of pages, from its statement and
what that reads, which may be all cells. `what reads what` is told by the words of the SQL, so
that at worst too much counts as read. Contract, builder and DuckDB are part of every digest.
Where one is the same in both, the part is taken over, else it is computed.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from scorecard.catalogue import Kpi
from scorecard.contract import Contract

_NAME = re.compile(r"create\s+or\s+replace\s+(table|view|macro)\s+(\w+)", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_EARLIER = "earlier"
CALENDAR, CELLS = "calendar", "cells"


@dataclass(frozen=True)
class Notion:
    """A notion that KPIs share: its name, what it is made as, and the statement."""

    name: str
    kind: str
    statement: str


@dataclass(frozen=True)
class Parts:
    """The digest of each part of a snapshot, by `file`, `notion`, `kpi` or `page` NAME."""

    digests: Mapping[str, str]

    def same_as(self, other: Parts) -> frozenset[str]:
        """The parts that both know, made from the same."""
        return frozenset(part for part, _ in self.digests.items() & other.digests.items())


NOTHING = Parts({})


def notions(statements: Iterable[str]) -> tuple[Notion, ...]:
    """The notions that these statements make, in their order."""
    found = []
    for statement in statements:
        match = _NAME.search(statement)
        if not match:
            raise ValueError(f"a shared notion names no table, view or macro: {statement[:60]}")
        found.append(Notion(match[2].lower(), match[1].lower(), statement))
    return tuple(found)


def of_files(contract: Contract, digests: Mapping[str, str], common: str) -> dict[str, str]:
    """File -> digest of its bytes and, as they decide which of its rows count, of those that it
    refers to. `digests` are those of the bytes, without an entry for what has not arrived."""
    found: dict[str, str] = {}
    for file in contract:
        reads = sorted({r.file for r in file.references} | {"regions"} - {file.name})
        # `kpis` is the catalogue, which belongs to what all parts have in common.
        others = [f"{name}={found[name]}" for name in reads if name in found]
        found[file.name] = _digest(common, file.name, digests.get(file.name, "absent"), *others)
    return found


def of_queries(
    files: Mapping[str, str],
    shared: Iterable[Notion],
    kpis: Iterable[Kpi],
    calendar: str,
    common: str,
    pages: Iterable[Notion] = (),
) -> Parts:
    """The digests of all parts, once the reporting dates are known."""
    known = dict(files) | {CALENDAR: calendar}
    parts = {f"file {name}": digest for name, digest in files.items()}
    for notion in shared:
        known[notion.name] = _digest(common, notion.statement, *_read(notion.statement, known))
        parts[f"notion {notion.name}"] = known[notion.name]
    for kpi in kpis:
        # Every fact finds its date in the calendar and its region in the plan.
        reads = _read(f"{kpi.query} {' '.join(kpi.exports)} {CALENDAR} regions", known)
        parts[f"kpi {kpi.id}"] = _digest(common, repr(kpi), *reads)
    known[CELLS] = _digest(*(digest for part, digest in parts.items() if part.startswith("kpi ")))
    for page in pages:
        known[page.name] = _digest(common, page.statement, *_read(page.statement, known))
        parts[f"page {page.name}"] = known[page.name]
    return Parts(parts)


def write(con: duckdb.DuckDBPyConnection, parts: Parts) -> None:
    """Keeps the digests with the snapshot."""
    con.execute("create table parts (part varchar, digest varchar)")
    if parts.digests:
        con.executemany("insert into parts values (?, ?)", list(parts.digests.items()))


@contextlib.contextmanager
def beside(con: duckdb.DuckDBPyConnection, path: Path | None) -> Iterator[Parts]:
    """Attaches an earlier snapshot, and gives its parts; none where it cannot be read."""
    if path is None:
        yield NOTHING
        return
    try:
        con.execute(f"attach '{_quoted(path)}' as {_EARLIER} (read_only)")
    except duckdb.Error:
        yield NOTHING
        return
    try:
        yield _parts(con)
    finally:
        con.execute(f"detach {_EARLIER}")


def take_table(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Takes a table over as it is."""
    con.execute(f'create table "{name}" as from {_EARLIER}."{name}"')


def take_rows(con: duckdb.DuckDBPyConnection, table: str, where: str, values: list[str]) -> None:
    """Takes over the rows of a table for which a condition holds, in their order."""
    con.execute(f"insert into {table} from {_EARLIER}.{table} where {where}", values)


def _parts(con: duckdb.DuckDBPyConnection) -> Parts:
    try:
        return Parts(dict(con.execute(f"from {_EARLIER}.parts").fetchall()))
    except duckdb.Error:  # It was built before parts were kept.
        return NOTHING


def _read(sql: str, known: Mapping[str, str]) -> list[str]:
    """`name=digest` of all that the words of a statement may refer to."""
    words = {word.lower() for word in _WORD.findall(sql)}
    return [f"{name}={known[name]}" for name in sorted(words & known.keys())]


def _digest(*texts: str) -> str:
    digest = hashlib.blake2b(digest_size=10)
    for text in texts:
        digest.update(f"{len(text)}:{text}".encode())
    return digest.hexdigest()


def common(digests: Iterable[str]) -> str:
    """What all parts have in common: contract, builder, KPI headers and DuckDB."""
    return _digest(duckdb.__version__, *digests)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
