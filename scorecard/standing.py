"""How the KPIs stand together: counted by status, the worst named, never averaged."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence

from scorecard import judgement, wording
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


def behind(readings: Sequence[Reading]) -> list[Reading]:
    """Those behind their path, the worst first: by status, then the share covered, then id."""
    return sorted(
        (reading for reading in readings if reading.status in BEHIND),
        key=lambda r: (
            BEHIND.index(r.status),
            float("inf") if r.ratio_to_plan is None else r.ratio_to_plan,
            r.kpi,
        ),
    )


def headline(plan: Plan, readings: Sequence[Reading], as_of: dt.date) -> str:
    """The finding of the whole plan in one or two sentences."""
    judged = [reading for reading in readings if reading.status in judgement.JUDGED]
    if not judged:
        return "No KPI can be judged against the plan here."
    good = sum(reading.status in ON_PLAN for reading in judged)
    when = _how_long(plan, as_of)
    if len(judged) == 1:
        first = f"{when}the only KPI that can be judged here is {_standing(judged[0])}."
        return first + _without_target(readings, judged)
    verb = "is" if good == 1 else "are"
    first = f"{when}{good} of {len(judged)} judged KPIs {verb} on plan."
    serious = [reading for reading in behind(readings) if reading.status in SERIOUS]
    if serious:
        verb = "is" if len(serious) == 1 else "are"
        return f"{first} {_count(len(serious))} {verb} seriously behind: {_names(plan, serious)}."
    slow = behind(readings)
    if slow:
        verb = "has" if len(slow) == 1 else "have"
        return f"{first} {_count(len(slow))} {verb} some delay: {_names(plan, slow)}."
    return f"{first} None is behind.{_without_target(readings, judged)}"


def _standing(reading: Reading) -> str:
    return "on plan" if reading.status in ON_PLAN else "behind plan"


def _without_target(readings: Sequence[Reading], judged: Sequence[Reading]) -> str:
    """How many have no path, said where they outnumber those that are judged."""
    count = sum(reading.status == "no_target" for reading in readings)
    if count <= len(judged):
        return ""
    return f" {_count(count)} have no target for this selection."


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
    if any(reading.status in ON_PLAN for reading in readings):
        return "Nothing is behind plan."
    return "Nothing can be judged against the plan here."


def attention(plan: Plan, readings: Sequence[Reading], most: int = 4) -> list[Note]:
    """What the board should look at: those furthest behind, each with its pace."""
    notes = []
    for reading in behind(readings)[:most]:
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
        kpi = plan.kpi(reading.kpi)
        old = then[reading.kpi].status
        if old != reading.status and "suppressed" not in (old, reading.status):
            words = (wording.STATUS[old], wording.STATUS[reading.status])
            text = f"moved from {words[0]} to {words[1]}"
            if reading.change is not None and not wording.is_still(kpi, reading.change):
                shown = wording.value(kpi, reading)
                text += f"; {shown}, {wording.change_words(kpi, reading, then[reading.kpi])}"
            moved.append(Note(kpi.id, kpi.title, text))
        elif reading.change is not None and not wording.is_still(kpi, reading.change):
            verb = "rose" if reading.change > 0 else "fell"
            text = (
                f"{verb} to {wording.value(kpi, reading)} ({wording.change(kpi, reading.change)})"
            )
            grew.append((-_weight(reading), Note(kpi.id, kpi.title, text)))
    grew.sort(key=lambda entry: entry[0])
    return [*moved, *(note for _, note in grew)][:most]


def _weight(reading: Reading) -> float:
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


def _count(number: int) -> str:
    return wording.in_words(number).capitalize()


def _how_long(plan: Plan, as_of: dt.date) -> str:
    """How long before the end of the plan, as the beginning of a sentence."""
    months = round((plan.ends_on - as_of).days / 30.4375)
    if months <= 0:
        return "At the end of the plan, " if as_of >= plan.ends_on else "Just before its end, "
    if months % 12 == 0:
        years = months // 12
        return f"{_count(years)} {'year' if years == 1 else 'years'} before its end, "
    return f"{_count(months)} {'month' if months == 1 else 'months'} before its end, "
