"""Readings, breakdowns and exhibits as tables; names that people read instead of codes."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import pandas as pd
import streamlit as st

from scorecard import chance, wording
from scorecard import languages as said
from scorecard.breakdowns import Breakdown
from scorecard.catalogue import Kpi
from scorecard.changes import Explanation
from scorecard.charts.bars import ranked
from scorecard.evidence import Facts
from scorecard.exhibits.capacity import Expiry
from scorecard.exhibits.compliance import Grid
from scorecard.exhibits.movements import Person
from scorecard.exhibits.strands import Strand, Strands
from scorecard.languages import say, say_n
from scorecard.meeting import names as groups
from scorecard.meeting import why
from scorecard.plan import Plan
from scorecard.readings import Series
from scorecard.screen import downloads
from scorecard.screen.frame import View

_WRITTEN = 60
"""Rows of a table that are written into the page for a phone and for paper."""
_SHORT, _NARROW = 25, 8
"""Rows and columns of a table up to which it is written on every screen."""

_DID = said.Words(
    {
        "joined": said.to_say("Joined"),
        "left": said.to_say("Left"),
        "certified": said.to_say("Certified"),
        "lapsed": said.to_say("Certificate lapsed"),
    }
)
HEADS = said.Words(
    {
        "region": said.to_say("Region"),
        "country": said.to_say("Country"),
        "pillar": said.to_say("Pillar"),
        "category": said.to_say("Category"),
    }
)


Table = Callable[[], pd.DataFrame]
"""A table that is made when it is needed."""


class Names(dict[str | None, str]):
    """Names of the groups of a dimension; one that is unknown is called as it is."""

    def __missing__(self, key: str | None) -> str:
        return say("none") if key is None else key


class Categories(Names):
    """Names of categories, which are codes such as personnel_misconduct."""

    def __missing__(self, key: str | None) -> str:
        return category(key)

    def get(self, key: str | None, default: object = None) -> str:
        return self[key]


def category(code: str | None) -> str:
    """A code in words: `personnel_misconduct` as `Personnel misconduct`."""
    if code is None:
        return say("none")
    return groups.category(code)


def names(plan: Plan, by: str) -> Names:
    """What to call the groups of a dimension."""
    if by == "country":
        return Names({code: name for code, (name, _) in plan.countries.items()})
    if by == "pillar":
        return Names({code: wording.capital(words) for code, words in wording.PILLAR.items()})
    if by == "region":
        return Names({region: wording.region_name(region) for region in plan.regions})
    return Categories() if by == "category" else Names()


def of_breakdown(
    kpi: Kpi, found: Breakdown, by: str, called: Mapping[str | None, str]
) -> pd.DataFrame:
    """A row a group, the greatest first; not shown is written, not left out.

    By region and by pillar a share of few says how far chance can move it; countries are fewer.
    """
    spans = chance.spans(kpi, found.groups) if by in ("region", "pillar") else {}
    rows = []
    for group in ranked(found):
        row: dict[str, object] = {
            HEADS[by]: called[group.group],
            say("Shown as"): wording.share(
                kpi, group.value, group.numerator, group.denominator, group.n,
                suppressed=group.suppressed,
            ),
            say("Value"): group.value,
        }  # fmt: skip
        if kpi.aggregate == "ratio":
            row |= {say("Numerator"): group.numerator, say("Denominator"): group.denominator}
        row |= {"n": group.n}
        if spans:
            low, high = spans.get(group.group, (None, None))
            row |= {say("By chance from"): low, say("By chance to"): high}
        rows.append(row)
    return pd.DataFrame(rows)


def of_groups(found: Strands, called: Mapping[str | None, str], whole: Strand) -> pd.DataFrame:
    """A row a date, a column a group, and all of them together."""
    columns = {called[strand.name]: list(strand.values) for strand in found.strands}
    columns[say("All")] = list(whole.values)
    return pd.DataFrame({say("Date"): list(found.dates), **columns})


def of_series(kpi: Kpi, series: Series, counts: Sequence[int | None]) -> pd.DataFrame:
    """A row a reporting date."""
    rows = [
        {
            say("Date"): point.date,
            say("Shown as"): wording.share(
                kpi, point.value, point.numerator, point.denominator, n,
                suppressed=point.suppressed,
            ),
            say("Value"): point.value,
            say("Numerator"): point.numerator,
            say("Denominator"): point.denominator,
            "n": n,
        }
        for point, n in zip(series.points, counts, strict=True)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def of_strands(found: Strands, called: Mapping[str, str]) -> pd.DataFrame:
    """A row a date, a column a strand."""
    columns = {called[strand.name]: list(strand.values) for strand in found.strands}
    return pd.DataFrame({say("Date"): list(found.dates), **columns})


def of_grid(kpi: Kpi, grid: Grid, head: str) -> pd.DataFrame:
    """The grid as it is drawn, in words."""
    rows = []
    for row in grid.rows:
        line = {head: groups.section(row)}
        for column in grid.columns:
            cell = grid.cells.get((row, column))
            line[wording.region_name(column)] = (
                wording.share(
                    kpi, cell.value, cell.numerator, cell.denominator, cell.n,
                    suppressed=cell.suppressed,
                )
                if cell
                else ""
            )  # fmt: skip
        rows.append(line)
    return pd.DataFrame(rows)


def of_explanation(
    kpi: Kpi, found: Explanation, head: str, called: Mapping[str | None, str]
) -> pd.DataFrame:
    """A row a part, the greatest first, and their sum."""
    parts = sorted(found.parts, key=lambda part: -abs(part.contribution))
    rows = [
        {
            head: called[part.group],
            say("Effect"): why.effect(part),
            say("Contribution"): part.contribution,
            say("Shown as"): wording.change(kpi, part.contribution),
        }
        for part in parts
    ]
    rows.append(
        {
            head: say("Change"),
            say("Effect"): "",
            say("Contribution"): found.change,
            say("Shown as"): wording.change(kpi, found.change),
        }
    )
    return pd.DataFrame(rows)


def of_facts(plan: Plan, found: Facts, kpi: Kpi | None = None) -> pd.DataFrame:
    """A row an entity; columns that are empty throughout are left out.

    With a `kpi`, for people: where each row counts once and whole, that is said by yes and no,
    or not at all where all rows count; the parts are for the file.
    """
    countries = names(plan, "country")
    pillars = names(plan, "pillar")
    rows = [
        {
            say("Name"): fact.label,
            say("Country"): countries[fact.country] if fact.country else None,
            say("Region"): fact.region and wording.region_name(fact.region),
            say("Pillar"): pillars[fact.pillar] if fact.pillar else None,
            say("Category"): category(fact.category) if fact.category else None,
            say("Numerator"): fact.numerator,
            say("Denominator"): fact.denominator,
            say("Entity"): fact.entity,
        }
        for fact in found.facts
    ]
    table = pd.DataFrame(rows).dropna(axis="columns", how="all")
    parts = [say("Numerator"), say("Denominator")]
    is_plain = all(f.numerator in (0, 1) and f.denominator in (1, None) for f in found.facts)
    if kpi is None or table.empty or not is_plain:
        return table
    if any(fact.denominator for fact in found.facts):
        counted = [say("Yes") if fact.numerator else say("No") for fact in found.facts]
        table.insert(1, kpi.title, counted)
    return table.drop(columns=parts, errors="ignore")


def of_expiries(plan: Plan, expiries: Sequence[Expiry]) -> pd.DataFrame:
    """A row a company whose last certificate ends."""
    countries = names(plan, "country")
    return pd.DataFrame(
        [
            {
                say("Ends on"): expiry.expires_on,
                say("Company"): expiry.name,
                say("Country"): countries[expiry.country],
                say("Region"): wording.region_name(expiry.region),
                say("Standard"): expiry.standard,
            }
            for expiry in expiries
        ],
        columns=[say("Ends on"), say("Company"), say("Country"), say("Region"), say("Standard")],
    )


def of_persons(plan: Plan, persons: Sequence[Person]) -> pd.DataFrame:
    """A row an organisation that did something between two dates."""
    pillars = names(plan, "pillar")
    return pd.DataFrame(
        [
            {
                say("Change"): _DID[person.what],
                say("Name"): person.name,
                say("Pillar"): pillars[person.pillar],
                say("Country"): person.country_name,
                say("Region"): wording.region_name(person.region),
            }
            for person in persons
        ]
    )


def show(table: pd.DataFrame, key: str, alt: str, rows: int = 12) -> None:
    """A table whose cells are text as typed, written into the page, which neither scrolls nor is
    cut at the side: a list on a phone.

    One with too many rows or columns for that is a grid, which scrolls within itself beyond so
    many rows; it is written beside it for paper, which has its first rows, and for a phone.
    """
    if len(table) > _SHORT or len(table.columns) > _NARROW:
        _grid(table, key, alt, rows)
    st.html(_written(table, alt))


def _grid(table: pd.DataFrame, key: str, alt: str, rows: int) -> None:
    height: int | Literal["content"] = 35 * (rows + 1) if len(table) > rows else "content"
    st.dataframe(
        table,
        hide_index=True,
        width="stretch",
        height=height,
        key=key,
        alt=alt,
        placeholder="–",
        column_config={
            name: st.column_config.DateColumn(
                format="localized" if said.current() != said.ENGLISH else "D MMM YYYY"
            )
            for name in table.columns
            if _is_date(table[name])
        }
        # Sentences, which the width of other cells would cut.
        | {
            name: st.column_config.TextColumn(width="large")
            for name in (say("Note"), say("What"), say("What to do"))
            if name in table.columns
        },
    )


def _written(table: pd.DataFrame, alt: str) -> str:
    """The first rows as HTML, every cell escaped; each names its column, for who sees no head."""
    names = [html.escape(str(name)) for name in table.columns]
    figures = [pd.api.types.is_numeric_dtype(table[name]) for name in table.columns]
    kinds = [" class='figure'" if is_figure else "" for is_figure in figures]
    head = "".join(
        f"<th scope='col'{kind}>{name}</th>" for name, kind in zip(names, kinds, strict=True)
    )
    body = []
    for row in table.head(_WRITTEN).itertuples(index=False):
        first, *others = (html.escape(_cell(cell)) for cell in row)
        cells = "".join(
            f"<td data-head='{name}'{kind}>{cell}</td>"
            for name, kind, cell in zip(names[1:], kinds[1:], others, strict=True)
        )
        body.append(f"<tr><th scope='row'>{first}</th>{cells}</tr>")
    more = len(table) - _WRITTEN
    if more > 0:
        rest = html.escape(say_n("… and {count} more row", "… and {count} more rows", more))
        body.append(f"<tr><td colspan='{len(names)}'>{rest}</td></tr>")
    is_large = len(table) > _SHORT or len(names) > _NARROW
    kind = "long" if more > 0 else "large" if is_large else ""
    return (
        f"<table class='written-table {kind}' aria-label='{html.escape(alt)}'>"
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table>"
    )


def _cell(value: object) -> str:
    """A cell as the grid shows it."""
    if value is None or value is pd.NaT or value != value:
        return "–"
    if isinstance(value, dt.date):
        return wording.short_date(value).replace(" ", "\u00a0")
    if isinstance(value, float):
        return f"{value:.4f}".rstrip("0").rstrip(".")
    return str(value)


def _is_date(column: pd.Series) -> bool:
    return any(isinstance(cell, dt.date) for cell in column)


def show_with_files(
    table: pd.DataFrame,
    view: View,
    key: str,
    alt: str,
    rows: int = 12,
    whole: Callable[[], pd.DataFrame] | None = None,
) -> None:
    """A table, and below it the same as a CSV file; `whole` gives all of which it is a page."""
    show(table, key, alt, rows)
    name = downloads.file_name(key, view.as_of.isoformat(), synthetic=view.snapshot.synthetic)
    downloads.button(view, "CSV", whole or (lambda: table), name, key=f"csv_{key}", type="tertiary")


def page(total: int, rows: int, key: str) -> int:
    """Which page of a table to show, from 0; nothing is asked where one page holds all rows."""
    pages = -(-total // rows)
    if pages <= 1:
        return 0
    st.session_state[key] = min(st.session_state.get(key, 1), pages)
    label = say("Page, of {pages}", pages=wording.plain(pages))
    return int(st.number_input(label, min_value=1, max_value=pages, key=key, width=160)) - 1


def plain(rows: Sequence[tuple[str, str, str]], caption: str) -> None:
    """A small table of three columns whose lines break; every cell is escaped."""
    body = "".join(
        f"<tr><th scope='row'>{html.escape(head)}</th><td>{html.escape(figure)}</td>"
        f"<td>{html.escape(words)}</td></tr>"
        for head, figure, words in rows
    )
    st.html(f"<table class='plain-table' aria-label='{html.escape(caption)}'>{body}</table>")
