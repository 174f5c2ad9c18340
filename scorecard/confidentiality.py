"""Which figures a role may see. Applied where readings are made, so that nothing gets round it.

The Association promises companies confidentiality, and publishes concerns and complaints as
world totals by category only. Below world level a confidential KPI is shown by one dimension,
at year ends, and never where few organisations or a rate of 0 or 1 would tell on someone, nor
where such a figure could be worked out from what is shown.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from scorecard.catalogue import Kpi
from scorecard.inference import Tally, is_derivable
from scorecard.languages import say
from scorecard.refusal import Refusal
from scorecard.roles import ROLES as ROLES
from scorecard.roles import Role as Role
from scorecard.roles import admits as admits
from scorecard.selection import Selection
from scorecard.snapshot import Snapshot
from scorecard.suppression import Cell, by_rule, smallest_other


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
            hidden = hidden_groups(snapshot, kpi, dimension, place)
            visible[place] = hidden is not None and not names & hidden
    return visible


def is_crossed(kpi: Kpi, selection: Selection) -> bool:
    """Whether a selection restricts two dimensions that the KPI has."""
    chosen = selection.within(kpi)
    return bool(chosen.regions and chosen.pillars)


def hidden_groups(
    snapshot: Snapshot, kpi: Kpi, dimension: str, place: int
) -> frozenset[str] | None:
    """The groups of a dimension that are not shown at the place of a date; none where the row
    is hidden whole."""
    return hidden_of(tuple(_row(snapshot, kpi, dimension, place).items()), _tally(kpi))


# Rows come from snapshots that never change, so that what was judged once holds for all visitors.
@lru_cache(4096)
def hidden_of(row: tuple[tuple[str, Cell], ...], tally: Tally) -> frozenset[str] | None:
    """The groups that are not shown of a row; none where the row is hidden whole.

    What the rule hides, and while a hidden figure could still be worked out, the smallest other.
    Whether it could depends on nothing but what would be shown, so that all tables that look
    alike stay alike, and one who knows of this step learns no more than one who does not.
    """
    cells = dict(row)
    hidden = by_rule(cells)
    while hidden and is_derivable(cells, hidden, tally):
        other = smallest_other(cells, hidden)
        if other is None:
            return None
        hidden |= {other}
    return hidden


def _row(snapshot: Snapshot, kpi: Kpi, dimension: str, place: int) -> dict[str, Cell]:
    """All groups of a dimension at one date, computed without any selection."""
    cube = snapshot.cube
    block, names = (
        (cube.by_region(kpi), cube.regions)
        if dimension == "region"
        else (cube.by_pillar(kpi), cube.pillars)
    )
    row = {}
    for name, i in names.items():
        numerator, denominator, _, organisations = block[:, place, i].tolist()
        row[name] = Cell(
            organisations, numerator, denominator if kpi.aggregate == "ratio" else None
        )
    return row


def _tally(kpi: Kpi) -> Tally:
    """How a reader knows the number of organisations behind a figure."""
    if kpi.counts == "organisations":
        return "printed"
    # A complaint is about no organisation, or none that is told, and counts itself.
    one_each = "organisations" not in kpi.exports or kpi.entity == "org_id"
    return "amount" if one_each else "unknown"


def refuse_crossing(kpi: Kpi, selection: Selection, role: Role, by: str | None = None) -> None:
    """Refuses what is never shown: by country, two dimensions crossed, a category within one."""
    if not guards(kpi, role):
        return
    if by == "country":
        raise Refusal(say("{id} is confidential and never shown by country", id=kpi.id))
    chosen = selection.within(kpi)
    asked = {"region": bool(chosen.regions), "pillar": bool(chosen.pillars), by or "": True}
    if sum(asked[name] for name in asked if name) > 1:
        raise Refusal(
            say("{id} is confidential and never shown by two dimensions at once", id=kpi.id)
        )


def refuse_rows(kpi: Kpi, role: Role) -> None:
    """Refuses the facts by entity below the role that the KPI names."""
    if not admits(role, kpi.rows_for):
        raise Refusal(
            say(
                "the rows behind {id} are for the {rows_for} only",
                id=kpi.id,
                rows_for=say(kpi.rows_for),
            )
        )


def refuse_explanation(kpi: Kpi, role: Role) -> None:
    """Refuses to explain the change of a confidential KPI."""
    if guards(kpi, role):
        raise Refusal(say("{id} is confidential; its change is not explained", id=kpi.id))
