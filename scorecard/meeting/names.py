"""What groups are called in a sentence or a chart."""

from __future__ import annotations

from scorecard import wording
from scorecard.catalogue import NOT_SPECIFIED
from scorecard.plan import Plan
from scorecard.plurals import place as place

# Codes that do not read well by themselves.
_CATEGORIES = {
    "alleges_violation": "Alleging a violation of the Code",
    "management_governance": "Management and governance",
}
_NONE = {
    "region": "no region",
    "country": "no country",
    "pillar": "no pillar",
    "category": "no category",
}
DIMENSIONS = ("region", "pillar", "category")
_PLURAL = {
    "region": "regions",
    "country": "countries",
    "pillar": "pillars",
    "category": "categories",
    "entity": "single entries",
}


def plural(by: str) -> str:
    """`regions`, `pillars` …"""
    return _PLURAL[by]


def label(plan: Plan, by: str, group: str | None) -> str:
    """A group as a label, with a capital: Africa, Civil society, Personnel misconduct."""
    if group is None:
        return wording.lower(_NONE.get(by, "none")).capitalize()
    if by == "country":
        return plan.countries[group][0] if group in plan.countries else group
    if by == "pillar":
        return wording.PILLAR.get(group, group).capitalize()
    if by == "category":
        words = _CATEGORIES.get(group, group.replace("_", " "))
        return words[:1].upper() + words[1:]
    return group


def inside(plan: Plan, by: str, group: str | None) -> str:
    """Where something is: in Africa, in no specified region, in the category Conference."""
    if group == NOT_SPECIFIED and by == "region":
        return "in no specified region"
    name = label(plan, by, group)
    if group is None:
        return f"in {wording.lower(name)}"
    if by in ("region", "country"):
        return f"in {place(name)}"
    return f"in the {by} “{wording.lower(name)}”"


def subject(plan: Plan, by: str, group: str | None) -> str:
    """A group after a preposition: Africa, the Middle East, the category “conference”."""
    name = label(plan, by, group)
    if group == NOT_SPECIFIED and by == "region":
        return "the entries without a region"
    if group is None:
        return f"the entries with {wording.lower(name)}"
    if by in ("region", "country"):
        return place(name)
    return f"the {by} “{wording.lower(name)}”"
