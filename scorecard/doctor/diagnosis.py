"""What the doctor says: ailments in plain words with a remedy, and the exports awaited."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from scorecard.origins import Place

Severity = Literal["error", "warning"]

MOST_ROWS = 1000
"""So many rows of an ailment are listed; its count is of all."""


@dataclass(frozen=True)
class Where:
    """One place; the text of a value is as it stood, so whoever shows it escapes it."""

    file: str
    line: int | None
    column: str | None
    value: str | None
    arrived: Place | None = None
    """Where the row stood in what arrived, if intake made the file of it."""


@dataclass(frozen=True)
class Ailment:
    """Findings of one kind. An error sets rows aside; a warning may be right as it is."""

    kind: str
    """A rule of the contract, or `vanished`, `renumbered`, `fell`, `jump`, `duplicate`."""
    severity: Severity
    title: str
    words: str
    remedy: str
    rows: tuple[Where, ...]
    count: int


@dataclass(frozen=True)
class Awaited:
    """An export that has not arrived or holds nothing as new as its frequency asks for."""

    export: str
    title: str
    owner: str
    frequency: str | None
    newest: dt.date | None
    """The day of its newest row; of an absent export, as last known."""
    late_since: dt.date | None
    """When something new was due; none where that is not known."""
    blinds: tuple[str, ...]
    """KPIs that have no value without it."""
    ages: tuple[str, ...]
    """KPIs whose newest figures rest on old rows."""


@dataclass(frozen=True)
class Diagnosis:
    """All that is wrong or odd with proposed figures, the worst first."""

    data_date: dt.date | None
    problem: str
    """Why nothing can be computed; empty where it can."""
    ailments: tuple[Ailment, ...]
    awaited: tuple[Awaited, ...]

    @property
    def has_errors(self) -> bool:
        return any(ailment.severity == "error" for ailment in self.ailments)
