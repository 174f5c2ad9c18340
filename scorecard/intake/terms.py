"""Enumerated words and yes and no, in the languages of the mapping."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from scorecard.intake.dates import Resolution
from scorecard.intake.fold import folded
from scorecard.intake.mapping import Spellings

BLANK_IS_NO, BLANK_IS_BLANK = "an empty cell means no", "an empty cell is unknown"


def resolve(cells: Iterable[str], allowed: Sequence[str], spellings: Spellings) -> Resolution:
    """The words of the contract for those of a column."""
    known = spellings.values_of(allowed)
    return Resolution({cell: known[folded(cell)] for cell in cells if folded(cell) in known})


def resolve_booleans(
    cells: Iterable[str], blanks: int, answers: Sequence[str], spellings: Spellings
) -> Resolution:
    """true and false; `blanks` cells of the column are empty.

    Where crosses stand beside blanks alone, the key "" says what a blank becomes.
    """
    known = spellings.booleans
    values = list(cells)
    out = Resolution({cell: known[folded(cell)] for cell in values if folded(cell) in known})
    marks = {folded(cell) for cell in values}
    if blanks and marks and marks <= spellings.crosses:
        if BLANK_IS_NO in answers:
            out.changes[""] = "false"
        elif BLANK_IS_BLANK not in answers:
            out.question = f"Crosses mark what is so; what do {blanks} empty cells say?"
            out.choices = (BLANK_IS_NO, BLANK_IS_BLANK)
    return out
