"""Whether the cells that a row hides can be worked out, by trying other tables one after another.

A table is a tuple of contents, one for each hidden cell: (organisations, yes, no), where a sum
counts as yes. Starting from the true one, what lies in any two cells is dealt out anew in every
way; tables that the rule would have published alike are dealt out further.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from fractions import Fraction

Content = tuple[int, Fraction, Fraction]
Table = tuple[Content, ...]
HALF = Fraction(1, 2)
ENOUGH = 60_000  # tables tried before it is given up; only rows that tell come near


def is_told(
    truth: Table, alike: Callable[[Table], bool], is_ratio: bool, counted: str, halves: bool
) -> bool:
    """Whether some number printed of a hidden cell is the same in all tables published alike.

    `counted` says what a reader knows of the organisations: they are the `amount` itself, they
    are `printed` beside, so that their total is known, or they are `unknown`.
    """
    if is_ratio and (not any(yes for _, yes, _ in truth) or not any(no for _, _, no in truth)):
        return True  # all rates are 0, or all are 1, and the total says so
    seen: list[list[set[Fraction]]] = [[set() for _ in printed(c, is_ratio)] for c in truth]
    if alike(truth):
        _note(seen, truth, is_ratio)
    queue, known, tried = [truth], {truth}, 0
    if not is_ratio:  # Where more is hidden than by the rule, those alike may be far from truth.
        queue += [_gathered(truth, place) for place in range(len(truth))]
    while queue and tried < ENOUGH:
        for other in _dealt_anew(queue.pop(0), is_ratio, counted, halves):
            tried += 1
            if other not in known:
                known.add(other)
                if alike(other):
                    queue.append(other)
                    _note(seen, other, is_ratio)
            # Organisations that are never printed are no number to be told.
            first = 1 if counted == "unknown" else 0
            if all(len(values) > 1 for cell in seen for values in cell[first:]):
                return False
    return True


def _gathered(table: Table, place: int) -> Table:
    """A sum of which one cell holds all but one of each other."""
    one: Content = (1, Fraction(1), Fraction(0))
    rest = sum((yes for _, yes, _ in table), Fraction(0)) - (len(table) - 1)
    others = [one] * len(table)
    others[place] = (int(rest), rest, Fraction(0))
    return tuple(others)


def _note(seen: list[list[set[Fraction]]], table: Table, is_ratio: bool) -> None:
    for values, content in zip(seen, table, strict=True):
        for number, found in zip(printed(content, is_ratio), values, strict=True):
            found.add(number)


def printed(content: Content, is_ratio: bool) -> tuple[Fraction, ...]:
    count, yes, no = content
    if not is_ratio:
        return Fraction(count), yes
    return Fraction(count), yes, yes + no, yes / (yes + no)


def _dealt_anew(table: Table, is_ratio: bool, counted: str, halves: bool) -> Iterator[Table]:
    """All tables in which what two cells hold is dealt out anew, of each two in turn."""
    pairs = itertools.combinations(range(len(table)), 2)
    each = [_two_anew(table, i, j, is_ratio, counted, halves) for i, j in pairs]
    for found in itertools.zip_longest(*each):
        yield from (other for other in found if other is not None)


def _two_anew(
    table: Table, i: int, j: int, is_ratio: bool, counted: str, halves: bool
) -> Iterator[Table]:
    (o1, y1, n1), (o2, y2, n2) = table[i], table[j]
    for yes in _up_to(y1 + y2, halves):
        for no in _up_to(n1 + n2, halves) if is_ratio else [Fraction(0)]:
            amount, rest = yes + no, y1 + y2 + n1 + n2 - yes - no
            if amount <= 0 or rest <= 0 or amount.denominator > 1:
                continue
            for a, b in _organisations(o1 + o2, int(amount), int(rest), counted):
                dealt = list(table)
                dealt[i] = (a, yes, no)
                dealt[j] = (b, y1 + y2 - yes, n1 + n2 - no)
                yield tuple(dealt)


def _up_to(total: Fraction, halves: bool) -> list[Fraction]:
    """All parts of a total, from both ends, where other tables are found soonest."""
    step = HALF if halves else Fraction(1)
    ends = [(step * i, total - step * i) for i in range(int(total / step) // 2 + 1)]
    return list(dict.fromkeys(part for pair in ends for part in pair))


def _organisations(both: int, amount: int, rest: int, counted: str) -> list[tuple[int, int]]:
    """How many organisations may stand behind two amounts."""
    if counted == "amount":
        return [(amount, rest)]
    if counted == "printed":
        return [(a, both - a) for a in range(1, both) if a <= amount and both - a <= rest]
    # Of those never printed only few matter: 1 to 4 hide a cell, and all hidden make ten.
    first, second = ({whole, *range(1, min(9, whole) + 1)} for whole in (amount, rest))
    return sorted(itertools.product(first, second), reverse=True)
