"""One who knows the rule tries all tables that would be published alike: does one figure stay?"""

from __future__ import annotations

import itertools
import random
from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from fractions import Fraction

import pytest
from oracle import selection as naive

from scorecard.confidentiality import hidden_of
from scorecard.inference import Tally, is_derivable
from scorecard.suppression import Cell, by_rule

Row = tuple[tuple[str, Cell], ...]
Figures = tuple[float | None, ...]
NAMES = "abcd"


def dealt(total: int, cells: int) -> Iterator[tuple[int, ...]]:
    """All ways to deal a total out to so many cells, empty ones too."""
    if cells == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in dealt(total - first, cells - 1):
            yield (first, *rest)


def behind(amounts: Sequence[int], tally: Tally, least: int) -> Iterator[tuple[int, ...]]:
    """How many organisations may stand behind amounts, `least` together or more."""
    if tally == "amount":
        yield tuple(amounts)
        return
    some = [range(1, amount + 1) if amount else (0,) for amount in amounts]
    yield from (counts for counts in itertools.product(*some) if sum(counts) >= least)


def tables(kind: str, tally: Tally, cells: int, total: int, least: int) -> Iterator[Row]:
    """All tables whose cells add up to the total, where indicators come in halves."""
    parts = 2 if tally == "printed" else 1
    for amounts in dealt(total, cells):
        for counts in behind(amounts, tally, least):
            if kind == "sum":
                made: Iterator[tuple[Cell, ...]] = iter([tuple(map(Cell, counts, amounts))])
            else:
                tops = itertools.product(*(range(parts * amount + 1) for amount in amounts))
                made = (
                    tuple(Cell(c, y / parts, d) for c, y, d in zip(counts, t, amounts, strict=True))
                    for t in tops
                )
            yield from (tuple(zip(NAMES, table, strict=False)) for table in made)


def figures(cell: Cell, tally: Tally) -> Figures:
    """Numerator, denominator, rate and count, as far as they are printed of a cell."""
    count = (cell.count,) if tally == "printed" else ()
    if cell.denominator is None:
        return (cell.numerator, *count)
    return (cell.numerator, cell.denominator, cell.rate, *count)


def looks(row: Row, hidden: frozenset[str] | None, tally: Tally) -> Hashable:
    """All that is published of a row: what is shown, what is hidden, and the world."""
    numbers = [figures(cell, tally) for _, cell in row]
    world = tuple(
        sum(number[i] or 0 for number in numbers) for i in range(len(numbers[0])) if i != 2
    )
    if hidden is None:
        return None, world
    shown = tuple(
        None if name in hidden else number for (name, _), number in zip(row, numbers, strict=True)
    )
    return hidden, shown, world


def told(rows: Sequence[Row], hidden: frozenset[str] | None, tally: Tally) -> list[str]:
    """The hidden figures that are the same in all tables published alike.

    Where the world's rate is 0, what is no secret is left out: all numerators are 0.
    """
    known = rows[0][0][1].denominator is not None and not any(c.numerator for _, c in rows[0])
    found = []
    for place, (name, _) in enumerate(rows[0]):
        if hidden is None or name in hidden:
            several = zip(*(figures(row[place][1], tally) for row in rows), strict=True)
            for i, values in enumerate(several):
                if len(set(values)) == 1 and not (known and i == 0):
                    found.append(f"{name}: {values[0]}")
    return found


ATTACKS: list[tuple[str, Tally, int, int, int]] = [
    *(("sum", "amount", 2, total, 0) for total in (1, 2, 5, 9, 10, 16, 24)),
    *(("sum", "amount", 3, total, 0) for total in (3, 9, 10, 12, 15, 16, 17, 18, 20, 24)),
    *(("sum", "amount", 4, total, 0) for total in (10, 16, 20, 22, 23, 25)),
    *(("ratio", "amount", 2, total, 0) for total in (1, 2, 3, 5, 9, 10, 11, 16, 20)),
    *(("ratio", "amount", 3, total, 0) for total in (4, 10, 13, 15, 16, 17)),
    ("ratio", "amount", 4, 10, 0),
    *(("sum", "unknown", 2, total, 0) for total in (4, 10, 12)),
    *(("sum", "unknown", 3, total, 0) for total in (10, 12, 16)),
    *(("ratio", "unknown", 2, total, 0) for total in (9, 10, 12)),
    *(("ratio", "printed", 2, total, 9) for total in (9, 10, 12)),
    ("ratio", "printed", 3, 10, 10),
]


