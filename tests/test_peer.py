"""A peer for the checks: another Data Package tool gives the same verdict on every row.

Only what both rule sets hold is compared: types, required cells, enums, limits, keys and
references. Kept out, because the two differ by design:
- blanks around a value, which are no part of it here, and a part of it there;
- a `#` in a key, and countries beyond the pattern: rules that Table Schema cannot state;
- two dates of a row compared, spells that overlap, dates after the data date: likewise;
- rows that refer to a row which is itself quarantined, or that repeat the key of one: here it
  counts for nothing, there the file is compared as it stands. So faulty rows have keys of their
  own, and what others refer to is sound;
- quotes, rows too long or short and blank lines, on which the two report otherwise;
- forms of types that Table Schema grants and the contract does not, such as `1e3` or `+1`.
"""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from frictionless import Package
from small_set import CONTRACT, PLAN_TOML, REGIONS, filled

from scorecard import catalogue, checks, contract, exports
from scorecard.contract import Field, File

COMPARED = [file for file in CONTRACT.exports if file.name != "board_terms"]
"""Terms of the board refer to seats, which lie in another package."""
KPIS = catalogue.load()
BAD = {
    "date": ["2021-02-29", "2021-13-01", "31.12.2020", "soon", "2021-06"],
    "yearmonth": ["2021-13", "June", "2021-00"],
    "year": ["twenty", "20201", "MMXX"],
    "integer": ["one", "1.5", "--1"],
    "number": ["one", "1,5"],
    "boolean": ["yes", "TRUE", "1"],
}


def sound_rows(file: File, rng: random.Random, parents: dict[str, list[dict[str, str]]]) -> Any:
    """Rows that break no rule, each with a key of its own and a parent that exists."""
    for number in range(rng.randint(6, 14)):
        row: dict[str, str] = {}
        for reference in file.references:
            parent = rng.choice(parents[reference.file])
            row |= dict(zip(reference.fields, (parent[k] for k in reference.key), strict=True))
        yield filled(file, row | own_key(file, row, number), number)


def own_key(file: File, row: dict[str, str], number: int) -> dict[str, str]:
    """A key that no other row has, in the last column of it that is free."""
    free = [f for f in file.fields if f.name in file.key and f.name not in row and not f.enum]
    if not free or any(f.type == "string" and not f.country for f in free):
        return {}
    field = next((f for f in free if not f.country), None)
    if not field:
        return {}
    values = {"date": f"20{number:02d}-01-01", "year": f"20{number:02d}"}
    return {field.name: values.get(field.type, f"20{number:02d}-01")}


def spoilt(file: File, field: Field, rng: random.Random) -> str | None:
    """A value that the column must not hold, none where there is none to be had."""
    choices = []
    if field.required:
        choices.append("")
    if field.enum:
        choices += ["nothing", field.enum[0].upper() + "x"]
    choices += BAD.get(field.type, [])
    if field.country:
        choices += ["no", "NORW", "K3N"]
    if field.minimum is not None:
        choices += [str(int(field.minimum) - 1), "-7"]
    if (
        field.name in {name for r in file.references for name in r.fields}
        and field.type == "string"
    ):
        choices.append("nobody")
    return rng.choice(choices) if choices else None


def spoil(file: File, rows: list[dict[str, str]], rng: random.Random) -> None:
    """Adds faulty rows at the end: a bad cell, or the whole key of an earlier row."""
    sound = list(rows)
    for number in range(100, 100 + rng.randint(2, 6)):
        row = dict(rng.choice(sound))
        if rng.random() < 0.3:
            rows.append(row)
            continue
        row |= {
            f.name: f"{f.name}-{number}"
            for f in file.fields
            if f.name in file.key and f.type == "string" and not f.enum and not f.country
            and not any(f.name in r.fields for r in file.references)
        }  # fmt: skip
        field = rng.choice(file.fields)
        value = spoilt(file, field, rng)
        # A row whose key repeats another's would be faulty for two reasons, in two ways.
        if value is not None and not (value == "" and field.name in file.key):
            rows.append(row | {field.name: value})


def write_set(folder: Path, rng: random.Random) -> None:
    descriptor = json.loads(contract.EXPORTS.read_text(encoding="utf-8"))
    names = [file.name for file in COMPARED]
    descriptor["resources"] = [r for r in descriptor["resources"] if r["name"] in names]
    (folder / "exports").mkdir(parents=True)
    (folder / "plan").mkdir()
    (folder / "exports" / "datapackage.json").write_text(json.dumps(descriptor))
    (folder / "exports" / "exported_on.txt").write_text("2100-01-01")
    (folder / "plan" / "plan.toml").write_text(PLAN_TOML)
    regions = next(file for file in CONTRACT if file.name == "regions")
    write(folder / "plan" / "regions.csv", [filled(regions, r, 0) for r in REGIONS])
    parents: dict[str, list[dict[str, str]]] = {}
    for file in COMPARED:
        seen: dict[tuple[str, ...], dict[str, str]] = {}
        for row in sound_rows(file, rng, parents):
            seen.setdefault(tuple(row[name] for name in file.key), row)
        rows = list(seen.values())
        if file.no_overlap:
            # One spell each, so that none overlaps another.
            rows = list({row[file.no_overlap.by]: row for row in rows}.values())
        parents[file.name] = rows
        if not file.no_overlap:
            spoil(file, rows := list(rows), rng)
        write(folder / "exports" / f"{file.name}.csv", rows)


def write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def ours(folder: Path) -> set[tuple[str, int]]:
    with duckdb.connect(":memory:") as con:
        exports.take_in(con, folder / "exports", folder / "plan", KPIS)
        found = checks.findings(con)
    names = {file.name for file in COMPARED}
    return {
        (str(f["export"]), int(str(f["line"])))
        for f in found
        if f["export"] in names and f["severity"] == "error"
    }


def theirs(folder: Path) -> Iterator[tuple[str, int]]:
    report = Package(str(folder / "exports" / "datapackage.json")).validate()
    for task in report.tasks:
        for error in task.errors:
            assert hasattr(error, "row_number"), error
            yield task.name, error.row_number


@pytest.mark.parametrize("seed", range(6))
def test_a_peer_gives_the_same_verdict_on_every_row(tmp_path: Path, seed: int) -> None:
    write_set(tmp_path, random.Random(seed))
    mine, yours = ours(tmp_path), set(theirs(tmp_path))
    assert mine == yours, {"only ours": mine - yours, "only theirs": yours - mine}
    assert len(mine) > 10


def test_a_peer_finds_nothing_in_what_is_sound(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("test_peer.spoil", lambda *anything: None)
        write_set(tmp_path, random.Random(1))
    assert ours(tmp_path) == set(theirs(tmp_path)) == set()
