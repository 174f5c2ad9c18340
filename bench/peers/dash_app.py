"""Eight charts in Dash, changed in place by `Patch`: python dash_app.py PORT DATA."""

import json
import sys
from pathlib import Path

import plotly.graph_objects as go
from dash import Dash, Input, Output, Patch, dcc, html

port, data = int(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
kpis = list(data["scopes"]["All"])


def figure(line):
    drawn = go.Figure(
        [
            go.Scatter(x=data["dates"], y=line["values"], mode="lines", name="actual"),
            go.Scatter(
                x=[day for day, _ in line["path"]], y=[level for _, level in line["path"]],
                mode="lines", line={"dash": "dash"}, name="path",
            ),
        ]
    )  # fmt: skip
    drawn.update_layout(
        title=line["title"],
        height=260,
        showlegend=False,
        margin={"l": 40, "r": 8, "t": 40, "b": 28},
    )
    return drawn


app = Dash(__name__)
app.layout = html.Div(
    [
        dcc.RadioItems(list(data["scopes"]), "All", id="region", inline=True),
        html.Div(
            [
                dcc.Graph(
                    id=kpi,
                    figure=figure(data["scopes"]["All"][kpi]),
                    config={"displayModeBar": False},
                )
                for kpi in kpis
            ],
            style={"display": "grid", "gridTemplateColumns": "1fr 1fr"},
        ),
    ]
)


@app.callback(
    [Output(kpi, "figure") for kpi in kpis], Input("region", "value"), prevent_initial_call=True
)
def choose(region):
    changed = []
    for kpi in kpis:
        line, patch = data["scopes"][region][kpi], Patch()
        patch["data"][0]["y"] = line["values"]
        patch["data"][1]["x"] = [day for day, _ in line["path"]]
        patch["data"][1]["y"] = [level for _, level in line["path"]]
        changed.append(patch)
    return changed


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=port, debug=False)
