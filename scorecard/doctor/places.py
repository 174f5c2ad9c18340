"""Where rows that something is wrong with stood in what arrived, for who must mend them there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from scorecard import origins, wording
from scorecard.doctor.diagnosis import MOST_ROWS, Diagnosis, Where
from scorecard.origins import Place
from scorecard.snapshot import Snapshot

_SHOWN = 10


@dataclass(frozen=True)
class Wrong:
    """A finding for which a row is set aside, and where that stood; texts are as they came."""

    arrived: Place
    column: str | None
    value: str | None
    message: str


def traced(found: Diagnosis, exports: Path) -> Diagnosis:
    """A diagnosis of the exports in a folder, each of its places with where it stood before."""
    rows = [row for ailment in found.ailments for row in ailment.rows]
    places = origins.find(exports, ((_export(r.file), r.line) for r in rows if r.line))
    if not places:
        return found

    def there(row: Where) -> Where:
        return replace(row, arrived=places.get((_export(row.file), row.line or 0)))

    ailments = (replace(a, rows=tuple(map(there, a.rows))) for a in found.ailments)
    return replace(found, ailments=tuple(ailments))


def wrong(proposed: Snapshot, exports: Path) -> tuple[Wrong, ...]:
    """Why rows are set aside, by export and line, as far as it is known where they stood."""
    if not origins.are_kept(exports):
        return ()
    rows = proposed.cursor().execute(
        'select export, line, "column", value, message from findings where severity = \'error\' '
        "and line is not null order by export, line, place limit ?",
        [MOST_ROWS],
    ).fetchall()  # fmt: skip
    places = origins.find(exports, ((export, line) for export, line, *_ in rows))
    return tuple(
        Wrong(places[export, line], column, value, message)
        for export, line, column, value, message in rows
        if (export, line) in places
    )


def in_words(found: tuple[Wrong, ...]) -> Iterator[str]:
    """A line a finding, for a terminal; of many the first."""
    for one in found[:_SHOWN]:
        where = ", ".join(filter(None, (wording.stood(one.arrived), one.column)))
        value = f" ({one.value})" if one.value else ""
        yield printable(f"set aside: {where}: {one.message}{value}")
    if len(found) > _SHOWN:
        more = f"{len(found) - _SHOWN:,}" if len(found) < MOST_ROWS else "many"
        yield f"and {more} more; doctor lists them"


def printable(text: str) -> str:
    """A text in which nothing moves the cursor of a terminal or ends its line."""
    return "".join(c if c.isprintable() else " " for c in text)


def _export(file: str) -> str:
    return file.removesuffix(".csv")
