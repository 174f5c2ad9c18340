"""Reads an exports folder and a plan folder row by row and notes everything that is wrong."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path
from typing import Any

from .contract import (
    ALLOWED,
    BOUNDS,
    COLUMNS,
    CONDITIONS,
    EXPORTS,
    KPIS,
    NO_OVERLAP,
    PAST_ONLY,
    READING_ORDER,
    REFERENCES,
    RULES,
    Column,
    columns_of,
)
from .reading import records
from .tables import File, Finding, Row, World, as_date, cast, last_day_of_month


def load(exports: Path, plan: Path) -> World:
    world = World()
    world.starts_on = _read_plan(world, plan / "plan.toml")
    for name in READING_ORDER:
        folder = exports if name in EXPORTS else plan
        world.files[name] = _read_file(world, folder / f"{name}.csv", name)
        if world.files[name].state == "read":
            _check_rows(world, world.files[name])
    if world.files["regions"].state == "whole":
        world.add("regions", None, None, "missing_file", severity="error")
    world.plan_ok = world.starts_on is not None and world.files["regions"].state == "read"
    _find_data_date(world, exports / "exported_on.txt")
    world.findings.sort(key=lambda f: _order(world, f))
    return world


def _order(world: World, f: Finding) -> tuple[str, int, int, int]:
    position = -1
    if f.export in COLUMNS and f.column is not None:
        names = [c.name for c in columns_of(f.export)]
        # Extra columns stay in the order of the header, in which they were found.
        position = 0 if f.rule == "extra_column" else names.index(f.column.split(", ")[0])
    return f.export, f.line or 0, RULES.index(f.rule), position


def _read_plan(world: World, path: Path) -> dt.date | None:
    try:
        plan = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        starts_on, ends_on, _ = plan["starts_on"], plan["ends_on"], plan["name"]
        goals = plan["goals"]
        for goal in goals:
            _ = goal["number"], goal["title"], goal["summary"]
        # A date with a time is a subclass of date, but no day.
        if len(goals) != 4 or not type(starts_on) is type(ends_on) is dt.date:
            raise KeyError
    except (OSError, ValueError, KeyError, TypeError):
        world.add("plan.toml", None, None, "missing_file", severity="error")
        return None
    return starts_on


def _read_file(world: World, path: Path, name: str) -> File:
    try:
        data = path.read_bytes()
    except OSError:
        severity = "error" if name == "regions" else "warning"
        world.add(name, None, None, "missing_file", severity=severity)
        return File(name, "absent")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        world.add(name, None, None, "encoding")
        found = records(data.decode("utf-8-sig", errors="replace"))
        return File(name, "whole", count=max(0, len(found) - 1))
    found = records(text)
    header = (found[0].fields or []) if found else []
    file = File(name, "read", count=max(0, len(found) - 1), header=header)
    columns = columns_of(name)
    place: dict[str, int] = {}
    for column in columns:
        if column.name in header:
            place[column.name] = header.index(column.name)
            continue
        fatal = column.required or column.key
        world.add(name, 1, column.name, "missing_column", severity="error" if fatal else "warning")
        if fatal:
            file.state = "whole"
    for i, column_name in enumerate(header):
        if i not in place.values():
            world.add(name, 1, column_name, "extra_column")
    if file.state == "whole":
        return file
    for record in found[1:]:
        if record.fields is None or len(record.fields) != len(header):
            world.add(name, record.line, None, "structure")
            file.rows.append(Row(record.line, {}, quarantined=True))
            continue
        cells = {
            c.name: record.fields[place[c.name]].strip() if c.name in place else "" for c in columns
        }
        file.rows.append(Row(record.line, cells))
    return file


def _check_rows(world: World, file: File) -> None:
    name = file.name
    for row in file.rows:
        if not row.quarantined:
            _check_cells(world, name, row)
    if name == "targets":
        _check_paths(world, file)
    for row in file.rows:
        for column, rule in row.bad.items():
            watched = name == "targets" and column == "kpi" and rule == "range"
            world.add(
                name,
                row.line,
                column,
                rule,
                None if rule == "required" else row.text[column],
                "warning" if watched else None,
            )
            if not watched:
                row.quarantined = True
    known = [_keys(world, there, columns) for _, there, columns in REFERENCES.get(name, [])]
    for row in file.rows:
        if not row.quarantined:
            _check_references(world, name, row, known)
    keys = [c.name for c in columns_of(name) if c.key]
    seen: set[tuple[str, ...]] = set()
    for row in file.rows:
        if row.quarantined:
            continue
        key = tuple(row.text[c] for c in keys)
        if key in seen:
            world.add(name, row.line, ", ".join(keys), "unique", ", ".join(key))
            row.quarantined = True
        seen.add(key)
    if name in NO_OVERLAP:
        _check_overlaps(world, file, NO_OVERLAP[name])
    if name == "regions":
        focus: dict[str, bool] = {}
        for row in file.rows:
            if row.quarantined:
                continue
            if row.value["focus"] != focus.setdefault(row.value["region"], row.value["focus"]):
                world.add(name, row.line, "focus", "range", row.text["focus"], "warning")


def _cell_rule(world: World, name: str, column: Column, text: str) -> str | None:
    if text == "":
        return "required" if column.required else None
    if column.key and "#" in text:
        return "type"
    if column.type in ALLOWED:
        return None if text in ALLOWED[column.type] else "enum"
    value = cast(column.type, text)
    if value is None:
        return "type"
    if (name, column.name) in BOUNDS:
        least, greatest = BOUNDS[name, column.name]
        if value < least or (greatest is not None and value > greatest):
            return "range"
    if column.type == "country" and name != "regions" and world.files["regions"].state == "read":
        known = [r["country"] for r in world.rows("regions")]
        if text not in known:
            return "unknown_country"
    return None


def _check_cells(world: World, name: str, row: Row) -> None:
    for column in columns_of(name):
        text = row.text[column.name]
        rule = _cell_rule(world, name, column, text)
        if rule is not None:
            row.bad[column.name] = rule
        good = text != "" and rule not in ("type", "enum")
        row.value[column.name] = cast(column.type, text) if good else None
    for column_name, sign, other in CONDITIONS.get(name, []):
        a, b = row.value[column_name], row.value[other]
        if a is None or b is None or column_name in row.bad:
            continue
        if a < b or (a == b and sign == ">"):
            row.bad[column_name] = "range"
    if name == "targets" and "kpi" not in row.bad and row.text["kpi"] in KPIS:
        kpi = KPIS[row.text["kpi"]]
        value = row.value["value"]
        if kpi.better == "":
            row.bad["kpi"] = "range"
        if "value" not in row.bad and (
            (kpi.unit == "%" and not 0 <= value <= 1)
            or (kpi.aggregate != "ratio" and value.denominator != 1)
        ):
            row.bad["value"] = "range"


def _check_paths(world: World, file: File) -> None:
    """No point of a path may be worse than the one before it, even if that one is bad itself."""
    points = []
    for row in file.rows:
        if row.quarantined or row.bad.get("scope") == "type" or row.text["kpi"] not in KPIS:
            continue
        if row.value["date"] is not None and row.value["value"] is not None:
            points.append(row)
    points.sort(key=lambda row: (row.value["date"], row.line))
    for i, row in enumerate(points):
        path = [
            p
            for p in points[:i]
            if p.text["kpi"] == row.text["kpi"] and p.text["scope"] == row.text["scope"]
        ]
        if not path or "value" in row.bad:
            continue
        before, now = path[-1].value["value"], row.value["value"]
        better = KPIS[row.text["kpi"]].better
        if (better == "up" and now < before) or (better == "down" and now > before):
            row.bad["value"] = "range"


def _keys(world: World, name: str, columns: tuple[str, ...]) -> set[tuple[str, ...]] | None:
    """What a file can be referred to by; nothing where it was not read."""
    if world.files[name].state != "read":
        return None
    rows = (r for r in world.files[name].rows if not r.quarantined)
    return {tuple(r.text[c] for c in columns) for r in rows}


def _check_references(
    world: World, name: str, row: Row, known: list[set[tuple[str, ...]] | None]
) -> None:
    bad: list[tuple[str, str]] = []
    for (columns, _, _), keys in zip(REFERENCES.get(name, []), known, strict=True):
        if keys is None:
            continue
        key = tuple(row.text[c] for c in columns)
        if "" in key:
            continue
        if key not in keys:
            bad.append((", ".join(columns), ", ".join(key)))
    if name in ("targets", "published_figures"):
        kpi, scope = row.text["kpi"], row.text["scope"]
        if kpi and kpi not in KPIS:
            bad.append(("kpi", kpi))
        if scope and not _scope_exists(
            world, name, KPIS[kpi].dims if kpi in KPIS else "RPC", scope
        ):
            bad.append(("scope", scope))
    for column, value in bad:
        world.add(name, row.line, column, "reference", value)
        row.quarantined = True


def _scope_exists(world: World, name: str, dims: str, scope: str) -> bool:
    dimension, sign, member = scope.partition("=")
    if sign == "" or member == "":
        return False
    if dimension == "pillar":
        return "P" in dims and member in ALLOWED["pillar"]
    if dimension == "region":
        if "R" not in dims:
            return False
        unchecked = world.files["regions"].state != "read"
        regions = [r["region"] for r in world.rows("regions")]
        return unchecked or member == "Not specified" or member in regions
    return dimension == "category" and name == "published_figures" and "C" in dims


def _check_overlaps(world: World, file: File, owner: str) -> None:
    rows = [row for row in file.rows if not row.quarantined]
    rows.sort(key=lambda row: (row.value["start_on"], row.line))
    accepted: list[Row] = []
    for row in rows:
        start, end = row.value["start_on"], row.value["end_on"] or dt.date.max
        clash = False
        for earlier in accepted:
            if earlier.text[owner] != row.text[owner]:
                continue
            first, last = earlier.value["start_on"], earlier.value["end_on"] or dt.date.max
            if start < end and first < last and start < last and first < end:
                clash = True
        if clash:
            world.add(file.name, row.line, "start_on", "overlap", row.text["start_on"])
            row.quarantined = True
        else:
            accepted.append(row)


def _find_data_date(world: World, path: Path) -> None:
    stated = None
    try:
        text = path.read_bytes().decode("utf-8-sig").strip()
        stated = as_date(text)
        if stated is None:
            world.add("exported_on.txt", 1, None, "type", text)
    except UnicodeDecodeError:
        world.add("exported_on.txt", None, None, "encoding")
    except OSError:
        world.add("exported_on.txt", None, None, "missing_file")
    dates = []  # (date, file, row, column)
    for name, columns in PAST_ONLY.items():
        if world.files[name].state != "read":
            continue
        for row in world.files[name].rows:
            for column in columns:
                if row.quarantined or row.value[column] is None:
                    continue
                value = row.value[column]
                date = last_day_of_month(value) if column == "month" else value
                dates.append((date, name, row, column))
    today = dt.date.today()
    reached = [date for date, _, _, _ in dates if date <= today]
    world.data_date = stated or max(reached, default=None)
    if world.data_date is not None:
        for date, name, row, column in dates:
            if date > world.data_date:
                world.add(name, row.line, column, "after_data_date", row.text[column])


def check(world: World) -> dict[str, Any]:
    """What the command `check` prints, without the messages."""
    listed = []
    for name in sorted(COLUMNS):
        file = world.files[name]
        accepted = len(file.accepted)
        listed.append(
            {
                "export": name,
                "rows": file.count,
                "accepted": accepted,
                "quarantined": file.count - accepted,
            }
        )
    return {
        "data_date": world.data_date.isoformat() if world.data_date else None,
        "exports": listed,
        "findings": [vars(finding) for finding in world.findings],
    }
