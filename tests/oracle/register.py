"""The words of the specification: windows, spells that hold, members, latest assessments."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .tables import World

Row = dict[str, Any]


@dataclass(frozen=True)
class Fact:
    entity: str
    country: str | None
    pillar: str | None
    category: str | None
    numerator: Fraction
    denominator: Fraction
    region: str | None = None
    organisation: str | None = None  # what confidentiality counts; not printed


def months_before(day: dt.date, n: int) -> dt.date:
    """`D - n months`: month ends go to month ends, days that do not exist to the last day."""
    index = day.year * 12 + day.month - 1 - n
    year, month = index // 12, index % 12 + 1
    length = calendar.monthrange(year, month)[1]
    if day.day == calendar.monthrange(day.year, day.month)[1]:
        return dt.date(year, month, length)
    return dt.date(year, month, min(day.day, length))


def in_window(date: dt.date | None, day: dt.date, n: int) -> bool:
    return date is not None and months_before(day, n) < date <= day


def days_after(day: dt.date, days: int) -> dt.date:
    """A day that many days later, or the last that there is."""
    left = (dt.date.max - day).days
    return day + dt.timedelta(days=min(days, left))


def holds(row: Row, day: dt.date, start: str = "start_on", end: str = "end_on") -> bool:
    return bool(row[start] <= day and (row[end] is None or row[end] > day))


def valid(certificate: Row, day: dt.date) -> bool:
    withdrawn = certificate["withdrawn_on"]
    return bool(
        certificate["certified_on"] <= day
        and certificate["expires_on"] > day
        and (withdrawn is None or withdrawn > day)
    )


class Register:
    """The accepted rows of a world, with the words of the specification as questions."""

    def __init__(self, world: World, day: dt.date) -> None:
        self.world, self.day = world, day
        self.organisations = {r["org_id"]: r for r in world.rows("organisations")}

    def rows(self, name: str) -> list[Row]:
        return self.world.rows(name)

    def rows_of(self, name: str, org: str) -> list[Row]:
        return self.world.rows_of(name, org)

    def category(self, org: str, day: dt.date) -> str | None:
        """The category of the spell of this organisation that holds on that day."""
        for spell in self.rows_of("memberships", org):
            if holds(spell, day):
                return str(spell["category"])
        return None

    def is_member(self, org: str, day: dt.date) -> bool:
        return self.category(org, day) in ("transitional", "member")

    def certified(self, org: str) -> bool:
        return any(valid(c, self.day) for c in self.rows_of("certifications", org))

    def of_pillar(self, *pillars: str) -> list[str]:
        return [o for o, r in self.organisations.items() if r["pillar"] in pillars]

    def company_members(self) -> list[str]:
        return [o for o in self.of_pillar("company") if self.is_member(o, self.day)]

    def participants(self) -> list[str]:
        wanted = ("transitional", "member", "affiliate")
        return [o for o in self.of_pillar("company") if self.category(o, self.day) in wanted]

    def latest_assessment(self, org: str) -> Row | None:
        latest = None
        for row in self.rows_of("self_assessments", org):
            if row["submitted_on"] is None or row["submitted_on"] > self.day:
                continue
            if latest is None or row["cycle"] > latest["cycle"]:
                latest = row
        return latest

    def latest_answers(self, org: str) -> list[Row]:
        latest = self.latest_assessment(org)
        if latest is None:
            return []
        answers = self.rows_of("self_assessment_answers", org)
        return [r for r in answers if r["cycle"] == latest["cycle"]]

    def fact(
        self,
        org: str,
        numerator: Any = 1,
        *,
        entity: str | None = None,
        category: str | None = None,
        denominator: Any = 1,
    ) -> Fact:
        row = self.organisations[org]
        return Fact(
            entity or org,
            row["country"],
            row["pillar"],
            category,
            Fraction(numerator),
            Fraction(denominator),
            organisation=org,
        )


def deadline(start: dt.date, day: dt.date) -> dt.date | None:
    """The certification deadline of a transitional spell by the rule in force on that day."""
    rule_began = dt.date(2018, 4, 15)
    if day < rule_began:
        return None
    later = max(start, rule_began)
    if day < dt.date(2019, 11, 21):
        return months_before(later, -24)
    return dt.date(later.year + 2, 12, 31)
