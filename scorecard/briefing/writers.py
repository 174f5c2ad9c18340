"""The formats of a briefing: one writer each, loaded when it is asked for."""

from __future__ import annotations

import importlib
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from scorecard.briefing.document import Document
from scorecard.languages import speaking, to_say
from scorecard.refusal import Refusal, nearest


class Writer(Protocol):
    """Writes a document; `template` is the organisation's own file, where a format takes one."""

    def __call__(self, document: Document, out: BinaryIO, template: Path | None = None) -> None: ...


@dataclass(frozen=True)
class Format:
    """One format: its module holds `write`. A document library is slow to load, hence its name."""

    title: str
    module: str
    mime: str
    takes_template: bool = False

    @property
    def write(self) -> Writer:
        return cast(Writer, importlib.import_module(f"{__package__}.{self.module}").write)


_OFFICE = "application/vnd.openxmlformats-officedocument"

WRITERS: Mapping[str, Format] = {
    "pptx": Format(to_say("Slides (PPTX)"), "pptx", f"{_OFFICE}.presentationml.presentation", True),
    "docx": Format(to_say("Text (DOCX)"), "docx", f"{_OFFICE}.wordprocessingml.document", True),
    "pdf": Format(to_say("To print (PDF)"), "pdf", "application/pdf"),
    "xlsx": Format(to_say("Workbook (XLSX)"), "xlsx", f"{_OFFICE}.spreadsheetml.sheet"),
    "html": Format(to_say("Page with charts (HTML)"), "html", "text/html"),
}
"""By the ending of the file."""


def write(document: Document, name: str, out: BinaryIO, template: Path | None = None) -> None:
    """Writes a document in the format of that name; refuses what the format does not take."""
    if name not in WRITERS:
        raise Refusal(f"there is no format {name!r}{nearest(name, WRITERS)}")
    chosen = WRITERS[name]
    if template is not None and not chosen.takes_template:
        raise Refusal(f"{name} takes no template")
    if template is not None and not template.is_file():
        raise Refusal(f"{template} is no file")
    with speaking(document.language):
        chosen.write(document, out, template)


def as_bytes(document: Document, name: str, template: Path | None = None) -> bytes:
    """The file of a document in one format."""
    out = io.BytesIO()
    write(document, name, out, template)
    return out.getvalue()


def file_name(document: Document, name: str, variant: Iterable[str] = ()) -> str:
    """A plain file name such as `briefing-2022-12-06-full.pptx`; synthetic papers say so."""
    synthetic = ["synthetic"] if document.is_synthetic else []
    parts = [*synthetic, "briefing", document.meeting.isoformat(), *variant]
    return "-".join(part for part in parts if part) + f".{name}"
