"""Enumerated words and yes and no, in the languages of the mapping."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from scorecard.intake.dates import Resolution
from scorecard.intake.fold import folded
from scorecard.intake.mapping import Spellings

_DECIMALS = re.compile(r"([01])[.,]0+")

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
    # Excel and its like write a yes that is kept as a number as 1.0.
    values = {cell: folded(_DECIMALS.sub(r"\1", cell.strip())) for cell in cells}
    out = Resolution({cell: known[said] for cell, said in values.items() if said in known})
    marks = set(values.values())
    if blanks and marks and marks <= spellings.crosses:
        if BLANK_IS_NO in answers:
            out.changes[""] = "false"
        elif BLANK_IS_BLANK not in answers:
            out.question = f"Crosses mark what is so; what do {blanks} empty cells say?"
            out.choices = (BLANK_IS_NO, BLANK_IS_BLANK)
    return out
