"""A draft -> exports in the form of the contract, and the report of all that was done.

What comes of it lies beside the files in a folder named by all that it depends on, so that it is
made once, whoever looks and whatever breaks off meanwhile.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from scorecard.drafts import corrections, keeping
from scorecard.drafts.corrections import Corrected
from scorecard.drafts.keeping import Draft
from scorecard.exports import DATA_DATE_FILE
from scorecard.intake import Finding, Question, Report, Taken, take
from scorecard.intake.mapping import Spellings

EXPORTS = "exports"
_REPORT = "report.json"


@dataclass(frozen=True)
class Read:
    """What was made of a draft. `exports` is the folder that a snapshot can be made from."""

    exports: Path
    report: Report
    corrected: Corrected
    has_date: bool
    """Whether a file, or the person, says on which day the data were exported."""


def read(draft: Draft, spellings: Spellings) -> Read:
    """Reads the draft, unless that was done; one page at a time, the others find it done.

    Raises Refusal where nothing can be read or written at all.
    """
    name = f"read-{_fingerprint(draft, spellings)}"
    with keeping.alone(draft):
        folder = draft.folder / name
        if not (folder / _REPORT).is_file():
            _read_aside(draft, spellings, folder)
        return _opened(folder)


def is_read(draft: Draft, spellings: Spellings) -> bool:
    """Whether reading is done, so that it takes no time."""
    name = f"read-{_fingerprint(draft, spellings)}"
    return (draft.folder / name / _REPORT).is_file()


def _fingerprint(draft: Draft, spellings: Spellings) -> str:
    digest = hashlib.blake2b(digest_size=10)
    for path in (*draft.files(), *draft.corrections()):
        found = path.stat()
        digest.update(repr((path.name, found.st_size, found.st_mtime_ns)).encode())
    digest.update(repr((draft.answers, draft.exported_on)).encode("utf-8", "surrogatepass"))
    # The file of spellings belongs to the code; what people said is all that can change meanwhile.
    digest.update(repr(spellings.toml.get("headers", ())).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _read_aside(draft: Draft, spellings: Spellings, folder: Path) -> None:
    for left in draft.folder.glob(".reading-*"):
        # Of one that was killed; nobody else reads now.
        shutil.rmtree(left, ignore_errors=True)
    aside = draft.folder / f".reading-{os.getpid()}-{os.urandom(4).hex()}"
    try:
        with keeping.room():
            (aside / EXPORTS).mkdir(parents=True)
        report = take(draft.arrived, aside / EXPORTS, spellings, draft.answers)
        stated = aside / EXPORTS / DATA_DATE_FILE
        if draft.exported_on and not stated.exists():
            with keeping.room():
                stated.write_text(f"{draft.exported_on}\n", encoding="utf-8")
        corrected = corrections.apply(
            draft.corrections(), aside / EXPORTS, spellings, draft.answers
        )
        questions = (*report.questions, *corrected.questions)
        said = {
            "report": asdict(replace(report, questions=questions)),
            "corrected": asdict(corrected),
        }
        with keeping.room():
            (aside / _REPORT).write_text(json.dumps(said), encoding="utf-8")
            aside.rename(folder)
        for old in draft.folder.glob("read-*"):
            if old != folder:
                shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _opened(folder: Path) -> Read:
    said = json.loads((folder / _REPORT).read_text(encoding="utf-8"))
    found = said["report"]
    report = Report(
        tuple(Taken(**{**file, "done": tuple(file["done"])}) for file in found["files"]),
        tuple(Question(**{**q, "choices": tuple(q["choices"])}) for q in found["questions"]),
        tuple(Finding(**finding) for finding in found["findings"]),
    )
    told = said["corrected"]
    corrected = Corrected(told["replaced"], told["removed"], (), tuple(told["problems"]))
    exports = folder / EXPORTS
    return Read(exports, report, corrected, (exports / DATA_DATE_FILE).is_file())
