"""The findings of the contract, grouped by file, column and kind, in words with a remedy."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from scorecard import contract
from scorecard.catalogue import Kpi
from scorecard.contract import Contract, File
from scorecard.doctor.diagnosis import MOST_ROWS, Ailment, Severity, Where
from scorecard.languages import say, say_n
from scorecard.retelling import retold

# Rows with a wrong number of fields are one ailment, however many fields each has.
_GROUP = "export, coalesce(\"column\", ''), rule, severity, " + (
    "case when rule = 'structure' then '' else message end"
)
WHOLE = ("missing_file", "encoding", "missing_column")
LOST = re.compile(r"is not in (.+), or its row there is quarantined")
"""What the contract says of a row that refers to one that is not there."""


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
        return say_n("{count} row of {file}", "{count} rows of {file}", self.count, file=self.file)


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
            rest = say_n(
                "{count} KPI cannot be known: {titles}.",
                "{count} KPIs cannot be known: {titles}.",
                len(blind), titles=titles,
            )  # fmt: skip
            words += f" {rest}"
    elif group.severity == "error" and group.rule not in WHOLE:
        rest = say_n(
            "It is set aside and counted nowhere.",
            "They are set aside and counted nowhere.",
            group.count,
        )
        words += f" {rest}"
    return Ailment(group.rule, group.severity, title, words, remedy, rows, group.count)


def _in_words(group: _Group, file: File | None) -> tuple[str, str, str]:
    """Title, sentence and remedy of a group."""
    name, column, message = group.file, group.column, retold(group.message)
    match group.rule:
        case "missing_file":
            remedy = say("Send {file}.", file=name)
            if file and file.owner:
                owner = say(file.owner)
                remedy = say("Send {file}; {owner} answers for it.", file=name, owner=owner)
            return f"{name} {message}", f"{name} {message}.", remedy
        case "encoding":
            return (
                say("{file} is not UTF-8", file=name),
                say("{file} cannot be read: it {why}.", file=name, why=message),
                say("Save it as “CSV UTF-8”, or let intake turn it."),
            )
        case "missing_column":
            return (
                say("No column {column} in {file}", column=column, file=name),
                say("The column {column} of {file} {why}.", column=column, file=name, why=message),
                say(
                    "Export {file} with {column}, or match the header it has now to {column}.",
                    file=name, column=column,
                ),
            )  # fmt: skip
        case "extra_column":
            return (
                say("One column more in {file}: {column}", column=column, file=name),
                say("The column {column} of {file} {why}.", column=column, file=name, why=message),
                say(
                    "Nothing, if it is not needed; if it is another name of a column that is "
                    "missing, match it to that one."
                ),
            )
        case "structure":
            return (
                say("Rows of {file} that do not fit its header", file=name),
                _counted(
                    group,
                    "{count} row of {file} has more or fewer fields than the header, or an open "
                    "quote.",
                    "{count} rows of {file} have more or fewer fields than the header, or an open "
                    "quote.",
                ),
                say("A value with a comma, a quote or a line break must stand in double quotes."),
            )
        case "required":
            return (
                say("Empty {column} in {file}", column=column, file=name),
                _counted(
                    group,
                    "{count} row of {file} has no {column}.",
                    "{count} rows of {file} have no {column}.",
                ),
                say(
                    "Fill in {column} in the register that {file} is exported from.",
                    column=column, file=name,
                ),
            )  # fmt: skip
        case "type" | "enum":
            return (
                say("{column} of {file} is not understood", column=column, file=name),
                _counted(
                    group,
                    "{count} row of {file} holds in {column} something other than {wanted}.",
                    "{count} rows of {file} hold in {column} something other than {wanted}.",
                    wanted=retold(group.message.removeprefix("must be ")),
                ),
                say(
                    "Correct {column} in the register that {file} is exported from; a mere other "
                    "spelling can be added to the mapping.",
                    column=column, file=name,
                ),
            )  # fmt: skip
        case "range":
            return _of_range(group)
        case "unknown_country":
            return (
                say("Unknown country in {file}", file=name),
                _counted(
                    group,
                    "{count} row of {file} has in {column} a country that regions.csv does not "
                    "know.",
                    "{count} rows of {file} have in {column} a country that regions.csv does not "
                    "know.",
                ),
                say("Correct the code, or add the country with its region to regions.csv."),
            )
        case "reference":
            return _of_reference(group)
        case "unique":
            columns = _columns(group)
            return (
                say("Rows of {file} stand twice", file=name),
                _counted(
                    group,
                    "{count} row of {file} has the same {columns} as an earlier row, which counts.",
                    "{count} rows of {file} have the same {columns} as an earlier row, which "
                    "counts.",
                    columns=columns,
                ),
                say(
                    "Keep one row for each {columns}: delete the other, or correct it.",
                    columns=columns,
                ),
            )
        case "overlap":
            return (
                say("Spells in {file} overlap", file=name),
                _counted(
                    group,
                    "{count} row of {file} begins before an earlier one has ended; the earlier one "
                    "counts.",
                    "{count} rows of {file} begin before an earlier one has ended; the earlier one "
                    "counts.",
                ),
                say(
                    "End the earlier spell on the day on which the later one begins, in the "
                    "register that {file} is exported from.",
                    file=name,
                ),
            )
        case "after_data_date":
            return (
                say("{column} of {file} lies after the data date", column=column, file=name),
                _counted(
                    group,
                    "{count} row of {file} has {column} after the day on which the data were "
                    "exported; nothing of it counts before that day is reached.",
                    "{count} rows of {file} have {column} after the day on which the data were "
                    "exported; nothing of it counts before that day is reached.",
                ),
                say(
                    "Correct {column} if it is a slip, or the date in exported_on.txt.",
                    column=column,
                ),
            )
    return (
        say("{column} of {file}", column=column, file=name),
        f"{group.rows}: {column} {message}.",
        _correct(group),
    )


def _counted(group: _Group, one: str, many: str, **values: str) -> str:
    """What is wrong with so many rows of a file, in a column."""
    return say_n(one, many, group.count, file=group.file, column=group.column, **values)


def _columns(group: _Group) -> str:
    *first, last = group.column.split(", ")
    return say("{first} and {last}", first=", ".join(first), last=last) if first else last


def _correct(group: _Group) -> str:
    return say(
        "Correct {column} in the register that {file} is exported from.",
        column=group.column, file=group.file,
    )  # fmt: skip


def _of_reference(group: _Group) -> tuple[str, str, str]:
    columns, is_one = _columns(group), "," not in group.column
    title = say("{columns} of {file} leads nowhere", columns=columns, file=group.file)
    if not is_one:
        title = say("{columns} of {file} lead nowhere", columns=columns, file=group.file)
    lost = LOST.fullmatch(group.message)
    if lost is None:
        words = say(
            "In {rows}, {columns} {why}.",
            rows=group.rows, columns=columns, why=retold(group.message),
        )  # fmt: skip
    elif is_one:
        words = say(
            "In {rows}, {columns} is not in {other}, or its row there is set aside.",
            rows=group.rows, columns=columns, other=lost[1],
        )  # fmt: skip
    else:
        words = say(
            "In {rows}, {columns} are not in {other}, or its row there is set aside.",
            rows=group.rows, columns=columns, other=lost[1],
        )  # fmt: skip
    return (
        title,
        words,
        say(
            "Correct {columns}, or send the row that it refers to. Where that row is set aside "
            "itself, correct it first.",
            columns=columns,
        ),
    )


def _of_range(group: _Group) -> tuple[str, str, str]:
    name, column, message = group.file, group.column, group.message
    swap = say(
        "Correct {column} in the register that {file} is exported from, or swap the dates.",
        column=column, file=name,
    )  # fmt: skip
    if message.startswith("must not be before "):
        other = message.removeprefix("must not be before ")
        return (
            say("{column} before {other} in {file}", column=column, other=other, file=name),
            _counted(
                group,
                "{count} row of {file} has {column} before {other}.",
                "{count} rows of {file} have {column} before {other}.",
                other=other,
            ),
            swap,
        )
    if message.startswith("must be after "):
        other = message.removeprefix("must be after ")
        return (
            say("{column} not after {other} in {file}", column=column, other=other, file=name),
            _counted(
                group,
                "{count} row of {file} has {column} on {other} or before.",
                "{count} rows of {file} have {column} on {other} or before.",
                other=other,
            ),
            swap,
        )
    why = retold(message)
    return (
        say("{column} of {file} {why}", column=column, file=name, why=why),
        _counted(
            group,
            "{count} row of {file} has a value in {column} that cannot be: it {why}.",
            "{count} rows of {file} have a value in {column} that cannot be: it {why}.",
            why=why,
        ),
        _correct(group),
    )


def _file_name(export: str) -> str:
    return export if "." in export else f"{export}.csv"
