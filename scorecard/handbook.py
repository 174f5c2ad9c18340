"""The KPI handbook: every definition in one page of text, made from the KPI files."""

from __future__ import annotations

from scorecard.catalogue import Kpi
from scorecard.plan import Goal

_DIRECTION = {"up": "more is better", "down": "less is better", "watch": "watched, not judged"}
_AGGREGATE = {
    "sum": "sum of the numerators",
    "ratio": "sum of the numerators ÷ sum of the denominators",
    "countries": "number of distinct countries",
}


def text(goals: tuple[Goal, ...], kpis: tuple[Kpi, ...]) -> str:
    """The handbook in Markdown, by goal and in the order of the scorecard."""
    lines = [
        "# The KPIs",
        "",
        "Made from the headers of the files under `kpis/` by `python -m scorecard handbook`;",
        "a test fails when the two differ.",
    ]
    for goal in goals:
        lines += ["", f"## {goal.number} {goal.title}"]
        for kpi in kpis:
            if kpi.goal == goal.number:
                lines += ["", *_entry(kpi)]
    return "\n".join(lines) + "\n"


def _entry(kpi: Kpi) -> list[str]:
    dimensions = ", ".join(kpi.dimensions)
    secrecy = "confidential; " if kpi.confidential else ""
    return [
        f"### {kpi.title} (`{kpi.id}`)",
        "",
        kpi.definition,
        "",
        f"- **Why**: {kpi.why}",
        f"- **Limitation**: {kpi.limitation}",
        f"- **Unit and direction**: {kpi.unit}, {_DIRECTION[kpi.direction]}",
        f"- **Value**: {_AGGREGATE[kpi.aggregate]}; one fact is one `{kpi.entity}`",
        f"- **Broken down by**: {dimensions}",
        f"- **Exports**: {', '.join(kpi.exports)}",
        f"- **Owner**: {kpi.owner}",
        f"- **Who may see the rows**: {secrecy}{kpi.rows_for} and above",
    ]
