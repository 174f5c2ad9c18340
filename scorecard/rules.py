"""The rules for one cell, as SQL conditions that are true where the rule is broken."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from scorecard.contract import Field, File

RULES = (
    "missing_file",
    "encoding",
    "missing_column",
    "extra_column",
    "structure",
    "required",
    "type",
    "enum",
    "range",
    "unknown_country",
    "reference",
    "unique",
    "overlap",
    "after_data_date",
)

TYPES = {
    "string": ("varchar", "text"),
    "date": ("date", "a date such as 2019-09-02, and a real day"),
    "yearmonth": ("varchar", "a month such as 2019-09"),
    "year": ("integer", "a year such as 2019"),
    "integer": ("double", "a whole number"),
    "number": ("double", "a number such as 0.75"),
    "boolean": ("boolean", "true or false"),
}

# A cell is of its type only as the contract writes it: `2019-9-2` is no date here.
EXACT = """
create or replace temp macro exact_string(cell) as cell;
create or replace temp macro exact_date(cell) as
    case when length(cell) = 10 and cast(try_cast(cell as date) as varchar) = cell
         then try_cast(cell as date) end;
create or replace temp macro exact_yearmonth(cell) as
    case when exact_date(cell || '-01') is not null then cell end;
create or replace temp macro exact_year(cell) as
    case when length(cell) = 4 and cast(try_cast(cell as uinteger) as varchar) = cell
         then cast(cell as integer)
         when regexp_full_match(cell, '[0-9]{4}') then try_cast(cell as integer) end;
create or replace temp macro exact_integer(cell) as
    case when cast(try_cast(cell as bigint) as varchar) = cell then cast(cell as double)
         when regexp_full_match(cell, '-?[0-9]+') then try_cast(cell as double) end;
create or replace temp macro exact_number(cell) as
    case when regexp_full_match(cell, '-?[0-9]+(\\.[0-9]+)?') then try_cast(cell as double) end;
create or replace temp macro exact_boolean(cell) as
    case cell when 'true' then true when 'false' then false end;
"""


@dataclass(frozen=True)
class Range:
    """One more condition on a cell, over the columns of the text view; true where broken."""

    column: str
    broken: str
    message: str
    warning: bool = False


def of_cell(
    file: File, f: Field, more: Iterable[Range], *, countries: str | None
) -> list[tuple[str, str, str]]:
    """The rules of one cell in their order: rule, SQL that is true where broken, message.

    `countries` are those of the plan's regions, as SQL after `in`; none where none are known.
    """
    cell = f'"{f.name}"'
    rules: list[tuple[str, str, str]] = []
    if f.required:
        rules.append(("required", f"{cell} is null", "must not be empty"))
    wrong = [f"exact_{f.type}({cell}) is null"] if f.type != "string" else []
    expected = TYPES[f.type][1]
    if f.country:
        known = "false"
        if countries:
            known = f"{cell} in ({countries})"
        wrong = [f"not (({known}) or regexp_full_match({cell}, '[A-Z]{{3}}'))"]
        expected = "three capital letters (ISO 3166-1 alpha-3)"
    if f.name in file.key and f.type == "string" and not f.country:
        wrong.append(f"contains({cell}, '#')")
        expected = "a key, which holds no #"
    if wrong:
        condition = f"{cell} is not null and ({' or '.join(wrong)})"
        rules.append(("type", condition, f"must be {expected}"))
    if f.enum:
        listed = ", ".join(_text(word) for word in f.enum)
        message = f"must be one of {', '.join(f.enum)}"
        rules.append(("enum", f"{cell} not in ({listed})", message))
    value = f"exact_{f.type}({cell})"
    if f.minimum is not None:
        message = f"must be at least {f.minimum:g}"
        rules.append(("range", f"{value} < {f.minimum:g}", message))
    if f.maximum is not None:
        message = f"must be at most {f.maximum:g}"
        rules.append(("range", f"{value} > {f.maximum:g}", message))
    if f.not_before:
        condition = f'{value} < exact_date("{f.not_before}")'
        rules.append(("range", condition, f"must not be before {f.not_before}"))
    if f.after:
        condition = f'{value} <= exact_date("{f.after}")'
        rules.append(("range", condition, f"must be after {f.after}"))
    rules += [("range", r.broken, r.message) for r in more]
    if f.country and countries:
        condition = f"{cell} is not null and {cell} not in ({countries})"
        rules.append(("unknown_country", condition, "is no country of regions.csv"))
    return rules


def _text(word: str) -> str:
    return "'" + word.replace("'", "''") + "'"
