"""Why one KPI changed: its explanation, the steps of a waterfall, and sentences that say it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from scorecard import changes, confidentiality, evidence, plurals, readings, wording
from scorecard.catalogue import NOT_SPECIFIED, Kpi
from scorecard.changes import Explanation, Part
from scorecard.confidentiality import Role
from scorecard.exhibits import findings
from scorecard.judgement import SAME
from scorecard.meeting import names
from scorecard.meeting.people import part_of
from scorecard.plan import Plan
from scorecard.readings import Reading
from scorecard.refusal import Refusal
from scorecard.selection import Selection
from scorecard.snapshot import Snapshot

ENOUGH = 3
"""Of a change of fewer it is chance, and not said, where most of it comes from."""
_NAMED = 3
"""Groups that a sentence names; the others are added up."""


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
    sentence = _change_sentence(kpi, old, new)
    try:
        found = _found(snapshot, kpi, start, end, selection, role, by)
    except Refusal as refusal:
        if not confidentiality.guards(kpi, role):
            raise
        del refusal
        text = "The parts of its change are not shown, since the KPI is confidential."
        return Why(kpi.id, None, None, (), sentence, "", text)
    if old.value is None or new.value is None:
        return Why(kpi.id, None, None, (), sentence, "")
    least = kpi.minimum_n if kpi.aggregate == "ratio" else 0
    if min(old.n or 0, new.n or 0) < least:
        text = f"Too few are counted to say why ({_counts(kpi, old, new)})."
        return Why(kpi.id, None, None, (), sentence, "", text)
    way, explanation = found
    labels = _labels(snapshot, kpi, way, selection, role, start, end)
    because, where = "", ""
    if explanation.parts:
        because = _because(snapshot.plan, kpi, way, explanation, labels)
        where = _concentration(snapshot, kpi, way, explanation, selection)
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
            readings.dimension(kpi, by) if by != "entity" else None
            by = "country"
        return by, explain(by)
    if kpi.aggregate == "countries":
        return "country", explain("country")
    groups = _groups(snapshot, kpi, start, end, selection)
    several = [way for way in names.DIMENSIONS if way in kpi.dimensions and groups[way] > 1]
    if not several:
        # One region of companies, say: its countries are what is left to tell apart.
        alone = "country" if "region" in kpi.dimensions else kpi.dimensions[0]
        return alone, explain(alone)
    found = {way: explain(way) for way in several}
    best = max(several, key=lambda way: (_tells(found[way], groups[way]), -several.index(way)))
    return best, found[best]


def _groups(
    snapshot: Snapshot, kpi: Kpi, start: dt.date, end: dt.date, selection: Selection
) -> dict[str, int]:
    """Dimension -> how many groups have a fact at either date."""
    chosen = selection.within(kpi)
    by = (*names.DIMENSIONS, "country")
    counts = ", ".join(f"count(distinct {column})" for column in by)
    where = readings.condition(chosen).replace("date = $date", "date in ($start, $end)")
    row = (
        snapshot.cursor()
        .execute(
            f"select {counts} from cells where {where}",
            {"kpi": kpi.id, "start": start, "end": end, **readings.bound(chosen)},
        )
        .fetchone()
    )
    assert row
    return dict(zip(by, row, strict=True))


def _tells(found: Explanation, groups: int) -> float:
    """How much more the greatest part holds than an even split would give it, from 0 to 1.

    Three pillars hold more each than six regions do even by chance, hence the even split.
    """
    parts = _by_group(found.parts)
    moved = sum(abs(amount) for amount in parts.values())
    if not moved:
        return 0.0
    even = 1 / groups
    return round((max(map(abs, parts.values())) / moved - even) / (1 - even), 9)


def _by_group(parts: Sequence[Part]) -> dict[str | None, float]:
    """Rate and mix of a group added up."""
    total: dict[str | None, float] = {}
    for part in parts:
        total[part.group] = total.get(part.group, 0.0) + part.contribution
    return total


# Sentences ----------------------------------------------------------------------------------


def _change_sentence(kpi: Kpi, old: Reading, new: Reading) -> str:
    """`Certified companies: 48, up from 45.`"""
    if old.suppressed or new.suppressed:
        return f"{kpi.title}: not shown, since it is confidential for this selection and date."
    if new.value is None:
        return f"{kpi.title}: awaiting data."
    if old.value is None:
        return f"{kpi.title}: {wording.value(kpi, new)}; not known before."
    return f"{kpi.title}: {wording.moved(kpi, new, old)}."


def _counts(kpi: Kpi, old: Reading, new: Reading) -> str:
    was, now = old.n or 0, new.n or 0
    text = wording.sample(kpi, now)
    return text if was == now else f"{text}, before {wording.plain(was)}"


def _because(
    plan: Plan, kpi: Kpi, by: str, found: Explanation, labels: dict[str | None, str]
) -> str:
    """The greatest parts: `Africa +4, Europe −1.`"""
    if kpi.aggregate == "countries":
        return _countries(plan, found)
    if by == "entity" and kpi.aggregate == "sum":
        return _entries(found)
    groups = sorted(
        _by_group(found.parts).items(), key=lambda pair: (-abs(pair[1]), str(pair[0] or "~"))
    )
    visible = [(group, amount) for group, amount in groups if not wording.is_still(kpi, amount)]
    if not visible:
        return ""
    most = _NAMED + 1 if len(visible) == _NAMED + 1 else _NAMED
    words = [f"{labels[group]} {wording.change(kpi, amount)}" for group, amount in visible[:most]]
    rest = (found.change or 0.0) - sum(amount for _, amount in visible[:most])
    if len(visible) > most and not wording.is_still(kpi, rest):
        words.append(f"all others {wording.change(kpi, rest)}")
    text = ", ".join(words)
    if kpi.aggregate != "ratio":
        return f"{text}."
    rates = sum(part.contribution for part in found.parts if part.effect == "rate")
    mix = sum(part.contribution for part in found.parts if part.effect == "mix")
    what = "rates" if kpi.is_percentage else "averages"
    return (
        f"{text}. The {what} of the {names.plural(by)} account for {_shown(kpi, rates)}, "
        f"their weights for {_shown(kpi, mix)}."
    )


def _shown(kpi: Kpi, amount: float) -> str:
    return "nothing" if wording.is_still(kpi, amount) else wording.change(kpi, amount)


def _countries(plan: Plan, found: Explanation) -> str:
    """`New: Kenya and Peru. No longer: Chad.`"""
    parts = []
    for effect, head in (("gained", "New"), ("lost", "No longer")):
        words = sorted(
            names.label(plan, "country", part.group)
            for part in found.parts
            if part.effect == effect
        )
        if words:
            most = 5 if len(words) > 6 else len(words)
            more = [f"{wording.in_words(len(words) - most)} more"] if len(words) > most else []
            parts.append(f"{head}: {wording.listed([*words[:most], *more])}.")
    return " ".join(parts)


def _entries(found: Explanation) -> str:
    """`Nine entered and two left.`: how many single entries did what."""
    count = Counter(part.effect for part in found.parts)
    parts = [
        f"{wording.in_words(count[effect])} {effect}"
        for effect in ("entered", "left", "changed")
        if count[effect]
    ]
    return findings.capital(f"{wording.listed(parts)}.")


def _concentration(
    snapshot: Snapshot, kpi: Kpi, by: str, found: Explanation, selection: Selection
) -> str:
    """Where most of a change comes from; nothing of small changes, or where it has no centre."""
    plan = snapshot.plan
    if kpi.aggregate == "countries":
        return _where_countries(plan, found, selection)
    if by == "entity" or found.change is None or wording.is_still(kpi, found.change):
        return ""
    if kpi.is_count and abs(found.change) < ENOUGH:
        return ""
    parts = _by_group(found.parts)
    if len(parts) == 1 and _groups(snapshot, kpi, found.start, found.end, selection)[by] == 1:
        return ""
    sign = 1 if found.change > 0 else -1
    group, amount = min(parts.items(), key=lambda pair: (-pair[1] * sign, str(pair[0] or "~")))
    against = sum(part for part in parts.values() if part * sign < -SAME)
    rest = found.change - amount
    if abs(against) <= SAME:
        return _majority(plan, kpi, by, group, amount, found.change)
    if rest * sign < -SAME and not wording.is_still(kpi, rest):
        verb = "risen" if rest > 0 else "fallen"
        noun = "number" if kpi.is_count else "share" if kpi.is_percentage else "average"
        subject = names.subject(plan, by, group)
        amount_words = _quantity(kpi, rest)
        return (
            f"Without the contribution of {subject} the {noun} would have {verb} by {amount_words}."
        )
    return ""


def _majority(
    plan: Plan, kpi: Kpi, by: str, group: str | None, amount: float, change: float
) -> str:
    """`Seven of the nine additional companies are in Africa.`, where it is more than half."""
    if 2 * abs(amount) <= abs(change) + SAME:
        return ""
    if not kpi.is_count:
        if wording.difference(kpi, amount) == wording.difference(kpi, change):
            return f"All of it comes from {names.subject(plan, by, group)}."
        part = wording.difference(kpi, amount).split(" ")[0]
        return (
            f"{part} of the {wording.difference(kpi, change)} "
            f"{'comes' if part == '1' else 'come'} from {names.subject(plan, by, group)}."
        )
    many = plurals.noun(kpi.unit, round(abs(change)))
    unit = f"additional {many}" if change > 0 else f"{many} that are no longer counted"
    part = part_of(round(abs(amount)), round(abs(change)))
    return findings.capital(f"{part} {unit} are {names.inside(plan, by, group)}.")


def _where_countries(plan: Plan, found: Explanation, selection: Selection) -> str:
    """`Three of the four new countries are in Africa.`"""
    gained = [part.group for part in found.parts if part.effect == "gained" and part.group]
    regions = Counter(plan.countries[code][1] for code in gained if code in plan.countries)
    if len(gained) < ENOUGH or not regions or len(selection.regions) == 1:
        return ""
    region, count = min(regions.items(), key=lambda pair: (-pair[1], pair[0]))
    if 2 * count <= len(gained) or region == NOT_SPECIFIED:
        return ""
    part = part_of(count, len(gained))
    return f"{findings.capital(part)} new countries are in {names.place(region)}."


def _quantity(kpi: Kpi, amount: float) -> str:
    """A difference in a sentence: seven, 1,184, 3.7 points."""
    if kpi.is_count and float(amount).is_integer():
        return wording.in_words(int(abs(amount)))
    return wording.difference(kpi, amount)


# The waterfall ------------------------------------------------------------------------------


def _labels(
    snapshot: Snapshot,
    kpi: Kpi,
    by: str,
    selection: Selection,
    role: Role,
    start: dt.date,
    end: dt.date,
) -> dict[str | None, str]:
    """What to call the groups; single entries only to a role that may see them."""

    class Called(dict[str | None, str]):
        def __missing__(self, group: str | None) -> str:
            return names.label(snapshot.plan, by, group)

    called = Called()
    if by == "entity":
        for date in (start, end):
            rows = evidence.facts(snapshot, kpi, selection, role, date).facts
            called.update({fact.entity: fact.label for fact in rows})
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
            label += f", {part.effect}"
        steps.append(Step(label, part.contribution))
    if rest := parts[len(kept) :]:
        steps.append(Step(f"{len(rest)} other parts", sum(part.contribution for part in rest)))
    return (*steps, Step(wording.date(found.end), found.value_to, is_total=True))
