"""What the figures of a KPI rest on: their rows, the definition, the exports and the query."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from scorecard import evidence
from scorecard.catalogue import Kpi
from scorecard.confidentiality import admits
from scorecard.exhibits import findings
from scorecard.languages import say, to_say
from scorecard.screen import figures, goal, tables
from scorecard.screen.frame import View
from scorecard.screen.markdown import escape

_ROWS_A_PAGE = 100
"""Rows of the table at a time; a download has them all."""
_ENTRIES_FOR = {
    "board": to_say("single entries, as they are for the board only"),
    "executive": to_say("single entries, as they are for the executive only"),
}


def rows(view: View, kpi: Kpi) -> None:
    """A page of the rows behind the figure; its files have them all."""
    with st.container(key="head_rows"):
        st.markdown(f"### {say('The rows behind the figure')}")
        if not admits(view.role, kpi.rows_for):
            figures.refuse(say(_ENTRIES_FOR[kpi.rows_for]))
            return
        total = evidence.count(view.snapshot, kpi, view.selection, view.role, view.as_of)
        if not total:
            st.caption(say("No rows."))
            return
        st.caption(escape(goal.about(view, kpi, findings.quantity(total, "row", "rows"))))
        page = tables.page(total, _ROWS_A_PAGE, "kpi_rows_page")

        def read(limit: int | None, offset: int = 0) -> pd.DataFrame:
            found = evidence.facts(
                view.snapshot, kpi, view.selection, view.role, view.as_of,
                limit=limit, offset=offset,
            )  # fmt: skip
            return tables.of_facts(view.snapshot.plan, found, kpi if limit else None)

        key, alt = f"{kpi.id}-rows", say("The rows behind the figure")
        shown = read(_ROWS_A_PAGE, page * _ROWS_A_PAGE)
        tables.show_with_files(shown, view, key, alt, 10, whole=lambda: read(None))


def about(view: View, kpi: Kpi) -> None:
    """Definition, query and the exports behind it."""
    left, right = st.columns(2, gap="large")
    with left, st.container(key="head_definition"):
        st.markdown(f"### {say('What it counts, and why')}")
        for head, text in (
            (say("Definition"), kpi.definition),
            (say("Why it matters"), kpi.why),
            (say("Limitation"), kpi.limitation),
            (say("Owner"), kpi.owner),
        ):
            st.markdown(f"**{head}.** {escape(text)}")
        st.markdown(f"### {say('The exports behind it')}")
        rows = (
            view.snapshot.cursor()
            .execute(
                'select export, present, "rows", accepted, quarantined from ledger '
                "where list_contains(?, export)",
                [list(kpi.exports)],
            )
            .fetchall()
        )
        tables.show(
            pd.DataFrame(
                [
                    {
                        say("File"): f"{name}.csv",
                        say("State"): say("Arrived")
                        if present
                        else say("Not arrived or not usable"),
                        say("Rows"): total,
                        say("Accepted"): accepted,
                        say("Set aside"): quarantined,
                        say("Data of"): view.snapshot.data_date,
                    }
                    for name, present, total, accepted, quarantined in rows
                ]
            ),
            "kpi_exports",
            say("The exports behind the KPI"),
        )
    with right, st.container(key="head_query"), st.expander(say("The query, for who reads SQL")):
        st.code(kpi.query, language="sql", wrap_lines=True)
