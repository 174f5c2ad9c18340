"""The eight charts of the comparison: what they show, for the peers as a file, for us as a page.

Run by Streamlit it is our own page of them: the trend of eight KPIs, drawn by Plotly.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.routing import Route

from scorecard import charts, readings
from scorecard.catalogue import Kpi
from scorecard.screen import figures, frame, goal, tables
from scorecard.screen.figures import Exhibit
from scorecard.screen.frame import View
from scorecard.selection import Selection
from scorecard.serving import plotly
from scorecard.snapshot import Snapshot
from scorecard.visitor import Visitor

KPIS = (
    "certified_companies", "certification_rate", "affiliates", "training_coverage",
    "field_review_coverage", "company_members", "media_mentions", "event_participants",
)  # fmt: skip


def write(path: Path, snapshot: Snapshot) -> None:
    """Values and paths of the eight KPIs for all regions and for each, as JSON."""
    scopes = {"All": Selection()} | {
        region: Selection((region,)) for region in snapshot.plan.regions[:4]
    }
    found: dict[str, Any] = {"dates": [str(date) for date in snapshot.dates], "scopes": {}}
    for scope, chosen in scopes.items():
        lines = {}
        for name in KPIS:
            kpi = snapshot.plan.kpi(name)
            path_of = readings.target(snapshot, kpi, chosen)
            series = readings.series(snapshot, kpi, chosen, "executive")
            lines[name] = {
                "title": kpi.title,
                "values": [point.value for point in series.points],
                "path": [[str(day), level] for day, level in path_of.points] if path_of else [],
            }
        found["scopes"][scope] = lines
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found), encoding="utf-8")


def trend(view: View, kpi: Kpi) -> Exhibit:
    """The same lines on our own page."""
    series = readings.series(view.snapshot, kpi, view.selection, view.role)
    reading = next(r for r in view.scorecard.readings if r.kpi == kpi.id)
    path = readings.target(view.snapshot, kpi, view.selection)
    plain = replace(reading, projected=None)
    return Exhibit(
        title=kpi.title,
        subtitle=goal.about(view, kpi, kpi.unit),
        figure=charts.trend(kpi, series, plain, path, (), view.as_of, view.theme, height=260),
        table=lambda: tables.of_series(kpi, series, [None] * len(series.points)),
    )


def _show() -> None:
    st.set_page_config(layout="wide")
    frame.forget()
    shown = frame.find_snapshot()
    view = frame.begin(shown, Visitor("executive", "bench", "machine"), "plan")
    figures.style()
    columns = st.columns(2)
    for place, name in enumerate(KPIS):
        with columns[place % 2]:
            kpi = view.snapshot.plan.kpi(name)
            figures.draw(view, partial(lambda kpi, seen: trend(seen, kpi), kpi), key=name)
    frame.end(view)


if __name__ == "__main__":
    _show()
else:
    app = st.App(__file__, routes=[Route(plotly.path(), plotly.endpoint)])
