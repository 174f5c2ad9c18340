"""A page of the facts of organisations, read without looking at all that come before it.

Facts are told in the order of the ids of their organisations, which are cut into slices. How many
facts each slice has is guessed from how many organisations it has of each pillar; the guess says
where to look, and what is counted and read from there on is exact.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np

from scorecard.cells import Floats

TABLE = "organisation_slices"
_PILLARS = ("company", "civil_society", "government")


@dataclass(frozen=True)
class Slices:
    """First id of each slice, and by boundary x pillar how many organisations lie before it."""

    firsts: tuple[str, ...]
    before: Floats

    def expected(self, facts: Sequence[float]) -> Floats:
        """How many facts lie before each boundary, if those of a pillar lie evenly among its
        organisations. `facts` are the numbers of the three pillars."""
        total = np.maximum(self.before[-1], 1)
        found: Floats = (self.before / total) @ np.asarray(facts, dtype=np.float64)
        return found


def load(con: duckdb.DuckDBPyConnection) -> Slices | None:
    """The slices of a snapshot; none where ids do not lie in the order of their facts."""
    rows = con.execute(f"select first_id, {', '.join(_PILLARS)} from {TABLE}").fetchall()
    if not rows:
        return None
    counts = np.array([row[1:] for row in rows], dtype=np.float64)
    before = np.vstack([np.zeros(len(_PILLARS)), counts.cumsum(axis=0)])
    return Slices(tuple(row[0] for row in rows), before)


@dataclass(frozen=True)
class Facts:
    """Facts that are asked for between two ids: the first is inside, the last is not."""

    total: int
    by_pillar: Sequence[float]
    count: Callable[[str | None, str | None], int]
    read: Callable[[str | None, str | None, int, int], list[tuple[object, ...]]]
    """The rows between two ids in order, at most `limit` after the first `offset`."""


def page(slices: Slices, facts: Facts, limit: int, offset: int) -> list[tuple[object, ...]]:
    """At most `limit` facts after the first `offset`."""
    if offset >= facts.total:
        return []
    expected = slices.expected(facts.by_pillar)
    # What chance makes of a guess, and as much again whenever that was not enough.
    margin = 4 * np.sqrt(facts.total) + limit
    start, skipped = _start(slices, facts, expected, offset, margin)
    skip = offset - skipped
    while True:
        wanted = expected[start] + skip + limit + margin
        end = max(int(np.searchsorted(expected, wanted)), start + 1)
        rows = facts.read(_id(slices, start), _id(slices, end), limit, skip)
        if len(rows) == limit or end >= len(slices.firsts):
            return rows
        margin *= 4


def _start(
    slices: Slices, facts: Facts, expected: Floats, offset: int, margin: float
) -> tuple[int, int]:
    """A boundary with no more than `offset` facts before it, and how many these are."""
    while True:
        start = int(np.searchsorted(expected, offset - margin, side="right")) - 1
        if start <= 0:
            return 0, 0
        first = _id(slices, start)
        # The shorter side is counted.
        if expected[start] * 2 <= facts.total:
            before = facts.count(None, first)
        else:
            before = facts.total - facts.count(first, None)
        if before <= offset:
            return start, before
        margin = margin * 4 + (before - offset)


def _id(slices: Slices, boundary: int) -> str | None:
    """The id at a boundary; none at both ends."""
    return slices.firsts[boundary] if 0 < boundary < len(slices.firsts) else None
