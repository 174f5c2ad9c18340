"""How the KPIs stand together: counted by status, the worst named, never averaged."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence

from scorecard import judgement, wording
from scorecard.catalogue import Kpi
from scorecard.languages import Words, say, say_n, to_say
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
        return say("No KPI can be judged against the plan here.")
    slow = behind(readings)
    names = f" {_behind(plan, slow)}" if slow else ""
    if 2 * len(judged) < len(readings):
        return _narrow(readings, judged) + ("" if len(judged) == 1 else names)
    good = sum(reading.status in ON_PLAN for reading in judged)
    when = _how_long(plan, as_of)
    if len(judged) == 1:
        return say(_ONLY[judged[0].status], when=when)
    first = say_n(
        "{when}, {count} of {whole} judged KPIs is on plan.",
        "{when}, {count} of {whole} judged KPIs are on plan.",
        good, when=when, whole=len(judged),
    )  # fmt: skip
    return first + (names or " " + say("None is behind."))


_ONLY = {
    "achieved": to_say("{when}, the only KPI that can be judged here has achieved its target."),
    "on_track": to_say("{when}, the only KPI that can be judged here is on plan."),
    "some_delay": to_say("{when}, the only KPI that can be judged here has some delay."),
    "serious_delay": to_say("{when}, the only KPI that can be judged here is in serious delay."),
    "moving_away": to_say("{when}, the only KPI that can be judged here is moving away."),
}


def _narrow(readings: Sequence[Reading], judged: Sequence[Reading]) -> str:
    """How few of the KPIs can be judged, and where those stand."""
    aimed = sum(
        reading.target is not None and reading.status not in ("no_target", "monitor")
        for reading in readings
    )
    few, whole = len(judged), len(readings)
    if 2 * aimed < whole:
        text = say_n(
            "Only {count} of {whole} KPIs has a target for this selection",
            "Only {count} of {whole} KPIs have a target for this selection",
            aimed, whole=whole,
        )  # fmt: skip
    else:
        text = say_n(
            "Only {count} of {whole} KPIs can be judged for this selection",
            "Only {count} of {whole} KPIs can be judged for this selection",
            few, whole=whole,
        )  # fmt: skip
        aimed = few
    if few == 1:
        words = _IT if aimed == 1 else _THE_ONLY_ONE
        return wording.clauses((text, words[judged[0].status])) + "."
    good = sum(reading.status in ON_PLAN for reading in judged)
    if aimed == few:
        return wording.clauses((text, _good(good, few))) + "."
    return say(
        "{first}; {few} can be judged, of which {good}.",
        first=text, few=few, good=_good(good, few),
    )  # fmt: skip


def _good(good: int, whole: int) -> str:
    """How many are on plan, as the subject and verb of a sentence."""
    if good == whole:
        if whole == 2:
            return say("both are on plan")
        return say("all {whole} are on plan", whole=wording.in_words(whole))
    if not good:
        return say("none is on plan")
    return say_n("one is on plan", "{count} are on plan", good, count=wording.in_words(good))


_IT = Words(
    {
        "achieved": to_say("it has achieved its target"),
        "on_track": to_say("it is on plan"),
        "some_delay": to_say("it has some delay"),
        "serious_delay": to_say("it is in serious delay"),
        "moving_away": to_say("it is moving away"),
    }
)
_THE_ONLY_ONE = Words(
    {
        "achieved": to_say("the only one that can be judged has achieved its target"),
        "on_track": to_say("the only one that can be judged is on plan"),
        "some_delay": to_say("the only one that can be judged has some delay"),
        "serious_delay": to_say("the only one that can be judged is in serious delay"),
        "moving_away": to_say("the only one that can be judged is moving away"),
    }
)


def _behind(plan: Plan, slow: Sequence[Reading]) -> str:
    """Those seriously behind by the words of their status, else those with some delay."""
    by_status = {
        status: [reading for reading in slow if reading.status == status]
        for status in ("serious_delay", "moving_away")
    }
    serious, away = (len(mine) for mine in by_status.values())
    parts = []
    if serious:
        parts.append(
            say_n(
                "one is in serious delay", "{count} are in serious delay",
                serious, count=wording.in_words(serious),
            )
        )  # fmt: skip
    if away:
        parts.append(
            say_n(
                "one is moving away", "{count} are moving away",
                away, count=wording.in_words(away),
            )
        )  # fmt: skip
    named = [reading for mine in by_status.values() for reading in mine]
    if not parts:
        named = list(slow)
        parts.append(
            say_n(
                "one has some delay", "{count} have some delay",
                len(slow), count=wording.in_words(len(slow)),
            )
        )  # fmt: skip
    return f"{wording.titled(wording.capital(wording.listed(parts)), _names(plan, named))}."


def furthest(plan: Plan, readings: Sequence[Reading], missing: Mapping[str, Sequence[str]]) -> str:
    """What to say of a goal beside its counts. `missing`: KPI -> exports not arrived."""
    slow = behind(readings)
    if slow:
        worst = slow[0]
        kpi = plan.kpi(worst.kpi)
        return say(
            "Furthest from plan: {title}, {value}.",
            title=wording.lower(kpi.title), value=wording.against(kpi, worst),
        )  # fmt: skip
    waiting = [reading for reading in readings if reading.status == "awaiting_data"]
    late = [reading for reading in waiting if missing.get(reading.kpi)]
    if late:
        what = wording.lower(plan.kpi(late[0].kpi).title)
        why = wording.missing(missing[late[0].kpi])
        return say("Waiting for {what}.", what=f"{what} ({why})")
    if waiting:
        what = wording.lower(plan.kpi(waiting[0].kpi).title)
        return say("Nothing to count here for {what}.", what=what)
    judged = sum(reading.status in judgement.JUDGED for reading in readings)
    if judged and 2 * judged < len(readings):
        return say_n(
            "Only {count} of {whole} KPIs can be judged here.",
            "Only {count} of {whole} KPIs can be judged here.",
            judged, whole=len(readings),
        )  # fmt: skip
    if judged:
        return say("Nothing is behind plan.")
    return say("Nothing can be judged against the plan here.")


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
        notes.append(Note(kpi.id, kpi.title, wording.clauses(parts)))
    return notes


def none_behind(readings: Sequence[Reading]) -> str:
    """What stands where `attention` would, if it is empty: of how many that can be said."""
    judged = sum(reading.status in judgement.JUDGED for reading in readings)
    if not judged:
        return say("No KPI can be judged against the plan here.")
    return say_n(
        "The only KPI that can be judged here is not behind its path.",
        "None of the {count} KPIs that can be judged here is behind its path.",
        judged,
    )


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
            text = say("moved from {before} to {after}", before=words[0], after=words[1])
            if reading.change is not None:
                text = wording.titled(text, reason(kpi, reading, old))
            moved.append((not is_worse(old.status, reading.status), Note(kpi.id, kpi.title, text)))
        elif reading.change is not None and not wording.is_still(kpi, reading.change):
            message = (
                to_say("rose to {value} ({change})")
                if reading.change > 0
                else to_say("fell to {value} ({change})")
            )
            change = wording.change(kpi, reading.change)
            text = say(message, value=wording.value(kpi, reading), change=change)
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
    shown, before_shown = (wording.precise(kpi, amount, digits) for amount in (due, was))
    return say(
        "{text}; the plan now expects {now}, before {before}",
        text=text, now=shown, before=before_shown,
    )  # fmt: skip


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
        names.append(wording.more(len(readings) - most))
    return wording.listed(names)


def _how_long(plan: Plan, as_of: dt.date) -> str:
    """How long before the end of the plan, as the beginning of a sentence."""
    months = round((plan.ends_on - as_of).days / 30.4375)
    if months <= 0:
        over = as_of >= plan.ends_on
        return say("At the end of the plan") if over else say("Just before the plan ends")
    years, rest = divmod(months, 12)
    if rest and months <= 18:
        years, rest = 0, months
    parts = []
    if years:
        parts.append(say_n("one year", "{count} years", years, count=wording.in_words(years)))
    if rest:
        parts.append(say_n("one month", "{count} months", rest, count=wording.in_words(rest)))
    return wording.capital(say("{time} before the plan ends", time=wording.listed(parts)))
