"""The checks of the contract, set by set in DuckDB, made from the descriptor.

A row that breaks a rule is quarantined: it is kept with its findings and counts for nothing.
The steps run in the order of rules.RULES, and a row that one step quarantines takes no part in the
next. Nothing here knows a file by name but `regions`, which holds the countries.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import duckdb

from scorecard import rules
from scorecard.contract import Field, File, NoOverlap, Reference
from scorecard.rules import Range

_TABLES = """
create table findings (
    export varchar, line bigint, "column" varchar, rule varchar, value varchar,
    message varchar, severity varchar, place integer
);
create table quarantine (export varchar, line bigint, cells varchar);
create table ledger (
    export varchar, "rows" bigint, accepted bigint, quarantined bigint, present boolean
);
"""


TWICE = "stands on an earlier row"


@dataclass(frozen=True)
class Missing:
    """One more reference check: `where` is true, over the clean rows, where it fails."""

    column: str
    where: str
    message: str


@dataclass(frozen=True)
class Extra:
    """What a file must hold beyond its descriptor, given by whoever knows the reason."""

    columns: str = ""
    joins: str = ""
    ranges: tuple[Range, ...] = ()
    missing: tuple[Missing, ...] = ()


@dataclass
class Checker:
    """Checks file after file into one database; `absent` files are not checked against."""

    con: duckdb.DuckDBPyConnection
    absent: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.con.execute(rules.EXACT)
        self.con.execute(_TABLES)

    def report(
        self,
        export: str,
        rule: str,
        message: str,
        *,
        line: int | None = None,
        column: str | None = None,
        value: str | None = None,
        warning: bool = False,
        place: int = 0,
    ) -> None:
        """Adds one finding."""
        severity = "warning" if warning else "error"
        order = rules.RULES.index(rule) * 1000 + place
        self.con.execute(
            "insert into findings values (?, ?, ?, ?, ?, ?, ?, ?)",
            [export, line, column, rule, value, message, severity, order],
        )

    def close_file(self, file: File, rows: int, *, present: bool) -> None:
        """Writes the ledger's line of a file whose clean table is complete."""
        accepted = _count(self.con, file.name)
        self.con.execute(
            "insert into ledger values (?, ?, ?, ?, ?)",
            [file.name, rows, accepted, rows - accepted, present],
        )
        if not present:
            self.absent.add(file.name)

    def empty(self, file: File) -> None:
        """Makes the clean table of a file that is absent or quarantined whole."""
        columns = ", ".join(f'"{f.name}" {rules.TYPES[f.type][0]}' for f in file.fields)
        columns += "".join(f', "{f.as_written}" varchar' for f in file.fields if f.as_written)
        self.con.execute(f"create table {file.name} (line bigint, {columns})")

    def check(self, file: File, text: str, columns: Iterable[str], extra: Extra) -> None:
        """Turns the text view of a file into its clean table, findings and quarantine.

        `columns` are those of the contract that the file has; `extra` adds its conditions.
        """
        present = set(columns)
        source = f"{text}_checked"
        cells = ", ".join(
            f'text."{f.name}"' if f.name in present else f'cast(null as varchar) as "{f.name}"'
            for f in file.fields
        )
        self.con.execute(
            f"create temp view {source} as select text.line, {cells}{extra.columns} "
            f"from {text} as text {extra.joins}"
        )
        self._check_cells(file, source, extra)
        self._check_references(file, source, extra.missing)
        self._check_unique(file, source)
        if file.no_overlap:
            self._check_overlap(file, source, file.no_overlap)
        self.con.execute(f"drop view {source}")

    def _check_cells(self, file: File, source: str, extra: Extra) -> None:
        con = self.con
        known = "regions" not in self.absent and file.name != "regions"
        countries = "select country from regions" if known else None
        cells: dict[str, list[tuple[str, str, str]]] = {}
        for f in file.fields:
            more = [r for r in extra.ranges if r.column == f.name and not r.warning]
            cells[f.name] = rules.of_cell(file, f, more, countries=countries)
        broken = " or ".join(f"({c})" for checks in cells.values() for _, c, _ in checks) or "false"
        typed = ", ".join(f'exact_{f.type}("{f.name}") as "{f.name}"' for f in file.fields)
        typed += "".join(f', "{f.name}" as "{f.as_written}"' for f in file.fields if f.as_written)
        con.execute(
            f"create table {file.name} as select line, {typed} from {source} "
            f"where not coalesce({broken}, false)"
        )
        # Which rows are broken is asked only where not all came through.
        if _count(con, file.name) < _count(con, source):
            self._keep_broken(file, source, broken, cells)
        names = [f.name for f in file.fields]
        for warning in (r for r in extra.ranges if r.warning):
            con.execute(
                f"insert into findings select ?, line, ?, 'range', \"{warning.column}\", ?, "
                f"'warning', ? from {source} where {warning.broken}",
                [
                    file.name, warning.column, warning.message,
                    rules.RULES.index("range") * 1000 + names.index(warning.column),
                ],
            )  # fmt: skip

    def _keep_broken(
        self, file: File, source: str, broken: str, cells: Mapping[str, list[tuple[str, str, str]]]
    ) -> None:
        """Sets rows with a broken cell aside, one finding a cell: the first rule that it breaks."""
        con = self.con
        con.execute(
            f"create or replace temp table broken as from {source} where coalesce({broken}, false)"
        )
        for place, (name, checks) in enumerate(cells.items()):
            for i, (rule, condition, message) in enumerate(checks):
                first = "".join(f" and not coalesce({c}, false)" for _, c, _ in checks[:i])
                con.execute(
                    f"insert into findings select ?, line, ?, ?, \"{name}\", ?, 'error', ? "
                    f"from broken where ({condition}){first}",
                    [file.name, name, rule, message, rules.RULES.index(rule) * 1000 + place],
                )
        self.keep(file, source, "select line from broken")

    def _check_references(self, file: File, source: str, missing: Iterable[Missing]) -> None:
        con = self.con
        con.execute("create or replace temp table lost (line bigint)")
        for reference in file.references:
            if reference.file in self.absent:
                continue
            filled = " and ".join(f'"{name}" is not null' for name in reference.fields)
            found = con.execute(
                f"select line, {joined(reference.fields)} from {file.name} as child "
                f"where {filled} "
                f"and not exists (from {reference.file} as parent where {_same(reference)})"
            ).to_arrow_table()
            self._reject(
                file, "reference", reference.fields, found, lost_message(reference), into="lost"
            )
        for lack in missing:
            found = con.execute(
                f'select line, "{lack.column}" from {file.name} as child where {lack.where}'
            ).to_arrow_table()
            self._reject(file, "reference", (lack.column,), found, lack.message, into="lost")
        self._delete(file, source, "lost")

    def _check_unique(self, file: File, source: str) -> None:
        con = self.con
        con.execute("create or replace temp table lost (line bigint)")
        keys = ", ".join(f'"{name}"' for name in file.key)
        same = " and ".join(f'twice."{n}" is not distinct from child."{n}"' for n in file.key)
        # Hashes are quick to group; keys that only look the same are told apart below.
        con.execute(
            f"create or replace temp table suspect as select hash({keys}) as key "
            f"from {file.name} group by all having count(*) > 1"
        )
        if not _count(con, "suspect"):
            return
        con.execute(
            f"create or replace temp table twice as select {keys}, min(line) as line "
            f"from {file.name} where hash({keys}) in (from suspect) "
            f"group by {keys} having count(*) > 1"
        )
        if _count(con, "twice"):
            found = con.execute(
                f"select line, {joined(file.key)} from {file.name} as child "
                f"where exists (from twice where {same} and twice.line < child.line)"
            ).to_arrow_table()
            self._reject(file, "unique", file.key, found, TWICE, into="lost")
            self._delete(file, source, "lost")

    def _check_overlap(self, file: File, source: str, spells: NoOverlap) -> None:
        """Takes spells in order of their start; one that shares a day with a taken one goes.

        Which spells are in conflict at all is found for the whole file at once; only those of
        an owner with a conflict, few as they are, are then walked one after the other.
        """
        con = self.con
        start = spells.start
        lost = overlapping(con.execute(suspects(spells, file.name)).fetchall())
        if not lost:
            return
        con.execute("create or replace temp table lost (line bigint)")
        found = con.execute(
            f'select line, cast("{start}" as varchar) from {file.name} '
            "where line in (select unnest(?))",
            [lost],
        ).to_arrow_table()
        self._reject(file, "overlap", (start,), found, overlap_message(spells), into="lost")
        self._delete(file, source, "lost")

    def _reject(
        self,
        file: File,
        rule: str,
        columns: tuple[str, ...],
        found: object,
        message: str,
        *,
        into: str,
    ) -> None:
        """Adds a finding for each (line, value) of `found`, and its line to the table `into`."""
        self.con.register("found", found)
        self.report_rows(file, rule, columns, "from found", message)
        self.con.execute(f"insert into {into} select #1 from found")
        self.con.unregister("found")

    def report_rows(
        self, file: File, rule: str, columns: tuple[str, ...], found: str, message: str
    ) -> None:
        """Adds an error for each (line, value) that the query `found` gives."""
        order = rules.RULES.index(rule) * 1000 + [f.name for f in file.fields].index(columns[0])
        self.con.execute(
            f"insert into findings select ?, #1, ?, ?, #2, ?, 'error', ? from ({found})",
            [file.name, ", ".join(columns), rule, message, order],
        )

    def _delete(self, file: File, source: str, lost: str) -> None:
        if _count(self.con, lost):
            self.keep(file, source, f"select line from {lost}")
            self.con.execute(f"delete from {file.name} where line in (select line from {lost})")

    def keep(self, file: File, source: str, lines: str) -> None:
        """Puts rows into quarantine as they were read."""
        cells = ", ".join(f'"{f.name}": "{f.name}"' for f in file.fields)
        self.con.execute(
            f"insert into quarantine select ?, line, cast(to_json({{{cells}}}) as varchar) "
            f"from {source} where line in ({lines})",
            [file.name],
        )

    def check_after(self, file: File, data_date: object) -> None:
        """Warns of dates after the data date in columns that can only hold past ones."""
        for place, f in enumerate(file.fields):
            if f.past:
                self.con.execute(
                    f'insert into findings select ?, line, ?, \'after_data_date\', "{f.name}", '
                    f"?, 'warning', ? from {file.name} where {past_date(f)} > ?",
                    [
                        file.name, f.name, "is after the data date; it is not reached yet",
                        rules.RULES.index("after_data_date") * 1000 + place, data_date,
                    ],
                )  # fmt: skip


