"""Canonical exports made messy come back from intake equal, cell by cell."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from arrived import Arrived, canonical_rows
from messy_generator import Messy, make, read_canonical
from oracle.generate import generate

from scorecard import contract, origins
from scorecard.intake import Report, load, take

# Each set has some eighteen files; a hundred times as many are tried now and then.
SETS = int(os.environ.get("SCORECARD_MESSY_SETS", "12"))
FIRST = int(os.environ.get("SCORECARD_MESSY_FIRST", "1"))
SPELLINGS = load()


def differences(canonical: Path, out: Path, but: set[str]) -> Iterator[str]:
    """What is not equal, by export and row."""
    for file in contract.load().exports:
        path = canonical / f"{file.name}.csv"
        if not path.is_file() or file.name in but:
            continue
        header, rows = read_canonical(path)
        if not header:
            continue
        if not (out / path.name).is_file():
            yield f"{file.name} was not written"
            continue
        found, there = read_canonical(out / path.name)
        wanted = [f.name for f in file.fields if f.name in header]
        if found != wanted:
            yield f"{file.name}: header {found}"
            continue
        order = [header.index(name) for name in wanted]
        expected = [[row[i] for i in order] for row in rows if len(row) == len(header)]
        if len(expected) != len(there):
            yield f"{file.name}: {len(there)} rows, not {len(expected)}"
        for number, (a, b) in enumerate(zip(expected, there, strict=False), start=1):
            if a != b:
                yield f"{file.name}, row {number}: {b}, not {a}"
                break


def unasked(report: Report, messy: Messy) -> list[str]:
    """Questions about columns that nothing makes ambiguous."""
    exports = {export for export, _ in messy.asked}
    names = {taken.file: taken.export for taken in report.files}
    return [q.question for q in report.questions if names.get(q.file) not in exports]


def misplaced(source: Path, out: Path, report: Report) -> Iterator[str]:
    """Rows that do not stand where it is said, by a text in them that is written as it is."""
    arrived = Arrived(source, report)
    for file in contract.load().exports:
        path = out / f"{file.name}.csv"
        plain = [f.name for f in file.fields if f.type == "string" and not (f.enum or f.country)]
        if not path.is_file() or not plain:
            continue
        header, _ = read_canonical(path)
        rows = canonical_rows(path)
        places = origins.find(out, [(file.name, line) for line in rows])
        for line, cells in rows.items():
            place = places.get((file.name, line))
            found = arrived.record_at(place) if place else []
            told = [dict(zip(header, cells, strict=True)).get(name) for name in plain]
            if not place or not all(text in found for text in told if text):
                yield f"{path.name}, line {line}: {told} is not in {found} ({place})"


@pytest.mark.parametrize("seed", range(FIRST, FIRST + SETS))
def test_a_random_set_made_messy_comes_back_equal(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    exports, _ = generate(rng, tmp_path / "set", dirty=False)
    messy = make(rng, exports, tmp_path)
    report = take(messy.source, tmp_path / "out", SPELLINGS)
    assert not unasked(report, messy)
    asked = {export for export, _ in messy.asked}
    open_ = {t.export for t in report.files for q in report.questions if q.file == t.file}
    assert asked == open_, "ambiguous dates are asked about, never guessed"
    assert not list(differences(exports, tmp_path / "out", asked))
    assert not list(misplaced(messy.source, tmp_path / "out", report))
    stated = (tmp_path / "out" / "exported_on.txt").read_text(encoding="utf-8")
    assert stated == (exports / "exported_on.txt").read_text(encoding="utf-8")
