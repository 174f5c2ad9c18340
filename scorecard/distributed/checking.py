"""The checks of the contract as queries for the workers.

The rules are those of `scorecard.rules` and `scorecard.checks`; here they are only put together in
another way: all steps that look at single rows, references or keys make one query, whose result is
written once, with the first rule that each cell breaks beside each row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scorecard import checks, rules
from scorecard.checks import Checker
from scorecard.contract import File, Reference

OK = "ok"
TEXT = "text_"
"""Before the name of a column: the cell as it was read, kept where its row is not accepted."""


@dataclass(frozen=True)
class Plan:
    """How one file is checked: the rules of each cell and the references that can be looked up."""

    file: File
    cells: Mapping[str, Sequence[tuple[str, str, str]]]
    references: Sequence[Reference]


def planned(file: File, countries: Sequence[str] | None, absent: set[str]) -> Plan:
    """What is to be checked; `countries` are those of the plan, if it has regions."""
    listed = None
    if countries is not None:
        # A cell is never empty text, so this is the list of none.
        listed = ", ".join(f"'{code}'" for code in countries) or "''"
    cells = {f.name: rules.of_cell(file, f, (), countries=listed) for f in file.fields}
    return Plan(file, cells, [r for r in file.references if r.file not in absent])


def query(plan: Plan, text: str, present: Sequence[str]) -> str:
    """Each row of `text` with its typed cells, and what is wrong with it."""
    file = plan.file
    names = [f.name for f in file.fields]
    cells = ", ".join(
        f'"{n}"' if n in present else f'cast(null as varchar) as "{n}"' for n in names
    )
    broken = ", ".join(_first_broken(plan, place) for place in range(len(names)))
    no_cell = " and ".join(f"broken_{place} is null" for place in range(len(names)))
    typed = ", ".join(f'exact_{f.type}("{f.name}") as "{f.name}"' for f in file.fields)
    texts = ", ".join(f'"{n}" as {TEXT}{n}' for n in names)
    marks = ", ".join(f"broken_{place}" for place in range(len(names)))
    joins, lost = _lookups(plan)
    held = " and ".join(f"not lost_{i}" for i in range(len(plan.references))) or "true"
    keys = ", ".join(f'"{name}"' for name in file.key)
    return f"""
        with cells as (select line, {cells} from {text}),
        judged as (select *, {broken} from cells),
        typed as (select line, {typed}, {texts}, {marks}, {no_cell} as whole from judged),
        looked_up as (select typed.*{lost} from typed {joins}),
        standing as (select *, whole and {held} as stands from looked_up),
        first_lines as (
            select *, min(case when stands then line end) over (partition by {keys}) as first_line
            from standing
        )
        select *, stands and line > first_line as twice, stands and line = first_line as {OK}
        from first_lines
        """


def _first_broken(plan: Plan, place: int) -> str:
    """The place, among its rules, of the first rule that a cell breaks."""
    conditions = plan.cells[plan.file.fields[place].name]
    cases = " ".join(f"when {c} then {i}" for i, (_, c, _) in enumerate(conditions))
    number = f"case {cases} end" if cases else "null"
    return f"cast({number} as integer) as broken_{place}"


def _lookups(plan: Plan) -> tuple[str, str]:
    """Joins to the rows that are referred to, and columns that say which are not there."""
    joins, lost = "", ""
    for i, reference in enumerate(plan.references):
        pairs = list(zip(reference.fields, reference.key, strict=True))
        keys = ", ".join(f'"{key}" as key_{j}' for j, (_, key) in enumerate(pairs))
        same = " and ".join(f'typed."{n}" = parent_{i}.key_{j}' for j, (n, _) in enumerate(pairs))
        filled = " and ".join(f'typed."{name}" is not null' for name in reference.fields)
        joins += (
            f" left join (select distinct {keys} from {reference.file}) as parent_{i} on {same}"
        )
        lost += f", typed.whole and {filled} and parent_{i}.key_0 is null as lost_{i}"
    return joins, lost


def report(checker: Checker, plan: Plan, rejected: str) -> None:
    """Adds findings and quarantine from the rows of `rejected`, which holds all not accepted."""
    con, file = checker.con, plan.file
    for place, f in enumerate(file.fields):
        for i, (rule, _, message) in enumerate(plan.cells[f.name]):
            checker.report_rows(
                file, rule, (f.name,),
                f"select line, {TEXT}{f.name} from {rejected} where broken_{place} = {i}", message,
            )  # fmt: skip
    for i, reference in enumerate(plan.references):
        value = checks.joined(reference.fields)
        found = f"select line, {value} from {rejected} where lost_{i}"
        message = checks.lost_message(reference)
        checker.report_rows(file, "reference", reference.fields, found, message)
    found = f"select line, {checks.joined(file.key)} from {rejected} where twice"
    checker.report_rows(file, "unique", file.key, found, checks.TWICE)
    if file.no_overlap:
        start = file.no_overlap.start
        found = f'select line, cast("{start}" as varchar) from {rejected} where shares_day'
        message = checks.overlap_message(file.no_overlap)
        checker.report_rows(file, "overlap", (start,), found, message)
    cells = ", ".join(f'{TEXT}{f.name} as "{f.name}"' for f in file.fields)
    con.execute(f"create or replace temp view as_read as select line, {cells} from {rejected}")
    checker.keep(file, "as_read", "select line from as_read")
    con.execute("drop view as_read")
