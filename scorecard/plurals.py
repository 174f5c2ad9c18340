"""Counts with their nouns, ordinals and places: what a language asks of words beside numbers."""

from __future__ import annotations

from scorecard.catalogue import Kpi
from scorecard.languages import ENGLISH, current, grouped, say_n, to_say_n

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
    "org_id": to_say_n("company", "companies"),
    "org_id#cycle": to_say_n("self-assessment", "self-assessments"),
    "org_id#section": to_say_n("company", "companies"),
    "concern_id": to_say_n("concern", "concerns"),
    "complaint_id": to_say_n("complaint", "complaints"),
    "seat_id": to_say_n("seat", "seats"),
    "mention_id": to_say_n("mention", "mentions"),
}
_OF_ALL_PILLARS = {"retention": to_say_n("member", "members")}


def in_words(count: int) -> str:
    """Whole numbers up to twelve as words; as digits where words have a gender."""
    is_word = current() == ENGLISH and 0 <= count < len(_SMALL)
    return _SMALL[count] if is_word else grouped(count)


def ordinal(place: int) -> str:
    """first, second … twelfth, 13th; places count from one. 2e in French, 2.º in Spanish."""
    code = current()
    if code == "fr":
        return "1er" if place == 1 else f"{place}e"
    if code == "es":
        return f"{place}.{'er' if place % 10 in (1, 3) and place % 100 not in (11, 13) else 'º'}"
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


def unit(plural: str, count: float) -> str:
    """The noun for a count in the language of now, without the count."""
    return say_n(noun(plural, 1), plural, count)


def place(name: str) -> str:
    """The name of a region or country after a preposition: Africa, the Middle East."""
    if current() != ENGLISH:
        return name
    return f"the {name}" if name.startswith(_WITH_ARTICLE) else name


def cases(kpi: Kpi, count: float) -> str:
    """What the n of a ratio counts: companies, concern, members."""
    plural = _OF_ALL_PILLARS.get(kpi.id) or _CASES.get(kpi.entity, to_say_n("case", "cases"))
    return unit(plural, count)
