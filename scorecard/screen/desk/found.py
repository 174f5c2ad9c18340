"""What was found in the figures that everybody sees, and the rows that were set aside."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from scorecard import retelling, wording
from scorecard.exhibits import arrivals
from scorecard.languages import Words, say, say_n, to_say
from scorecard.screen import downloads, figures, tables
from scorecard.screen.desk import stood
from scorecard.screen.frame import View

_SHOWN = 500
"""Findings and rows set aside on screen; the files to download hold all."""

SEVERITIES = Words({"error": to_say("Error"), "warning": to_say("Warning")})

RULES = Words(
    {
        "missing_file": to_say("A file that has not arrived"),
        "encoding": to_say("A file that is not UTF-8"),
        "missing_column": to_say("A column that is not in the file"),
        "extra_column": to_say("A column that the contract does not know"),
        "structure": to_say("A row with too few or too many fields"),
        "required": to_say("An empty cell that must be filled"),
        "type": to_say("A value of the wrong type"),
        "enum": to_say("A word that is not on the list"),
        "range": to_say("A value out of its bounds"),
        "unknown_country": to_say("A country that regions.csv does not have"),
        "reference": to_say("A row that refers to nothing"),
        "unique": to_say("A row that is there twice"),
        "overlap": to_say("Two spells that overlap"),
        "after_data_date": to_say("A date after the data date"),
    }
)

MENDS = Words(
    {
        "missing_file": to_say("Export it again, under exactly this name."),
        "encoding": to_say("Save the file as CSV in UTF-8."),
        "missing_column": to_say(
            "Export the file again with this column; names must match exactly."
        ),
        "extra_column": to_say("Nothing need be done; it is not read. Perhaps a name is misspelt."),
        "structure": to_say("Put cells that hold commas or line breaks in quotation marks."),
        "required": to_say("Fill the cell in the source system, and export again."),
        "type": to_say("Write the value as the contract says, and export again."),
        "enum": to_say("Use one of the words of the list, in the same spelling."),
        "range": to_say("Check the value in the source system; it cannot be right."),
        "unknown_country": to_say(
            "Use the two or three letters of regions.csv, or add the country there."
        ),
        "reference": to_say("Correct the id, or export the file that it refers to as well."),
        "unique": to_say("Remove one of the rows in the source system."),
        "overlap": to_say("End the earlier spell before the later one begins."),
        "after_data_date": to_say("Check the date, or the data date of the exports."),
    }
)


def draw(view: View, sorts: tuple[arrivals.Sort, ...]) -> None:
    if not sorts:
        figures.head(say("Nothing was found wrong"), say("All rows hold what the contract says"))
        return
    errors = sum(sort.count for sort in sorts if sort.severity == "error")
    warnings = sum(sort.count for sort in sorts) - errors
    figures.head(
        say(
            "{errors} and {warnings} in the files",
            errors=say_n("{count} error", "{count} errors", errors),
            warnings=say_n("{count} warning", "{count} warnings", warnings),
        ),
        say("By kind; an error sets its row aside, a warning does not"),
    )
    known = any(sort.arrived for sort in sorts)
    tables.show(
        pd.DataFrame(
            [
                {
                    say("Found"): RULES.get(sort.rule, sort.rule),
                    say("Severity"): SEVERITIES[sort.severity],
                    say("File"): _file(sort.export),
                    say("Column"): sort.column,
                    say("Times"): sort.count,
                    **_first(sort, known),
                    say("Value there"): sort.example,
                    say("The contract"): retelling.retold(sort.message),
                    say("What to do"): MENDS.get(sort.rule, ""),
                }
                for sort in sorts
            ]
        ),
        "sorts",
        say("Findings by kind"),
    )
    with st.expander(say("Each finding by file and line")):
        found = arrivals.findings(view.snapshot, view.role, _SHOWN)
        tables.show(table(found), "findings", say("Findings by file and line"))
        if len(found) == _SHOWN:
            st.caption(say("The first {count}; the file below holds all.", count=_SHOWN))
        downloads.button(
            view,
            "CSV",
            lambda: table(arrivals.findings(view.snapshot, view.role)),
            downloads.file_name("findings", synthetic=view.snapshot.synthetic),
            key="csv_findings",
        )


def _first(sort: arrivals.Sort, known: bool) -> dict[str, str | int | None]:
    """The first line, in the file that was brought where that is known of any."""
    if not known:
        return {say("First line"): sort.first_line}
    place = wording.stood(sort.arrived) if sort.arrived else None
    if sort.first_line and not place:
        place = say("{file}, line {line}", file=_file(sort.export), line=str(sort.first_line))
    return {say("First found in"): place}


def table(found: tuple[arrivals.Finding, ...]) -> pd.DataFrame:
    """A row a finding, by file and line."""
    rows = pd.DataFrame(
        [
            {
                **stood.cells(_file(finding.export), finding.line, finding.arrived),
                say("Export"): _file(finding.export) if finding.arrived else None,
                say("Column"): finding.column,
                say("Found"): RULES.get(finding.rule, finding.rule),
                say("Value"): finding.value,
                say("The contract"): retelling.retold(finding.message),
                say("What to do"): MENDS.get(finding.rule, ""),
                say("Severity"): SEVERITIES[finding.severity],
            }
            for finding in found
        ]
    )
    return stood.bare(rows)


def quarantine(view: View, files: tuple[arrivals.Arrival, ...]) -> None:
    names = [file.export for file in files if file.quarantined]
    if not names:
        figures.head(say("No row was set aside"), say("All rows hold what the contract says"))
        return
    figures.head(
        say("Rows that were set aside"),
        say("As they stood in the file, with what is wrong; they count for nothing"),
    )
    name = str(
        st.selectbox(say("File"), names, format_func=_file, key="quarantine_file", width=320)
        or names[0]
    )
    found = arrivals.quarantined(view.snapshot, view.role, name, _SHOWN)
    tables.show(_rows(found, name), "quarantine", say("Rows that were set aside"))
    downloads.button(
        view,
        "CSV",
        lambda: _rows(arrivals.quarantined(view.snapshot, view.role, name), name),
        downloads.file_name("quarantined", name, synthetic=view.snapshot.synthetic),
        key="csv_quarantine",
    )


def _rows(found: arrivals.Quarantined, export: str) -> pd.DataFrame:
    if not any(found.arrived):
        return pd.DataFrame(
            [(line, retelling.reasons(why), *cells) for line, cells, why in found.rows],
            columns=[say("Line"), say("What is wrong"), *found.columns],
        )
    rows = [
        {**stood.cells(_file(export), line, place), say("What is wrong"): retelling.reasons(why),
         **dict(zip(found.columns, cells, strict=True))}
        for (line, cells, why), place in zip(found.rows, found.arrived, strict=True)
    ]  # fmt: skip
    return stood.bare(pd.DataFrame(rows))


def _file(export: str) -> str:
    return export if "." in export else f"{export}.csv"
