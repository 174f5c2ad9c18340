"""The second step: how each file was read, and what only a person can say."""

from __future__ import annotations

import datetime as dt
import functools

import pandas as pd
import streamlit as st

from scorecard import contract, wording
from scorecard.drafts import Draft, Read, keeping
from scorecard.intake.mapping import LEAVE_OUT
from scorecard.intake.report import Question, Taken
from scorecard.intake.taking import Answer
from scorecard.languages import Words, say, say_in, say_n, to_say
from scorecard.refusal import Refusal
from scorecard.retelling import retold
from scorecard.screen import commentary, tables
from scorecard.screen.desk import guard
from scorecard.screen.desk.found import SEVERITIES
from scorecard.screen.desk.words import heading, sentence
from scorecard.screen.frame import View, Waiting
from scorecard.screen.markdown import escape
from scorecard.state import spellings
from scorecard.state import store as states

_DELIMITERS = Words(
    {
        ",": to_say("commas"),
        ";": to_say("semicolons"),
        "\t": to_say("tabs"),
        "|": to_say("bars"),
    }
)
_ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-8-sig": to_say("UTF-8 with a mark"),
    "windows-1252": "Windows-1252",
    "cp1252": "Windows-1252",
}


def is_open(draft: Draft, read: Read) -> bool:
    """Whether something must be answered before figures can be made."""
    return bool(read.report.questions) or _lacks_date(draft, read)


def _lacks_date(draft: Draft, read: Read) -> bool:
    asked = any(question.file.startswith("exported_on") for question in read.report.questions)
    return not read.has_date and draft.exported_on is None and not asked


def summary(draft: Draft, read: Read) -> str:
    asked = len(read.report.questions) + _lacks_date(draft, read)
    if asked:
        return say_n("{count} question to answer", "{count} questions to answer", asked)
    rows = sum(taken.rows for taken in read.report.files)
    exports = len({taken.export for taken in read.report.files})
    return ", ".join(
        (
            say_n("{count} export", "{count} exports", exports),
            say_n("{count} row", "{count} rows", rows),
        )
    )


def draw(view: View | Waiting, draft: Draft, read: Read) -> None:
    if is_open(draft, read):
        _questions(view, draft, read)
    heading(say("How the files were read"))
    trouble = [found for found in read.report.findings if found.severity == "error"]
    trouble = [found for found in trouble if found.rule != "unknown_column"]
    for found in trouble[:5]:
        where = found.file
        if found.line:
            where = say("{file}, line {line}", file=found.file, line=found.line)
        st.warning(escape(wording.titled(where, f"{found.column or ''} {retold(found.message)}.")))
    if len(trouble) > 5:
        st.caption(say("And {value} more below, under what was noticed.", value=len(trouble) - 5))
    for problem in read.corrected.problems:
        st.warning(escape(sentence(problem)))
    with st.container(gap="xsmall"):
        _files(read)
        _noticed(read)
        _answers(view, draft)


def _files(read: Read) -> None:
    files = read.report.files
    with st.expander(
        say_n("What was done to {count} file", "What was done to {count} files", len(files))
    ):
        if not files:
            st.markdown(say("No file was recognised as an export."))
        for taken in files:
            became = say("became {file}: {form}", file=f"{taken.export}.csv", form=_form(taken))
            st.markdown(f"**{escape(taken.file)}** {escape(became)}")
            if taken.done:
                st.markdown("\n".join(f"- {escape(retold(done))}" for done in taken.done))


def _form(taken: Taken) -> str:
    """`12 rows, UTF-8, separated by semicolons`."""
    parts = [say_n("{count} row", "{count} rows", taken.rows)]
    if taken.encoding:
        parts.append(say(_ENCODINGS.get(taken.encoding, taken.encoding)))
    if taken.delimiter:
        what = _DELIMITERS.get(taken.delimiter, taken.delimiter)
        parts.append(say("separated by {what}", what=what))
    if not taken.encoding:
        parts.append(say("a workbook"))
    if not taken.done:
        parts.append(say("nothing had to be changed"))
    return ", ".join(parts)


def _noticed(read: Read) -> None:
    found = read.report.findings
    if not found:
        return
    with st.expander(say("What was noticed while reading ({found})", found=len(found))):
        tables.show(
            pd.DataFrame(
                [
                    {
                        say("File"): f.file,
                        say("Line"): f.line,
                        say("Column"): f.column,
                        say("Noticed"): retold(f.message),
                        say("Value"): f.value,
                        say("Severity"): SEVERITIES[f.severity],
                    }
                    for f in found
                ]
            ),
            "desk_noticed",
            say("What was noticed while reading, by file and line"),
        )
        st.caption(say("Lines are those of the files as you sent them."))


