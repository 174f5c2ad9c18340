"""How many snapshots are kept, and the room they take.

SCORECARD_KEEP is a number of publications, all by default. Besides the last so many there stay:
the one that is shown, those of share links that can be opened, those that papers of the library
were made from, and those that were shown at the last eight meetings. What was proposed and never
published goes too once a number is set. Nothing goes by itself: `prune` and the page of the
history say what would, and remove it when somebody says so, which the audit trail keeps.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from scorecard import wording
from scorecard.depot import Depot
from scorecard.languages import say
from scorecard.plan import Plan
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


def holdings(
    depot: Depot, state: Store, keep: int | None, now: dt.datetime, plan: Plan | None
) -> tuple[Holding, ...]:
    """All snapshots of the depot, those that go first, then by their names.

    `plan` is that of what is shown, as it has the meetings; none where nothing is shown.
    """
    from scorecard.state import publications

    names, published = depot.names(), publications.all(state)
    reasons = _reasons(depot, state, published, keep, now, plan)
    if keep is None:
        reasons = dict.fromkeys(names, say("all are kept")) | reasons
    found = (Holding(name, _size(depot, name), reasons.get(name, "")) for name in names)
    return tuple(sorted(found, key=lambda h: (bool(h.why), h.snapshot)))


def remove(
    depot: Depot,
    state: Store,
    names: Iterable[str],
    who: str,
    *,
    keep: int | None,
    plan: Plan | None,
) -> None:
    """Removes these snapshots for good, each with its row in the audit trail.

    Asked again of each is whether it may still go, while nobody publishes: somebody may have
    shared or restored it since the list was made. Refuses one that is needed, and those after it.
    """
    from scorecard.state import audit, publications
    from scorecard.state.columns import name as named
    from scorecard.state.columns import now

    named("the name of who removes", who)
    for name in names:
        with publications.deciding(state) as connection:
            found = {h.snapshot: h for h in holdings(depot, state, keep, now(), plan)}
            holding = found.get(name)
            if holding is None:
                continue
            if holding.why:
                raise Refusal(say("the snapshot {name} stays: {why}", name=name, why=holding.why))
            about = {"snapshot": name, "size": str(holding.size)}
            audit.append(connection, "removed", who, "executive", about)
            depot.remove(name)


@lru_cache(4096)
def _size(depot: Depot, name: str) -> int:
    """Of a snapshot that is in the depot, in bytes; it never changes, and to ask is a request."""
    record = depot.record(name)
    return record.size if record else 0


def _reasons(
    depot: Depot,
    state: Store,
    published: tuple[Publication, ...],
    keep: int | None,
    now: dt.datetime,
    plan: Plan | None,
) -> dict[str, str]:
    """Snapshot -> why it stays; the strongest reason of several."""
    from scorecard.state import library, links, publications

    reasons = {p.snapshot: say("one of the last publications") for p in published[:keep]}
    days = {m.date for m in plan.meetings if m.kind in COMPARED} if plan else set()
    for day in sorted(day for day in days if day <= now.date())[-MEETINGS:]:
        moment = dt.datetime.combine(day, dt.time.max, dt.UTC)
        if then := publications.current_at(state, moment):
            reasons[then.snapshot] = say("shown at the meeting of {date}", date=wording.date(day))
    reasons |= {made.snapshot: say("papers were made from it") for made in library.made(state)}
    for link in links.made(state):
        if link.snapshot and link.revoked_at is None and link.expires_at > now:
            reasons[link.snapshot] = say("a share link shows it")
    pointed = depot.current()
    if pointed:
        reasons[pointed] = say("it is shown")
    return reasons
