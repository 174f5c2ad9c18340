"""Which statuses moved, and which KPIs moved toward the plan or away from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from scorecard import standing, wording
from scorecard.catalogue import Kpi
from scorecard.judgement import JUDGED, SAME
from scorecard.languages import say, say_n
from scorecard.plan import Plan
from scorecard.readings import Reading

Verdict = Literal["worse", "better", "other"]
_VERDICTS: tuple[Verdict, ...] = ("worse", "better", "other")


@dataclass(frozen=True)
class StatusMove:
    """A KPI whose status is another than before; `other` where one of them judges nothing."""

    kpi: str
    title: str
    before: str
    after: str
    verdict: Verdict
    text: str
    """The value and its change: `48, up from 45`."""

    @property
    def sentence(self) -> str:
        was, now = wording.STATUS[self.before], wording.STATUS[self.after]
        return say(
            "{title}: from {before} to {after}; {text}.",
            title=self.title, before=was, after=now, text=self.text,
        )  # fmt: skip


@dataclass(frozen=True)
class Course:
    """A KPI that came nearer to its path, or fell further behind it.

    The shares are of the way that the plan expects to be done by each date (1 is all of it).
    """

    kpi: str
    title: str
    share_from: float
    share_to: float
    move: float
    size: float
    """The change of the value as a share of the whole way from baseline to target."""
    text: str

    @property
    def sentence(self) -> str:
        return wording.titled(self.title, f"{self.text}.")


def statuses(
    plan: Plan, before: Sequence[Reading], after: Sequence[Reading]
) -> tuple[StatusMove, ...]:
    """Those that moved, the worse ones first; what may not be seen at a date is left out."""
    moved = []
    for old, new in zip(before, after, strict=True):
        if old.status == new.status or "suppressed" in (old.status, new.status):
            continue
        kpi = plan.kpi(new.kpi)
        text = standing.reason(kpi, new, old)
        verdict = _verdict(old.status, new.status)
        moved.append(StatusMove(kpi.id, kpi.title, old.status, new.status, verdict, text))
    return tuple(sorted(moved, key=lambda move: _VERDICTS.index(move.verdict)))


def courses(
    plan: Plan, before: Sequence[Reading], after: Sequence[Reading], most: int = 4
) -> tuple[tuple[Course, ...], tuple[Course, ...]]:
    """The KPIs that moved most toward and away from plan: by share, then by size, then id.

    Only KPIs that are judged at both dates: a share of few, or a way that has not begun, moves
    by chance.
    """
    found = []
    for old, new in zip(before, after, strict=True):
        if old.status not in JUDGED or new.status not in JUDGED or new.change is None:
            continue
        if old.ratio_to_plan is None or new.ratio_to_plan is None:
            continue
        kpi = plan.kpi(new.kpi)
        assert new.target is not None and new.baseline is not None
        whole = abs(new.target - new.baseline)
        found.append(
            Course(
                kpi=kpi.id,
                title=kpi.title,
                share_from=old.ratio_to_plan,
                share_to=new.ratio_to_plan,
                move=new.ratio_to_plan - old.ratio_to_plan,
                size=abs(new.change) / whole if whole else 0.0,
                text=wording.clauses((wording.moved(kpi, new, old), _gap(kpi, old, new))),
            )
        )
    found.sort(key=lambda course: (-abs(course.move), -course.size, course.kpi))
    toward = tuple(course for course in found if course.move > SAME)
    away = tuple(course for course in found if course.move < -SAME)
    return toward[:most], away[:most]


def counted(moved: Sequence[StatusMove]) -> str:
    """`two KPIs moved to a better status and one to a worse`, without a full stop."""
    better = sum(move.verdict == "better" for move in moved)
    worse = sum(move.verdict == "worse" for move in moved)
    if not better and not worse:
        return say("no KPI moved to a better or worse status")
    many = wording.in_words(worse)
    if not better:
        return say_n(
            "one KPI moved to a worse status", "{count} KPIs moved to a worse status",
            worse, count=many,
        )  # fmt: skip
    text = say_n(
        "one KPI moved to a better status", "{count} KPIs moved to a better status",
        better, count=wording.in_words(better),
    )  # fmt: skip
    if not worse:
        return text
    other = say_n("one to a worse one", "{count} to a worse one", worse, count=many)
    return wording.listed([text, other])


def statuses_sentence(moved: Sequence[StatusMove]) -> str:
    """How many statuses moved, and which way."""
    if not moved:
        return say("No status moved.")
    other = sum(move.verdict == "other" for move in moved)
    text = counted(moved)
    if other:
        unlike = say_n(
            "one has a status that cannot be compared",
            "{count} have statuses that cannot be compared",
            other, count=wording.in_words(other),
        )  # fmt: skip
        text = wording.clauses((text, unlike))
    return wording.capital(f"{text}.")


def courses_sentence(toward: Sequence[Course], away: Sequence[Course]) -> str:
    """The KPI that moved most toward the plan, and the one that moved most away."""
    parts = []
    if toward:
        title = wording.lower(toward[0].title)
        parts.append(say("most toward the plan: {title}", title=title))
    if away:
        title = wording.lower(away[0].title)
        if away[0].share_to >= 1 - SAME:
            parts.append(
                say("most away from the plan: {title}, though still ahead of it", title=title)
            )
        else:
            parts.append(say("most away from the plan: {title}", title=title))
    if not parts:
        return say("No KPI moved toward the plan or away from it.")
    return wording.capital(f"{wording.clauses(parts)}.")


def _verdict(before: str, after: str) -> Verdict:
    if before not in JUDGED or after not in JUDGED:
        return "other"
    return "better" if JUDGED.index(after) < JUDGED.index(before) else "worse"


def _gap(kpi: Kpi, before: Reading, after: Reading) -> str:
    """How far from the plan at both dates, in the KPI's own units."""
    now, then = wording.gap(kpi, after), wording.gap(kpi, before)
    if now == then:
        return say("{now} at both dates", now=now)
    return say("{now}, before {then}", now=now, then=then)
