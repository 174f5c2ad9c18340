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
from scorecard.judgement import SAME
from scorecard.languages import Words, say, say_n, to_say, to_say_n
from scorecard.meeting import names
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
        text = say("The parts of its change are not shown, since the KPI is confidential.")
        return Why(kpi.id, None, None, (), sentence, "", text)
    if old.value is None or new.value is None:
        return Why(kpi.id, None, None, (), sentence, "")
    least = kpi.minimum_n if kpi.aggregate == "ratio" else 0
    if min(old.n or 0, new.n or 0) < least:
        text = say("Too few are counted to say why ({counts}).", counts=_counts(kpi, old, new))
        return Why(kpi.id, None, None, (), sentence, "", text)
    way, explanation = found
    labels = _labels(snapshot, kpi, way, role, explanation)
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
    has = [way for way in names.DIMENSIONS if way in kpi.dimensions]
    groups = _groups(snapshot, kpi, start, end, selection, has)
    several = [way for way in has if groups[way] > 1]
    if not several:
        # One region of companies, say: its countries are what is left to tell apart.
        alone = "country" if "region" in kpi.dimensions else kpi.dimensions[0]
        return alone, explain(alone)
    found = {way: explain(way) for way in several}
    best = max(several, key=lambda way: (_tells(found[way], groups[way]), -several.index(way)))
    return best, found[best]


def _groups(
    snapshot: Snapshot,
    kpi: Kpi,
    start: dt.date,
    end: dt.date,
    selection: Selection,
    ways: Sequence[str],
) -> dict[str, int]:
    """Dimension -> how many groups have a fact at either date."""
    chosen = selection.within(kpi)
    found = {}
    for by in ways:
        if by in ("region", "pillar"):
            rows = [
                row[0]
                for date in (start, end)
                for row in readings.grouped(snapshot, kpi, by, chosen, date)
            ]
            found[by] = len({*rows} - {None})
            continue
        where = readings.condition(chosen).replace("date = $date", "date in ($start, $end)")
        row = (
            snapshot.cursor()
            .execute(
                f"select count(distinct {by}) from cells where {where}",
                {"kpi": kpi.id, "start": start, "end": end, **readings.bound(chosen)},
            )
            .fetchone()
        )
        assert row
        found[by] = row[0]
    return found


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
        return wording.hidden(kpi)
    if new.value is None:
        return say("{title}: awaiting data.", title=kpi.title)
    if old.value is None:
        shown = wording.value(kpi, new)
        return say("{title}: {value}; not known before.", title=kpi.title, value=shown)
    return wording.titled(kpi.title, f"{wording.moved(kpi, new, old)}.")


def _counts(kpi: Kpi, old: Reading, new: Reading) -> str:
    was, now = old.n or 0, new.n or 0
    text = wording.sample(kpi, now)
    if was == now:
        return text
    return say("{now}, before {then}", now=text, then=wording.plain(was))


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
        words.append(say("all others {change}", change=wording.change(kpi, rest)))
    text = ", ".join(words)
    if kpi.aggregate != "ratio":
        return f"{text}."
    rates = sum(part.contribution for part in found.parts if part.effect == "rate")
    mix = sum(part.contribution for part in found.parts if part.effect == "mix")
    message = (
        to_say("The rates of the {groups} account for {rates}, their weights for {weights}.")
        if kpi.is_percentage
        else to_say(
            "The averages of the {groups} account for {rates}, their weights for {weights}."
        )
    )
    split = say(
        message, groups=names.plural(by), rates=_shown(kpi, rates), weights=_shown(kpi, mix)
    )
    return f"{text}. {split}"


def _shown(kpi: Kpi, amount: float) -> str:
    return say("nothing") if wording.is_still(kpi, amount) else wording.change(kpi, amount)


def _countries(plan: Plan, found: Explanation) -> str:
    """`New: Kenya and Peru. No longer: Chad.`"""
    parts = []
    for effect, message in (
        ("gained", to_say("New: {countries}.")),
        ("lost", to_say("No longer: {countries}.")),
    ):
        words = sorted(
            names.label(plan, "country", part.group)
            for part in found.parts
            if part.effect == effect
        )
        if words:
            most = 5 if len(words) > 6 else len(words)
            more = [wording.more(len(words) - most)] if len(words) > most else []
            parts.append(say(message, countries=wording.listed([*words[:most], *more])))
    return " ".join(parts)


