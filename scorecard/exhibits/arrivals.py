"""What arrived: files, rows, findings and quarantined rows of a snapshot, for the secretariat."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scorecard import contract, origins
from scorecard.confidentiality import Role, admits
from scorecard.exports import DATA_DATE_FILE
from scorecard.origins import Place
from scorecard.plan import FILE as PLAN_FILE
from scorecard.refusal import Refusal
from scorecard.snapshot import SYNTHETIC, Snapshot

_ARRIVED = (
    "{'file': stood.file, 'sheet': stood.sheet, 'line': stood.arrived, "
    "'corrected': stood.corrected}"
)
_OURS = ("datapackage.json", DATA_DATE_FILE, PLAN_FILE, SYNTHETIC)


@dataclass(frozen=True)
class Arrival:
    """One file of the contract: whether it came, how its rows fared, and what it feeds."""

    export: str
    title: str
    is_plan: bool
    present: bool
    rows: int
    accepted: int
    quarantined: int
    feeds: tuple[str, ...]
    """Ids of the KPIs that need it."""


@dataclass(frozen=True)
class Finding:
    """One finding, and the rest of the row that tells what was expected."""

    export: str
    line: int | None
    column: str | None
    rule: str
    value: str | None
    message: str
    severity: str
    arrived: Place | None
    """Where the row stood in what arrived, if that is known."""


@dataclass(frozen=True)
class Sort:
    """Findings of one kind: same file, column, rule and message."""

    export: str
    column: str | None
    rule: str
    severity: str
    message: str
    count: int
    first_line: int | None
    example: str | None
    arrived: Place | None
    """Where the first of the rows stood in what arrived, if that is known."""


@dataclass(frozen=True)
class Quarantined:
    """Quarantined rows of one file: its columns, then line, cells and why, a row each."""

    columns: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str | None, ...], str], ...]
    arrived: tuple[Place | None, ...]
    """Where each row stood in what arrived, as far as that is known."""


def require(role: Role) -> None:
    """What arrived may name anyone, so only the executive sees it."""
    if not admits(role, "executive"):
        raise Refusal("what arrived is for the executive only")


def arrivals(snapshot: Snapshot, role: Role) -> tuple[Arrival, ...]:
    """Every file of the contract, exports first, in the order of the contract."""
    require(role)
    rows = (
        snapshot.cursor()
        .execute('select export, present, "rows", accepted, quarantined from ledger')
        .fetchall()
    )
    kept = {name: counts for name, *counts in rows}
    files = sorted(
        (f for f in contract.load() if f.name in kept), key=lambda f: (f.is_plan, f.name)
    )
    return tuple(
        Arrival(
            export=file.name,
            title=file.title,
            is_plan=file.is_plan,
            present=kept[file.name][0],
            rows=kept[file.name][1],
            accepted=kept[file.name][2],
            quarantined=kept[file.name][3],
            feeds=tuple(kpi.id for kpi in snapshot.plan.kpis if file.name in kpi.exports),
        )
        for file in files
    )


def findings(snapshot: Snapshot, role: Role, limit: int | None = None) -> tuple[Finding, ...]:
    """All findings by file and line, as the command `check` prints them."""
    require(role)
    rows = (
        snapshot.cursor()
        .execute(
            f'select export, line, "column", rule, value, message, severity, {_ARRIVED} '
            f"from findings {_stood(snapshot)} "
            "order by export, line nulls first, place limit ?",
            [limit if limit is not None else 2**31],
        )
        .fetchall()
    )
    return tuple(Finding(*(*row[:-1], _place(row[-1]))) for row in rows)


def sorts(snapshot: Snapshot, role: Role) -> tuple[Sort, ...]:
    """The findings in groups, errors first, the most frequent first."""
    require(role)
    rows = (
        snapshot.cursor()
        .execute(
            'with sorts as (select export, "column", rule, severity, message, count(*) as times, '
            "min(line) as line, arg_min(value, coalesce(line, 0)) from findings group by all) "
            f"select sorts.*, {_ARRIVED} from sorts {_stood(snapshot)} "
            "order by severity, times desc, export, rule limit 200"
        )
        .fetchall()
    )
    return tuple(Sort(*(*row[:-1], _place(row[-1]))) for row in rows)


def quarantined(
    snapshot: Snapshot, role: Role, export: str, limit: int | None = None
) -> Quarantined:
    """The rows of a file that were set aside, as they stood, each with what is wrong with it."""
    require(role)
    rows = (
        snapshot.cursor()
        .execute(
            "with aside as (select quarantine.export, quarantine.line, "
            "any_value(quarantine.cells) as cells, "
            "string_agg(concat_ws(': ', findings.\"column\", findings.message), '; ' "
            "order by findings.place) as why "
            "from quarantine left join findings on findings.export = quarantine.export "
            "and findings.line = quarantine.line "
            "where quarantine.export = ? group by all) "
            f"select line, cells, why, {_ARRIVED} from aside {_stood(snapshot)} "
            "order by line limit ?",
            [export, limit if limit is not None else 2**31],
        )
        .fetchall()
    )
    parsed = [(line, json.loads(cells), why or "") for line, cells, why, _ in rows]
    columns: dict[str, None] = {}
    for _, cells, _ in parsed:
        columns.update(dict.fromkeys(cells))
    return Quarantined(
        tuple(columns),
        tuple(
            (line, tuple(_text(cells.get(column)) for column in columns), why)
            for line, cells, why in parsed
        ),
        tuple(_place(place) for *_, place in rows),
    )


def _stood(snapshot: Snapshot) -> str:
    """The join that tells where a row, of an export and a line, stood in what arrived."""
    if origins.TABLE in snapshot.tables:
        return f"left join {origins.TABLE} as stood using (export, line)"
    # One that an earlier version built does not know.
    return (
        "left join (select null as file, null as sheet, null as arrived, null as corrected "
        "where false) as stood on false"
    )


def _place(told: dict[str, Any]) -> Place | None:
    return Place(**told) if told["file"] is not None else None


def strangers(folder: Path, *, is_plan: bool) -> tuple[str, ...]:
    """Names in a folder of exports or plan files that no contract names."""
    known = {f"{file.name}.csv" for file in contract.load() if file.is_plan == is_plan}
    try:
        names = sorted(path.name for path in folder.iterdir())
    except OSError:
        return ()
    return tuple(name for name in names if name not in known and name not in _OURS)


def _text(cell: object) -> str | None:
    """A cell as it stood; a broken row keeps its fields as a list."""
    if isinstance(cell, list):
        return " | ".join("" if field is None else str(field) for field in cell)
    return None if cell is None else str(cell)
