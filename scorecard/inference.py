"""Whether a hidden figure can be worked out by one who knows the total and the rule.

Whoever reads a row sees the cells that are shown, the names of those that are hidden and, as the
world is published, what the hidden ones add up to. A hidden figure is safe where other tables
would have been published in the very same way and give it another value. So such tables are put
together here, from nothing but what is published, and tried: each is proof by itself, as the
rule itself is asked whether it hides the same groups of it.

The families of tables below were chosen so that they miss no value that matters; that they do
not is tested against all tables of small rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from itertools import product
from typing import Literal

from scorecard.suppression import Cell, by_rule

Tally = Literal["amount", "printed", "unknown"]
"""How the number of organisations that hides a cell is known to a reader: it is the amount
itself (complaints, or companies with one answer each), it is printed beside (indicators), or it
is never printed (the organisations behind concerns)."""

_SCAN = 60
"""Two cells that add up to no more are tried in all ways, larger ones at their corners."""

Table = Sequence[Cell]


def is_derivable(row: Mapping[str, Cell], hidden: Set[str], tally: Tally) -> bool:
    """Whether some figure of the hidden cells has one possible value only."""
    names = sorted(hidden)
    cells = [row[name] for name in names]
    count = sum(cell.count for cell in cells)
    amount = sum(_amount(cell) for cell in cells)
    # One organisation or complaint each, or one more: taken together, so that neither of the
    # two can be told from a row that is hidden whole.
    if (count if tally == "printed" else amount) <= len(names) + 1:
        return True
    if cells[0].denominator is None:
        tables = _sums(len(names), amount, tally)
    else:
        yes = sum(cell.numerator for cell in cells)
        if yes in (0, amount):
            return True  # All hidden rates are the same, and the total says which.
        tables = _ratios(len(names), amount, yes, count, tally)
    published = {
        name: replace(cell, count=_amount(cell)) if tally == "unknown" else cell
        for name, cell in row.items()
    }
    seen: defaultdict[tuple[str, str], set[float | None]] = defaultdict(set)
    for table in tables:
        given = dict(zip(names, table, strict=True))
        if by_rule(published | given) != hidden:
            continue
        for name, cell in given.items():
            for figure, value in _figures(cell, tally).items():
                seen[name, figure].add(value)
        if all(len(values) > 1 for values in seen.values()):
            return False
    return True


def _amount(cell: Cell) -> float:
    return cell.numerator if cell.denominator is None else cell.denominator


def _figures(cell: Cell, tally: Tally) -> dict[str, float | None]:
    """What would be printed of a cell."""
    figures = {"numerator": cell.numerator, "denominator": cell.denominator, "rate": cell.rate}
    if cell.denominator is None:
        figures = {"numerator": cell.numerator}
    return figures | ({"count": cell.count} if tally == "printed" else {})


def _sums(cells: int, amount: float, tally: Tally) -> Iterator[Table]:
    """Tables of a sum. Of what the rule hides, all but one cell are small."""
    if tally == "unknown":
        for counts in _parts(cells, max(10, cells), 9):
            for place in range(cells):
                values = list(counts)
                values[place] += amount - sum(counts)
                yield [Cell(c, value) for c, value in zip(counts, values, strict=True)]
        return
    for together in range(cells - 1, 10):
        for rest in _parts(cells - 1, together, 9):
            for place in range(cells):
                values = [*rest[:place], amount - together, *rest[place:]]
                if amount > together:
                    yield [Cell(value, value) for value in values]
    for small in _parts(cells, amount, 4):
        yield [Cell(value, value) for value in small]


def _parts(parts: int, total: float, most: int) -> Iterator[list[float]]:
    """All ways to write a total as so many whole numbers from 1 to `most`."""
    if parts == 0:
        if total == 0:
            yield []
        return
    for first in range(1, most + 1):
        if parts - 1 <= total - first <= (parts - 1) * most:
            for rest in _parts(parts - 1, total - first, most):
                yield [first, *rest]


def _ratios(cells: int, amount: float, yes: float, count: float, tally: Tally) -> Iterator[Table]:
    """Tables of a ratio, where neither all say yes nor all say no."""
    pairs = _two(amount, yes) if cells == 2 else _unanimous(cells, amount, yes)
    for denominators, numerators in pairs:
        for counts in _counts(denominators, count, tally):
            yield [Cell(*parts) for parts in zip(counts, numerators, denominators, strict=True)]


Pair = tuple[list[float], list[float]]


def _two(amount: float, yes: float) -> Iterator[Pair]:
    """Denominators and numerators of two cells, beginning with a yes and a no."""
    corners = {near + i for near in (0, yes // 1, (amount - yes) // 1, amount / 2 // 1, amount)
               for i in range(-6, 7)}  # fmt: skip
    firsts = range(1, int(amount)) if amount <= _SCAN else sorted(corners)
    step = 1 if float(yes).is_integer() else 0.5
    middle = [near for near in (yes, amount - yes) if near in firsts]
    for first in (*middle, *firsts):
        if 1 <= first < amount:
            low, high = max(0, yes - (amount - first)), min(first, yes)
            # Equal steps from both ends keep the parts whole or halves as they are.
            tops = {low, low + step, low + 2 * step, high - 2 * step, high - step, high}
            for top in sorted(tops):
                if low <= top <= high:
                    yield [first, amount - first], [top, yes - top]


def _unanimous(cells: int, amount: float, yes: float) -> Iterator[Pair]:
    """Three cells or more, in each of which all say yes or all no; a half stands alone."""
    split = [] if float(yes).is_integer() else [(1.0, 0.5)]
    ayes, noes = int(yes), int(amount - yes)
    rest = cells - len(split)
    for many in range(max(0, rest - noes), min(rest, ayes) + 1):
        if (many == 0) != (ayes == 0) or (many == rest) != (noes == 0):
            continue
        groups = [(1.0, 1.0)] * many + [(1.0, 0.0)] * (rest - many)
        if many:
            groups[0] = (ayes - many + 1, ayes - many + 1)
        if many < rest:
            groups[-1] = (noes - (rest - many) + 1, 0)
        groups += split
        for turn in range(cells):
            turned = groups[turn:] + groups[:turn]
            yield [bottom for bottom, _ in turned], [top for _, top in turned]


def _counts(denominators: Sequence[float], count: float, tally: Tally) -> Iterator[Sequence[float]]:
    """How many organisations may stand behind the denominators; no more than they are."""
    if tally != "printed":
        yield denominators
        if tally == "unknown" and len(denominators) == 2:
            first, second = denominators
            yield from product({min(o, first) for o in (4, 5, 6)}, {second})
            yield from product({first}, {min(o, second) for o in (4, 5, 6)})
        return
    if len(denominators) == 2:
        first, second = denominators
        low, high = max(1, count - second), min(first, count - 1)
        near = {low + i for i in range(5)} | {high - i for i in range(5)}
        near |= {float(i) for i in range(1, 9)} | {count - i for i in range(1, 9)}
        yield from ([o, count - o] for o in sorted(near) if low <= o <= high)
        return
    for turn in range(len(denominators)):
        counts = [1.0] * len(denominators)
        for place in [*range(turn, len(counts)), *range(turn)]:
            counts[place] += min(denominators[place] - 1, count - sum(counts))
        yield counts
