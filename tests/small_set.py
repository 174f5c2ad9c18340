"""Small sets of exports and plan for tests: only the columns that matter, the rest harmless."""

from __future__ import annotations

import contextlib
import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from scorecard import contract
from scorecard.__main__ import main
from scorecard.contract import File

Row = Mapping[str, str]
Tables = Mapping[str, Sequence[Row]]

CONTRACT = contract.load()
FILES = {file.name: file for file in CONTRACT}
PLAN_TOML = 'name = "Plan"\nstarts_on = 2020-12-31\nends_on = 2023-12-31\n' + "".join(
    f'[[goals]]\nnumber = {n}\ntitle = "Goal {n}"\nsummary = "What goal {n} is about"\n'
    for n in range(1, 5)
)
REGIONS = (
    {"country": "CHE", "region": "Europe"},
    {"country": "NOR", "region": "Europe"},
    {"country": "KEN", "region": "Africa", "focus": "true"},
    {"country": "NGA", "region": "Africa", "focus": "true"},
    {"country": "IRQ", "region": "Middle East", "focus": "true"},
)
_PLAIN = {"yearmonth": "2019-01", "year": "2019", "integer": "1", "number": "1", "boolean": "false"}


def filled(file: File, row: Row, number: int) -> dict[str, str]:
    """A row of the contract: what is required and not given gets a value that breaks no rule."""
    cells: dict[str, str] = {}
    unknown = row.keys() - {field.name for field in file.fields}
    assert not unknown, f"{file.name} has no column {', '.join(sorted(unknown))}"
    for field in file.fields:
        if field.name in row or not field.required:
            cells[field.name] = row.get(field.name, "")
        elif field.enum:
            cells[field.name] = field.enum[0]
        elif field.country:
            cells[field.name] = "CHE"
        elif field.type == "date":
            same_day = row.get(field.not_before or "", "2000-01-01")
            cells[field.name] = "2100-01-01" if field.after else same_day
        elif field.type == "string":
            cells[field.name] = f"{field.name}-{number}"
        else:
            cells[field.name] = _PLAIN[field.type]
    return cells


def write_table(path: Path, file: File, rows: Sequence[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        names = [field.name for field in file.fields]
        writer = csv.DictWriter(out, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(filled(file, row, number) for number, row in enumerate(rows, start=1))


def write(folder: Path, tables: Tables, data_date: str = "2021-12-31") -> list[str]:
    """Writes all exports and plan files, those not named being empty; returns the folders
    as arguments of a command."""
    folders = {False: folder / "exports", True: folder / "plan"}
    for place in folders.values():
        place.mkdir(parents=True)
    for file in CONTRACT:
        rows = tables.get(file.name, REGIONS if file.name == "regions" else ())
        write_table(folders[file.is_plan] / f"{file.name}.csv", file, rows)
    (folders[True] / "plan.toml").write_text(PLAN_TOML, encoding="utf-8")
    (folders[False] / "exported_on.txt").write_text(f"{data_date}\n", encoding="utf-8")
    return ["--exports", str(folders[False]), "--plan", str(folders[True])]


def ask(folders: Sequence[str], *words: str) -> tuple[int, Any, str]:
    """Exit code of a command, the JSON that it printed (none where it printed nothing), and
    what it said beside."""
    printed, said = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(said):
        try:
            code = main([*words, *folders, "--format", "json"])
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 2
    text = printed.getvalue()
    return code, json.loads(text) if text else None, said.getvalue()
