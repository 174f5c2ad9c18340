"""What speaks against showing figures to the board: a broken export must never reach it unseen.

Rows with errors are set aside and the good ones count, so errors alone are no reason. These are:

- a KPI would lose its figures, as an export that it needs is absent or set aside whole, though
  the snapshot that is shown has them, or nothing is shown yet;
- more than a tenth of the rows of an export are set aside, and more than in what is shown;
- the data are older than what is shown;
- a synthetic sample would take the place of real data.
"""

from __future__ import annotations

from scorecard.snapshot import Snapshot

MOST_SET_ASIDE = 0.1
"""The share of an export's rows that may be set aside."""


def to(proposed: Snapshot, shown: Snapshot | None) -> tuple[str, ...]:
    """The reasons against showing `proposed` instead of `shown`, a sentence each; none: good."""
    reasons = [*_blinded(proposed, shown), *_set_aside(proposed, shown)]
    if shown and proposed.data_date < shown.data_date:
        reasons.append(f"the data are of {proposed.data_date} and those shown of {shown.data_date}")
    if shown and proposed.synthetic and not shown.synthetic:
        reasons.append("the exports are a synthetic sample and real data are shown")
    return tuple(reasons)


def findings(snapshot: Snapshot) -> dict[str, int]:
    """How many findings of each severity there are in its exports."""
    counted = snapshot.cursor().execute("select severity, count(*) from findings group by severity")
    return {"error": 0, "warning": 0} | dict(counted.fetchall())


def _blinded(proposed: Snapshot, shown: Snapshot | None) -> list[str]:
    seen = {kpi.id for kpi in shown.plan.kpis if not shown.missing_exports(kpi)} if shown else None
    blind: dict[str, int] = {}
    for kpi in proposed.plan.kpis:
        if seen is None or kpi.id in seen:
            for export in proposed.missing_exports(kpi):
                blind[export] = blind.get(export, 0) + 1
    return [
        f"{export}.csv is absent or set aside whole, so "
        f"{count} {'KPI has' if count == 1 else 'KPIs have'} no figures"
        for export, count in sorted(blind.items())
    ]


def _set_aside(proposed: Snapshot, shown: Snapshot | None) -> list[str]:
    before = _quarantined(shown) if shown else {}
    return [
        f"{aside:,} of {rows:,} rows of {export}.csv are set aside"
        for export, (rows, aside) in _quarantined(proposed).items()
        if aside > MOST_SET_ASIDE * rows and aside > before.get(export, (0, 0))[1]
    ]


def _quarantined(snapshot: Snapshot) -> dict[str, tuple[int, int]]:
    """Export -> its rows, and how many of them are in quarantine; of those not set aside whole."""
    found = snapshot.cursor().execute(
        'select export, "rows", quarantined from ledger where present order by export'
    )
    return {export: (rows, aside) for export, rows, aside in found.fetchall()}
