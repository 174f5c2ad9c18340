"""Which figures a role may see. Applied where readings are made, so that nothing gets round it.

The Association promises companies confidentiality, and publishes concerns and complaints as
world totals by category only. Below world level a confidential KPI is shown by one dimension,
at year ends, and never where few organisations or a rate of 0 or 1 would tell on someone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from scorecard.catalogue import Kpi
from scorecard.refusal import Refusal
from scorecard.selection import Selection
from scorecard.snapshot import Snapshot

Role = Literal["guest", "board", "executive"]
ROLES: tuple[Role, ...] = ("guest", "board", "executive")

_FEW = range(1, 5)
_ENOUGH = 10


@dataclass(frozen=True)
class Cell:
    """One group of a row: how many organisations it counts, and its rate if it is a ratio."""

    count: float
    rate: float | None


def admits(role: Role, lowest: Role) -> bool:
    """Whether a role is at least the lowest that is admitted."""
    return ROLES.index(role) >= ROLES.index(lowest)


def guards(kpi: Kpi, role: Role) -> bool:
    """Whether the KPI is confidential towards this role."""
    return kpi.confidential and role != "executive"


def shown(snapshot: Snapshot, kpi: Kpi, selection: Selection, role: Role) -> NDArray[np.bool_]:
    """Whether the role may see the value of the selection, one entry a reporting date."""
    chosen = selection.within(kpi)
    dates = len(snapshot.dates)
    if not guards(kpi, role) or chosen == Selection():
        return np.ones(dates, dtype=bool)
    if is_crossed(kpi, selection):
        return np.zeros(dates, dtype=bool)
    dimension = "region" if chosen.regions else "pillar"
    names = frozenset(chosen.regions or chosen.pillars)
    visible = np.zeros(dates, dtype=bool)
    for place, date in enumerate(snapshot.dates):
        if (date.month, date.day) == (12, 31):
            hidden = hidden_groups(row_of_cells(snapshot, kpi, dimension, place))
            visible[place] = hidden is not None and not names & hidden
    return visible


def is_crossed(kpi: Kpi, selection: Selection) -> bool:
    """Whether a selection restricts two dimensions that the KPI has."""
    chosen = selection.within(kpi)
    return bool(chosen.regions and chosen.pillars)


def row_of_cells(snapshot: Snapshot, kpi: Kpi, dimension: str, place: int) -> dict[str, Cell]:
    """All groups of a dimension at one date, computed without any selection."""
    cube = snapshot.cube
    block, names = (
        (cube.by_region(kpi), cube.regions)
        if dimension == "region"
        else (cube.by_pillar(kpi), cube.pillars)
    )
    row = {}
    for name, i in names.items():
        numerator, denominator, _, organisations = block[:, place, i]
        rate = None
        if kpi.aggregate == "ratio" and denominator:
            rate = float(numerator / denominator)
        row[name] = Cell(float(organisations), rate)
    return row


def hidden_groups(row: Mapping[str, Cell]) -> frozenset[str] | None:
    """The groups of a row that are not shown; none where the row is hidden whole.

    Few organisations, or a rate of 0 or 1, hide a group. Others are hidden with it until the
    hidden ones are at least two and count at least ten together, so that no total gives one back.
    """
    hidden = {
        name
        for name, cell in row.items()
        if cell.count in _FEW
        or (cell.rate is not None and min(abs(cell.rate), abs(cell.rate - 1)) <= 1e-9)
    }
    while hidden and (len(hidden) == 1 or sum(row[name].count for name in hidden) < _ENOUGH):
        others = [
            (cell.count, name) for name, cell in row.items() if cell.count and name not in hidden
        ]
        if not others:
            return None
        hidden.add(min(others)[1])
    return frozenset(hidden)


def refuse_crossing(kpi: Kpi, selection: Selection, role: Role, by: str | None = None) -> None:
    """Refuses what is never shown: by country, two dimensions crossed, a category within one."""
    if not guards(kpi, role):
        return
    if by == "country":
        raise Refusal(f"{kpi.id} is confidential and never shown by country")
    chosen = selection.within(kpi)
    asked = {"region": bool(chosen.regions), "pillar": bool(chosen.pillars), by or "": True}
    if sum(asked[name] for name in asked if name) > 1:
        raise Refusal(f"{kpi.id} is confidential and never shown by two dimensions at once")


def refuse_rows(kpi: Kpi, role: Role) -> None:
    """Refuses the facts by entity below the role that the KPI names."""
    if not admits(role, kpi.rows_for):
        raise Refusal(f"the rows behind {kpi.id} are for the {kpi.rows_for} only")


def refuse_explanation(kpi: Kpi, role: Role) -> None:
    """Refuses to explain the change of a confidential KPI."""
    if guards(kpi, role):
        raise Refusal(f"{kpi.id} is confidential; its change is not explained")
