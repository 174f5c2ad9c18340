"""How much memory DuckDB may use, and that what does not fit changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from scorecard import engine, sample, snapshot
from scorecard.refusal import Refusal
from scorecard.snapshot import Sources


def limit() -> float:
    with engine.connect() as con:
        row = con.execute("select current_setting('memory_limit')").fetchone()
    assert row
    number, unit = str(row[0]).split()
    return float(number) * {"MiB": 2**20, "GiB": 2**30}[unit]


@pytest.mark.parametrize(
    ("stated", "expected"),
    [("512MB", 2**29), ("1.5 GiB", 1.5 * 2**30), ("2g", 2**31), ("300000000", 300_000_000)],
)
def test_the_setting_is_the_limit(
    monkeypatch: pytest.MonkeyPatch, stated: str, expected: float
) -> None:
    monkeypatch.setenv(engine.VARIABLE, stated)
    assert limit() == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize("stated", ["much", "-1GB", "5MB", "80%", "1 GB 2"])
def test_a_setting_that_is_no_size_is_refused(monkeypatch: pytest.MonkeyPatch, stated: str) -> None:
    monkeypatch.setenv(engine.VARIABLE, stated)
    with pytest.raises(Refusal, match=engine.VARIABLE):
        engine.connect()


def test_unasked_it_takes_half_of_what_there_is_and_at_most_four_gigabytes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(engine.VARIABLE, raising=False)
    assert engine.memory() <= 4 * 2**30
    assert limit() == pytest.approx(engine.memory(), rel=0.01)


def test_a_build_that_must_go_to_disk_comes_to_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample.write(tmp_path, 12_000, 5)
    sources = Sources(tmp_path / "exports", tmp_path / "plan")
    cells = []
    for memory in ("2GB", "128MiB"):
        monkeypatch.setenv(engine.VARIABLE, memory)
        out = tmp_path / f"{memory}.duckdb"
        snapshot.build(str(out), sources)
        opened = snapshot.open_file(out)
        asked = "select kpi, date, region, pillar, n, organisations from sums order by all"
        cells.append(opened.cursor().execute(asked).fetchall())
        assert not out.with_name(f"{out.name}.tmp").exists()
    assert cells[0] == cells[1] != []
