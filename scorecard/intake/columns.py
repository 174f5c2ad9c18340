"""Columns of a body -> the columns of an export, converted by their distinct values in DuckDB.

Only values that are not canonical already are looked at in Python, each once; the rows themselves
never leave DuckDB, so that the cost of a table is that of reading and writing it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made
from pathlib import Path

import duckdb

from scorecard.contract import Field, File
from scorecard.engine import quoted
from scorecard.files import BLANKS
from scorecard.intake import countries, numbers, terms
from scorecard.intake.body import Body
from scorecard.intake.dates import Dates, Resolution
from scorecard.intake.layout import Answers
from scorecard.intake.mapping import Spellings
from scorecard.intake.report import Notes, counted, shortened

_NOUNS = {
    "date": "date", "yearmonth": "month", "year": "year", "integer": "number", "number": "number",
    "boolean": "yes or no",
}  # fmt: skip
_LOOKS_RIGHT = {
    "date": "({c} like '____-__-__' and {c} < ':')",
    "yearmonth": "({c} like '____-__' and {c} < ':')",
    "year": "regexp_full_match({c}, '[0-9]{{4}}')",
    "integer": "regexp_full_match({c}, '-?[0-9]+')",
    "number": "regexp_full_match({c}, '-?[0-9]+(\\.[0-9]+)?')",
    "boolean": "{c} in ('true', 'false')",
}


class Mismatch(Exception):
    """DuckDB does not read a body as it was surveyed."""


@dataclass(frozen=True)
class Origin:
    """What the conversion of a column must know of the file."""

    spellings: Spellings
    answers: Answers
    delimiter: str = ","
    from_workbook: bool = False
    epoch_1904: bool = False


@dataclass
class _Column:
    field: Field
    place: int
    header: str
    cell: str
    """SQL of the cell, null where it is empty."""
    odd: list[str] = made(default_factory=list)
    strange: int = 0
    blanks: int = 0
    trimmed: int = 0
    breaks: int = 0
    swallowed: int = 0
    changes: dict[str, str] = made(default_factory=dict)


def convert(
    con: duckdb.DuckDBPyConnection,
    body: Body,
    file: File,
    header: Sequence[str],
    places: Mapping[str, int],
    origin: Origin,
    out: Path,
    notes: Notes,
) -> bool:
    """Writes the rows of `body` as the export, without a header and what fits no column.

    Writes nothing, and gives back False, where the rows of the body are those of the export byte
    for byte. Raises Mismatch where DuckDB sees other rows than the survey did.
    """
    columns = [
        _Column(f, places[f.name], _header(header, places[f.name]), f"v{places[f.name]}")
        for f in file.fields
        if f.name in places
    ]
    cells = [f"{_cell(body, c.place, c.field)} as {c.cell}" for c in columns]
    source = f"(select *, {', '.join(cells)} from {_source(body)})"
    beside = [p for p in range(body.width) if p not in places.values()]
    filled = _profile(con, source, columns, beside, body, origin.delimiter)
    for place, number in zip(beside, filled, strict=True):
        name = _header(header, place)
        if number and not name:
            notes.find(
                "extra_column", f"column {place + 1} has no header; {counted(number, 'cell')} "
                "with something in it left out", severity="error",
            )  # fmt: skip
        elif not name and place < len(header):
            notes.did(f"Column {place + 1} is blank and was left out.")
    for column in columns:
        _resolve(con, source, column, file, origin, notes)
    if _is_canonical(body, header, columns):
        return False
    if body.rows:
        _write(con, source, columns, out)
    else:
        out.write_bytes(b"")
    return True


def _is_canonical(body: Body, header: Sequence[str], columns: Sequence[_Column]) -> bool:
    return (
        body.skip == 1
        and not body.ragged
        and body.delimiter == ","
        and not (body.quoted or body.crlf)
        and body.width == len(columns)
        and list(header) == [column.field.name for column in columns]
        and not any(column.changes or column.trimmed for column in columns)
    )


def _header(header: Sequence[str], place: int) -> str:
    return header[place].strip() if place < len(header) else ""


def _source(body: Body) -> str:
    """SQL that reads the body; COPY takes no parameters, so the values stand in it."""
    mark = quoted('"' if body.quoted else "")
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(body.width))
    end = r"'\r\n'" if body.crlf else r"'\n'"
    return (
        f"read_csv({quoted(str(body.path))}, delim = {quoted(body.delimiter)}, quote = {mark}, "
        f"escape = {mark}, comment = '', header = false, skip = {body.skip}, auto_detect = false, "
        f"strict_mode = true, null_padding = false, columns = {{{columns}}}, "
        f"new_line = {end}, "
        f"{sized(body.longest)})"
    )


def sized(longest: int) -> str:
    """Options of read_csv for rows of up to so many bytes: its buffers are made no larger."""
    line = max(2_000_000, longest + 1_000)
    return f"max_line_size = {line}, buffer_size = {max(32_000_000, 2 * line)}"


def _cell(body: Body, place: int, f: Field) -> str:
    cell = f"c{place}"
    if body.breaks and f.type == "string":
        cell = f"replace({cell}, chr(13) || chr(10), chr(10))"
    # An empty cell in quotes is no null to DuckDB.
    if body.blanks:
        return f"nullif(trim({cell}, {quoted(body.blanks)}), '')"
    return f"nullif({cell}, '')" if body.quoted else cell


def _kind(f: Field) -> str:
    if f.country:
        return "country"
    return "enum" if f.enum else f.type


def _looks_right(f: Field, cell: str) -> str | None:
    """SQL that is true of nearly all canonical cells and of few others; None: all are right."""
    if f.country:
        return "false"  # Its distinct values are few, and some that are no code look like one.
    if f.enum:
        listed = ", ".join(map(quoted, f.enum))
        return f"{cell} in ({listed})"
    right = _LOOKS_RIGHT.get(f.type)
    return right.format(c=cell) if right else None


def _profile(
    con: duckdb.DuckDBPyConnection,
    source: str,
    columns: list[_Column],
    beside: list[int],
    body: Body,
    delimiter: str,
) -> list[int]:
    """One pass over the rows: per column the values that are not canonical, and counts."""
    asked = ["count(*)"]
    for column in columns:
        raw, cell = f"c{column.place}", column.cell
        right = _looks_right(column.field, cell)
        odd = f"{cell} is not null and not {right}" if right else "false"
        asked.append(f"list(distinct {cell}) filter (where {odd})" if right else "null")
        asked.append(f"count_if({odd})" if right else "0")
        asked.append(f"count_if({cell} is null)" if _kind(column.field) == "boolean" else "0")
        asked.append(f"count_if({raw} <> {cell})" if body.blanks else "0")
        asked.append(
            f"count_if(contains({raw}, chr(13) || chr(10)))"
            if body.breaks and column.field.type == "string"
            else "0"
        )
        # Two stray quotes make one cell of all that stands between them.
        signs = f"length({raw}) - length(replace({raw}, {quoted(delimiter)}, ''))"
        asked.append(
            f"count_if(contains({raw}, chr(10)) and {signs} >= {body.width - 1})"
            if body.inner
            else "0"
        )
    asked += [f"count(nullif(trim(c{place}, {quoted(BLANKS)}), ''))" for place in beside]
    if not body.rows:
        return [0 for _ in beside]
    try:
        row = con.execute(f"select {', '.join(asked)} from {source}").fetchone()
    except duckdb.Error as error:
        raise Mismatch(str(error)) from error
    assert row
    if row[0] != body.rows:
        raise Mismatch(f"{row[0]} rows, not {body.rows}")
    for i, column in enumerate(columns):
        found = row[1 + 6 * i : 7 + 6 * i]
        column.odd, column.strange = sorted(found[0] or ()), found[1]
        column.blanks, column.trimmed, column.breaks, column.swallowed = found[2:]
    return [int(number) for number in row[1 + 6 * len(columns) :]]


def _resolve(
    con: duckdb.DuckDBPyConnection,
    source: str,
    column: _Column,
    file: File,
    origin: Origin,
    notes: Notes,
) -> None:
    f, name = column.field, column.header
    answers = origin.answers(name)
    if column.trimmed:
        notes.did(f"{f.name}: blanks around {counted(column.trimmed, 'value')} left out.")
    if column.breaks:
        cells = counted(column.breaks, "cell")
        notes.did(f"{f.name}: line breaks within {cells} written as LF.")
    if column.swallowed:
        notes.find(
            "structure", f"{counted(column.swallowed, 'cell')} over several lines with what looks "
            "like rows in it: perhaps a quote is wrong", column=name, severity="error",
        )  # fmt: skip
    if not column.odd:
        return
    found = _resolution(column, file, origin, answers)
    if found.question:
        notes.ask(name, f"{file.name}, column {name!r}: {found.question}", found.choices)
    known = {*found.changes, *([] if not found.question else column.odd)}
    nothing = [
        cell for cell in column.odd
        if cell not in known and cell.strip().casefold() in origin.spellings.blanks
    ]  # fmt: skip
    if nothing:
        found.changes |= dict.fromkeys(nothing, "")
        found.remarks.append(f"words for nothing read as empty, such as {nothing[0]!r}")
    column.changes = {old: new for old, new in found.changes.items() if old != new}
    said = set(column.odd)
    left = said - column.changes.keys() - {c for c in found.changes if found.changes[c] == c}
    changed = column.strange
    if column.changes.keys() < said:
        row = con.execute(
            f"select count(*) from {source} where {column.cell} in (select unnest($changed))",
            {"changed": [old for old in column.changes if old]},
        ).fetchone()
        changed = row[0] if row else 0
    if column.changes:
        old = next((old for old in column.changes if old), "")
        noun = "country" if f.country else "word" if f.enum else _NOUNS[f.type]
        plural = "countries" if f.country else "yes or no" if f.type == "boolean" else None
        notes.did(
            f"{f.name}: {counted(changed, noun, plural)} turned, "
            f"such as {shortened(old, 60)!r} to {column.changes[old]!r}."
        )
        if "" in column.changes:
            notes.did(f"{f.name}: {counted(column.blanks, 'empty cell')} read as no.")
    for remark in found.remarks:
        notes.did(f"{f.name}: {remark}.")
    if left and not found.question:
        shown = ", ".join(repr(shortened(value, 40)) for value in sorted(left)[:3])
        notes.find(
            "unchanged", f"{counted(len(left), 'value')} could not be turned, left as written, "
            f"such as {shown}", column=name, value=min(left),
        )  # fmt: skip


def _resolution(column: _Column, file: File, origin: Origin, answers: Sequence[str]) -> Resolution:
    f, spellings = column.field, origin.spellings
    kind = _kind(f)
    if kind == "country":
        return countries.resolve(column.odd, answers, spellings)
    if kind == "enum":
        return terms.resolve(column.odd, f.enum, spellings)
    if kind == "boolean":
        return terms.resolve_booleans(column.odd, column.blanks, answers, spellings)
    dates = Dates(
        spellings, spellings.date_formats(file.name, f.name), origin.from_workbook,
        origin.epoch_1904,
    )  # fmt: skip
    if kind == "date":
        return dates.resolve(column.odd, answers)
    if kind == "yearmonth":
        return dates.resolve_months(column.odd, answers)
    if kind == "year":
        return dates.resolve_years(column.odd)
    return numbers.resolve(column.odd, answers, whole=kind == "integer")


def _write(con: duckdb.DuckDBPyConnection, source: str, columns: list[_Column], out: Path) -> None:
    """Looks each cell up in its column's list of changes.

    The position in an enumeration leads there: unlike a join, it leaves the rows in their order.
    """
    cells = []
    for i, column in enumerate(columns):
        cell = column.cell
        changes = {old: new for old, new in column.changes.items() if old}
        between = _between_digits(column.odd, changes)
        if between:
            cell = f"translate({cell}, {quoted(between)}, '')"
        elif changes:
            con.execute(f"drop type if exists odd{i}")
            con.execute("create or replace temp table odd (place bigint, cell varchar)")
            con.execute(
                "insert into odd select unnest(range(len($1))), unnest($1)", [list(changes)]
            )
            con.execute(f"create type odd{i} as enum (select cell from odd order by place)")
            con.execute(f"set variable turned{i} = $1", [list(changes.values())])
            place = f"enum_code(try_cast({cell} as odd{i})) + 1"
            cell = f"coalesce(list_extract(getvariable('turned{i}'), {place}), {cell})"
        if "" in changes.values():
            cell = f"nullif({cell}, '')"
        if "" in column.changes:
            cell = f"coalesce({cell}, {quoted(column.changes[''])})"
        cells.append(f'{cell} as "{column.field.name}"')
    con.execute(
        f"copy (select {', '.join(cells)} from {source}) "
        f"to {quoted(str(out))} (format csv, header false)"
    )


def _between_digits(odd: list[str], changes: Mapping[str, str]) -> str:
    """The signs that stood between the digits of numbers, if leaving them out is all there is to
    do in a column: numbers differ so much that looking each up would take longer."""
    signs = set("".join(changes)) - set("-0123456789")
    kept = str.maketrans("", "", "".join(signs))
    if len(changes) < len(odd) or any(
        not new.lstrip("-").isdecimal() or old.translate(kept) != new
        for old, new in changes.items()
    ):
        return ""
    return "".join(sorted(signs))
