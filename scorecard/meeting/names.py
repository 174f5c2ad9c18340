"""What groups are called in a sentence or a chart."""

from __future__ import annotations

from scorecard import plurals, wording
from scorecard.catalogue import NOT_SPECIFIED
from scorecard.languages import Words, say, say_in, to_say
from scorecard.plan import Plan

# Codes that do not read well by themselves.
_CATEGORIES = {
    "alleges_violation": "Alleging a violation of the Code",
    "management_governance": "Management and governance",
}
_NONE = Words(
    {
        "region": to_say("no region"),
        "country": to_say("no country"),
        "pillar": to_say("no pillar"),
        "category": to_say("no category"),
    }
)
DIMENSIONS = ("region", "pillar", "category")
_PLURAL = Words(
    {
        "region": to_say("regions"),
        "country": to_say("countries"),
        "pillar": to_say("pillars"),
        "category": to_say("categories"),
        "entity": to_say("single entries"),
    }
)


def plural(by: str) -> str:
    """`regions`, `pillars` …"""
    return _PLURAL[by]


def place(region: str) -> str:
    """The name of a region after `in`: Africa, the Middle East."""
    return plurals.place(wording.region_name(region))


def label(plan: Plan, by: str, group: str | None) -> str:
    """A group as a label, with a capital: Africa, Civil society, Personnel misconduct."""
    if group is None:
        return wording.capital(_NONE.get(by, say("none")))
    if by == "country":
        return plan.countries[group][0] if group in plan.countries else group
    if by == "pillar":
        return wording.capital(wording.PILLAR.get(group, group))
    if by == "category":
        return category(group)
    return wording.region_name(group) if by == "region" else group


def category(group: str) -> str:
    """A category as a label; one that we do not know stays as it is written."""
    return say_in("category", in_english(group))


def section(title: str) -> str:
    """A section of the self-assessment: its title as it is written, or its translation."""
    return say_in("category", title)


def in_english(group: str) -> str:
    """The code of a category in words, by which its translation is found."""
    return _CATEGORIES.get(group, wording.capital(group.replace("_", " ")))


def inside(plan: Plan, by: str, group: str | None) -> str:
    """Where something is: in Africa, in no specified region, in the category Conference."""
    if group == NOT_SPECIFIED and by == "region":
        return say("in no specified region")
    name = label(plan, by, group)
    if group is None:
        return say("in {nothing}", nothing=wording.lower(name))
    if by == "region":
        return say_in("region", "in {place}", place=plurals.place(name))
    if by == "country":
        return say_in("country", "in {place}", place=plurals.place(name))
    if by == "pillar":
        return say("in the pillar “{name}”", name=wording.lower(name))
    return say("in the category “{name}”", name=wording.lower(name))


def subject(plan: Plan, by: str, group: str | None) -> str:
    """A group after a preposition: Africa, the Middle East, the category “conference”."""
    name = label(plan, by, group)
    if group == NOT_SPECIFIED and by == "region":
        return say("the entries without a region")
    if group is None:
        return say("the entries with {nothing}", nothing=wording.lower(name))
    if by in ("region", "country"):
        return plurals.place(name)
    if by == "pillar":
        return say("the pillar “{name}”", name=wording.lower(name))
    return say("the category “{name}”", name=wording.lower(name))