def _questions(view: View | Waiting, draft: Draft, read: Read) -> None:
    """All open questions as one form; what is left open is asked again."""
    heading(say("What only you can say"))
    asked = read.report.questions
    with (
        st.container(key="desk_questions"),
        st.form("desk_form", border=False, enter_to_submit=False),
    ):
        day = _date(draft, read)
        given: list[tuple[Question, str | None, bool]] = []
        for number, question in enumerate(asked):
            key = f"desk_question_{draft.folder.name}_{number}_{abs(hash(question))}"
            with st.container(border=True, gap="small"):
                choice = st.radio(
                    escape(retold(question.question)),
                    question.choices,
                    index=None,
                    format_func=functools.partial(_choice, question),
                    key=key,
                    horizontal=len(question.choices) <= 3,
                )
                keep = False
                if _is_header(question):
                    keep = st.checkbox(
                        say("Remember this for all later files"), value=True, key=f"{key}_keep"
                    )
            given.append((question, choice, keep))
        sent = st.form_submit_button(say("Go on"), type="primary", key="desk_answer")
    if sent:
        _take_answers(view, draft, given, day)
        st.rerun()


def _date(draft: Draft, read: Read) -> dt.date | None:
    if not _lacks_date(draft, read):
        return None
    with st.container(border=True):
        found = st.date_input(
            say("On which day were these files exported? No file says so."),
            value=None,
            max_value=dt.datetime.now(dt.UTC).date(),
            format="DD.MM.YYYY",
            key=f"desk_date_{draft.folder.name}",
            width=420,
        )
    return found if isinstance(found, dt.date) else None


def _is_header(question: Question) -> bool:
    return question.export is not None and LEAVE_OUT in question.choices


def _choice(question: Question, name: str) -> str:
    """A column by its title and its name; any other choice as it is."""
    if not _is_header(question) or name == LEAVE_OUT:
        return escape(wording.capital(retold(name)))
    fields = contract.load()[question.export or ""].fields
    title = next((f.title for f in fields if f.name == name), "")
    return escape(
        f"{say_in('register', title)} ({name})" if title and title.lower() != name else name
    )


def _take_answers(
    view: View | Waiting,
    draft: Draft,
    given: list[tuple[Question, str | None, bool]],
    day: dt.date | None,
) -> None:
    guard.ask_again(view)
    try:
        if day is not None:
            draft = keeping.state_date(draft, day)
        answers = []
        for question, choice, keep in given:
            if choice is None:
                continue
            if keep and question.export and question.column:
                means = "" if choice == LEAVE_OUT else choice
                spellings.save(
                    states.shared(), question.export, question.column, means, view.visitor.name,
                    view.role,
                )  # fmt: skip
            else:
                answers.append(Answer(choice, question.file, question.column))
        if answers:
            keeping.answer(draft, answers)
    except Refusal as refusal:
        st.session_state["_desk_said"] = say(
            "Not all answers were kept: {refusal}.", refusal=retold(str(refusal))
        )


def _answers(view: View | Waiting, draft: Draft) -> None:
    """What was answered for this draft alone, and the way to take it back."""
    if not draft.answers and draft.exported_on is None:
        return
    number = len(draft.answers) + (draft.exported_on is not None)
    with st.expander(say("What you answered ({number})", number=number)):
        if draft.exported_on is not None:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.text(
                    say("Exported on {date}", date=wording.date(draft.exported_on)), width="stretch"
                )
                if st.button(say("Ask again"), type="tertiary", key="desk_date_again"):
                    guard.ask_again(view)
                    keeping.state_date(draft, None)
                    st.rerun()
        for place, given in enumerate(draft.answers):
            with st.container(horizontal=True, vertical_alignment="center"):
                about = " · ".join(part for part in (given.file, given.column) if part)
                st.text(wording.titled(about, retold(given.answer)), width="stretch")
                if st.button(say("Ask again"), type="tertiary", key=f"desk_again_{place}"):
                    guard.ask_again(view)
                    keeping.withdraw(draft, given)
                    st.rerun()


def saved(view: View | Waiting) -> None:
    """Headers that people matched for good, with the way to take that back."""
    try:
        found = () if states.is_blank() else spellings.saved(states.shared())
    except Refusal as refusal:
        st.warning(
            say(
                "Saved matches cannot be read now: {refusal}.", refusal=escape(retold(str(refusal)))
            )
        )
        return
    if not found:
        st.markdown(
            say(
                "No match has been saved. Where a file has a header that is not "
                "known, the desk asks which column it is, and remembers the answer "
                "for all later files."
            )
        )
        return
    st.caption(
        say(
            "They count for every file that arrives: here, on the command line and "
            "in the watched folder."
        )
    )
    for number, spelling in enumerate(found):
        with st.container(horizontal=True, vertical_alignment="center"):
            means = spelling.means or say("left out")
            said = f"{commentary.isolated(spelling.who)}, {wording.date(spelling.at.date())}"
            st.text(f"{spelling.export}: {spelling.header} → {means} ({said})", width="stretch")
            if st.button(say("Remove"), type="tertiary", key=f"desk_spelling_{number}"):
                guard.ask_again(view)
                spellings.remove(
                    states.shared(), spelling.export, spelling.header, view.visitor.name, view.role
                )
                st.rerun()
