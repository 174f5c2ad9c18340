"""Fields: a grid of sections and regions, and maps. They stand beside a list or a table."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import Any

from scorecard import palette, wording
from scorecard.breakdowns import Breakdown, Group
from scorecard.catalogue import Kpi
from scorecard.charts.bars import not_shown
from scorecard.charts.canvas import (
    SIZE,
    Figure,
    escape,
    figure,
    ink,
    note,
    scale,
    two_lines,
)
from scorecard.exhibits.compliance import Grid
from scorecard.languages import say_n
from scorecard.meeting import names
from scorecard.palette import Theme

_ROW = 38
_READABLE: dict[Theme, int] = {"light": 4, "dark": 3}
"""How many colours of the scale leave 4.5:1 to the text upon them."""


def heatmap(kpi: Kpi, grid: Grid, theme: Theme) -> Figure:
    """A share in each cell, written and coloured, the weakest row on top; few say their n."""
    whole = grid.columns[-1] if grid.columns else ""
    rows = sorted(grid.rows, key=lambda row: -(_value(grid.cells.get((row, whole))) or 0))
    cells = [[grid.cells.get((row, column)) for column in grid.columns] for row in rows]
    trace = {
        "type": "heatmap",
        "x": list(range(len(grid.columns))),
        "y": list(range(len(rows))),
        "z": [[_value(cell) for cell in row] for row in cells],
        "text": [[_written(kpi, cell, "<br>") for cell in row] for row in cells],
        "texttemplate": "%{text}",
        "textfont": {"size": SIZE, "color": ink(palette.TEXT, theme)},
        "colorscale": scale(theme, _READABLE[theme]),
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        "hoverongaps": False,
        "customdata": [
            [
                [
                    escape(names.section(row)),
                    escape(wording.region_name(column)),
                    _organisations(cell),
                    _written(kpi, cell, ", "),
                ]
                for column, cell in zip(grid.columns, line, strict=True)
            ]
            for row, line in zip(rows, cells, strict=True)
        ],
        "hovertemplate": (
            "%{customdata[0]}<br>%{customdata[1]}<br><b>%{customdata[3]}</b>, "
            "%{customdata[2]}<extra></extra>"
        ),
    }
    return figure(
        [trace],
        theme,
        _ROW * len(rows) + 64,
        margin={"l": 8, "r": 8, "t": 50, "b": 4},
        xaxis={
            "side": "top",
            "tickvals": list(range(len(grid.columns))),
            "ticktext": [two_lines(wording.region_name(column), 12) for column in grid.columns],
            "tickangle": 0,
            "tickfont": {"size": SIZE - 1, "color": ink(palette.TEXT, theme)},
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
        },
        yaxis={
            "tickvals": list(range(len(rows))),
            "ticktext": [two_lines(names.section(row), 26) for row in rows],
            "ticks": "",
            "ticklabelstandoff": 6,
            "tickfont": {"color": ink(palette.TEXT, theme)},
            "showgrid": False,
            "zeroline": False,
            "automargin": True,
            "fixedrange": True,
        },
    )


def country_map(
    kpi: Kpi,
    breakdown: Breakdown,
    countries: Mapping[str, tuple[str, str]],
    theme: Theme,
    selected: Collection[str] = (),
) -> Figure:
    """Countries coloured by value; a click tells the region. `countries`: code -> name, region.

    A country with a value of none keeps its outline only. The regions of `selected` stand out.
    """
    shown = [g for g in breakdown.groups if g.group in countries and g.value is not None]
    return _map(
        [group.group or "" for group in shown],
        [group.value or 0.0 for group in shown],
        [
            [
                countries[group.group or ""][1],
                countries[group.group or ""][0],
                wording.share(kpi, group.value, group.numerator, group.denominator, group.n),
            ]
            for group in shown
        ],
        kpi,
        theme,
        [place for place, g in enumerate(shown) if countries[g.group or ""][1] in selected],
    )


def region_map(
    kpi: Kpi,
    breakdown: Breakdown,
    countries: Mapping[str, tuple[str, str]],
    theme: Theme,
    selected: Collection[str] = (),
) -> Figure:
    """All countries of a region in its colour; regions that are not shown are named below."""
    groups = {group.group: group for group in breakdown.groups}
    shown = [
        (code, groups[region])
        for code, (_, region) in countries.items()
        if region in groups and groups[region].value is not None
    ]
    drawn = _map(
        [code for code, _ in shown],
        [group.value or 0.0 for _, group in shown],
        [
            [
                group.group,
                wording.region_name(group.group or ""),
                wording.share(kpi, group.value, group.numerator, group.denominator, group.n),
            ]
            for _, group in shown
        ],
        kpi,
        theme,
        [place for place, (_, group) in enumerate(shown) if group.group in selected],
    )
    hidden = [
        wording.region_name(group.group or "") for group in breakdown.groups if group.suppressed
    ]
    if hidden:
        drawn["layout"]["annotations"] = [
            note(
                wording.titled(not_shown(), ", ".join(hidden)), theme,
                x=0, y=0, xref="paper", yref="paper", xanchor="left", yanchor="bottom",
            )
        ]  # fmt: skip
    return drawn


def _map(
    codes: list[str],
    values: list[float],
    about: list[list[str | None]],
    kpi: Kpi,
    theme: Theme,
    chosen: list[int],
) -> Figure:
    line = {"color": ink(palette.BACKGROUND, theme), "width": 0.6}
    high = max(values, default=1) or 1
    ticks = _ticks(high, 0.01 if kpi.is_percentage else 1.0)
    trace: dict[str, Any] = {
        "type": "choropleth",
        "locationmode": "ISO-3",
        "locations": codes,
        "z": values,
        "zmin": 0,
        "zmax": high,
        "colorscale": _from_second(theme),
        "marker": {"line": line},
        "customdata": about,
        "hovertemplate": "%{customdata[1]}<br><b>%{customdata[2]}</b><extra></extra>",
        "colorbar": {
            "orientation": "h",
            "thickness": 8,
            "len": 0.3,
            "x": 0,
            "xanchor": "left",
            "y": 0,
            "yanchor": "bottom",
            "outlinewidth": 0,
            "tickvals": ticks,
            "ticktext": [
                f"{wording.plain(tick * 100)}%" if kpi.is_percentage else wording.plain(tick)
                for tick in ticks
            ],
            "tickfont": {"color": ink(palette.MUTED, theme), "size": SIZE - 2},
        },
    }
    return figure(
        [trace],
        theme,
        340,
        # Which stand out is shown on the outlines as they are: for `selectedpoints` Plotly would
        # draw the whole map anew.
        meta={"chosen": chosen},
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        clickmode="event",
        geo={
            "projection": {"type": "natural earth"},
            "lataxis": {"range": [-57, 84]},
            "resolution": 110,
            "bgcolor": "rgba(0,0,0,0)",
            "showframe": False,
            "showcoastlines": False,
            "showland": True,
            "landcolor": ink(palette.TINT, theme),
            "showcountries": True,
            "countrycolor": ink(palette.LINE, theme),
            "countrywidth": 0.5,
            "showlakes": False,
        },
    )


def _ticks(high: float, least: float) -> list[float]:
    """At most five round figures from nought to `high`, at least so far apart."""
    power = 10.0 ** math.floor(math.log10(high / 4))
    wide = next(power * step for step in (1, 2, 5, 10) if power * step * 4.0001 >= high)
    wide = max(wide, least)
    return [round(wide * i, 10) for i in range(int(high / wide + 1e-9) + 1)]


def _from_second(theme: Theme) -> list[list[float | str]]:
    """The scale without its faintest colour, which is that of a country without a value."""
    steps = palette.SEQUENTIAL[1:]
    return [[i / (len(steps) - 1), step.on(theme)] for i, step in enumerate(steps)]


def _value(cell: Group | None) -> float | None:
    return cell.value if cell else None


def _organisations(cell: Group | None) -> str:
    n = cell.n if cell else None
    return "" if n is None else say_n("{count} organisation", "{count} organisations", n)


def _written(kpi: Kpi, cell: Group | None, before_n: str) -> str:
    """The share, and of few organisations how many they are; a column is narrow on a tablet."""
    if cell is None:
        return ""
    words = escape(
        wording.share(
            kpi, cell.value, cell.numerator, cell.denominator, cell.n, suppressed=cell.suppressed
        )
    )
    if kpi.counts == "organisations" and cell.n is not None and cell.n < 10:
        words += f"{before_n}n = {cell.n}"
    return words
