"""Counts with their nouns, ordinals and places: what English asks of words beside numbers."""

from __future__ import annotations

from scorecard.catalogue import Kpi

_SMALL = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
)  # fmt: skip
_ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth",
)  # fmt: skip
_SINGULAR = {"companies": "company", "countries": "country", "categories": "category"}
# English puts an article before these, but not before Africa or Latin America.
_WITH_ARTICLE = ("Middle East", "Caribbean", "Pacific", "Americas", "Balkans", "Gulf")
# What one fact is about -> what n counts; facts of several kinds count what they begin with.
_CASES = {
    "org_id": "companies",
    "org_id#cycle": "self-assessments",
    "org_id#section": "companies",
    "concern_id": "concerns",
    "complaint_id": "complaints",
    "seat_id": "seats",
    "mention_id": "mentions",
}
_OF_ALL_PILLARS = {"retention": "members"}


def in_words(count: int) -> str:
    """Whole numbers up to twelve as words."""
    return _SMALL[count] if 0 <= count < len(_SMALL) else f"{count:,}".replace("-", "\u2212")


def ordinal(place: int) -> str:
    """first, second … twelfth, 13th; places count from one."""
    if place <= len(_ORDINALS):
        return _ORDINALS[place - 1]
    tail = "th" if place % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(place % 10)
    return f"{place}{tail or 'th'}"


def noun(plural: str, count: float) -> str:
    """The noun for a count: 1 company, 0 companies; given in the plural."""
    if count != 1:
        return plural
    # The last word bears the number: "open concerns".
    *before, last = plural.split(" ")
    return " ".join([*before, _SINGULAR.get(last, last.removesuffix("s"))])


def is_or_are(count: float) -> str:
    return "is" if count == 1 else "are"


def has_or_have(count: float) -> str:
    return "has" if count == 1 else "have"


def place(name: str) -> str:
    """The name of a region or country after a preposition: Africa, the Middle East."""
    return f"the {name}" if name.startswith(_WITH_ARTICLE) else name


def cases(kpi: Kpi, count: float) -> str:
    """What the n of a ratio counts: companies, concern, members."""
    plural = _OF_ALL_PILLARS.get(kpi.id) or _CASES.get(kpi.entity, "cases")
    return noun(plural, count)
