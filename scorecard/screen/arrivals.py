"""The page about the data: what arrived, what is wrong with it, what was published."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import streamlit as st

from scorecard import reconcile, snapshot, wording
from scorecard.exhibits import arrivals, findings
from scorecard.screen import cards, downloads, figures, frame, tables
from scorecard.screen.frame import View
from scorecard.screen.markdown import escape

_SHOWN = 500
"""Findings and rows set aside on screen; the files to download hold all."""

RULES = {
    "missing_file": "A file that has not arrived",
    "encoding": "A file that is not UTF-8",
    "missing_column": "A column that is not in the file",
    "extra_column": "A column that the contract does not know",
    "structure": "A row with too few or too many fields",
    "required": "An empty cell that must be filled",
    "type": "A value of the wrong type",
    "enum": "A word that is not on the list",
    "range": "A value out of its bounds",
    "unknown_country": "A country that regions.csv does not have",
    "reference": "A row that refers to nothing",
    "unique": "A row that is there twice",
    "overlap": "Two spells that overlap",
    "after_data_date": "A date after the data date",
}

MENDS = {
    "missing_file": "Export it again, under exactly this name.",
    "encoding": "Save the file as CSV in UTF-8.",
    "missing_column": "Export the file again with this column; names must match exactly.",
    "extra_column": "Nothing need be done; it is not read. Perhaps a name is misspelt.",
    "structure": "Put cells that hold commas or line breaks in quotation marks.",
    "required": "Fill the cell in the source system, and export again.",
    "type": "Write the value as the contract says, and export again.",
    "enum": "Use one of the words of the list, in the same spelling.",
    "range": "Check the value in the source system; it cannot be right.",
    "unknown_country": "Use the two or three letters of regions.csv, or add the country there.",
    "reference": "Correct the id, or export the file that it refers to as well.",
    "unique": "Remove one of the rows in the source system.",
    "overlap": "End the earlier spell before the later one begins.",
    "after_data_date": "Check the date, or the data date of the exports.",
}


def show() -> None:
    """Draws the page; the executive only."""
    view = frame.require("executive")
    figures.style()
    with figures.said():
        files = arrivals.arrivals(view.snapshot, view.role)
        sorts = arrivals.sorts(view.snapshot, view.role)
        cards.headline(_finding(view, files, sorts), key="data_headline")
        _files(view, files)
        _strangers()
        _findings(view, sorts)
        _quarantine(view, files)
        _reconciliation(view)
        st.caption(escape(f"Snapshot {view.snapshot.id}"))


def _finding(
    view: View, files: tuple[arrivals.Arrival, ...], sorts: tuple[arrivals.Sort, ...]
) -> str:
    """The state of the data in one sentence; plain words of our own only."""
    absent = sum(not file.present for file in files)
    kept = sum(file.quarantined for file in files)
    notices = sum(sort.count for sort in sorts if sort.severity == "warning")
    exports = sum(not file.is_plan for file in files)
    plans = len(files) - exports
    lost = sum(not file.present and not file.is_plan for file in files)
    whole = (
        f"{findings.quantity(exports, 'export')} and {findings.quantity(plans, 'plan file')} "
        "are usable"
        if not absent
        else f"{exports - lost} of {findings.quantity(exports, 'export')} and "
        f"{plans - absent + lost} of {findings.quantity(plans, 'plan file')} are usable"
    )
    parts = [whole, f"{findings.quantity(kept, 'row')} set aside" if kept else "no row set aside"]
    if notices:
        parts.append(findings.quantity(notices, "warning"))
    return f"Data of {wording.date(view.snapshot.data_date)}: {', '.join(parts)}."


def _files(view: View, files: tuple[arrivals.Arrival, ...]) -> None:
    figures.head(
        "What arrived",
        "One row per file; KPIs that need a file that is absent wait for it",
    )
    titles = {kpi.id: kpi.title for kpi in view.snapshot.plan.kpis}
    tables.show_with_files(
        pd.DataFrame(
            [
                {
                    "File": f"{file.export}.csv",
                    "Part of": "Plan" if file.is_plan else "Exports",
                    "State": _state(file),
                    "Rows": file.rows,
                    "Accepted": file.accepted,
                    "Set aside": file.quarantined,
                    "Feeds": ", ".join(titles[kpi] for kpi in file.feeds) or None,
                }
                for file in files
            ]
        ),
        view,
        "files",
        "Files with their rows and the KPIs they feed",
        rows=26,
    )


def _state(file: arrivals.Arrival) -> str:
    if file.present:
        return "Complete" if not file.quarantined else "Some rows set aside"
    return "Set aside whole" if file.rows else "Not arrived"


def _strangers() -> None:
    """Files beside the exports and the plan that nothing reads, perhaps misnamed."""
    sources = snapshot.Sources()
    folders: tuple[tuple[Path, bool], ...] = ((sources.exports, False), (sources.plan, True))
    names = [
        f"{folder.name}/{name}"
        for folder, is_plan in folders
        for name in arrivals.strangers(folder, is_plan=is_plan)
    ]
    if names:
        figures.head(
            f"{findings.quantity(len(names), 'file')} in the folders that no contract names",
            "They are not read; perhaps a name is misspelt, as names must match exactly",
        )
        tables.show(pd.DataFrame({"File": names}), "strangers", "Files that are not read")


def _findings(view: View, sorts: tuple[arrivals.Sort, ...]) -> None:
    if not sorts:
        figures.head("Nothing was found wrong", "All rows hold what the contract says")
        return
    errors = sum(sort.count for sort in sorts if sort.severity == "error")
    figures.head(
        f"{findings.quantity(errors, 'error')} and "
        f"{findings.quantity(sum(s.count for s in sorts) - errors, 'warning')} in the files",
        "By kind; an error sets its row aside, a warning does not",
    )
    tables.show(
        pd.DataFrame(
            [
                {
                    "Found": RULES.get(sort.rule, sort.rule),
                    "Severity": sort.severity.capitalize(),
                    "File": _file(sort.export),
                    "Column": sort.column,
                    "Times": sort.count,
                    "First line": sort.first_line,
                    "Value there": sort.example,
                    "The contract": sort.message,
                    "What to do": MENDS.get(sort.rule, ""),
                }
                for sort in sorts
            ]
        ),
        "sorts",
        "Findings by kind",
    )
    with st.expander("Each finding by file and line"):
        found = arrivals.findings(view.snapshot, view.role, _SHOWN)
        tables.show(_all(found), "findings", "Findings by file and line")
        if len(found) == _SHOWN:
            st.caption(f"The first {_SHOWN}; the file below holds all.")
        downloads.button(
            view,
            "CSV",
            lambda: _all(arrivals.findings(view.snapshot, view.role)),
            downloads.file_name("findings", synthetic=view.snapshot.synthetic),
            key="csv_findings",
        )


def _all(found: tuple[arrivals.Finding, ...]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "File": _file(finding.export),
                "Line": finding.line,
                "Column": finding.column,
                "Found": RULES.get(finding.rule, finding.rule),
                "Value": finding.value,
                "The contract": finding.message,
                "What to do": MENDS.get(finding.rule, ""),
                "Severity": finding.severity.capitalize(),
            }
            for finding in found
        ]
    )


def _quarantine(view: View, files: tuple[arrivals.Arrival, ...]) -> None:
    names = [file.export for file in files if file.quarantined]
    if not names:
        return
    figures.head(
        "Rows that were set aside",
        "As they stood in the file, with what is wrong; they count for nothing",
    )
    name = str(
        st.selectbox("File", names, format_func=_file, key="quarantine_file", width=320) or names[0]
    )
    found = arrivals.quarantined(view.snapshot, view.role, name, _SHOWN)
    tables.show(_rows(found), "quarantine", "Rows that were set aside")
    downloads.button(
        view,
        "CSV",
        lambda: _rows(arrivals.quarantined(view.snapshot, view.role, name)),
        downloads.file_name("quarantined", name, synthetic=view.snapshot.synthetic),
        key="csv_quarantine",
    )


def _rows(found: arrivals.Quarantined) -> pd.DataFrame:
    return pd.DataFrame(
        [(line, why, *cells) for line, cells, why in found.rows],
        columns=["Line", "What is wrong", *found.columns],
    )


def _reconciliation(view: View) -> None:
    """Published figures beside computed ones; those that do not agree come first."""
    plan = view.snapshot.plan
    beside = reconcile.reconcile(view.snapshot, view.role)
    left_out = _left_out(view)
    if not beside:
        figures.head("Nothing to reconcile", left_out or "The plan holds no published figure")
        return
    agreeing = sum(figure.agrees is True for figure in beside)
    verb = "agrees" if agreeing == 1 else "agree"
    what = "Published figures with their sources; a difference is computed less published"
    figures.head(
        f"{agreeing} of {len(beside)} published figures that can be compared {verb} with the "
        "computed ones",
        ". ".join(part for part in (what, left_out) if part),
    )
    order = {False: 0, None: 1, True: 2}
    tables.show_with_files(
        pd.DataFrame(
            [
                {
                    "Agrees": {True: "Yes", False: "No", None: "Not shown"}[figure.agrees],
                    "KPI": plan.kpi(figure.kpi).title,
                    "Scope": _scope(figure.scope),
                    "As of": figure.as_of,
                    "Published": wording.number(plan.kpi(figure.kpi), figure.published),
                    "Computed": wording.number(plan.kpi(figure.kpi), figure.computed),
                    "Difference": None
                    if figure.difference is None
                    else wording.change(plan.kpi(figure.kpi), figure.difference),
                    "Note": figure.note,
                    "Source": figure.source,
                }
                for figure in sorted(beside, key=lambda figure: order[figure.agrees])
            ]
        ),
        view,
        "reconciliation",
        "Published figures beside the computed ones",
        rows=14,
    )


def _left_out(view: View) -> str:
    """How many published figures stand beside nothing, and why."""
    published = view.snapshot.plan.figures
    context = sum(not figure.kpi for figure in published)
    undated = sum(
        bool(figure.kpi) and figure.as_of not in view.snapshot.places for figure in published
    )
    parts = []
    if context:
        verb = "has" if context == 1 else "have"
        parts.append(
            f"{context} of {len(published)} published figures {verb} no KPI to compare with"
        )
    if undated:
        verb = "lies" if undated == 1 else "lie"
        parts.append(f"{undated} {verb} on no reporting date")
    return "; ".join(parts)


def _scope(scope: str | None) -> str | None:
    """A scope such as pillar=government in words."""
    dimension, _, name = (scope or "").partition("=")
    if dimension == "pillar":
        return wording.PILLAR.get(name, name).capitalize()
    return tables.category(name) if dimension == "category" else name or None


def _file(export: str) -> str:
    return export if "." in export else f"{export}.csv"
