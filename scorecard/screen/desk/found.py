"""What was found in the figures that everybody sees, and the rows that were set aside."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from scorecard.exhibits import arrivals, findings
from scorecard.screen import downloads, figures, tables
from scorecard.screen.frame import View

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


def draw(view: View, sorts: tuple[arrivals.Sort, ...]) -> None:
    if not sorts:
        figures.head("Nothing was found wrong", "All rows hold what the contract says")
        return
    errors = sum(sort.count for sort in sorts if sort.severity == "error")
    figures.head(
        f"{findings.quantity(errors, 'error', 'errors')} and "
        f"{findings.quantity(sum(s.count for s in sorts) - errors, 'warning', 'warnings')} in the files",
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
        tables.show(table(found), "findings", "Findings by file and line")
        if len(found) == _SHOWN:
            st.caption(f"The first {_SHOWN}; the file below holds all.")
        downloads.button(
            view,
            "CSV",
            lambda: table(arrivals.findings(view.snapshot, view.role)),
            downloads.file_name("findings", synthetic=view.snapshot.synthetic),
            key="csv_findings",
        )


def table(found: tuple[arrivals.Finding, ...]) -> pd.DataFrame:
    """A row a finding, by file and line."""
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


def quarantine(view: View, files: tuple[arrivals.Arrival, ...]) -> None:
    names = [file.export for file in files if file.quarantined]
    if not names:
        figures.head("No row was set aside", "All rows hold what the contract says")
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


def _file(export: str) -> str:
    return export if "." in export else f"{export}.csv"
