"""Fuzzes the reading path of intake with atheris, when asked.

    python tests/fuzz/read_exports.py CORPUS [-max_total_time=600]

CORPUS is a folder in which what is found worth keeping is kept, such as `corpus` beside this file;
the messy files of the tests are read as seeds. Whatever the bytes are, nothing may escape from
intake, and every row must be counted: those written are those reported.
"""

from __future__ import annotations

import csv
import sys
import tempfile
from pathlib import Path

import atheris

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
SEEDS = ROOT / "tests" / "messy"
NAMES = ("memberships.csv", "organisations.csv", "web_traffic.csv", "nameless.txt", "events.xlsx")

with atheris.instrument_imports(include=["scorecard.intake"]):
    from scorecard.intake import load, take
    from scorecard.intake.records import read

SPELLINGS = load()


def try_one(data: bytes) -> None:
    """Takes one file, its name chosen by the first byte."""
    if not data:
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "in").mkdir()
        (folder / "in" / NAMES[data[0] % len(NAMES)]).write_bytes(data[1:])
        report = take(folder / "in", folder / "out", SPELLINGS)
        for export in {file.export for file in report.files}:
            path = folder / "out" / f"{export}.csv"
            if not path.is_file():
                assert report.questions or report.findings, "not written, and nothing is said"
                continue
            with path.open(encoding="utf-8", newline="") as text:
                found = sum(1 for r in read(text, ",", lambda _: True) if r.fields) - 1
            assert found == sum(f.rows for f in report.files if f.export == export), "rows lost"


def main() -> None:
    corpus = Path(sys.argv[1])
    corpus.mkdir(parents=True, exist_ok=True)
    csv.field_size_limit(sys.maxsize)
    for seed in SEEDS.iterdir():
        if seed.suffix in (".csv", ".txt", ".tsv") and seed.stat().st_size < 4_000:
            (corpus / f"seed_{seed.name}").write_bytes(b"\x00" + seed.read_bytes())
    atheris.Setup([*sys.argv, "-max_len=4096", "-timeout=60"], try_one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
