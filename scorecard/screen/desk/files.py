"""The files of the figures that everybody sees, and those beside them that nothing reads."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from scorecard import snapshot
from scorecard.exhibits import arrivals
from scorecard.languages import say, say_n
from scorecard.screen import figures, tables
from scorecard.screen.frame import View


def draw(view: View, files: tuple[arrivals.Arrival, ...]) -> None:
    figures.head(
        say("What arrived"),
        say("One row per file; KPIs that need a file that is absent wait for it"),
    )
    titles = {kpi.id: kpi.title for kpi in view.snapshot.plan.kpis}
    tables.show_with_files(
        pd.DataFrame(
            [
                {
                    say("File"): f"{file.export}.csv",
                    say("Part of"): say("Plan") if file.is_plan else say("Exports"),
                    say("State"): _state(file),
                    say("Rows"): file.rows,
                    say("Accepted"): file.accepted,
                    say("Set aside"): file.quarantined,
                    say("Feeds"): ", ".join(titles[kpi] for kpi in file.feeds) or None,
                }
                for file in files
            ]
        ),
        view,
        "files",
        say("Files with their rows and the KPIs they feed"),
        rows=26,
    )


def _state(file: arrivals.Arrival) -> str:
    if file.present:
        return say("Complete") if not file.quarantined else say("Some rows set aside")
    return say("Set aside whole") if file.rows else say("Not arrived")


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
            say_n(
                "{count} file in the folders that no contract names",
                "{count} files in the folders that no contract names",
                len(names),
            ),
            say("They are not read; perhaps a name is misspelt, as names must match exactly"),
        )
        tables.show(pd.DataFrame({say("File"): names}), "strangers", say("Files that are not read"))
