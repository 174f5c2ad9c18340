"""Names and codes of countries in English, French, Spanish and German -> ISO 3166-1 alpha-3.

ISO's own names come from pycountry, the usual ones from CLDR by Babel, others from the mapping. A
name that two countries bear is left as it is.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

import pycountry
from babel import Locale

from scorecard.intake.dates import Resolution
from scorecard.intake.fold import folded, words
from scorecard.intake.mapping import Spellings

IS_NAMIBIA, IS_UNKNOWN = "NA is Namibia", "NA says that no country is known"
_SEAMS = re.compile(r"[()\[\]/|:,;]|\s[-–—]\s")
_LANGUAGES = ("en", "fr", "es", "de")
_SMALL = frozenset(
    {
        "the", "of", "and", "la", "le", "les", "el", "los", "las", "de", "du", "des", "d", "l",
        "del", "et", "y", "und", "die", "der", "st", "saint", "sainte",
    }
)  # fmt: skip


@lru_cache(maxsize=1)
def codes() -> frozenset[str]:
    """All alpha-3 codes of ISO 3166-1."""
    return frozenset(country.alpha_3 for country in pycountry.countries)


def resolve(cells: Iterable[str], answers: Sequence[str], spellings: Spellings) -> Resolution:
    """The codes of the countries in a column; what is unknown or ambiguous has none.

    NA is Namibia among other codes of two letters; elsewhere it may say that nothing is known.
    """
    known = _Known(spellings)
    texts = list(cells)
    out = Resolution({cell: code for cell in texts if (code := known.code(cell))})
    doubtful = [cell for cell in out.changes if cell.strip().casefold() == "na"]
    if doubtful and IS_NAMIBIA not in answers:
        codes_beside = any(len(cell.strip()) == 2 for cell in out.changes if cell not in doubtful)
        if IS_UNKNOWN in answers:
            out.changes |= dict.fromkeys(doubtful, "")
        elif not codes_beside:
            out.question = f"Is {doubtful[0]!r} the code of Namibia, or is no country known?"
            out.choices = (IS_NAMIBIA, IS_UNKNOWN)
    return out


class _Known:
    def __init__(self, spellings: Spellings) -> None:
        self.own: dict[str, str] = {
            folded(name): code
            for code, names in spellings.toml["countries"].items()
            for name in (code, *names)
        }

    def code(self, cell: str) -> str | None:
        text = cell.strip()
        if text in codes():
            return text
        whole = self._named(text)
        if whole:
            return whole
        # One country said twice: `Kenya (KEN)`, `CH - Suisse`, `Suisse / Schweiz`.
        parts = [part for part in _SEAMS.split(text) if part.strip()]
        found = {self._named(part) for part in parts} if len(parts) > 1 else set()
        return found.pop() if len(found) == 1 else None

    def _named(self, text: str) -> str | None:
        key = folded(text)
        if key in self.own:
            return self.own[key]
        # A code has no signs in it: `n/a` is not Namibia.
        if len(key) < 4 and not text.strip().isalpha():
            return None
        return _names().get(key) or _bags().get(_bag(text))


def _bag(text: str) -> str:
    """The words of a name in any order: Korea, Republic of = Republic of Korea."""
    return " ".join(sorted(set(words(text)) - _SMALL))


def _spelled() -> Iterator[tuple[str, str]]:
    translations = [
        gettext.translation(domain, pycountry.LOCALES_DIR, languages=[language], fallback=True)
        for domain in ("iso3166-1",)
        for language in _LANGUAGES
    ]
    alpha_3 = {}
    for country in pycountry.countries:
        code = country.alpha_3
        alpha_3[country.alpha_2] = code
        yield from ((country.alpha_2, code), (code, code))
        for kind in ("name", "official_name", "common_name"):
            name = getattr(country, kind, None)
            if name:
                yield name, code
                yield from ((t.gettext(name), code) for t in translations)
    for language in _LANGUAGES:
        for short, name in Locale(language).territories.items():
            if short in alpha_3:
                yield name, alpha_3[short]


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    return _unclaimed((folded(name), code) for name, code in _spelled())


@lru_cache(maxsize=1)
def _bags() -> dict[str, str]:
    return _unclaimed((_bag(name), code) for name, code in _spelled() if len(name) > 3)


def _unclaimed(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    claims: dict[str, set[str]] = {}
    for key, code in pairs:
        claims.setdefault(key, set()).add(code)
    return {key: min(by) for key, by in claims.items() if len(by) == 1 and key}
