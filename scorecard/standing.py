"""How the KPIs stand together: counted by status, the worst named, never averaged."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence

from scorecard import judgement, plurals, wording
from scorecard.catalogue import Kpi
from scorecard.plan import Plan
from scorecard.readings import Reading
from scorecard.wording import Note

BEHIND = ("moving_away", "serious_delay", "some_delay")
SERIOUS = BEHIND[:2]
ON_PLAN = ("achieved", "on_track")


def counts(readings: Sequence[Reading]) -> dict[str, int]:
    """Status -> how many KPIs stand there, in the order of the statuses."""
    found = Counter(reading.status for reading in readings)
    return {status: found[status] for status in judgement.STATUSES if found[status]}


def behind(readings: Sequence[Reading], before: Sequence[Reading] = ()) -> list[Reading]:
    """Those behind their path, the worst first.

    By status; then those that miss their target at this pace; then those whose status is worse
    than it was in `before`; then the share of the way covered, and id.
    """
    then = {reading.kpi: reading.status for reading in before}
    return sorted(
        (reading for reading in readings if reading.status in BEHIND),
        key=lambda r: (
            BEHIND.index(r.status),
            arrives(r),
            not is_worse(then.get(r.kpi), r.status),
            float("inf") if r.ratio_to_plan is None else r.ratio_to_plan,
            r.kpi,
        ),
    )


def arrives(reading: Reading) -> bool:
    """Whether the pace of the last twelve months leads to the target in time."""
    by, until = reading.arrives_on, reading.target_date
    return by is not None and until is not None and by <= until


def is_worse(before: str | None, after: str) -> bool:
    """Whether a status is worse than another; one that judges nothing is neither."""
    judged = judgement.JUDGED
    return before in judged and after in judged and judged.index(after) > judged.index(before)


def headline(plan: Plan, readings: Sequence[Reading], as_of: dt.date) -> str:
    """The finding of the whole plan in one or two sentences.

    Where fewer than half of the KPIs are judged that is the finding: nothing is said of the rest.
    """
    judged = [reading for reading in readings if reading.status in judgement.JUDGED]
    if not judged:
        return "No KPI can be judged against the plan here."
    slow = behind(readings)
    names = f" {_behind(plan, slow)}" if slow else ""
    if 2 * len(judged) < len(readings):
        return _narrow(readings, judged) + ("" if len(judged) == 1 else names)
    good = sum(reading.status in ON_PLAN for reading in judged)
    when = _how_long(plan, as_of)
    if len(judged) == 1:
        return f"{when}the only KPI that can be judged here {_standing(judged[0])}."
    first = f"{when}{good} of {len(judged)} judged KPIs {plurals.is_or_are(good)} on plan."
    return first + (names or " None is behind.")


def _narrow(readings: Sequence[Reading], judged: Sequence[Reading]) -> str:
    """How few of the KPIs can be judged, and where those stand."""
    aimed = sum(reading.status not in ("no_target", "monitor") for reading in readings)
    few, whole = len(judged), len(readings)
    if 2 * aimed < whole:
        text = (
            f"Only {aimed} of {whole} KPIs {plurals.has_or_have(aimed)} a target for this selection"
        )
    else:
        text, aimed = f"Only {few} of {whole} KPIs can be judged for this selection", few
    if few == 1:
        whom = "it" if aimed == 1 else "the only one that can be judged"
        return f"{text}; {whom} {_standing(judged[0])}."
    good = sum(reading.status in ON_PLAN for reading in judged)
    if aimed == few:
        return f"{text}; {_good(good, few)} on plan."
    return f"{text}; {few} can be judged, of which {_good(good, few)} on plan."


def _good(good: int, whole: int) -> str:
    """How many are on plan, as the subject and verb of a sentence."""
    if good == whole:
        return "both are" if whole == 2 else f"all {wording.in_words(whole)} are"
    return f"{wording.in_words(good) if good else 'none'} {plurals.is_or_are(good or 1)}"


_PLACE = {
    "achieved": "has achieved its target",
    "on_track": "is on plan",
    "some_delay": "has some delay",
    "serious_delay": "is in serious delay",
    "moving_away": "is moving away",
}
_PLACES = {
    "some_delay": "have some delay",
    "serious_delay": "are in serious delay",
    "moving_away": "are moving away",
}


def _standing(reading: Reading) -> str:
    return _PLACE[reading.status]


def _behind(plan: Plan, slow: Sequence[Reading]) -> str:
    """Those seriously behind by the words of their status, else those with some delay."""
    parts, named = [], []
    for status in ("serious_delay", "moving_away"):
        mine = [reading for reading in slow if reading.status == status]
        if mine:
            words = _PLACE[status] if len(mine) == 1 else _PLACES[status]
            parts.append(f"{wording.in_words(len(mine))} {words}")
            named += mine
    if not parts:
        named = list(slow)
        words = _PLACE["some_delay"] if len(slow) == 1 else _PLACES["some_delay"]
        parts.append(f"{wording.in_words(len(slow))} {words}")
    text = " and ".join(parts)
    return f"{text[:1].upper()}{text[1:]}: {_names(plan, named)}."


def furthest(plan: Plan, readings: Sequence[Reading], missing: Mapping[str, Sequence[str]]) -> str:
    """What to say of a goal beside its counts. `missing`: KPI -> exports not arrived."""
    slow = behind(readings)
    if slow:
        worst = slow[0]
        kpi = plan.kpi(worst.kpi)
        return f"Furthest from plan: {wording.lower(kpi.title)}, {wording.against(kpi, worst)}."
    waiting = [reading for reading in readings if reading.status == "awaiting_data"]
    if waiting:
        files = missing.get(waiting[0].kpi, ())
        reason = f" ({wording.missing(files)})" if files else ""
        return f"Waiting for {wording.lower(plan.kpi(waiting[0].kpi).title)}{reason}."
    judged = sum(reading.status in judgement.JUDGED for reading in readings)
    if judged and 2 * judged < len(readings):
        return f"Only {judged} of {len(readings)} KPIs can be judged here."
    if judged:
        return "Nothing is behind plan."
    return "Nothing can be judged against the plan here."


def attention(
    plan: Plan, readings: Sequence[Reading], most: int = 4, before: Sequence[Reading] = ()
) -> list[Note]:
    """What the board should look at: those furthest behind, in the order of `behind`."""
    notes = []
    for reading in behind(readings, before)[:most]:
        kpi = plan.kpi(reading.kpi)
        parts = [f"{wording.value(kpi, reading)}, {wording.gap(kpi, reading)}"]
        if text := wording.pace(kpi, reading):
            parts.append(text)
        notes.append(Note(kpi.id, kpi.title, "; ".join(parts)))
    return notes


def changed(
    plan: Plan, now: Sequence[Reading], before: Sequence[Reading], most: int = 4
) -> list[Note]:
    """What changed between two dates: statuses first, then the largest shares of the way."""
    then = {reading.kpi: reading for reading in before}
    moved, grew = [], []
    for reading in now:
        kpi, old = plan.kpi(reading.kpi), then[reading.kpi]
        if old.status != reading.status and "suppressed" not in (old.status, reading.status):
            words = (wording.STATUS[old.status], wording.STATUS[reading.status])
            text = f"moved from {words[0]} to {words[1]}"
            if reading.change is not None:
                text += f": {reason(kpi, reading, old)}"
            moved.append((not is_worse(old.status, reading.status), Note(kpi.id, kpi.title, text)))
        elif reading.change is not None and not wording.is_still(kpi, reading.change):
            verb = "rose" if reading.change > 0 else "fell"
            text = (
                f"{verb} to {wording.value(kpi, reading)} ({wording.change(kpi, reading.change)})"
            )
            if wording.is_few(kpi, reading) or wording.is_few(kpi, old):
                text = wording.moved(kpi, reading, old)
            grew.append((-weight(reading), Note(kpi.id, kpi.title, text)))
    moved.sort(key=lambda entry: entry[0])
    grew.sort(key=lambda entry: entry[0])
    return [note for _, note in [*moved, *grew]][:most]


def reason(kpi: Kpi, reading: Reading, before: Reading) -> str:
    """Why a status is another: the value's change, and the plan's where the value does not tell.

    A value that stands, or nears the target, can fall behind only as the plan expects more.
    """
    text = wording.moved(kpi, reading, before)
    due, was = reading.expected, before.expected
    if due is None or was is None or reading.change is None or wording.is_still(kpi, due - was):
        return text
    stood = wording.is_still(kpi, reading.change)
    neared = reading.change * (due - was) > 0 and is_worse(before.status, reading.status)
    if not stood and not neared:
        return text
    digits = wording.alike(kpi, due, was)
    shown = (wording.precise(kpi, amount, digits) for amount in (due, was))
    return f"{text}; the plan now expects {', before '.join(shown)}"


def weight(reading: Reading) -> float:
    """A change as a share of the way that the plan goes, else of the value."""
    if reading.change is None:
        return 0.0
    if reading.target is not None and reading.baseline is not None:
        whole = abs(reading.target - reading.baseline)
    else:
        whole = abs(reading.value or 0)
    return abs(reading.change) / whole if whole else abs(reading.change)


def _names(plan: Plan, readings: Sequence[Reading], most: int = 3) -> str:
    most = len(readings) if len(readings) == most + 1 else most
    names = [wording.lower(plan.kpi(reading.kpi).title) for reading in readings[:most]]
    if len(readings) > most:
        names.append(f"{wording.in_words(len(readings) - most)} more")
    return wording.listed(names)


def _how_long(plan: Plan, as_of: dt.date) -> str:
    """How long before the end of the plan, as the beginning of a sentence."""
    months = round((plan.ends_on - as_of).days / 30.4375)
    if months <= 0:
        over = as_of >= plan.ends_on
        return "At the end of the plan, " if over else "Just before the plan ends, "
    years, rest = divmod(months, 12)
    if rest and months <= 18:
        years, rest = 0, months
    parts = [
        f"{wording.in_words(count)} {plurals.noun(unit, count)}"
        for count, unit in ((years, "years"), (rest, "months"))
        if count
    ]
    text = " and ".join(parts)
    return f"{text[:1].upper()}{text[1:]} before the plan ends, "
