"""Exports and plan files -> clean tables, quarantined rows, findings and the data date."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb

from scorecard import checks, contract, files, reuse, rules
from scorecard.catalogue import NOT_SPECIFIED, Kpi
from scorecard.checks import Checker, Extra, Missing
from scorecard.contract import File
from scorecard.rules import Range

PILLARS = ("company", "civil_society", "government", "other")
DATA_DATE_FILE = "exported_on.txt"

Check = Callable[[File, str, Sequence[str], Extra], None]
"""Turns the text view of a file, given by name with its columns, into its clean table."""
Take = Callable[[Checker, File, Path], None]
"""Reads and checks one file of a folder, as `take_file` does."""


def take_in(
    con: duckdb.DuckDBPyConnection,
    exports: Path,
    plan: Path,
    kpis: tuple[Kpi, ...],
    take: Take | None = None,
    unchanged: frozenset[str] = frozenset(),
) -> dt.date | None:
    """Reads and checks all CSV files into `con` and returns the data date, where there is one.

    Makes a clean table per file of the contract, and `findings`, `quarantine`, `ledger`, `kpis`.
    Exports that are `unchanged` are taken over from the earlier snapshot beside it.
    `take` reads and checks an export in place of `take_file`; the plan is small everywhere.
    """
    checker = Checker(con)
    _write_catalogue(con, kpis)
    for file in contract.load():
        if file.name in unchanged:
            _take_over(checker, file)
        elif file.is_plan or take is None:
            take_file(checker, file, plan if file.is_plan else exports, checker.check)
        else:
            take(checker, file, exports)
        if file.name == "regions":
            _check_focus(checker, file)
    data_date = _data_date(checker, exports)
    if data_date:
        for file in contract.load().exports:
            checker.check_after(file, data_date)
    return data_date


def _write_catalogue(con: duckdb.DuckDBPyConnection, kpis: tuple[Kpi, ...]) -> None:
    con.execute(
        "create table kpis (kpi varchar, is_fraction boolean, is_whole boolean, "
        "direction varchar, dimensions varchar[])"
    )
    for kpi in kpis:
        con.execute(
            "insert into kpis values (?, ?, ?, ?, ?)",
            [kpi.id, kpi.is_percentage, kpi.is_count, kpi.direction, list(kpi.dimensions)],
        )


def _take_over(checker: Checker, file: File) -> None:
    """Takes over what an earlier snapshot read and found; dates are held against today's."""
    con, mine = checker.con, [file.name]
    reuse.take_table(con, file.name)
    reuse.take_rows(con, "findings", "export = ? and rule <> 'after_data_date'", mine)
    for table in ("quarantine", "ledger"):
        reuse.take_rows(con, table, "export = ?", mine)
    if con.execute("select present from ledger where export = ?", mine).fetchone() == (False,):
        checker.absent.add(file.name)


def take_file(checker: Checker, file: File, folder: Path, check: Check) -> None:
    """Reads one file as text into DuckDB and has it checked by `check`."""
    con, path = checker.con, folder / f"{file.name}.csv"
    text = f"text_{file.name}"
    wanted = [f.name for f in file.fields]
    if not path.is_file():
        close_missing(
            checker, file, "is a folder, not a file" if path.is_dir() else "has not arrived"
        )
        return
    try:
        read = files.read(con, path, text, wanted)
    except OSError as error:
        close_missing(checker, file, f"cannot be read: {error.strerror}")
        return
    except files.NotUtf8 as error:
        checker.report(file.name, "encoding", f"must be UTF-8: {error}; save it as CSV UTF-8")
        rows = _keep_lines(con, file, path)
        _close_whole(checker, file, rows)
        return
    whole = report_columns(checker, file, read.columns)
    for broken in read.broken:
        if not whole:
            checker.report(file.name, "structure", broken.message, line=broken.line)
        cells = json.dumps({"row": broken.fields}, ensure_ascii=False)
        con.execute("insert into quarantine values (?, ?, ?)", [file.name, broken.line, cells])
    rows = _rows(con, text) + len(read.broken)
    present = [name for name in wanted if name in read.columns]
    if whole:
        set_aside(checker, file, text, present, rows)
    else:
        check(file, text, present, _EXTRAS.get(file.name, _scopes(file)))
        checker.close_file(file, rows, present=True)
    files.forget(con, text)


def close_missing(checker: Checker, file: File, message: str) -> None:
    """Ends with a file that has not arrived or cannot be read."""
    checker.report(file.name, "missing_file", message, warning=file.name != "regions")
    checker.empty(file)
    checker.close_file(file, 0, present=False)


def report_columns(checker: Checker, file: File, columns: Sequence[str]) -> bool:
    """Reports what is wrong with the header; whether the file is to be set aside whole."""
    wanted = [f.name for f in file.fields]
    present = [name for name in wanted if name in columns]
    for place, name in enumerate(wanted):
        if name not in present:
            vital_column = name in file.indispensable
            message = "is not in the header" + (
                "; without it the whole file is set aside"
                if vital_column
                else "; it reads as empty"
            )
            checker.report(
                file.name, "missing_column", message,
                line=1, column=name, warning=not vital_column, place=place,
            )  # fmt: skip
    for place, name in enumerate(columns):
        if name not in wanted or name in columns[:place]:
            message = "is not in the contract; it is ignored"
            if name in wanted:
                message = "stands twice in the header; the first column counts"
            checker.report(
                file.name, "extra_column", message,
                line=1, column=name, warning=True, place=place,
            )  # fmt: skip
    return bool(file.indispensable - set(present))


