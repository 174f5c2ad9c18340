"""Published figures beside the computed ones."""

from __future__ import annotations

import pandas as pd

from scorecard import reconcile, wording
from scorecard.screen import figures, tables
from scorecard.screen.frame import View


def draw(view: View) -> None:
    """Published figures beside computed ones; those that do not agree come first."""
    plan = view.snapshot.plan
    beside = reconcile.reconcile(view.snapshot, view.role)
    left_out = _left_out(view)
    if not beside:
        figures.head("Nothing to reconcile", left_out or "The plan holds no published figure")
        return
    agreeing = sum(figure.agrees is True for figure in beside)
    verb = "agrees" if agreeing == 1 else "agree"
    what = "Published figures with their sources; a difference is computed less published"
    figures.head(
        f"{agreeing} of {len(beside)} published figures that can be compared {verb} with the "
        "computed ones",
        ". ".join(part for part in (what, left_out) if part),
    )
    order = {False: 0, None: 1, True: 2}
    tables.show_with_files(
        pd.DataFrame(
            [
                {
                    "Agrees": {True: "Yes", False: "No", None: "Not shown"}[figure.agrees],
                    "KPI": plan.kpi(figure.kpi).title,
                    "Scope": _scope(figure.scope),
                    "As of": figure.as_of,
                    "Published": wording.number(plan.kpi(figure.kpi), figure.published),
                    "Computed": wording.number(plan.kpi(figure.kpi), figure.computed),
                    "Difference": None
                    if figure.difference is None
                    else wording.change(plan.kpi(figure.kpi), figure.difference),
                    "Note": figure.note,
                    "Source": figure.source,
                }
                for figure in sorted(beside, key=lambda figure: order[figure.agrees])
            ]
        ),
        view,
        "reconciliation",
        "Published figures beside the computed ones",
        rows=14,
    )


def _left_out(view: View) -> str:
    """How many published figures stand beside nothing, and why."""
    published = view.snapshot.plan.figures
    context = sum(not figure.kpi for figure in published)
    undated = sum(
        bool(figure.kpi) and figure.as_of not in view.snapshot.places for figure in published
    )
    parts = []
    if context:
        verb = "has" if context == 1 else "have"
        parts.append(
            f"{context} of {len(published)} published figures {verb} no KPI to compare with"
        )
    if undated:
        verb = "lies" if undated == 1 else "lie"
        parts.append(f"{undated} {verb} on no reporting date")
    return "; ".join(parts)


def _scope(scope: str | None) -> str | None:
    """A scope such as pillar=government in words."""
    dimension, _, name = (scope or "").partition("=")
    if dimension == "pillar":
        return wording.PILLAR.get(name, name).capitalize()
    return tables.category(name) if dimension == "category" else name or None
