"""What intake says about what arrived: files, open questions and findings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Taken:
    """One file that arrived and what was done to it; its rows went into `export`."""

    file: str
    export: str
    encoding: str | None
    """None for a workbook, which says itself how its letters are written."""
    delimiter: str | None
    rows: int
    """Rows that went into the export, or would go, were no question open."""
    done: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """What only a person can decide; an answer is one of the choices."""

    file: str
    column: str | None
    question: str
    choices: tuple[str, ...]
    export: str | None = None
    """The export concerned, where that is known."""


@dataclass(frozen=True)
class Finding:
    """One thing worth knowing, by the line of the file that arrived."""

    file: str
    export: str | None
    line: int | None
    column: str | None
    rule: str
    value: str | None
    message: str
    severity: Severity


@dataclass(frozen=True)
class Report:
    """All of it, in the order in which the files were taken."""

    files: tuple[Taken, ...]
    questions: tuple[Question, ...]
    findings: tuple[Finding, ...]


@dataclass
class Notes:
    """Gathers what is said about one file while it is being taken."""

    file: str
    export: str | None = None
    done: list[str] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def did(self, sentence: str) -> None:
        self.done.append(sentence)

    def ask(self, column: str | None, question: str, choices: tuple[str, ...]) -> None:
        self.questions.append(Question(self.file, column, question, choices, self.export))

    def find(
        self,
        rule: str,
        message: str,
        *,
        line: int | None = None,
        column: str | None = None,
        value: str | None = None,
        severity: Severity = "warning",
    ) -> None:
        shown = value if value is None else shortened(value)
        self.findings.append(
            Finding(self.file, self.export, line, column, rule, shown, message, severity)
        )


def shortened(text: str, length: int = 200) -> str:
    """A value as it may stand in a report: no longer than a line or two."""
    return text if len(text) <= length else text[: length - 1] + "…"


def counted(number: int, one: str, many: str | None = None) -> str:
    """`3 rows`, `1 row`."""
    return f"{number} {one if number == 1 else many or one + 's'}"