def set_aside(checker: Checker, file: File, text: str, present: Sequence[str], rows: int) -> None:
    """Puts all rows of a file into quarantine: what the view `text` holds of them."""
    kept = ", ".join(f'"{name}": "{name}"' for name in present) or '"row": null'
    checker.con.execute(
        f"insert into quarantine select ?, line, cast(to_json({{{kept}}}) as varchar) from {text}",
        [file.name],
    )
    _close_whole(checker, file, rows)


def _rows(con: duckdb.DuckDBPyConnection, table: str) -> int:
    row = con.execute(f"select count(*) from {table}").fetchone()
    assert row
    return int(row[0])


def _close_whole(checker: Checker, file: File, rows: int) -> None:
    if file.name == "regions":
        message = "is set aside whole; nothing can be computed without it"
        checker.report(file.name, "missing_file", message)
    checker.empty(file)
    checker.close_file(file, rows, present=False)


def _keep_lines(con: duckdb.DuckDBPyConnection, file: File, path: Path) -> int:
    """Keeps the lines of a file that is no UTF-8, and returns how many rows it seems to have."""
    with path.open(encoding="utf-8", errors="replace") as lines:
        kept = [
            (number, json.dumps({"row": [line.rstrip("\n")]}, ensure_ascii=False))
            for number, line in enumerate(lines, start=1)
            if number > 1 and line.strip()
        ]
    for number, cells in kept:
        con.execute("insert into quarantine values (?, ?, ?)", [file.name, number, cells])
    return len(kept)


def _check_focus(checker: Checker, file: File) -> None:
    """The first row of a region decides whether the plan wants to grow in it."""
    names = [f.name for f in file.fields]
    checker.con.execute(
        "insert into findings select 'regions', line, 'focus', 'range', cast(focus as varchar), "
        "'differs from the first row of its region, which decides', 'warning', ? "
        "from (select *, first(focus) over (partition by region order by line) as decided "
        "from regions) where focus <> decided",
        [rules.RULES.index("range") * 1000 + names.index("focus")],
    )


def _scopes(file: File) -> Extra:
    """A scope must name a pillar, a region or, where allowed, a category that the KPI has."""
    if not file.scopes:
        return Extra()
    pillars = ", ".join(f"'{p}'" for p in PILLARS)
    name = "substr(scope, position('=' in scope) + 1)"
    known = {
        "pillar": f"{name} in ({pillars})",
        "region": f"{name} = '{NOT_SPECIFIED}' or {name} in (select region from regions) "
        "or exists (from ledger where export = 'regions' and not present)",
        "category": f"trim({name}) <> ''",
    }
    valid = " or ".join(
        f"(starts_with(scope, '{d}=') and ({known[d]}) and not exists (from kpis where "
        f"kpis.kpi = child.kpi and not list_contains(kpis.dimensions, '{d}')))"
        for d in file.scopes
    )
    dimensions = " or ".join(file.scopes)
    message = f"is no {dimensions} that the KPI can be restricted to"
    return Extra(missing=(Missing("scope", f"scope is not null and not ({valid})", message),))


def _targets() -> Extra:
    """The path of a KPI: values fit its unit, and no point is worse than the one before it."""
    path = (
        "left join kpis as k on k.kpi = text.kpi "
        "left join (select line, lag(exact_number(value)) over "
        "(partition by kpi, scope order by exact_date(date), line) as value_before "
        "from text_targets where exact_number(value) is not null and exact_date(date) is not null "
        "and kpi is not null) as path on path.line = text.line"
    )
    value = "exact_number(value)"
    return Extra(
        columns=", k.is_fraction, k.is_whole, k.direction, path.value_before",
        joins=path,
        ranges=(
            Range(
                "value",
                f"is_fraction and not ({value} between 0 and 1)",
                "must be a fraction between 0 and 1, as the KPI is a percentage",
            ),
            Range(
                "value",
                f"is_whole and {value} <> floor({value})",
                "must be a whole number, as the KPI is a count",
            ),
            Range(
                "value",
                f"(direction = 'up' and {value} < value_before) "
                f"or (direction = 'down' and {value} > value_before)",
                "must not be worse than the point before it",
            ),
            Range(
                "kpi",
                "direction = 'watch'",
                "is only watched; its path is ignored",
                warning=True,
            ),
        ),
        missing=_scopes(contract.load()["targets"]).missing,
    )


_EXTRAS = {"targets": _targets()}


def _data_date(checker: Checker, exports: Path) -> dt.date | None:
    """The date stated in exported_on.txt, else the latest past date in the registers."""
    path = exports / DATA_DATE_FILE
    try:
        text = path.read_text(encoding="utf-8-sig").strip()
    except UnicodeDecodeError:
        checker.report(DATA_DATE_FILE, "encoding", "must be UTF-8")
    except OSError:
        message = "has not arrived; the latest date in the exports serves as data date"
        checker.report(DATA_DATE_FILE, "missing_file", message, warning=True)
    else:
        row = checker.con.execute("select exact_date(?)", [text]).fetchone()
        if row and row[0]:
            stated: dt.date = row[0]
            return stated
        message = "must be a date such as 2022-12-31; the latest date in the exports serves instead"
        checker.report(DATA_DATE_FILE, "type", message, line=1, value=text or None)
    dates = " union all ".join(
        f"select {checks.past_date(f)} as date from {file.name}"
        for file in contract.load().exports
        for f in file.fields
        if f.past
    )
    row = checker.con.execute(
        f"select max(date) from ({dates}) where date <= ?", [dt.date.today()]
    ).fetchone()
    return row[0] if row else None
