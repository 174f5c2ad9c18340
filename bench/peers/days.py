"""The same 29 KPIs by hand, in pandas and in polars: how fast others would be.

Each gives the value of every KPI at every reporting date by region and pillar, straight from the
CSV files. They check nothing, and set no row aside, so they take sound files only.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import numpy.typing as npt

Days = npt.NDArray[np.datetime64]
COLUMNS = ("kpi", "date", "region", "pillar", "value")
NOT_SPECIFIED = "Not specified"
PILLARS = ("company", "civil_society", "government", "other")
FIRST_RULE = np.datetime64("2018-04-15", "D")
SECOND_RULE = np.datetime64("2019-11-21", "D")


def reporting_dates(exports: Path, plan: Path) -> Days:
    """Month ends, meetings and dates of published figures, up to the data date."""
    until = np.datetime64((exports / "exported_on.txt").read_text().strip(), "D")
    starts_on = tomllib.loads((plan / "plan.toml").read_text(encoding="utf-8"))["starts_on"]
    start = np.datetime64(starts_on, "D")
    months = np.arange(start.astype("M8[M]"), until.astype("M8[M]") + 1)
    dates = {until, *((months + 1).astype("M8[D]") - 1)}
    for name, column in (("meetings", 0), ("published_figures", 3)):
        lines = (plan / f"{name}.csv").read_text(encoding="utf-8").splitlines()
        assert lines[0].split(",")[column] in ("date", "as_of")
        dates |= {np.datetime64(line.split(",")[column], "D") for line in lines[1:]}
    return np.array(sorted(day for day in dates if start <= day <= until))


def months_before(dates: Days, months: int) -> Days:
    """The same day so many months earlier; a last day of a month stays one."""
    month = dates.astype("M8[M]")
    earlier = month - months
    last = (earlier + 1).astype("M8[D]") - 1
    is_last = (dates + 1).astype("M8[M]") != month
    same = np.minimum(earlier.astype("M8[D]") + (dates - month.astype("M8[D]")), last)
    return np.where(is_last, last, same)
