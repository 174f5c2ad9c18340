"""The files of the figures that everybody sees, and those beside them that nothing reads."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from scorecard import snapshot
from scorecard.exhibits import arrivals, findings
from scorecard.screen import figures, tables
from scorecard.screen.frame import View


def draw(view: View, files: tuple[arrivals.Arrival, ...]) -> None:
    figures.head(
        "What arrived",
        "One row per file; KPIs that need a file that is absent wait for it",
    )
    titles = {kpi.id: kpi.title for kpi in view.snapshot.plan.kpis}
    tables.show_with_files(
        pd.DataFrame(
            [
                {
                    "File": f"{file.export}.csv",
                    "Part of": "Plan" if file.is_plan else "Exports",
                    "State": _state(file),
                    "Rows": file.rows,
                    "Accepted": file.accepted,
                    "Set aside": file.quarantined,
                    "Feeds": ", ".join(titles[kpi] for kpi in file.feeds) or None,
                }
                for file in files
            ]
        ),
        view,
        "files",
        "Files with their rows and the KPIs they feed",
        rows=26,
    )


def _state(file: arrivals.Arrival) -> str:
    if file.present:
        return "Complete" if not file.quarantined else "Some rows set aside"
    return "Set aside whole" if file.rows else "Not arrived"


def strangers() -> None:
    """Files beside the exports and the plan that nothing reads, perhaps misnamed."""
    sources = snapshot.Sources()
    folders: tuple[tuple[Path, bool], ...] = ((sources.exports, False), (sources.plan, True))
    names = [
        f"{folder.name}/{name}"
        for folder, is_plan in folders
        for name in arrivals.strangers(folder, is_plan=is_plan)
    ]
    if names:
        figures.head(
            f"{findings.quantity(len(names), 'file', 'files')} in the folders that no contract names",
            "They are not read; perhaps a name is misspelt, as names must match exactly",
        )
        tables.show(pd.DataFrame({"File": names}), "strangers", "Files that are not read")
