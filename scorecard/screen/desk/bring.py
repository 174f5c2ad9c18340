"""The first step: files are sent, or what lies in the folder of exports is taken."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from scorecard import drafts, wording
from scorecard.drafts import Draft, Gone, keeping
from scorecard.languages import say, say_n
from scorecard.refusal import Refusal
from scorecard.retelling import retold
from scorecard.screen import store
from scorecard.screen.commentary import moment
from scorecard.screen.desk import guard
from scorecard.screen.desk.words import heading
from scorecard.screen.frame import View, Waiting
from scorecard.screen.markdown import escape
from scorecard.snapshot import Sources

TYPES = ["zip", "csv", "tsv", "txt", "xlsx", "xlsm"]
_ROUND, _SAID = "_desk_round", "_desk_said"


def summary(draft: Draft) -> str:
    count = len(draft.files())
    if draft.origin == "exports":
        return say_n(
            "{count} file from the folder of exports", "{count} files from the folder of exports",
            count,
        )  # fmt: skip
    return say_n("{count} file sent", "{count} files sent", count)


def first(view: View | Waiting, gone: Gone | None) -> None:
    """Two ways to bring files, where nothing is on the desk yet."""
    _say()
    if gone:
        st.info(
            say_n(
                "Your draft of {count} file, last changed on {date}, was discarded, as nobody had "
                "touched it for {days} days.",
                "Your draft of {count} files, last changed on {date}, was discarded, as nobody had "
                "touched it for {days} days.",
                gone.files,
                date=wording.the_day(gone.changed_at.date()),
                days=keeping.KEPT.days,
            )
        )
    left, right = st.columns(2, gap="large")
    with left:
        heading(say("Send files"))
        _send(view, None, say("A ZIP of all exports, or CSV and XLSX files"))
        st.caption(
            say("As they are: semicolons, French headers or 31.12.2022 are read all the same.")
        )
    with right:
        heading(say("Take the folder of exports"))
        _from_folder(view)


def _from_folder(view: View | Waiting) -> None:
    folder = Sources().exports
    found = _in_folder(folder)
    if not found:
        st.caption(say("The folder of exports on the server is empty or not there."))
        return
    written = dt.datetime.fromtimestamp(max(path.stat().st_mtime for path in found), dt.UTC)
    is_newer = store.is_outdated()
    news = (
        say("Something in it is newer than what everybody sees.")
        if is_newer
        else say("Nothing in it is newer than what everybody sees.")
    )
    what = say_n(
        "{count} file, last written on {moment}.",
        "{count} files, last written on {moment}.",
        len(found), moment=moment(written),
    )  # fmt: skip
    st.markdown(f"{what}  \n{escape(news)}")
    if st.button(
        say("Check what lies in the folder"),
        type="primary" if is_newer else "secondary",
        key="desk_take_folder",
    ):
        path = guard.folder(view)
        try:
            with st.spinner(say("Copying the files")):
                draft = drafts.place().begin(path, view.visitor.name, "exports")
                keeping.add_folder(draft, folder)
        except Refusal as refusal:
            drafts.place().discard(path)
            _remember(say("Nothing was taken: {refusal}.", refusal=retold(str(refusal))))
        st.rerun()


def _in_folder(folder: Path) -> list[Path]:
    try:
        return [p for p in folder.iterdir() if p.is_file() and p.suffix.lower() != ".json"]
    except OSError:
        return []


def more(view: View | Waiting, draft: Draft) -> None:
    """What is on the desk: its files, further ones, and the way to be rid of it all."""
    _say()
    with st.container(horizontal=True, vertical_alignment="center", key="desk_draft"):
        st.caption(
            escape(
                say(
                    "Your draft, begun on {moment}. It stays here until you publish or discard "
                    "it; nobody else sees it.",
                    moment=moment(draft.begun_at),
                )
            ),
            width="stretch",
        )
        with st.popover(say("Files"), type="tertiary", key="desk_files"):
            _send(view, draft, say("Further files, or better ones of the same name"))
            for number, path in enumerate(draft.files()):
                with st.container(horizontal=True, vertical_alignment="center"):
                    st.text(f"{path.name} ({_size(path)})", width="stretch")
                    if st.button(say("Remove"), type="tertiary", key=f"desk_remove_{number}"):
                        guard.ask_again(view)
                        keeping.remove(draft, path.name)
                        st.rerun()
        with st.popover(say("Discard"), type="tertiary", key="desk_discard_ask"):
            st.markdown(
                say("All files, answers and corrections of this draft go. What is published stays.")
            )
            if st.button(say("Discard the draft"), key="desk_discard"):
                path, count = guard.folder(view), len(draft.files())
                drafts.place().discard(path)
                _remember(
                    say_n(
                        "The draft of {count} file was discarded.",
                        "The draft of {count} files was discarded.",
                        count,
                    )
                )
                st.rerun()


def _size(path: Path) -> str:
    size = path.stat().st_size
    return f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{max(1, round(size / 1000))} kB"


def _send(view: View | Waiting, draft: Draft | None, label: str) -> None:
    """An uploader whose files go onto the desk at once, and out of the memory of the server."""
    sent = uploaded(label, TYPES, "desk_upload", many=True)
    if not sent:
        return
    folder = guard.folder(view)
    try:
        if draft is None:
            draft = drafts.place().begin(folder, view.visitor.name, "upload")
        for file in sent:
            draft = keeping.add(draft, file.name, file.getvalue())
    except Refusal as refusal:
        _remember(say("Not all files were kept: {refusal}.", refusal=retold(str(refusal))))
    finally:
        forget_uploaded(sent, "desk_upload")
    st.rerun()


def uploaded(label: str, types: list[str], key: str, *, many: bool) -> Sequence[UploadedFile]:
    """The files that were sent just now; each round has an uploader of its own, so that one that
    was emptied is not shown full."""
    rounds = st.session_state.setdefault(_ROUND, {})
    found = st.file_uploader(
        label, type=types, accept_multiple_files=many, key=f"{key}_{rounds.get(key, 0)}"
    )
    if found is None:
        return ()
    return found if isinstance(found, list) else (found,)


def forget_uploaded(files: Sequence[UploadedFile], key: str) -> None:
    """Lets go of the bytes of files that were kept on the disk."""
    rounds = st.session_state[_ROUND]
    rounds[key] = rounds.get(key, 0) + 1
    context = get_script_run_ctx()
    if context and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        for file in files:
            context.uploaded_file_mgr.remove_file(context.session_id, file.file_id)


def _remember(text: str) -> None:
    """Says it in the run that follows."""
    st.session_state[_SAID] = text


def _say() -> None:
    text = st.session_state.pop(_SAID, "")
    if text:
        st.info(escape(text))
