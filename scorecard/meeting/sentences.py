"""The sentences that say why one KPI changed."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from scorecard import breakdowns, plurals, wording
from scorecard.catalogue import NOT_SPECIFIED, Kpi
from scorecard.changes import Explanation, Part
from scorecard.judgement import SAME
from scorecard.languages import Words, say, say_n, to_say, to_say_n
from scorecard.meeting import names
from scorecard.plan import Plan
from scorecard.readings import Reading
from scorecard.selection import Selection, bound, condition
from scorecard.snapshot import Snapshot

ENOUGH = 3
"""Of a change of fewer it is chance, and not said, where most of it comes from."""
_NAMED = 3
"""Groups that a sentence names; the others are added up."""


def groups(
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
                for row in breakdowns.grouped(snapshot, kpi, by, chosen, date)
            ]
            found[by] = len({*rows} - {None})
            continue
        where = condition(chosen).replace("date = $date", "date in ($start, $end)")
        row = (
            snapshot.cursor()
            .execute(
                f"select count(distinct {by}) from cells where {where}",
                {"kpi": kpi.id, "start": start, "end": end, **bound(chosen)},
            )
            .fetchone()
        )
        assert row
        found[by] = row[0]
    return found


def by_group(parts: Sequence[Part]) -> dict[str | None, float]:
    """Rate and mix of a group added up."""
    total: dict[str | None, float] = {}
    for part in parts:
        total[part.group] = total.get(part.group, 0.0) + part.contribution
    return total


def change_sentence(kpi: Kpi, old: Reading, new: Reading) -> str:
    """`Certified companies: 48, up from 45.`"""
    if old.suppressed or new.suppressed:
        return wording.hidden(kpi)
    if new.value is None:
        return say("{title}: awaiting data.", title=kpi.title)
    if old.value is None:
        shown = wording.value(kpi, new)
        return say("{title}: {value}; not known before.", title=kpi.title, value=shown)
    return wording.titled(kpi.title, f"{wording.moved(kpi, new, old)}.")


def counts(kpi: Kpi, old: Reading, new: Reading) -> str:
    was, now = old.n or 0, new.n or 0
    text = wording.sample(kpi, now)
    if was == now:
        return text
    return say("{now}, before {then}", now=text, then=wording.plain(was))


def because(
    plan: Plan, kpi: Kpi, by: str, found: Explanation, labels: dict[str | None, str]
) -> str:
    """The greatest parts: `Africa +4, Europe −1.`"""
    if kpi.aggregate == "countries":
        return _countries(plan, found)
    if by == "entity" and kpi.aggregate == "sum":
        return _entries(found)
    ordered = sorted(
        by_group(found.parts).items(), key=lambda pair: (-abs(pair[1]), str(pair[0] or "~"))
    )
    visible = [(group, amount) for group, amount in ordered if not wording.is_still(kpi, amount)]
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


def concentration(
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
    parts = by_group(found.parts)
    is_one = len(parts) == 1
    if is_one and groups(snapshot, kpi, found.start, found.end, selection, (by,))[by] == 1:
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
