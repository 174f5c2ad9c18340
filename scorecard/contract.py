"""The contract: what each file must hold, as its Data Package descriptor states it.

A descriptor is a Frictionless Data Package with a Table Schema per file. Four properties go
beyond Table Schema: `notBefore` and `after` compare two dates of a row, `past` marks dates
that cannot lie after the data date, `country` ties a code to the plan's regions; on the
schema, `noOverlap` forbids spells that share a day and `scopes` names the dimensions that a
scope may restrict. `asWritten` keeps the text of a number in a column of that name, and
`outerKeys` are foreign keys into the other package or the catalogue of KPIs. On a file, `owner`,
`frequency` and `datedBy` say who answers for it, how often it is due, and how old a row is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
EXPORTS = ROOT / "data" / "exports" / "datapackage.json"
PLAN = ROOT / "data" / "plan" / "datapackage.json"


@dataclass(frozen=True)
class Field:
    """One column: its type and what a cell of it must hold."""

    name: str
    title: str
    type: str
    required: bool
    enum: tuple[str, ...]
    minimum: float | None
    maximum: float | None
    not_before: str | None
    after: str | None
    past: bool
    country: bool
    as_written: str | None
    """The column that keeps the text of a number, whose decimals matter."""


@dataclass(frozen=True)
class Reference:
    """Columns that must exist as the key of another file."""

    fields: tuple[str, ...]
    file: str
    key: tuple[str, ...]


@dataclass(frozen=True)
class NoOverlap:
    """Spells of one `by` must not share a day; `until` is the first day after the spell."""

    by: str
    start: str
    until: str


@dataclass(frozen=True)
class File:
    """One CSV file of the contract."""

    name: str
    title: str
    description: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    references: tuple[Reference, ...]
    no_overlap: NoOverlap | None
    scopes: tuple[str, ...]
    is_plan: bool
    owner: str
    """Who answers for the file; empty for files of the plan."""
    frequency: str | None
    """How often something new is due; none where it comes as it happens."""
    dated_by: str | None
    """The column that dates a row, or `file.column` of a file that it refers to."""

    @cached_property
    def indispensable(self) -> frozenset[str]:
        """The columns without which the whole file is worth nothing."""
        return frozenset(f.name for f in self.fields if f.required) | frozenset(self.key)


@dataclass(frozen=True)
class Contract:
    """All files, each after the files that it refers to."""

    files: tuple[File, ...]

    def __iter__(self) -> Iterator[File]:
        return iter(self.files)

    def __getitem__(self, name: str) -> File:
        return next(file for file in self.files if file.name == name)

    @property
    def exports(self) -> tuple[File, ...]:
        return tuple(file for file in self.files if not file.is_plan)


@cache
def load() -> Contract:
    """Reads both descriptors of the project; once, as they change with the code only."""
    files = [*_files(PLAN, is_plan=True), *_files(EXPORTS, is_plan=False)]
    return Contract(tuple(_in_order_of_references(files)))


def _files(descriptor: Path, *, is_plan: bool) -> Iterator[File]:
    package = json.loads(descriptor.read_text(encoding="utf-8"))
    for resource in package["resources"]:
        schema = resource["schema"]
        spells = schema.get("noOverlap")
        yield File(
            name=resource["name"],
            title=resource["title"],
            description=resource["description"],
            fields=tuple(_field(field) for field in schema["fields"]),
            key=tuple(schema["primaryKey"]),
            references=tuple(
                Reference(
                    tuple(foreign["fields"]),
                    foreign["reference"]["resource"],
                    tuple(foreign["reference"]["fields"]),
                )
                for foreign in (*schema.get("outerKeys", ()), *schema.get("foreignKeys", ()))
            ),
            no_overlap=NoOverlap(spells["by"], spells["from"], spells["until"]) if spells else None,
            scopes=tuple(schema.get("scopes", ())),
            is_plan=is_plan,
            owner=resource.get("owner", ""),
            frequency=resource.get("frequency"),
            dated_by=resource.get("datedBy"),
        )


def _field(field: dict[str, Any]) -> Field:
    constraints = field.get("constraints", {})
    return Field(
        name=field["name"],
        title=field.get("title", field["name"]),
        type=field["type"],
        required=constraints.get("required", False),
        enum=tuple(constraints.get("enum", ())),
        minimum=constraints.get("minimum"),
        maximum=constraints.get("maximum"),
        not_before=field.get("notBefore"),
        after=field.get("after"),
        past=field.get("past", False),
        country=field.get("country", False),
        as_written=field.get("asWritten"),
    )


def _in_order_of_references(files: Iterable[File]) -> Iterator[File]:
    waiting = list(files)
    names = {file.name for file in waiting}
    done: set[str] = set()
    while waiting:
        file = next(f for f in waiting if {r.file for r in f.references} & names <= done)
        waiting.remove(file)
        done.add(file.name)
        yield file
