"""Text for a spreadsheet, which must never take it for a formula."""

from __future__ import annotations

import unicodedata

_FORMULA = frozenset("=+-@\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}"
                     "\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}")  # fmt: skip
_BREAKS = ("\t", "\r", "\n", "\0")


def safe(cell: object) -> object:
    """A cell that no spreadsheet takes for a formula; numbers stay numbers.

    What cannot be seen before a formula (spaces, marks of direction) does not hide it.
    """
    if not isinstance(cell, str):
        return cell
    seen = next((c for c in cell if unicodedata.category(c)[0] not in "CZ"), "")
    return f"'{cell}" if seen in _FORMULA and seen or cell.startswith(_BREAKS) else cell
