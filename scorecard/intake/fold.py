"""Words compared as a person compares them: without case, accents and punctuation."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]")


@lru_cache(maxsize=100_000)
def words(text: str) -> tuple[str, ...]:
    """The words of a text, folded: `Côte d'Ivoire` is cote, d, ivoire; `endDate` is end, date."""
    humped = _HUMP.sub(" ", text)
    plain = unicodedata.normalize("NFKD", humped.casefold().replace("ß", "ss"))
    bare = "".join(c for c in plain if not unicodedata.combining(c))
    return tuple(_WORD.findall(bare.replace("œ", "oe").replace("æ", "ae")))


def folded(text: str) -> str:
    """The same as one run of letters and digits, so that blanks and signs do not matter.

    A text of signs alone, such as `+`, stays as it is.
    """
    return "".join(words(text)) or text.strip()


def without_asides(text: str) -> str:
    """A header without what stands in brackets or marks it as required: `Start (dd.mm.yyyy) *`."""
    return _ASIDE.sub(" ", text).replace("*", " ").strip()
