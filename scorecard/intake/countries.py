"""Names and codes of countries in English, French, Spanish and German -> ISO 3166-1 alpha-3.

ISO's own names come from pycountry, the usual ones from CLDR by Babel, others from the mapping. A
name that two countries bear is left as it is.
"""

from __future__ import annotations

import gettext
from collections.abc import Iterable, Iterator
from functools import lru_cache

import pycountry
from babel import Locale

from scorecard.intake.dates import Resolution
from scorecard.intake.fold import folded, words
from scorecard.intake.mapping import Spellings

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


def resolve(cells: Iterable[str], spellings: Spellings) -> Resolution:
    """The codes of the countries in a column; what is unknown or ambiguous has none."""
    known = _Known(spellings)
    found = ((cell, known.code(cell)) for cell in cells)
    return Resolution({cell: code for cell, code in found if code})


class _Known:
    def __init__(self, spellings: Spellings) -> None:
        self.own = {
            folded(name): code
            for code, names in spellings.toml["countries"].items()
            for name in (code, *names)
        }

    def code(self, cell: str) -> str | None:
        text = cell.strip()
        if text in codes():
            return text
        key = folded(text)
        return self.own.get(key) or _names().get(key) or _bags().get(_bag(text))


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
