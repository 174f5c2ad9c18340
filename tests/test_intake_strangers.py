"""What a generator writes that knows nothing of intake comes back equal, or is asked about."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest
from stranger_generator import Rows, make

from scorecard import contract
from scorecard.intake import load, take

# As many again as in test_intake_round_trip; SCORECARD_MESSY_SETS=200 tries two hundred of each.
SETS = int(os.environ.get("SCORECARD_MESSY_SETS", "12"))
FIRST = int(os.environ.get("SCORECARD_MESSY_FIRST", "1"))
SPELLINGS = load()


def written(path: Path, export: str) -> Rows:
    with path.open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    return [{f.name: row.get(f.name) or "" for f in contract.load()[export].fields} for row in rows]


@pytest.mark.parametrize("seed", range(FIRST, FIRST + SETS))
def test_what_a_stranger_wrote_comes_back_equal(tmp_path: Path, seed: int) -> None:
    made = make(seed, tmp_path)
    report = take(made.source, tmp_path / "out", SPELLINGS)
    asked = {taken.export for taken in report.files for q in report.questions
             if q.file == taken.file}  # fmt: skip
    assert asked <= made.may_ask, report.questions
    assert bool(asked) == bool(report.questions)
    for export, rows in made.tables.items():
        if export in asked:
            continue
        found = written(tmp_path / "out" / f"{export}.csv", export)
        if sum(taken.export == export for taken in report.files) > 1:
            # Which of several files comes first, their names and places decide.
            found, rows = (
                sorted(table, key=lambda row: [*row.values()]) for table in (found, rows)
            )
        assert found == rows
