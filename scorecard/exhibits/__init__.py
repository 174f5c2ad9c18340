"""Exhibits: what the pages show beyond plain readings, asked of the snapshot's clean tables.

Each function takes the role, and gives nothing that the readings, breakdowns and facts of the
core would refuse to it. Values travel as bound parameters; dates are reporting dates.
"""

from __future__ import annotations

from scorecard.catalogue import Kpi
from scorecard.confidentiality import Role, admits
from scorecard.languages import say
from scorecard.refusal import Refusal
from scorecard.selection import Selection
from scorecard.snapshot import Snapshot


def missing(snapshot: Snapshot, *kpis: str) -> tuple[str, ...]:
    """The exports without which an exhibit about these KPIs can say nothing."""
    absent = (name for kpi in kpis for name in snapshot.missing_exports(snapshot.plan.kpi(kpi)))
    return tuple(dict.fromkeys(absent))


def narrowed(
    kpi: Kpi, selection: Selection, region: str = "region", pillar: str = "pillar"
) -> tuple[str, dict[str, list[str]]]:
    """SQL that keeps the rows of a selection, and its values; `and ...` or nothing."""
    chosen = selection.within(kpi)
    words = {"regions": list(chosen.regions), "pillars": list(chosen.pillars)}
    columns = {"regions": region, "pillars": pillar}
    given = {name: values for name, values in words.items() if values}
    sql = "".join(f" and list_contains(${name}, {columns[name]})" for name in given)
    return sql, given


def require_rows(kpi: Kpi, role: Role) -> None:
    """Refuses an exhibit that tells of single entities below the role that the KPI names."""
    if not admits(role, kpi.rows_for):
        raise Refusal(
            say(
                "{title}: single entries are for the {rows_for} only",
                title=kpi.title,
                rows_for=say(kpi.rows_for),
            )
        )
