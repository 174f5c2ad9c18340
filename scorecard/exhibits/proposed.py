"""What publishing would change, in words: a sentence for all of it, and one for each figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scorecard import numerals, standing, wording
from scorecard.catalogue import Kpi
from scorecard.effect import Effect
from scorecard.judgement import SAME
from scorecard.languages import Words, say, say_n, to_say, to_say_n
from scorecard.plan import Plan
from scorecard.plurals import in_words
from scorecard.wording import STATUS

CAUSES = Words(
    {
        "removed": to_say("rows that are gone"),
        "corrected": to_say("corrected rows"),
        "late": to_say("rows that came late"),
        "new": to_say("new rows and time passed"),
        "definition": to_say("a changed definition"),
        "target": to_say("changed targets"),
    }
)
_MOST_NAMED = 3


@dataclass(frozen=True)
class Moved:
    """One KPI that publishing would move; values are ready to be shown."""

    kpi: Kpi
    before: str
    after: str
    status_before: str | None
    status_after: str | None
    difference: str
    why: str
    """Which part of the difference is due to what."""


def kpi_of(effect: Effect, now: Plan, then: Plan) -> Kpi:
    """The KPI as it would be, or as it was where it is no longer there."""
    return (then if effect.kpi in then.by_id else now).kpi(effect.kpi)


def moved(effects: Sequence[Effect], now: Plan, then: Plan) -> tuple[Moved, ...]:
    """The KPIs that move, those first whose status would be worse, then other changed statuses."""
    found = sorted((e for e in effects if e.is_moved), key=_weight)
    return tuple(_moved(effect, kpi_of(effect, now, then)) for effect in found)


def _weight(effect: Effect) -> int:
    if _is_worse(effect):
        return 0
    return 1 if effect.status_before != effect.status_after else 2


def _is_worse(effect: Effect) -> bool:
    """Whether a status would be worse; a figure that was known and would not be is worse too."""
    was, now = effect.status_before, effect.status_after
    if was == now or was is None:
        return False
    return now in (None, "awaiting_data") or standing.is_worse(was, now)


def _moved(effect: Effect, kpi: Kpi) -> Moved:
    was, now = effect.before, effect.after
    before, after = numerals.number(kpi, was), numerals.number(kpi, now)
    difference = ""
    parts = [
        CAUSES[cause] if abs(part) <= SAME else f"{CAUSES[cause]} {numerals.change(kpi, part)}"
        for cause, part in effect.parts.items()
    ]
    why = ", ".join(parts)
    if was is not None and now is not None:
        digits = numerals.alike(kpi, now, was)
        before, after = (numerals.precise(kpi, value, digits) for value in (was, now))
        same = abs(now - was) <= SAME
        difference = say("no change") if same else numerals.change(kpi, now - was)
    elif was is not None:
        why = say("its figure would be gone")
    elif now is not None:
        why = say("it had no figure")
    return Moved(kpi, before, after, effect.status_before, effect.status_after, difference, why)


def sentence(effects: Sequence[Effect], now: Plan, then: Plan) -> str:
    """What would change, such as: 4 of 29 KPIs change; one status worsens: …"""
    moving = [effect for effect in effects if effect.is_moved]
    if not moving:
        return say("None of {whole} KPIs changes.", whole=len(effects))
    parts = [
        say_n(
            "{count} of {whole} KPIs changes", "{count} of {whole} KPIs change",
            len(moving), whole=len(effects),
        )
    ]  # fmt: skip
    worse = [effect for effect in moving if _is_worse(effect)]
    other = [e for e in moving if e.status_before != e.status_after and e not in worse]
    for some, (one, many) in ((worse, _WORSE), (other, _OTHER if worse else _MOVES)):
        if some:
            named = [_named(effect, now, then) for effect in some[:_MOST_NAMED]]
            rest = len(some) - _MOST_NAMED
            if rest > 0:
                named.append(wording.more(rest))
            text = say_n(one, many, len(some), count=in_words(len(some)))
            parts.append(wording.titled(text, wording.listed(named)))
    if not worse and not other:
        parts.append(say("no status moves"))
    return f"{wording.clauses(parts)}."


_WORSE = ("one status worsens", to_say_n("one status worsens", "{count} statuses worsen"))
_OTHER = (
    "one other status moves",
    to_say_n("one other status moves", "{count} other statuses move"),
)
_MOVES = ("one status moves", to_say_n("one status moves", "{count} statuses move"))


def _named(effect: Effect, now: Plan, then: Plan) -> str:
    title = wording.lower(kpi_of(effect, now, then).title)
    if effect.status_after is None:
        return say("{title} would no longer be shown", title=title)
    after = STATUS[effect.status_after].lower()
    if effect.status_before is None:
        return say("{title} would be new, {status}", title=title, status=after)
    before = STATUS[effect.status_before].lower()
    return say("{title} from {before} to {after}", title=title, before=before, after=after)
