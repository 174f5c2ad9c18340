"""What people wrote for a meeting, as a briefing takes it: plain values, however they are kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scorecard.state.store import Store


@dataclass(frozen=True)
class Comment:
    """The commentary on one KPI for one meeting: what happened, and what will be done."""

    happened: str
    planned: str
    author: str
    written_on: dt.date


@dataclass(frozen=True)
class Item:
    """A decision asked of the board, or an action agreed on."""

    text: str
    owner: str = ""
    due_on: dt.date | None = None
    done_on: dt.date | None = None
    kpis: tuple[str, ...] = ()


@dataclass(frozen=True)
class Written:
    """Commentary by KPI, what the meeting is asked to decide, and actions still open.

    `is_known` tells nothing written from nothing asked, as for a guest.
    """

    comments: Mapping[str, Comment] = field(default_factory=dict)
    decisions: tuple[Item, ...] = ()
    actions: tuple[Item, ...] = ()
    is_known: bool = True


NOTHING = Written()
UNKNOWN = Written(is_known=False)


def of(store: Store, meeting: dt.date, until: dt.datetime | None = None) -> Written:
    """What stands written for a meeting, or stood at a moment. Actions are those of all
    meetings up to it that are not done."""
    # A briefing without written state needs no database.
    from scorecard.state import commentary, items

    comments = {
        kpi: Comment(entry.happened, entry.planned, entry.author, entry.written_at.date())
        for kpi, entry in commentary.latest(store, meeting, until).items()
    }
    decisions, actions = [], []
    for item in items.of_meeting(store, until=until):
        said = item.content
        plain = Item(said.text, said.owner, said.due_on, said.done_on, said.kpis)
        if item.kind == "decision" and item.meeting == meeting:
            decisions.append(plain)
        is_done = said.done_on is not None and said.done_on < meeting
        if item.kind == "action" and item.meeting <= meeting and not is_done:
            actions.append(plain)
    return Written(comments, tuple(decisions), tuple(actions))
