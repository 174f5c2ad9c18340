"""Published figures beside the computed ones."""

from __future__ import annotations

import pandas as pd

from scorecard import reconcile, wording
from scorecard.languages import say, say_n
from scorecard.screen import figures, tables
from scorecard.screen.frame import View


def draw(view: View) -> None:
    """Published figures beside computed ones; those that do not agree come first."""
    plan = view.snapshot.plan
    beside = reconcile.reconcile(view.snapshot, view.role)
    left_out = _left_out(view)
    if not beside:
        figures.head(
            say("Nothing to reconcile"), left_out or say("The plan holds no published figure")
        )
        return
    agreeing = sum(figure.agrees is True for figure in beside)
    what = say("Published figures with their sources; a difference is computed less published")
    figures.head(
        say_n(
            "{count} of {whole} published figures that can be compared agrees with the computed "
            "ones",
            "{count} of {whole} published figures that can be compared agree with the computed "
            "ones",
            agreeing,
            whole=len(beside),
        ),
        ". ".join(part for part in (what, left_out) if part),
    )
    order = {False: 0, None: 1, True: 2}
    tables.show_with_files(
        pd.DataFrame(
            [
                {
                    say("Agrees"): {True: say("Yes"), False: say("No"), None: say("Not shown")}[
                        figure.agrees
                    ],
                    say("KPI"): plan.kpi(figure.kpi).title,
                    say("Scope"): _scope(figure.scope),
                    say("As of"): figure.as_of,
                    say("Published"): wording.number(plan.kpi(figure.kpi), figure.published),
                    say("Computed"): wording.number(plan.kpi(figure.kpi), figure.computed),
                    say("Difference"): None
                    if figure.difference is None
                    else wording.change(plan.kpi(figure.kpi), figure.difference),
                    say("Note"): figure.note,
                    say("Source"): figure.source,
                }
                for figure in sorted(beside, key=lambda figure: order[figure.agrees])
            ]
        ),
        view,
        "reconciliation",
        say("Published figures beside the computed ones"),
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
        parts.append(
            say_n(
                "{count} of {whole} published figures has no KPI to compare with",
                "{count} of {whole} published figures have no KPI to compare with",
                context, whole=len(published),
            )
        )  # fmt: skip
    if undated:
        parts.append(
            say_n("{count} lies on no reporting date", "{count} lie on no reporting date", undated)
        )
    return wording.clauses(parts)


def _scope(scope: str | None) -> str | None:
    """A scope such as pillar=government in words."""
    dimension, _, name = (scope or "").partition("=")
    if dimension == "pillar":
        return wording.capital(wording.PILLAR.get(name, name))
    if dimension == "category":
        return tables.category(name)
    return wording.region_name(name) if name else None
