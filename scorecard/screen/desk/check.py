"""The third step: what is wrong or odd, what to do about it, and rows to correct."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from scorecard import wording
from scorecard.doctor.diagnosis import Ailment, Where
from scorecard.drafts import Draft, Read, corrections, keeping
from scorecard.languages import grouped, say, say_in, say_n
from scorecard.refusal import Refusal
from scorecard.retelling import retold
from scorecard.screen import downloads, tables
from scorecard.screen.desk import bring, guard, stood
from scorecard.screen.desk.words import heading, sentence
from scorecard.screen.desk.work import Proposal
from scorecard.screen.frame import View, Waiting
from scorecard.screen.markdown import escape

_SHOWN = 200
"""Rows of an ailment on screen; the workbook holds all that can be corrected."""


def summary(read: Read, proposal: Proposal) -> str:
    if proposal.snapshot is None:
        return say("No figures can be computed")
    errors, odd = _grouped(proposal)
    aside = sum(proposal.correctable.values())
    parts = [say("no row set aside")]
    if aside:
        parts = [say_n("{count} row set aside", "{count} rows set aside", aside)]
    if odd:
        parts.append(say_n("{count} thing to look at", "{count} things to look at", len(odd)))
    return ", ".join(parts)


def _grouped(proposal: Proposal) -> tuple[list[Ailment], list[Ailment]]:
    ailments = proposal.diagnosis.ailments
    errors = [a for a in ailments if a.severity == "error"]
    return errors, [a for a in ailments if a.severity != "error"]


def draw(view: View | Waiting, draft: Draft, read: Read, proposal: Proposal) -> None:
    heading(say("What is wrong or odd"))
    if proposal.diagnosis.problem:
        st.error(
            escape(
                say("No figures can be computed: {why}.", why=retold(proposal.diagnosis.problem))
            )
        )
    elif proposal.snapshot is None:
        for reason in proposal.reasons:
            st.error(escape(f"{say('No figures can be computed.')} {sentence(reason)}"))
    errors, odd = _grouped(proposal)
    if not errors and not odd:
        st.markdown(say("Nothing. All rows hold what the contract says, and no figure jumps."))
    names = _sources(read)
    with st.container(gap="xsmall"):
        for number, ailment in enumerate((*errors, *odd)):
            _ailment(ailment, number, names)
    _lines([row for ailment in errors for row in ailment.rows if row.line])
    _corrections(view, draft, read, proposal)


def _lines(rows: list[Where]) -> None:
    """Which lines are meant."""
    if not rows:
        return
    if all(row.arrived for row in rows):
        st.caption(say("Lines are those of the files as you sent them."))
    else:
        st.caption(
            say("Lines are those of the exports as they were read; “Made of” names your files.")
        )


def _sources(read: Read) -> dict[str, str]:
    """File of the contract -> the files that it was made of, where they are called otherwise."""
    found: dict[str, list[str]] = {}
    for taken in read.report.files:
        found.setdefault(f"{taken.export}.csv", []).append(taken.file)
    return {name: ", ".join(sources) for name, sources in found.items() if sources != [name]}


def _ailment(ailment: Ailment, number: int, names: dict[str, str]) -> None:
    mark = say("Error") if ailment.severity == "error" else say_in("severity", "Check")
    times = f" ({grouped(ailment.count)})" if ailment.count > 1 else ""
    with st.expander(f"**{mark}** · {escape(ailment.title)}{times}"):
        st.markdown(escape(ailment.words))
        st.markdown(f"**{say('What to do')}.** {escape(ailment.remedy)}")
        rows = ailment.rows[:_SHOWN]
        if not any(row.line or row.value for row in rows):
            return
        table = pd.DataFrame(
            [
                {**_where(row, names), say("Column"): row.column, say("Value"): row.value}
                for row in rows
            ]
        ).dropna(axis="columns", how="all")
        tables.show(
            table, f"desk_ailment_{number}", wording.titled(say("Where"), ailment.title), rows=8
        )
        if ailment.count > len(rows):
            st.caption(
                say("The first {count} of {whole}.", count=len(rows), whole=grouped(ailment.count))
            )


def _where(row: Where, names: dict[str, str]) -> stood.Cells:
    """The file that was brought and the line there, as far as it is known; else the export."""
    made_of = None if row.arrived else names.get(row.file)
    return {**stood.cells(row.file, row.line, row.arrived), say("Made of"): made_of}


def _corrections(view: View | Waiting, draft: Draft, read: Read, proposal: Proposal) -> None:
    left = sum(proposal.correctable.values())
    done = read.corrected
    if proposal.snapshot is None or not (left or draft.corrections()):
        return
    heading(say("Rows to correct"))
    parts = [say_n("{count} row is still set aside", "{count} rows are still set aside", left)]
    if draft.corrections():
        parts.append(say_n("{count} corrected", "{count} corrected", done.replaced))
        if done.removed:
            parts.append(say_n("{count} removed", "{count} removed", done.removed))
    rest = say("Rows that are set aside count for nothing; the others do.")
    st.markdown(escape(f"{', '.join(parts)}. {rest}"))
    if not left:
        return
    snapshot = proposal.snapshot
    where, back = st.columns(2, gap="large")
    name = "rows-to-correct.xlsx"
    name = f"synthetic-{name}" if snapshot.synthetic else name
    where.download_button(
        say_n("Download {count} row to correct", "Download {count} rows to correct", left),
        downloads.guarded(view, name, lambda: corrections.workbook(snapshot, read.exports)),
        file_name=name,
        mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        key="desk_rows",
        on_click="ignore",
    )
    where.caption(
        say(
            "A workbook with a sheet for each export. Correct the cells and leave "
            "the first column as it is. Empty all cells of a row to remove it; a row "
            "that you delete stays as it was."
        )
    )
    with back:
        sent = bring.uploaded(
            say("The corrected workbook"), ["xlsx", "csv", "txt"], "desk_corrected", many=False
        )
    if sent:
        guard.ask_again(view)
        try:
            keeping.correct(draft, sent[0].name, sent[0].getvalue())
        except Refusal as refusal:
            st.session_state["_desk_said"] = say(
                "The corrections were not kept: {refusal}.", refusal=retold(str(refusal))
            )
        finally:
            bring.forget_uploaded(sent, "desk_corrected")
        st.rerun()
