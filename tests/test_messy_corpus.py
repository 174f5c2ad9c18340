"""The corpus of messy files: each comes out as the table beside it says, with those findings.

`tests/messy/NAME.toml` says why a case is there, under which names its files arrive, and what is
expected: findings as `rule` or `rule:line`, the columns asked about, the table of the export.
"""

from __future__ import annotations

import csv
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest

from scorecard.intake import Answer, Report, load, take

CORPUS = Path(__file__).parent / "messy"
CASES = sorted(path.stem for path in CORPUS.glob("*.toml"))
SPELLINGS = load()


def taken(name: str, folder: Path) -> tuple[dict[str, Any], Report]:
    case = tomllib.loads((CORPUS / f"{name}.toml").read_text(encoding="utf-8"))
    (folder / "in").mkdir()
    for stored, arrives in case["arrives"].items():
        shutil.copyfile(CORPUS / stored, folder / "in" / arrives)
    answers = [Answer(a["answer"], None, a["column"] or None) for a in case.get("answers", ())]
    return case, take(folder / "in", folder / "out", SPELLINGS, answers)


def said(report: Report) -> list[str]:
    return sorted(f.rule + (f":{f.line}" if f.line else "") for f in report.findings)


def test_the_corpus_has_at_least_sixty_cases() -> None:
    assert len(CASES) >= 60


@pytest.mark.parametrize("name", CASES)
def test_a_messy_file_comes_out_as_expected(tmp_path: Path, name: str) -> None:
    case, report = taken(name, tmp_path)
    assert said(report) == sorted(case["findings"]), case["why"]
    assert [q.column or "" for q in report.questions] == case["questions"]
    exports = {file.export for file in report.files}
    assert exports == ({case["export"]} if "export" in case else set())
    for file in report.files:
        assert file.encoding == case.get("encoding", file.encoding)
        assert file.delimiter == case.get("delimiter", file.delimiter)
    written = sorted(path.stem for path in (tmp_path / "out").glob("*.csv"))
    if "rows" not in case:
        assert not written
        return
    assert written == [case["export"]]
    with (tmp_path / "out" / f"{case['export']}.csv").open(encoding="utf-8", newline="") as out:
        header, *rows = csv.reader(out)
    assert header == case["header"]
    assert rows == case["rows"]
    assert sum(file.rows for file in report.files) == len(rows)


@pytest.mark.parametrize("name", CASES)
def test_what_came_out_goes_in_again_unchanged(tmp_path: Path, name: str) -> None:
    case, _ = taken(name, tmp_path)
    if "rows" not in case:
        return
    again = take(tmp_path / "out", tmp_path / "again", SPELLINGS)
    assert not again.questions
    name = f"{case['export']}.csv"
    assert (tmp_path / "again" / name).read_bytes() == (tmp_path / "out" / name).read_bytes()
