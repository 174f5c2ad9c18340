"""Answers of the command line as tables that a person can read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_MAIN = {
    "check": "findings",
    "show": "readings",
    "series": "points",
    "breakdown": "groups",
    "facts": "facts",
    "explain": "parts",
    "reconcile": "figures",
    "commentary": "entries",
    "decisions": "items",
    "actions": "items",
    "library": "briefings",
    "export-state": "files",
    "links": "links",
    "audit": "entries",
    "history": "publications",
}
_COLUMNS = {
    "show": (
        "goal", "kpi", "value", "n", "expected", "target", "status", "change", "projected",
    ),
    "reconcile": ("figure", "kpi", "scope", "as_of", "published", "computed", "agrees", "note"),
    "commentary": ("kpi", "revision", "happened", "planned", "author", "written_at"),
    "decisions": ("id", "meeting", "text", "owner", "due_on", "done_on", "kpis"),
    "actions": ("id", "meeting", "text", "owner", "due_on", "done_on", "overdue", "kpis"),
    "library": ("id", "meeting", "variant", "format", "audience", "snapshot", "made_at"),
    "links": (
        "id", "recipient", "page", "selection", "figures", "state", "expires_at", "opened",
        "last_opened",
    ),
    "audit": ("seq", "at", "event", "who", "role", "subject"),
    "history": ("seq", "at", "kind", "snapshot", "who", "note", "errors", "warnings"),
}  # fmt: skip
_CSV = {
    "audit": (*_COLUMNS["audit"], "previous", "hash"),
    "history": (*_COLUMNS["history"], "previous"),
}
_WIDEST = 60


def table(command: str, answer: Mapping[str, object]) -> str:
    """The answer of a command: what it was asked in lines, then its rows in columns."""
    main = _MAIN[command]
    lines = [
        f"{key.replace('_', ' ')}: {_text(value)}"
        for key, value in answer.items()
        if not _is_rows(value) and value not in ([], None)
    ]
    for key, rows in answer.items():
        if _is_rows(rows):
            assert isinstance(rows, list)
            names = _COLUMNS.get(command) if key == main else None
            lines += ["", *_rows(rows, names or tuple(rows[0]))]
    if main in answer and not answer[main]:
        lines += ["", f"no {main}"]
    return "\n".join(lines)


def csv(command: str, answer: Mapping[str, object]) -> str:
    """The rows of an answer as CSV, safe to open in a spreadsheet."""
    from scorecard.state import sheets  # the database is not needed by any other format

    rows = answer[_MAIN[command]]
    assert isinstance(rows, list)
    return sheets.to_csv(_CSV[command], rows).decode()


def _is_rows(value: object) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _rows(rows: Sequence[Mapping[str, object]], names: Sequence[str]) -> list[str]:
    cells = [[_cell(row[name]) for name in names] for row in rows]
    heads = [name.replace("_", " ") for name in names]
    numeric = [all(isinstance(row[n], (int, float, type(None))) for row in rows) for n in names]
    widths = [max(len(c[i]) for c in [heads, *cells]) for i in range(len(names))]

    def line(row: Sequence[str]) -> str:
        parts = [
            text.rjust(width) if right else text.ljust(width)
            for text, width, right in zip(row, widths, numeric, strict=True)
        ]
        return "  ".join(parts).rstrip()

    return [line(heads), line(["-" * width for width in widths]), *map(line, cells)]


def _cell(value: object) -> str:
    text = _text(value)
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"


def _text(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_text, value))
    if isinstance(value, Mapping):
        value = ", ".join(f"{key} {item}" for key, item in value.items())
    return "".join(c if c.isprintable() else " " for c in str(value))
