"""The third step: what is wrong or odd, what to do about it, and rows to correct."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from scorecard.doctor.diagnosis import Ailment
from scorecard.drafts import Draft, Read, corrections, keeping
from scorecard.exhibits.findings import quantity
from scorecard.refusal import Refusal
from scorecard.screen import downloads, tables
from scorecard.screen.desk import bring, guard
from scorecard.screen.desk.words import heading, sentence
from scorecard.screen.desk.work import Proposal
from scorecard.screen.frame import View
from scorecard.screen.markdown import escape

_SHOWN = 200
"""Rows of an ailment on screen; the workbook holds all that can be corrected."""


def summary(read: Read, proposal: Proposal) -> str:
    if proposal.snapshot is None:
        return "No figures can be computed"
    errors, odd = _grouped(proposal)
    aside = sum(proposal.correctable.values())
    parts = [f"{quantity(aside, 'row', 'rows')} set aside" if aside else "no row set aside"]
    if odd:
        parts.append(f"{quantity(len(odd), 'thing', 'things')} to look at")
    return ", ".join(parts)


def _grouped(proposal: Proposal) -> tuple[list[Ailment], list[Ailment]]:
    ailments = proposal.diagnosis.ailments
    errors = [a for a in ailments if a.severity == "error"]
    return errors, [a for a in ailments if a.severity != "error"]


def draw(view: View, draft: Draft, read: Read, proposal: Proposal) -> None:
    heading("What is wrong or odd")
    if proposal.diagnosis.problem:
        st.error(escape(f"No figures can be computed: {proposal.diagnosis.problem}."))
    elif proposal.snapshot is None:
        for reason in proposal.reasons:
            st.error(escape(f"No figures can be computed. {sentence(reason)}"))
    errors, odd = _grouped(proposal)
    if not errors and not odd:
        st.markdown("Nothing. All rows hold what the contract says, and no figure jumps.")
    names = _sources(read)
    with st.container(gap="xsmall"):
        for number, ailment in enumerate((*errors, *odd)):
            _ailment(ailment, number, names)
    if any(row.line for ailment in errors for row in ailment.rows):
        st.caption("Lines are those of the exports as they were read; “Made of” names your files.")
    _corrections(view, draft, read, proposal)


def _sources(read: Read) -> dict[str, str]:
    """File of the contract -> the files that it was made of, where they are called otherwise."""
    found: dict[str, list[str]] = {}
    for taken in read.report.files:
        found.setdefault(f"{taken.export}.csv", []).append(taken.file)
    return {name: ", ".join(sources) for name, sources in found.items() if sources != [name]}


def _ailment(ailment: Ailment, number: int, names: dict[str, str]) -> None:
    mark = "Error" if ailment.severity == "error" else "Check"
    times = f" ({ailment.count:,})" if ailment.count > 1 else ""
    with st.expander(f"**{mark}** · {escape(ailment.title)}{times}"):
        st.markdown(escape(ailment.words))
        st.markdown(f"**What to do.** {escape(ailment.remedy)}")
        rows = ailment.rows[:_SHOWN]
        if not any(row.line or row.value for row in rows):
            return
        table = pd.DataFrame(
            [
                {
                    "File": row.file,
                    "Made of": names.get(row.file),
                    "Line": row.line,
                    "Column": row.column,
                    "Value": row.value,
                }
                for row in rows
            ]
        ).dropna(axis="columns", how="all")
        tables.show(table, f"desk_ailment_{number}", f"Where: {ailment.title}", rows=8)
        if ailment.count > len(rows):
            st.caption(f"The first {len(rows)} of {ailment.count:,}.")


def _corrections(view: View, draft: Draft, read: Read, proposal: Proposal) -> None:
    left = sum(proposal.correctable.values())
    done = read.corrected
    if proposal.snapshot is None or not (left or draft.corrections()):
        return
    heading("Rows to correct")
    parts = [f"{quantity(left, 'row', 'rows')} {'is' if left == 1 else 'are'} still set aside"]
    if draft.corrections():
        parts.append(f"{done.replaced} corrected")
        if done.removed:
            parts.append(f"{done.removed} removed")
    st.markdown(
        escape(f"{', '.join(parts)}. Rows that are set aside count for nothing; the others do.")
    )
    if not left:
        return
    snapshot = proposal.snapshot
    where, back = st.columns(2, gap="large")
    name = "rows-to-correct.xlsx"
    name = f"synthetic-{name}" if snapshot.synthetic else name
    where.download_button(
        f"Download {quantity(left, 'row', 'rows')} to correct",
        downloads.guarded(view, name, lambda: corrections.workbook(snapshot, read.exports)),
        file_name=name,
        mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        key="desk_rows",
        on_click="ignore",
    )
    where.caption(
        "A workbook with a sheet for each export. Correct the cells and leave the first column as "
        "it is. Empty all cells of a row to remove it; a row that you delete stays as it was."
    )
    with back:
        sent = bring.uploaded(
            "The corrected workbook", ["xlsx", "csv", "txt"], "desk_corrected", many=False
        )
    if sent:
        guard.ask_again(view)
        try:
            keeping.correct(draft, sent[0].name, sent[0].getvalue())
        except Refusal as refusal:
            st.session_state["_desk_said"] = f"The corrections were not kept: {refusal}."
        finally:
            bring.forget_uploaded(sent, "desk_corrected")
        st.rerun()
