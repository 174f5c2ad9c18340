"""Why a question is not answered."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from scorecard.languages import say


class Refusal(Exception):
    """A question that was asked wrongly or may not be answered; the text says why."""


def nearest(word: str, words: Iterable[str]) -> str:
    """Says which of `words` was perhaps meant: a half sentence, empty where none is near."""
    choices = sorted(words)
    close = difflib.get_close_matches(word, choices, n=1, cutoff=0.0)
    return say("; the nearest valid one is {word}", word=repr(close[0])) if close else ""