def _entries(found: Explanation) -> str:
    """`Nine entered and two left.`: how many single entries did what."""
    count = Counter(part.effect for part in found.parts)
    parts = [
        say_n(one, many, count[effect], count=wording.in_words(count[effect]))
        for effect, (one, many) in _EFFECTS.items()
        if count[effect]
    ]
    return wording.capital(f"{wording.listed(parts)}.")


_EFFECTS = {
    "entered": ("one entered", to_say_n("one entered", "{count} entered")),
    "left": ("one left", to_say_n("one left", "{count} left")),
    "changed": ("one changed", to_say_n("one changed", "{count} changed")),
}


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
    if len(parts) == 1:
        groups = _groups(snapshot, kpi, found.start, found.end, selection, (by,))
        if groups[by] == 1:
            return ""
    sign = 1 if found.change > 0 else -1
    group, amount = min(parts.items(), key=lambda pair: (-pair[1] * sign, str(pair[0] or "~")))
    against = sum(part for part in parts.values() if part * sign < -SAME)
    rest = found.change - amount
    if abs(against) <= SAME:
        return _majority(plan, kpi, by, group, amount, found.change)
    if rest * sign < -SAME and not wording.is_still(kpi, rest):
        message = (
            to_say("Without the contribution of {subject} {what} would have risen by {amount}.")
            if rest > 0
            else to_say(
                "Without the contribution of {subject} {what} would have fallen by {amount}."
            )
        )
        what = "number" if kpi.is_count else "share" if kpi.is_percentage else "average"
        subject = names.subject(plan, by, group)
        return say(message, subject=subject, what=_WHAT[what], amount=_quantity(kpi, rest))
    return ""


_WHAT = Words(
    {
        "number": to_say("the number"),
        "share": to_say("the share"),
        "average": to_say("the average"),
    }
)
_MORE = to_say("{part} of the {whole} additional {unit} are {place}.")
_ALL_MORE = to_say("All {whole} additional {unit} are {place}.")
_FEWER = to_say("{part} of the {whole} {unit} that are no longer counted are {place}.")
_ALL_FEWER = to_say("All {whole} {unit} that are no longer counted are {place}.")


def _majority(
    plan: Plan, kpi: Kpi, by: str, group: str | None, amount: float, change: float
) -> str:
    """`Seven of the nine additional companies are in Africa.`, where it is more than half."""
    if 2 * abs(amount) <= abs(change) + SAME:
        return ""
    if not kpi.is_count:
        subject, whole = names.subject(plan, by, group), wording.difference(kpi, change)
        if wording.difference(kpi, amount) == whole:
            return say("All of it comes from {subject}.", subject=subject)
        part = wording.difference(kpi, amount).split(" ")[0]
        return say_n(
            "{part} of the {whole} comes from {subject}.",
            "{part} of the {whole} come from {subject}.",
            1 if part == "1" else 2, part=part, whole=whole, subject=subject,
        )  # fmt: skip
    many, all_of_them = round(abs(amount)), round(abs(change))
    if many == all_of_them:
        message = _ALL_MORE if change > 0 else _ALL_FEWER
    else:
        message = _MORE if change > 0 else _FEWER
    text = say(
        message,
        part=wording.in_words(many),
        whole=wording.in_words(all_of_them),
        unit=plurals.unit(kpi.unit, all_of_them),
        place=names.inside(plan, by, group),
    )
    return wording.capital(text)


def _where_countries(plan: Plan, found: Explanation, selection: Selection) -> str:
    """`Three of the four new countries are in Africa.`"""
    gained = [part.group for part in found.parts if part.effect == "gained" and part.group]
    regions = Counter(plan.countries[code][1] for code in gained if code in plan.countries)
    if len(gained) < ENOUGH or not regions or len(selection.regions) == 1:
        return ""
    region, count = min(regions.items(), key=lambda pair: (-pair[1], pair[0]))
    if 2 * count <= len(gained) or region == NOT_SPECIFIED:
        return ""
    place, whole = names.place(region), wording.in_words(len(gained))
    if count == len(gained):
        return say("All {whole} new countries are in {place}.", whole=whole, place=place)
    text = say(
        "{count} of the {whole} new countries are in {place}.",
        count=wording.in_words(count), whole=whole, place=place,
    )  # fmt: skip
    return wording.capital(text)


def _quantity(kpi: Kpi, amount: float) -> str:
    """A difference in a sentence: seven, 1,184, 3.7 points."""
    if kpi.is_count and float(amount).is_integer():
        return wording.in_words(int(abs(amount)))
    return wording.difference(kpi, amount)


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
