"""Which statuses moved, and which KPIs moved toward the plan or away from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from scorecard import standing, wording
from scorecard.exhibits import findings
from scorecard.judgement import JUDGED, SAME
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
        return f"{self.title}: from {was} to {now}; {self.text}."


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
        return f"{self.title}: {self.text}."


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
                text=f"{wording.moved(kpi, new, old)}; "
                f"{_way(old.ratio_to_plan, new.ratio_to_plan)}",
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
        return "no KPI moved to a better or worse status"
    parts: list[str] = []
    for count, word in ((better, "a better status"), (worse, "a worse status")):
        if count:
            subject = wording.in_words(count)
            if not parts:
                subject += f" {'KPI' if count == 1 else 'KPIs'} moved"
            else:
                word = "a worse one"
            parts.append(f"{subject} to {word}")
    return " and ".join(parts)


def statuses_sentence(moved: Sequence[StatusMove]) -> str:
    """How many statuses moved, and which way."""
    if not moved:
        return "No status moved."
    other = sum(move.verdict == "other" for move in moved)
    text = counted(moved)
    if other:
        verb = "has" if other == 1 else "have"
        noun = "a status" if other == 1 else "statuses"
        text += f"; {wording.in_words(other)} {verb} {noun} that cannot be compared"
    return findings.capital(f"{text}.")


def courses_sentence(toward: Sequence[Course], away: Sequence[Course]) -> str:
    """The KPI that moved most toward the plan, and the one that moved most away."""
    parts = []
    if toward:
        parts.append(f"most toward the plan: {wording.lower(toward[0].title)}")
    if away:
        ahead = ", though still ahead of it" if away[0].share_to >= 1 - SAME else ""
        parts.append(f"most away from the plan: {wording.lower(away[0].title)}{ahead}")
    if not parts:
        return "No KPI moved toward the plan or away from it."
    return findings.capital(f"{'; '.join(parts)}.")


def _verdict(before: str, after: str) -> Verdict:
    if before not in JUDGED or after not in JUDGED:
        return "other"
    return "better" if JUDGED.index(after) < JUDGED.index(before) else "worse"


def _way(before: float, after: float) -> str:
    """The share of the way that is done; a share below nought is said in words."""
    if after < -SAME:
        if before < -SAME:
            return "still worse than the baseline"
        return f"now worse than the baseline, after {_percent(before)} of the way expected"
    text = f"{_percent(after)} of the way expected by now"
    return (
        f"{text}, after being worse than the baseline"
        if before < -SAME
        else (f"{text}, {_percent(before)} before")
    )


def _percent(share: float) -> str:
    return f"{wording.plain(share * 100)}{wording.NARROW}%"
