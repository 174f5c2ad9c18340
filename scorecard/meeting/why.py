"""Why one KPI changed: its explanation, the steps of a waterfall, and sentences that say it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from scorecard import breakdowns, changes, confidentiality, evidence, readings, wording
from scorecard.catalogue import Kpi
from scorecard.changes import Explanation, Part
from scorecard.confidentiality import Role
from scorecard.languages import Words, say, say_n, to_say
from scorecard.meeting import names, sentences
from scorecard.refusal import Refusal
from scorecard.selection import Selection
from scorecard.snapshot import Snapshot


@dataclass(frozen=True)
class Step:
    """One step of a waterfall, or one of the two totals between which the steps lead."""

    label: str
    amount: float
    is_total: bool = False


@dataclass(frozen=True)
class Why:
    """Why a KPI changed. Where it may not or cannot be said, `refused` says so politely."""

    kpi: str
    by: str | None
    """The dimension, `country` or `entity`; none where nothing is explained."""
    explanation: Explanation | None
    steps: tuple[Step, ...]
    """Value before, parts from the greatest on (the smallest added up), value after."""
    sentence: str
    concentration: str
    """Where most of the change comes from, where that can be said; else nothing."""
    refused: str = ""
    labels: Mapping[str | None, str] = field(default_factory=dict)
    """Group of a part -> what to call it."""

    @property
    def text(self) -> str:
        """All that is to say, as one paragraph."""
        return " ".join(part for part in (self.sentence, self.concentration, self.refused) if part)


def ways(kpi: Kpi, role: Role) -> tuple[str, ...]:
    """By what the change of a KPI may be explained to a role; nothing where it may not be."""
    if confidentiality.guards(kpi, role):
        return ()
    if kpi.aggregate == "countries":
        return ("country",)
    has = [by for by in names.DIMENSIONS if by in kpi.dimensions]
    if "region" in has:
        has.insert(1, "country")
    if confidentiality.admits(role, kpi.rows_for):
        has.append("entity")
    return tuple(has)


def explained(
    snapshot: Snapshot,
    kpi: Kpi,
    start: dt.date,
    end: dt.date,
    selection: Selection = Selection(),
    role: Role = "executive",
    by: str | None = None,
) -> Why:
    """Explains a change; by default by the dimension that says most (see `_tells`)."""
    old = readings.reading(snapshot, kpi, selection, role, start, None)
    new = readings.reading(snapshot, kpi, selection, role, end, start)
    sentence = sentences.change_sentence(kpi, old, new)
    try:
        found = _found(snapshot, kpi, start, end, selection, role, by)
    except Refusal as refusal:
        if not confidentiality.guards(kpi, role):
            raise
        del refusal
        text = say("The parts of its change are not shown, since the KPI is confidential.")
        return Why(kpi.id, None, None, (), sentence, "", text)
    if old.value is None or new.value is None:
        return Why(kpi.id, None, None, (), sentence, "")
    least = kpi.minimum_n if kpi.aggregate == "ratio" else 0
    if min(old.n or 0, new.n or 0) < least:
        counts = sentences.counts(kpi, old, new)
        text = say("Too few are counted to say why ({counts}).", counts=counts)
        return Why(kpi.id, None, None, (), sentence, "", text)
    way, explanation = found
    labels = _labels(snapshot, kpi, way, role, explanation)
    because, where = "", ""
    if explanation.parts:
        because = sentences.because(snapshot.plan, kpi, way, explanation, labels)
        where = sentences.concentration(snapshot, kpi, way, explanation, selection)
    return Why(
        kpi=kpi.id,
        by=way,
        explanation=explanation,
        steps=_steps(kpi, explanation, labels),
        sentence=f"{sentence} {because}".strip(),
        concentration=where,
        labels={part.group: labels[part.group] for part in explanation.parts},
    )


def _found(
    snapshot: Snapshot,
    kpi: Kpi,
    start: dt.date,
    end: dt.date,
    selection: Selection,
    role: Role,
    by: str | None,
) -> tuple[str, Explanation]:
    """The way of explaining, and the explanation by it."""

    def explain(way: str) -> Explanation:
        # Countries are gained or lost whatever the dimension, but one must be named.
        asked = kpi.dimensions[0] if kpi.aggregate == "countries" and way == "country" else way
        return changes.explain(snapshot, kpi, start, end, asked, selection, role)

    if by is not None:
        if kpi.aggregate == "countries":
            breakdowns.dimension(kpi, by) if by != "entity" else None
            by = "country"
        return by, explain(by)
    if kpi.aggregate == "countries":
        return "country", explain("country")
    has = [way for way in names.DIMENSIONS if way in kpi.dimensions]
    groups = sentences.groups(snapshot, kpi, start, end, selection, has)
    several = [way for way in has if groups[way] > 1]
    if not several:
        # One region of companies, say: its countries are what is left to tell apart.
        alone = "country" if "region" in kpi.dimensions else kpi.dimensions[0]
        return alone, explain(alone)
    found = {way: explain(way) for way in several}
    best = max(several, key=lambda way: (_tells(found[way], groups[way]), -several.index(way)))
    return best, found[best]


def _tells(found: Explanation, groups: int) -> float:
    """How much more the greatest part holds than an even split would give it, from 0 to 1.

    Three pillars hold more each than six regions do even by chance, hence the even split.
    """
    parts = sentences.by_group(found.parts)
    moved = sum(abs(amount) for amount in parts.values())
    if not moved:
        return 0.0
    even = 1 / groups
    return round((max(map(abs, parts.values())) / moved - even) / (1 - even), 9)


# The waterfall ------------------------------------------------------------------------------


def effect(part: Part) -> str:
    """What moved in a group: its rate or its weight in the mix."""
    return _EFFECTS_OF_RATIOS.get(part.effect, part.effect)


_EFFECTS_OF_RATIOS = Words({"rate": to_say("rate"), "mix": to_say("mix")})


def _labels(
    snapshot: Snapshot,
    kpi: Kpi,
    by: str,
    role: Role,
    found: Explanation,
) -> dict[str | None, str]:
    """What to call the groups; single entries only to a role that may see them."""

    class Called(dict[str | None, str]):
        def __missing__(self, group: str | None) -> str:
            return names.label(snapshot.plan, by, group)

    called = Called()
    if by == "entity":
        entities = [part.group for part in found.parts]
        called.update(evidence.labels(snapshot, kpi, role, (found.start, found.end), entities))
    return called


def _steps(
    kpi: Kpi, found: Explanation, labels: dict[str | None, str], most: int = 10
) -> tuple[Step, ...]:
    """The waterfall: it starts at the value before and ends at the value after."""
    assert found.value_from is not None and found.value_to is not None
    parts = sorted(
        found.parts, key=lambda part: (-abs(part.contribution), str(part.group or "~"), part.effect)
    )
    kept = parts if len(parts) <= most else parts[: most - 1]
    steps = [Step(wording.date(found.start), found.value_from, is_total=True)]
    for part in kept:
        label = labels[part.group]
        if part.effect in ("rate", "mix"):
            label = f"{label}, {effect(part)}"
        steps.append(Step(label, part.contribution))
    if rest := parts[len(kept) :]:
        other = say_n("{count} other part", "{count} other parts", len(rest))
        steps.append(Step(other, sum(part.contribution for part in rest)))
    return (*steps, Step(wording.date(found.end), found.value_to, is_total=True))
