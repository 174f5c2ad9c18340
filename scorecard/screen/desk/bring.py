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
from scorecard.exhibits.findings import quantity
from scorecard.refusal import Refusal
from scorecard.screen import store
from scorecard.screen.commentary import moment
from scorecard.screen.desk import guard
from scorecard.screen.desk.words import heading
from scorecard.screen.frame import View
from scorecard.screen.markdown import escape
from scorecard.snapshot import Sources

TYPES = ["zip", "csv", "tsv", "txt", "xlsx", "xlsm"]
_ROUND, _SAID = "_desk_round", "_desk_said"


def summary(draft: Draft) -> str:
    files = quantity(len(draft.files()), "file", "files")
    if draft.origin == "exports":
        return f"{files} from the folder of exports"
    return f"{files} sent"


def first(view: View, gone: Gone | None) -> None:
    """Two ways to bring files, where nothing is on the desk yet."""
    _say()
    if gone:
        st.info(
            f"Your draft of {quantity(gone.files, 'file', 'files')}, last changed on "
            f"{wording.date(gone.changed_at.date())}, was discarded, as nobody had touched it "
            f"for {keeping.KEPT.days} days."
        )
    left, right = st.columns(2, gap="large")
    with left:
        heading("Send files")
        _send(view, None, "A ZIP of all exports, or CSV and XLSX files")
        st.caption("As they are: semicolons, French headers or 31.12.2022 are read all the same.")
    with right:
        heading("Take the folder of exports")
        _from_folder(view)


def _from_folder(view: View) -> None:
    folder = Sources().exports
    found = _in_folder(folder)
    if not found:
        st.caption("The folder of exports on the server is empty or not there.")
        return
    written = dt.datetime.fromtimestamp(max(path.stat().st_mtime for path in found), dt.UTC)
    is_newer = store.is_outdated()
    news = (
        "Something in it is newer than what everybody sees."
        if is_newer
        else "Nothing in it is newer than what everybody sees."
    )
    st.markdown(
        f"{quantity(len(found), 'file', 'files')}, last written on {moment(written)}.  \n{escape(news)}"
    )
    if st.button(
        "Check what lies in the folder",
        type="primary" if is_newer else "secondary",
        key="desk_take_folder",
    ):
        path = guard.folder(view)
        try:
            with st.spinner("Copying the files"):
                draft = drafts.place().begin(path, view.visitor.name, "exports")
                keeping.add_folder(draft, folder)
        except Refusal as refusal:
            drafts.place().discard(path)
            _remember(f"Nothing was taken: {refusal}.")
        st.rerun()


def _in_folder(folder: Path) -> list[Path]:
    try:
        return [p for p in folder.iterdir() if p.is_file() and p.suffix.lower() != ".json"]
    except OSError:
        return []


def more(view: View, draft: Draft) -> None:
    """What is on the desk: its files, further ones, and the way to be rid of it all."""
    _say()
    with st.container(horizontal=True, vertical_alignment="center", key="desk_draft"):
        st.caption(
            escape(
                f"Your draft, begun on {moment(draft.begun_at)}. It stays here until you publish "
                "or discard it; nobody else sees it."
            ),
            width="stretch",
        )
        with st.popover("Files", type="tertiary", key="desk_files"):
            _send(view, draft, "Further files, or better ones of the same name")
            for number, path in enumerate(draft.files()):
                with st.container(horizontal=True, vertical_alignment="center"):
                    st.text(f"{path.name} ({_size(path)})", width="stretch")
                    if st.button("Remove", type="tertiary", key=f"desk_remove_{number}"):
                        guard.ask_again(view)
                        keeping.remove(draft, path.name)
                        st.rerun()
        with st.popover("Discard", type="tertiary", key="desk_discard_ask"):
            st.markdown(
                "All files, answers and corrections of this draft go. What is published stays."
            )
            if st.button("Discard the draft", key="desk_discard"):
                path, files = guard.folder(view), quantity(len(draft.files()), "file", "files")
                drafts.place().discard(path)
                _remember(f"The draft of {files} was discarded.")
                st.rerun()


def _size(path: Path) -> str:
    size = path.stat().st_size
    return f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{max(1, round(size / 1000))} kB"


def _send(view: View, draft: Draft | None, label: str) -> None:
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
        _remember(f"Not all files were kept: {refusal}.")
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
