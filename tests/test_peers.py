"""The peers that the benchmark runs against come to our values: the comparison is fair."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from bench.peers import ours, with_pandas, with_polars
from scorecard import sample, snapshot
from scorecard.snapshot import Sources

KEYS = ["kpi", "date", "region", "pillar"]


def comparable(found: pd.DataFrame) -> pd.Series:
    """Value by KPI, date, region and pillar; `-` for facts without one."""
    table = found.astype({"date": "datetime64[s]", "value": float})
    for key in ("region", "pillar"):
        table[key] = table[key].astype(object).where(table[key].notna(), "-")
    return table.set_index(KEYS)["value"].sort_index()


@pytest.mark.parametrize(("organisations", "seed"), [(60, 4), (231, 2019), (2_000, 7)])
def test_pandas_and_polars_come_to_our_values(
    tmp_path: Path, organisations: int, seed: int
) -> None:
    sample.write(tmp_path, organisations, seed)
    exports, plan = tmp_path / "exports", tmp_path / "plan"
    mine = comparable(ours.of_snapshot(snapshot.in_memory(Sources(exports, plan)).base))
    like = comparable(ours.compute(exports, plan))
    pandas = comparable(with_pandas.compute(exports, plan))
    polars = comparable(with_polars.compute(exports, plan).to_pandas())
    for found in (like, pandas, polars):
        pd.testing.assert_series_equal(found, mine, rtol=1e-9, atol=1e-9)
    assert mine.index.get_level_values("kpi").nunique() == 29