@pytest.mark.parametrize(("kind", "tally", "cells", "total", "least"), ATTACKS)
def test_no_hidden_figure_is_the_same_in_all_tables_published_alike(
    kind: str, tally: Tally, cells: int, total: int, least: int
) -> None:
    by_the_rule: defaultdict[Hashable, list[Row]] = defaultdict(list)
    for row in tables(kind, tally, cells, total, least):
        hidden = by_rule(dict(row))
        if hidden is None or hidden:
            by_the_rule[looks(row, hidden, tally)].append(row)
    published: defaultdict[Hashable, list[Row]] = defaultdict(list)
    for rows in by_the_rule.values():
        hidden = by_rule(dict(rows[0]))
        now = hidden_of(rows[0], tally)
        # Tables that look alike are judged alike, and more is hidden only where one would tell.
        assert hidden_of(rows[-1], tally) == now or tally == "unknown"
        if hidden is not None:
            assert is_derivable(dict(rows[0]), hidden, tally) == bool(told(rows, hidden, tally))
            assert (now != hidden) == bool(told(rows, hidden, tally))
        for row in rows:
            now = hidden_of(row, tally) if tally == "unknown" else now
            published[looks(row, now, tally)].append(row)
    for rows in published.values():
        assert told(rows, hidden_of(rows[0], tally), tally) == []


@pytest.mark.parametrize(
    ("row", "learnt"),
    [
        ("6 6 4", ["a: 6", "c: 4"]),
        ("12/12 8/8 10/30", ["a: 1.0", "b: 1.0"]),
        ("10/10 0/10 4/8", ["a: 10", "b: 10"]),
    ],
)
def test_the_rule_alone_would_tell(row: str, learnt: list[str]) -> None:
    """Else the attack above would prove nothing."""
    numbers = [[int(part) for part in word.split("/")] for word in row.split()]
    total = sum(number[-1] for number in numbers)
    kind = "sum" if len(numbers[0]) == 1 else "ratio"
    cells = [Cell(n[-1], n[0], None if kind == "sum" else n[1]) for n in numbers]
    mine = tuple(zip(NAMES, cells, strict=False))
    hidden = by_rule(dict(mine))
    if total > 20:  # All tables of so many would take long: those that share what is shown do.
        alike = [(*rest, mine[2]) for rest in tables(kind, "amount", 2, 20, 0)]
    else:
        alike = list(tables(kind, "amount", 3, total, 0))
    seen = looks(mine, hidden, "amount")
    same = [r for r in alike if by_rule(dict(r)) == hidden and looks(r, hidden, "amount") == seen]
    assert mine in same
    assert set(learnt) <= set(told(same, hidden, "amount"))


CONFIDENTIAL: dict[str, Tally] = {
    "psea_policy": "amount",
    "indicators_met": "printed",
    "open_concerns": "unknown",
    "concerns_resolved_on_time": "unknown",
    "complaints_received": "amount",
    "complaints_resolved_on_time": "amount",
}


@pytest.mark.parametrize("kpi", CONFIDENTIAL)
def test_the_naive_reading_hides_the_same_of_random_rows(kpi: str) -> None:
    """It tries tables one after another, and so confirms each row that is hidden for more."""
    rng = random.Random(kpi)
    is_sum = kpi in ("open_concerns", "complaints_received")
    more = 0
    for _ in range(40):
        row: dict[str, naive.Content] = {}
        for name in ("Africa", "b", "C", "é", "Not specified")[: rng.choice((2, 3, 3, 4, 5))]:
            count = rng.choice((0, 1, 4, 5, 6, 7, 10, rng.randint(0, 16)))
            amount = count + (
                rng.choice((0, 0, 1, 3)) if count and CONFIDENTIAL[kpi] != "amount" else 0
            )
            share = rng.choice((0, 0.5, 0.9, 1, 1))
            yes = amount if is_sum else sum(rng.random() < share for _ in range(amount))
            row[name] = (count, Fraction(yes), Fraction(amount - yes))
        cells = tuple(
            (name, Cell(count, float(yes), None if is_sum else float(yes + no)))
            for name, (count, yes, no) in row.items()
        )
        ours = hidden_of(cells, CONFIDENTIAL[kpi])
        assert ours == naive.hidden(kpi, row), row
        if ours != naive.specified(kpi, row):
            more += 1
            assert naive.leaks(kpi, row, naive.specified(kpi, row) or frozenset())
    assert is_sum or more > 3
