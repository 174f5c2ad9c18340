"""Charts: readings in, Plotly figures as plain dictionaries out.

A chart fetches nothing and filters nothing. Dictionaries instead of Plotly objects, since
building the objects costs more than computing what they show.
"""

from scorecard.charts.bars import bars, columns, steps, waterfall
from scorecard.charts.canvas import Figure
from scorecard.charts.fields import country_map, heatmap, region_map
from scorecard.charts.lines import stacked, trend
from scorecard.charts.multiples import panels

__all__ = [
    "Figure",
    "bars",
    "columns",
    "country_map",
    "heatmap",
    "panels",
    "region_map",
    "stacked",
    "steps",
    "trend",
    "waterfall",
]
