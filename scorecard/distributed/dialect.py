"""DuckDB's SQL -> SQL that DuckDB and Spark both understand and answer alike.

Ibis, by sqlglot, translates the words of one dialect into those of another. It knows no macros
and no types of columns, so these go first, and what comes out is DuckDB's SQL still: a test runs
both forms on DuckDB itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlglot import exp, parse
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify

DIALECT = "duckdb"
Schema = Mapping[str, Mapping[str, str]]
"""The columns of each table and view, with their types in DuckDB."""
_UNITS = {"to_months": "MONTH", "to_years": "YEAR", "to_days": "DAY"}


@dataclass(frozen=True)
class Macro:
    """A macro: its parameters and what stands for a call, a value or a query."""

    parameters: tuple[str, ...]
    body: exp.Expression


@dataclass(frozen=True)
class Notions:
    """What queries share: macros by name, and the queries of views in their order."""

    macros: Mapping[str, Macro]
    views: Mapping[str, str]


def notions(statements: Iterable[str]) -> Notions:
    """Macros and views of `create` statements."""
    macros: dict[str, Macro] = {}
    views: dict[str, str] = {}
    for statement in statements:
        for tree in parse(statement, read=DIALECT):
            if not isinstance(tree, exp.Create):
                continue
            table = tree.find(exp.Table)
            assert table
            name = table.name.lower()
            if tree.kind == "MACRO":
                parameters = tuple(e.name.lower() for e in tree.this.expressions)
                macros[name] = Macro(parameters, tree.expression)
            else:
                views[name] = tree.expression.sql(DIALECT, comments=False)
    return Notions(macros, views)


def portable(query: str, macros: Mapping[str, Macro], schema: Schema) -> str:
    """A query without macros and without words that the two engines take differently."""
    (tree,) = parse(query, read=DIALECT)
    assert tree
    tree = tree.transform(lambda node: _expanded(node, macros))
    tree = qualify(
        tree, schema={t: dict(c) for t, c in schema.items()}, dialect=DIALECT,
        quote_identifiers=False, identify=False, validate_qualify_columns=False,
    )  # fmt: skip
    tree = annotate_types(tree, schema={t: dict(c) for t, c in schema.items()}, dialect=DIALECT)
    return tree.transform(_plain).sql(DIALECT, comments=False)


def _expanded(node: exp.Expression, macros: Mapping[str, Macro]) -> exp.Expression:
    """A call of a macro, replaced by its body, in which other calls may stand."""
    call = node.this if isinstance(node, exp.Table) else node
    if not isinstance(call, exp.Anonymous):
        return node
    if call.name.lower() == "query_table":
        (table,) = call.expressions
        return exp.to_table(table.name)
    if call.name.lower() not in macros:
        return node
    macro = macros[call.name.lower()]
    given = dict(zip(macro.parameters, call.expressions, strict=True))

    def put(inner: exp.Expression) -> exp.Expression:
        if isinstance(inner, exp.Column) and not inner.table and inner.name.lower() in given:
            value = given[inner.name.lower()].copy()
            return value if isinstance(value, (exp.Column, exp.Literal)) else exp.paren(value)
        return inner

    body = macro.body.copy().transform(put).transform(lambda n: _expanded(n, macros))
    return body.subquery(node.alias) if isinstance(body, exp.Query) else exp.paren(body)


def _plain(node: exp.Expression) -> exp.Expression:
    if isinstance(node, exp.Anonymous) and node.name.lower() in _UNITS:
        (number,) = node.expressions
        unit = exp.var(_UNITS[node.name.lower()])
        return exp.Interval(this=exp.Literal.string(number.sql(DIALECT)), unit=unit)
    if isinstance(node, exp.Sub) and all(
        side.is_type(exp.DataType.Type.DATE) for side in (node.left, node.right)
    ):
        # The days between two dates, for Spark a duration.
        return exp.DateDiff(this=node.left, expression=node.right, unit=exp.var("DAY"))
    if isinstance(node, exp.RegexpFullMatch):
        whole = exp.Literal.string(f"^(?:{node.expression.name})$")
        return exp.RegexpLike(this=node.this, expression=whole)
    if isinstance(node, exp.TryCast) and node.to.is_type(exp.DataType.Type.UINT):
        # Spark has signed numbers only.
        number = exp.TryCast(this=node.this, to=exp.DataType.build("BIGINT"))
        return _unless(node.this, "-%", number)
    if isinstance(node, exp.TryCast) and node.to.is_type(exp.DataType.Type.DATE):
        # For Spark there was a year 0.
        return _unless(node.this, "0000%", node)
    if isinstance(node, exp.Concat):
        # DuckDB takes what is missing for an empty text, and anything for text.
        texts = [exp.cast(part, "VARCHAR", copy=False) for part in node.expressions]
        node.set("expressions", texts)
    if isinstance(node, exp.Literal) and not node.is_string and "." in node.name:
        # For Spark a decimal, whose quotients are decimals of few digits.
        return exp.Cast(this=node.copy(), to=exp.DataType.build("DOUBLE"))
    return node


def _unless(text: exp.Expression, pattern: str, value: exp.Expression) -> exp.Expression:
    """The value, or nothing where the text is like the pattern."""
    like = exp.Like(this=text.copy(), expression=exp.Literal.string(pattern))
    return exp.Case(ifs=[exp.If(this=exp.not_(like), true=value)])