def past_date(f: Field) -> str:
    """SQL for the day that a date or month of the clean table stands for: its last."""
    return (
        f"last_day(cast(\"{f.name}\" || '-01' as date))"
        if f.type == "yearmonth"
        else (f'"{f.name}"')
    )


def findings(con: duckdb.DuckDBPyConnection) -> list[Mapping[str, object]]:
    """All findings by export, line (null first), then the order of the checks."""
    rows = con.execute(
        'select export, line, "column", rule, value, message, severity from findings '
        "order by export, line nulls first, place, value"
    ).fetchall()
    keys = ("export", "line", "column", "rule", "value", "message", "severity")
    return [dict(zip(keys, row, strict=True)) for row in rows]


def lost_message(reference: Reference) -> str:
    """What is wrong with a row that refers to no accepted one."""
    if reference.file == "kpis":
        return "is no KPI of the catalogue"
    return f"is not in {reference.file}.csv, or its row there is quarantined"


def overlap_message(spells: NoOverlap) -> str:
    """What is wrong with a spell that shares a day with one taken before."""
    return f"shares a day with an earlier one of the same {spells.by}"


def suspects(spells: NoOverlap, table: str) -> str:
    """The query of all spells of owners with any conflict: by, start, until, line, in order."""
    by, start, until = spells.by, spells.start, spells.until
    return f"""
        with spells as (
            select line, "{by}", "{start}", coalesce("{until}", date '9999-12-31') as until
            from {table}
            where "{until}" is null or "{until}" > "{start}"
        ),
        reached as (
            select *, max(until) over (
                partition by "{by}" order by "{start}", line
                rows between unbounded preceding and 1 preceding
            ) as reach
            from spells
        )
        select "{by}", "{start}", until, line from spells
        where "{by}" in (select "{by}" from reached where reach > "{start}")
        order by "{by}", "{start}", line
        """


def overlapping(spells: Iterable[tuple[object, dt.date, dt.date, int]]) -> list[int]:
    """The lines of spells that share a day with one taken before; they come as `suspects` does."""
    lost: list[int] = []
    for _, group in itertools.groupby(spells, key=lambda spell: spell[0]):
        reach = None
        for _, first, last, line in group:
            if reach is not None and first < reach:
                lost.append(line)
            else:
                reach = last
    return lost


def _count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    row = con.execute(f"select count(*) from {table}").fetchone()
    assert row
    return int(row[0])


def joined(columns: Iterable[str]) -> str:
    return "concat_ws(', ', " + ", ".join(f'cast("{name}" as varchar)' for name in columns) + ")"


def _same(reference: Reference) -> str:
    pairs = zip(reference.fields, reference.key, strict=True)
    return " and ".join(f'parent."{key}" = child."{name}"' for name, key in pairs)
