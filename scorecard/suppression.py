"""The rule by which groups of a row are hidden, as specified: arithmetic only."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass

_FEW = range(1, 5)
_ENOUGH = 10


@dataclass(frozen=True)
class Cell:
    """One group of a row: how many organisations it counts, and what it adds up to.

    The denominator is none where the KPI is a sum.
    """

    count: float
    numerator: float
    denominator: float | None = None

    @property
    def rate(self) -> float | None:
        return self.numerator / self.denominator if self.denominator else None


def by_rule(row: Mapping[str, Cell]) -> frozenset[str] | None:
    """The groups that the rule hides; none where it hides the row whole.

    Few organisations, or a rate of 0 or 1, hide a group. Others are hidden with it until the
    hidden ones are at least two and count at least ten together, so that no total gives one back.
    """
    hidden = frozenset(name for name, cell in row.items() if _tells(cell))
    while hidden and (len(hidden) == 1 or sum(row[name].count for name in hidden) < _ENOUGH):
        other = smallest_other(row, hidden)
        if other is None:
            return None
        hidden |= {other}
    return hidden


def smallest_other(row: Mapping[str, Cell], hidden: Set[str]) -> str | None:
    """The group to hide next: of those that are not empty the smallest, of equals the first."""
    others = [(cell.count, name) for name, cell in row.items() if cell.count and name not in hidden]
    return min(others)[1] if others else None


def _tells(cell: Cell) -> bool:
    rate = cell.rate
    return cell.count in _FEW or (rate is not None and min(abs(rate), abs(rate - 1)) <= 1e-9)
