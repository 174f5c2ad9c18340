"""Commands on what people write.

- `commentary --meeting DATE [--kpi K] [--history]` prints the commentary of a meeting, what is
  missing, and the texts that came second. `--set-happened TEXT --set-planned TEXT --author NAME`
  writes for one KPI; a part left out stays as it is. `--seen N` names the revision that the
  writer saw, by default the newest: where another came meanwhile the save is refused with the
  other's text, and its own is set aside.
- `decisions` and `actions [--meeting DATE] [--kpi K …]` print what was asked or agreed, and
  whether the linked KPIs moved two meetings later. `--add TEXT` adds one, `--change ID` revises
  one, with `--text`, `--owner`, `--due`, `--done`, `--kpi`, `--withdraw` and `--author`.
- `library [--meeting DATE]` prints which briefings were made.
- `export-state --out DIR` writes everything, with its history, as CSV files.
- `links` prints the share links and how often each was opened; `--revoke ID --by NAME` withdraws
  one.
- `audit [--event E] [--since DATE]` prints the audit trail, the newest row first. `--verify` says
  instead whether the chain is whole, and `--head` whether a row noted earlier is in it: 1 where
  not.

All take `--state URL`, by default the one of SCORECARD_STATE, and `--role`: the board reads,
the executive director writes and shares, a guest does neither.
"""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from scorecard.snapshot import Snapshot
from scorecard.state import rights

if TYPE_CHECKING:
    from scorecard.state.store import Store

Answer = Mapping[str, object]
Make = Callable[[argparse.Namespace], Answer]
Open = Callable[[argparse.Namespace], Snapshot]

FORMATS = ("table", "json")


class CommandFactory(Protocol):
    """Makes a command that prints the answer of `make` in one of the formats; it ends with 1
    where the answer says that something is not `whole`."""

    def __call__(
        self, name: str, help: str, make: Make, formats: Sequence[str] = FORMATS
    ) -> argparse.ArgumentParser: ...


def add(command: CommandFactory, open_snapshot: Open) -> None:
    """Adds the commands on the written state.

    The database is imported when a command runs: the others would wait for it in vain.
    """

    def on_state(
        name: str,
        help: str,
        make: Callable[[argparse.Namespace, Store], Answer],
        formats: Sequence[str] = FORMATS,
    ) -> argparse.ArgumentParser:
        def run(options: argparse.Namespace) -> Answer:
            from scorecard.state.store import open_store

            rights.refuse_reading(options.role)
            store = open_store(options.state)
            try:
                return make(options, store)
            finally:
                store.close()

        sub = command(name, help, run, formats)
        sub.add_argument("--state", metavar="URL", help="the database; SCORECARD_STATE otherwise")
        return sub

    def commentary(options: argparse.Namespace, store: Store) -> Answer:
        from scorecard.state import answers

        return answers.of_meeting(options, store, open_snapshot(options))

    def decisions(options: argparse.Namespace, store: Store) -> Answer:
        from scorecard.state import answers

        return answers.of_kind("decision", options, store, open_snapshot(options))

    def actions(options: argparse.Namespace, store: Store) -> Answer:
        from scorecard.state import answers

        return answers.of_kind("action", options, store, open_snapshot(options))

    def library(options: argparse.Namespace, store: Store) -> Answer:
        from scorecard.state import answers

        return answers.briefings(options, store)

    def export(options: argparse.Namespace, store: Store) -> Answer:
        from scorecard.state import answers

        return answers.export(options, store)

    def links(options: argparse.Namespace, store: Store) -> Answer:
        from scorecard.state import shared

        return shared.links_answer(options, store)

    def audit(options: argparse.Namespace, store: Store) -> Answer:
        from scorecard.state import shared

        return shared.audit_answer(options, store)

    written = on_state("commentary", "read and write commentary on KPIs for a meeting", commentary)
    written.add_argument("--meeting", type=_date, required=True)
    written.add_argument("--kpi")
    written.add_argument("--history", action="store_true", help="earlier revisions too")
    written.add_argument("--set-happened", metavar="TEXT")
    written.add_argument("--set-planned", metavar="TEXT")
    written.add_argument("--author", default="")
    written.add_argument("--seen", type=int, help="the revision seen; left out: the newest")
    for sub in (
        on_state("decisions", "read and write decisions asked of the board", decisions),
        on_state("actions", "read and write action items", actions),
    ):
        sub.add_argument("--meeting", type=_date)
        sub.add_argument("--kpi", action="append", default=[], help="as often as needed")
        what = sub.add_mutually_exclusive_group()
        what.add_argument("--add", metavar="TEXT")
        what.add_argument("--change", metavar="ID", type=int)
        sub.add_argument("--text")
        sub.add_argument("--owner")
        sub.add_argument("--due", type=_date)
        sub.add_argument("--done", type=_date, help="the day on which it was done")
        sub.add_argument("--withdraw", action="store_true")
        sub.add_argument("--author", default="")
        sub.add_argument("--seen", type=int, help="the revision seen; left out: the newest")
    shelf = on_state("library", "which briefings were made", library)
    shelf.add_argument("--meeting", type=_date)
    out = on_state("export-state", "write all that was written as CSV files", export)
    out.add_argument("--out", type=Path, required=True)
    given = on_state("links", "the share links, and withdraw one", links)
    given.add_argument("--revoke", metavar="ID")
    given.add_argument("--by", metavar="NAME", default="")
    trail = on_state("audit", "the audit trail, and whether it is whole", audit, (*FORMATS, "csv"))
    trail.add_argument("--event")
    trail.add_argument("--since", type=_date)
    trail.add_argument("--verify", action="store_true", help="whether the chain is whole")
    trail.add_argument("--head", help="as it was noted at an earlier --verify")


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no date such as 2022-12-31") from error
