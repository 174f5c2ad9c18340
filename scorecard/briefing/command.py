"""The command `briefing`: the papers for a meeting as one file, so that a timer can send them."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from scorecard.confidentiality import ROLES
from scorecard.languages import ENGLISH, LANGUAGES
from scorecard.refusal import Refusal
from scorecard.selection import Selection
from scorecard.snapshot import Snapshot, Sources

if TYPE_CHECKING:
    from scorecard.briefing.written import Written

Open = Callable[[argparse.Namespace], tuple[Snapshot, Selection]]
FORMATS = ("pptx", "docx", "pdf", "xlsx", "html")
VARIANTS = ("full", "two-page", "kpi")


def add(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    open_snapshot: Open,
    date: Callable[[str], dt.date],
) -> None:
    """Adds the command; the document libraries are loaded when it runs."""
    help = "write the papers for a meeting"
    sub = commands.add_parser("briefing", help=help, description=help)
    home = Sources()
    sub.add_argument("--exports", type=Path, default=home.exports, help="folder of exports")
    sub.add_argument("--plan", type=Path, default=home.plan, help="folder of plan files")
    sub.add_argument("--meeting", type=date, required=True, help="date of a meeting of the plan")
    sub.add_argument("--compare", type=date, help="a reporting date; left out: the last meeting")
    sub.add_argument("--format", choices=FORMATS, required=True)
    sub.add_argument("--variant", choices=VARIANTS, default="full")
    sub.add_argument("--kpi", help="for the variant kpi")
    sub.add_argument("--role", choices=ROLES, default="executive", help="who will read it")
    sub.add_argument("--lang", choices=tuple(LANGUAGES), default=ENGLISH, help="language")
    sub.add_argument("--region", action="append", default=[], help="as often as needed")
    sub.add_argument("--pillar", action="append", default=[], help="as often as needed")
    sub.add_argument("--template", type=Path, help="your own file, for pptx and docx")
    sub.add_argument("--state", help="URL of what was written; by default SCORECARD_STATE")
    sub.add_argument("--out", type=Path, required=True)
    sub.set_defaults(run=lambda options: _run(options, open_snapshot))


def _run(options: argparse.Namespace, open_snapshot: Open) -> int:
    from scorecard.briefing import content, writers

    snapshot, selection = open_snapshot(options)
    document = content.compose(
        snapshot,
        _written(options),
        options.meeting,
        options.compare,
        selection,
        options.role,
        options.variant,
        options.kpi,
        options.lang,
    )
    made = writers.as_bytes(document, options.format, options.template)
    _put(options.out, made)
    print(f"{options.out}: {document.subtitle}, snapshot {document.snapshot}", file=sys.stderr)
    return 0


def _written(options: argparse.Namespace) -> Written:
    """What stands written for the meeting; nothing where nobody has ever written anything."""
    from scorecard.briefing import written
    from scorecard.state import store

    if store.is_blank(options.state):
        return written.NOTHING
    opened = store.open_store(options.state)
    try:
        return written.of(opened, options.meeting)
    finally:
        opened.close()


def _put(path: Path, made: bytes) -> None:
    """Writes the file whole or not at all."""
    aside = path.with_name(f"{path.name}.writing-{os.getpid()}")
    try:
        aside.write_bytes(made)
        aside.replace(path)
    except OSError as error:
        raise Refusal(f"{path} cannot be written: {error.strerror}") from error
    finally:
        aside.unlink(missing_ok=True)
