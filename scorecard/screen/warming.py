"""What a process makes before anybody asks: the steps from the view that everyone begins with."""

from __future__ import annotations

from functools import partial

from scorecard import readings
from scorecard.confidentiality import Role
from scorecard.screen import ahead, asking, cards, selection_bar, sheet
from scorecard.screen.choices import Choice
from scorecard.screen.frame import View
from scorecard.snapshot import Snapshot
from scorecard.visitor import Visitor

_ROLES: tuple[Role, ...] = ("board", "executive")


def overview(snapshot: Snapshot) -> None:
    """Makes the steps from the overview as it opens, for each role that comes without a link."""
    choice = Choice()
    as_of, compare = choice.dates(snapshot)
    for role in _ROLES:
        view = View(
            snapshot=snapshot,
            selection=choice.selection(snapshot),
            visitor=Visitor(role, "nobody yet", "machine"),
            page="plan",
            as_of=as_of,
            compare=compare,
            scorecard=readings.scorecard(snapshot, role=role, as_of=as_of, compare=compare),
            theme="light",
        )
        tasks = asking.written(view)
        name = f"overview {asking.beside(view, tasks).about}".rstrip()
        shown = sheet.content(partial(cards.blocks, tasks=tasks))
        ahead.warm(view, {"bar": selection_bar.said, name: shown})
