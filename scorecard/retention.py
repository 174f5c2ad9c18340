"""How many snapshots are kept, and the room they take.

SCORECARD_KEEP is a number of publications, all by default. Besides the last so many there stay:
the one that is shown, those of share links that can be opened, those that papers of the library
were made from, and those that were shown at the last eight meetings. What was proposed and never
published goes too once a number is set. Nothing goes by itself: `prune` says what would, and
`prune --remove` removes it.
"""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scorecard import publication
from scorecard.depot import Depot
from scorecard.readings import COMPARED
from scorecard.refusal import Refusal

if TYPE_CHECKING:
    from scorecard.state.publications import Publication
    from scorecard.state.store import Store

VARIABLE = "SCORECARD_KEEP"
MEETINGS = 8
"""The last so many days on which the board or the Assembly met: about two years."""


@dataclass(frozen=True)
class Holding:
    """A snapshot of the depot: its size in bytes, and why it stays; empty where it may go."""

    snapshot: str
    size: int
    why: str


def setting() -> int | None:
    """How many publications are kept; none: all."""
    said = os.environ.get(VARIABLE, "") or "all"
    if said == "all":
        return None
    if not said.isascii() or not said.isdigit() or int(said) < 1:
        raise Refusal(f"{VARIABLE} is a number of publications from 1 on, or all")
    return int(said)


def holdings(depot: Depot, state: Store, keep: int | None, now: dt.datetime) -> tuple[Holding, ...]:
    """All snapshots of the depot, those that go first, then by their names."""
    from scorecard.state import publications

    published = publications.all(state)
    reasons = _reasons(depot, state, published, keep, now)
    if keep is None:
        reasons = dict.fromkeys(depot.names(), "all are kept") | reasons
    found = []
    for name in depot.names():
        record = depot.record(name)
        found.append(Holding(name, record.size if record else 0, reasons.get(name, "")))
    return tuple(sorted(found, key=lambda h: (bool(h.why), h.snapshot)))


def remove(depot: Depot, found: tuple[Holding, ...]) -> None:
    """Removes those that may go."""
    for holding in found:
        if not holding.why:
            depot.remove(holding.snapshot)


def _reasons(
    depot: Depot,
    state: Store,
    published: tuple[Publication, ...],
    keep: int | None,
    now: dt.datetime,
) -> dict[str, str]:
    """Snapshot -> why it stays; the strongest reason of several."""
    from scorecard.state import library, links, publications

    reasons = {p.snapshot: "one of the last publications" for p in published[:keep]}
    current = publication.shown(depot)
    plan = current.plan if current else None
    days = {m.date for m in plan.meetings if m.kind in COMPARED} if plan else set()
    for day in sorted(day for day in days if day <= now.date())[-MEETINGS:]:
        moment = dt.datetime.combine(day, dt.time.max, dt.UTC)
        if then := publications.current_at(state, moment):
            reasons[then.snapshot] = f"shown at the meeting of {day}"
    reasons |= {made.snapshot: "papers were made from it" for made in library.made(state)}
    for link in links.made(state):
        if link.snapshot and link.revoked_at is None and link.expires_at > now:
            reasons[link.snapshot] = "a share link shows it"
    pointed = depot.current()
    if pointed:
        reasons[pointed] = "it is shown"
    return reasons
