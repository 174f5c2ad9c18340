"""A made-up language: every message that the catalogs know stands in brackets.

What is read outside of them was never given to a translator.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterable

from babel import Locale

from scorecard import catalogs, languages
from scorecard.languages import Tongue

CODE = "qps"
_WORD = re.compile(r"[A-Za-zÀ-ÿ’']{3,}")
_NO_WORDS = re.compile(
    r"https?://\S+|\w+#[\w ]+|\S*[_/@]\S*|\S+\.(csv|xlsx|toml|txt|sql|json)\b|\S*\d\S*|"
    r"\b[A-Z]{2,}\b"
)
"""Addresses, names of files and columns, hashes, and abbreviations."""


class Bracketed(gettext.NullTranslations):
    """Brackets around each message, plural and context alike; others as they are."""

    def __init__(self) -> None:
        super().__init__()
        self.known: set[str] = set()
        for message in catalogs.extracted():
            ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
            self.known.update(str(text) for text in ids)

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧" if message in self.known else message

    def ngettext(self, one: str, many: str, n: int) -> str:
        return self.gettext(one if n == 1 else many)

    def pgettext(self, context: str, message: str) -> str:
        return self.gettext(message)


class MadeUp(Tongue):
    """The made-up language; it writes numbers as English does, and dates too."""

    @property
    def locale(self) -> Locale:  # type: ignore[override]
        return Locale.parse("en")


def offer() -> None:
    languages.LANGUAGES[CODE] = "Made up"
    languages.OFFERED = (*languages.OFFERED, CODE)
    languages.add(MadeUp(CODE, Bracketed()))


def outside(text: str) -> str:
    """What of a text stands in no brackets."""
    kept, depth = [], 0
    for letter in text:
        if letter == "⟦":
            depth += 1
        elif letter == "⟧":
            depth -= 1
            kept.append(" ")
        elif depth <= 0:
            kept.append(letter)
    return "".join(kept)


def words(texts: Iterable[str], names: Iterable[str] = ()) -> set[str]:
    """Words that stand in no brackets and in no whole name, such as those of the data."""
    known = sorted({name for name in names if len(name) > 2}, key=len, reverse=True)
    named = re.compile("|".join(re.escape(name) for name in known) or "(?!)", re.IGNORECASE)
    return {
        word
        for text in texts
        for word in _WORD.findall(_NO_WORDS.sub(" ", named.sub(" ", outside(text))))
    }
