"""What is looked at: regions and pillars, as one frozen value."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from scorecard.catalogue import Kpi
from scorecard.languages import say, to_say
from scorecard.plan import Plan
from scorecard.refusal import Refusal, nearest


@dataclass(frozen=True)
class Selection:
    """A set of regions and a set of pillars; an empty one selects all."""

    regions: tuple[str, ...] = ()
    pillars: tuple[str, ...] = ()

    def within(self, kpi: Kpi) -> Selection:
        """The selection once the dimensions that the KPI does not have are left out."""
        return replace(
            self,
            regions=self.regions if "region" in kpi.dimensions else (),
            pillars=self.pillars if "pillar" in kpi.dimensions else (),
        )

    def unfiltered(self, kpi: Kpi) -> tuple[str, ...]:
        """The dimensions asked for that the KPI does not have."""
        asked = (("region", self.regions), ("pillar", self.pillars))
        return tuple(name for name, words in asked if words and name not in kpi.dimensions)

    @property
    def scope(self) -> str | None:
        """The scope of a path that this selection equals: empty for the whole Association."""
        match self.regions, self.pillars:
            case (), ():
                return ""
            case (region,), ():
                return f"region={region}"
            case (), (pillar,):
                return f"pillar={pillar}"
        return None


def select(plan: Plan, regions: Iterable[str] = (), pillars: Iterable[str] = ()) -> Selection:
    """A selection of known regions and pillars; naming all is the same as naming none."""
    return Selection(
        _known("region", regions, plan.regions), _known("pillar", pillars, plan.pillars)
    )


_UNKNOWN = {
    "region": to_say("there is no region {word}"),
    "pillar": to_say("there is no pillar {word}"),
}


def _known(what: str, asked: Iterable[str], known: tuple[str, ...]) -> tuple[str, ...]:
    words = tuple(dict.fromkeys(asked))
    for word in words:
        if word not in known:
            raise Refusal(say(_UNKNOWN[what], word=repr(word)) + nearest(word, known))
    return () if set(words) == set(known) else words


def months_before(date: dt.date, months: int) -> dt.date:
    """The same day n months earlier; the last day of a month stays a last day."""
    year, month = divmod(date.year * 12 + date.month - 1 - months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    is_last = date.day == calendar.monthrange(date.year, date.month)[1]
    return dt.date(year, month + 1, last if is_last else min(date.day, last))


def condition(chosen: Selection, *, facts: bool = False) -> str:
    """SQL for the rows of a date and selection, its values bound by name."""
    parts = ["date = $date"] if facts else ["kpi = $kpi", "date = $date"]
    if chosen.regions:
        parts.append("list_contains($regions, region)")
    if chosen.pillars:
        parts.append("list_contains($pillars, pillar)")
    return " and ".join(parts)


def bound(chosen: Selection) -> dict[str, object]:
    """The values that `condition` binds."""
    named = {"regions": list(chosen.regions), "pillars": list(chosen.pillars)}
    return {name: words for name, words in named.items() if words}
