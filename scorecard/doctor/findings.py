"""The findings of the contract, grouped by file, column and kind, in words with a remedy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from scorecard import contract
from scorecard.catalogue import Kpi
from scorecard.contract import Contract, File
from scorecard.doctor.diagnosis import MOST_ROWS, Ailment, Severity, Where
from scorecard.plurals import has_or_have

# Rows with a wrong number of fields are one ailment, however many fields each has.
_GROUP = "export, coalesce(\"column\", ''), rule, severity, " + (
    "case when rule = 'structure' then '' else message end"
)
WHOLE = ("missing_file", "encoding", "missing_column")


@dataclass(frozen=True)
class _Group:
    """Findings that differ in line and value only."""

    export: str
    column: str
    rule: str
    severity: Severity
    message: str
    count: int

    @property
    def file(self) -> str:
        return _file_name(self.export)

    @property
    def rows(self) -> str:
        return f"{self.count:,} row{'' if self.count == 1 else 's'} of {self.file}"


def ailments(con: duckdb.DuckDBPyConnection, kpis: Sequence[Kpi]) -> tuple[Ailment, ...]:
    """All findings of a checked database; files set aside whole first, then by number of rows."""
    places: dict[tuple[str, ...], list[Where]] = {}
    for *key, line, column, value in con.execute(
        f'select {_GROUP}, line, "column", value from findings '
        f"qualify row_number() over (partition by {_GROUP} order by line, value) <= ? "
        "order by export, line nulls first, value",
        [MOST_ROWS],
    ).fetchall():
        where = Where(_file_name(key[0]), line, column, value)
        places.setdefault(tuple(key), []).append(where)
    groups = [
        (
            (export, column, rule, severity, kind),
            _Group(export, column, rule, severity, message, count),
        )
        for export, column, rule, severity, kind, message, count in con.execute(
            f"select {_GROUP}, min(message), count(*) from findings group by all"
        ).fetchall()
    ]
    groups.sort(key=lambda pair: (*_badness(pair[1]), pair[0]))
    known = contract.load()
    return tuple(_ailment(group, tuple(places[key]), known, kpis) for key, group in groups)


def _badness(group: _Group) -> tuple[bool, bool, int]:
    """Sorts the worst first: errors, then what concerns a whole file, then many rows."""
    is_whole = group.rule in WHOLE
    return group.severity != "error" and group.rule != "missing_file", not is_whole, -group.count


def _ailment(
    group: _Group, rows: tuple[Where, ...], known: Contract, kpis: Sequence[Kpi]
) -> Ailment:
    file = next((f for f in known if f.name == group.export), None)
    title, words, remedy = _in_words(group, file)
    if file and group.rule == "missing_file":
        blind = [kpi.title for kpi in kpis if file.name in kpi.exports]
        if blind:
            titles = "; ".join(blind)
            words += f" {len(blind)} KPI{'' if len(blind) == 1 else 's'} cannot be known: {titles}."
    elif group.severity == "error" and group.rule not in WHOLE:
        words += f" {'It is' if group.count == 1 else 'They are'} set aside and counted nowhere."
    return Ailment(group.rule, group.severity, title, words, remedy, rows, group.count)


def _in_words(group: _Group, file: File | None) -> tuple[str, str, str]:
    """Title, sentence and remedy of a group."""
    name, column, message = group.file, group.column, group.message
    have = has_or_have(group.count)
    rows, hold = group.rows, "holds" if group.count == 1 else "hold"
    source = f"in the register that {name} is exported from"
    match group.rule:
        case "missing_file":
            owner = f"; {file.owner} answers for it" if file and file.owner else ""
            return f"{name} {message}", f"{name} {message}.", f"Send {name}{owner}."
        case "encoding":
            return (
                f"{name} is not UTF-8",
                f"{name} cannot be read: it {message}.",
                "Save it as “CSV UTF-8”, or let intake turn it.",
            )
        case "missing_column":
            return (
                f"No column {column} in {name}",
                f"The column {column} of {name} {message}.",
                f"Export {name} with {column}, or match the header it has now to {column}.",
            )
        case "extra_column":
            return (
                f"One column more in {name}: {column}",
                f"The column {column} of {name} {message}.",
                "Nothing, if it is not needed; if it is another name of a column that is "
                "missing, match it to that one.",
            )
        case "structure":
            return (
                f"Rows of {name} that do not fit its header",
                f"{rows} {have} more or fewer fields than the header, or an open quote.",
                "A value with a comma, a quote or a line break must stand in double quotes.",
            )
        case "required":
            return (
                f"Empty {column} in {name}",
                f"{rows} {have} no {column}.",
                f"Fill in {column} {source}.",
            )
        case "type" | "enum":
            wanted = message.removeprefix("must be ")
            return (
                f"{column} of {name} is not understood",
                f"{rows} {hold} in {column} something other than {wanted}.",
                f"Correct {column} {source}; a mere other spelling can be added to the mapping.",
            )
        case "range":
            return _of_range(group, source)
        case "unknown_country":
            return (
                f"Unknown country in {name}",
                f"{rows} {have} in {column} a country that regions.csv does not know.",
                "Correct the code, or add the country with its region to regions.csv.",
            )
        case "reference":
            return _of_reference(group)
        case "unique":
            columns = " and ".join(column.rsplit(", ", 1))
            return (
                f"Rows of {name} stand twice",
                f"{rows} {have} the same {columns} as an earlier row, which counts.",
                f"Keep one row for each {columns}: delete the other, or correct it.",
            )
        case "overlap":
            return (
                f"Spells in {name} overlap",
                f"{rows} {'begins' if group.count == 1 else 'begin'} before an earlier one has "
                "ended; the earlier one counts.",
                f"End the earlier spell on the day on which the later one begins, {source}.",
            )
        case "after_data_date":
            return (
                f"{column} of {name} lies after the data date",
                f"{rows} {have} {column} after the day on which the data were exported; nothing "
                "of it counts before that day is reached.",
                f"Correct {column} if it is a slip, or the date in exported_on.txt.",
            )
    return (
        f"{column} of {name}",
        f"{rows}: {column} {message}.",
        f"Correct {column} {source}.",
    )


def _of_reference(group: _Group) -> tuple[str, str, str]:
    columns = " and ".join(group.column.rsplit(", ", 1))
    lead, said = "leads", group.message.replace("is quarantined", "is set aside")
    if columns != group.column:
        lead, said = "lead", said.replace("is not", "are not", 1)
    return (
        f"{columns} of {group.file} {lead} nowhere",
        f"In {group.rows}, {columns} {said}.",
        f"Correct {columns}, or send the row that it refers to. Where that row is set aside "
        "itself, correct it first.",
    )


def _of_range(group: _Group, source: str) -> tuple[str, str, str]:
    name, column, message = group.file, group.column, group.message
    have = has_or_have(group.count)
    if message.startswith("must not be before "):
        other = message.removeprefix("must not be before ")
        return (
            f"{column} before {other} in {name}",
            f"{group.rows} {have} {column} before {other}.",
            f"Correct {column} {source}, or swap the dates.",
        )
    if message.startswith("must be after "):
        other = message.removeprefix("must be after ")
        return (
            f"{column} not after {other} in {name}",
            f"{group.rows} {have} {column} on {other} or before.",
            f"Correct {column} {source}, or swap the dates.",
        )
    return (
        f"{column} of {name} {message}",
        f"{group.rows} {have} a value in {column} that cannot be: it {message}.",
        f"Correct {column} {source}.",
    )


def _file_name(export: str) -> str:
    return export if "." in export else f"{export}.csv"
