"""What reading yields: files, rows and findings, and how a text becomes a value."""

from __future__ import annotations

import calendar as months
import datetime as dt
import re
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

WARNINGS = ("missing_file", "extra_column", "after_data_date")


@dataclass(frozen=True)
class Finding:
    export: str
    line: int | None
    column: str | None
    rule: str
    value: str | None
    severity: str


@dataclass
class Row:
    line: int
    text: dict[str, str]  # stripped, by column of the contract
    value: dict[str, Any] = field(default_factory=dict)  # cast; None where empty
    quarantined: bool = False
    bad: dict[str, str] = field(default_factory=dict)  # column -> rule of the cell step


@dataclass
class File:
    name: str
    state: str  # "read", "absent" or "whole" (quarantined whole)
    rows: list[Row] = field(default_factory=list)
    count: int = 0  # rows of any kind
    header: list[str] = field(default_factory=list)

    @property
    def accepted(self) -> list[dict[str, Any]]:
        if self.state != "read":
            return []
        return [row.value for row in self.rows if not row.quarantined]


@dataclass
class World:
    """Everything that was read: files, findings, the data date and the plan's first day."""

    files: dict[str, File] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    data_date: dt.date | None = None
    starts_on: dt.date | None = None  # None where the plan cannot be used
    plan_ok: bool = False

    # Answers already given, by question: nothing changes once everything is read.
    memory: dict[Any, Any] = field(default_factory=dict)

    def rows(self, name: str) -> list[dict[str, Any]]:
        if ("rows", name) not in self.memory:
            self.memory["rows", name] = self.files[name].accepted
        rows: list[dict[str, Any]] = self.memory["rows", name]
        return rows

    def rows_of(self, name: str, org: str) -> list[dict[str, Any]]:
        """The accepted rows of one organisation, in the order of the file."""
        if ("rows of", name) not in self.memory:
            found: dict[str, list[dict[str, Any]]] = {}
            for row in self.rows(name):
                found.setdefault(row["org_id"], []).append(row)
            self.memory["rows of", name] = found
        rows: list[dict[str, Any]] = self.memory["rows of", name].get(org, [])
        return rows

    def add(
        self,
        export: str,
        line: int | None,
        column: str | None,
        rule: str,
        value: str | None = None,
        severity: str | None = None,
    ) -> None:
        if severity is None:
            severity = "warning" if rule in WARNINGS else "error"
        self.findings.append(Finding(export, line, column, rule, value, severity))


def as_date(text: str) -> dt.date | None:
    if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def last_day_of_month(month: str) -> dt.date:
    year, number = int(month[:4]), int(month[5:])
    return dt.date(year, number, months.monthrange(year, number)[1])


def cast(kind: str, text: str) -> Any:
    """The typed value of a text that is not empty, or None where it is not of the type."""
    if kind == "date":
        return as_date(text)
    if kind == "month":
        good = re.fullmatch("[0-9]{4}-(0[1-9]|1[0-2])", text) and text[:4] != "0000"
        return text if good else None
    if kind == "year":
        return text if re.fullmatch("[0-9]{4}", text) else None
    if kind == "integer":
        return int(text) if re.fullmatch("-?[0-9]+", text) else None
    if kind == "number":
        return Fraction(text) if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text) else None
    if kind == "boolean":
        return {"true": True, "false": False}.get(text)
    if kind == "country":
        return text if re.fullmatch("[A-Z]{3}", text) else None
    return text
