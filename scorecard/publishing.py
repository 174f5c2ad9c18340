"""Commands on what the board sees.

- `publish --exports DIR [--plan DIR] --note TEXT --author NAME` builds, checks and publishes. It
  ends with 0 where that is published, 1 where the exports are too broken (`objections` says what
  that means; `--force` publishes all the same), 2 where it was called wrongly, the disk is full or
  a place does not answer, and 3 where these figures are shown already. `--dry-run` says what would
  come of it and changes nothing.
  Where intake made the exports, it says which rows are set aside by their place in what arrived.
- `publish --snapshot ID --note TEXT --author NAME` goes back to one that was published before.
- `publish --built FILE --note TEXT --author NAME` does so with a file that `build` made.
- `publish --watch DIR [--every SECONDS]` takes in what arrives in a folder, once it has been still
  for some seconds, and publishes or refuses it with a message, until it is stopped.
- `history` lists the publications, the newest first. `--meeting DATE` shows what the board had on
  that day beside what is computed now, and what has been restated since.
- `prune` says which snapshots SCORECARD_KEEP lets go, and the room they take; `--remove` removes
  them, which the audit trail keeps with the name of who did it.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from scorecard import depot as depots
from scorecard import (
    history,
    objections,
    origins,
    publication,
    retention,
    selection,
    snapshot,
    watched,
)
from scorecard.catalogue import BadKpi
from scorecard.depot import Unanswered
from scorecard.doctor import places
from scorecard.doctor.places import Wrong
from scorecard.plan import BadPlan
from scorecard.publication import Objected, Unchanged
from scorecard.refusal import Refusal
from scorecard.snapshot import Snapshot, Sources
from scorecard.state import rights
from scorecard.state.commands import FORMATS, CommandFactory

if TYPE_CHECKING:
    from scorecard.state.publications import Publication
    from scorecard.state.store import Store

PUBLISHED, REFUSED, UNCHANGED = 0, 1, 3
_EVERY = 5.0
_NOBODY = "the command line"
"""Who removes where no name is given."""
Date = Callable[[str], dt.date]


class PlainFactory(Protocol):
    """Makes a command that prints by itself and gives its exit code."""

    def __call__(
        self, name: str, help: str, run: Callable[[argparse.Namespace], int]
    ) -> argparse.ArgumentParser: ...


def add(command: PlainFactory, asking: CommandFactory, date: Date) -> None:
    """Adds the commands; the database is imported when one runs."""
    publish = command("publish", "show everybody these figures, or earlier ones again", _publish)
    what = publish.add_mutually_exclusive_group()
    what.add_argument("--snapshot", metavar="ID", help="one that was published before")
    what.add_argument("--built", type=Path, metavar="FILE", help="one that `build` made")
    what.add_argument("--watch", type=Path, metavar="DIR", help="what arrives in this folder")
    publish.add_argument("--note", metavar="TEXT", default="", help="why")
    publish.add_argument("--author", metavar="NAME", default="")
    publish.add_argument("--dry-run", action="store_true", help="say what would come of it")
    publish.add_argument("--force", action="store_true", help="though it is objected to")
    publish.add_argument("--every", type=float, default=_EVERY, metavar="SECONDS")
    past = asking("history", "what was published, by whom and why", _history, (*FORMATS, "csv"))
    past.add_argument("--meeting", type=date, help="as published then, beside as computed now")
    past.add_argument("--region", action="append", default=[], help="as often as needed")
    past.add_argument("--pillar", action="append", default=[], help="as often as needed")
    prune = command("prune", "which snapshots may go, and the room they take", _prune)
    prune.add_argument("--remove", action="store_true")
    prune.add_argument("--author", metavar="NAME", default=_NOBODY, help="who removes them")
    for sub in (publish, past, prune):
        sub.add_argument("--state", metavar="URL", help="the database; SCORECARD_STATE otherwise")


@contextlib.contextmanager
def _state(options: argparse.Namespace) -> Iterator[Store]:
    from scorecard.state.store import open_store

    store = open_store(options.state)
    try:
        yield store
    finally:
        store.close()


def _publish(options: argparse.Namespace) -> int:
    if options.watch:
        return _watch(options)
    try:
        if options.dry_run:
            return _said(options, _foreseen(options))
        with _state(options) as store:
            if options.snapshot:
                made = publication.restore(options.snapshot, options.author, options.note, store)
            else:
                what = (
                    publication.take_up(options.built)
                    if options.built
                    else _sources(options, options.exports)
                )
                made = publication.publish(
                    what, options.author, options.note, store, _progress, force=options.force
                )
    except (Objected, Unchanged, BadPlan, BadKpi) as error:
        aside = _set_aside(options) if isinstance(error, Objected) else ()
        return _said(options, {**_not_done(error), "set_aside": aside})
    return _said(options, {**_done(made), "set_aside": _set_aside(options)})


def _foreseen(options: argparse.Namespace) -> Mapping[str, object]:
    """What would come of it; nothing is written anywhere."""
    depot = depots.open_depot()
    now = publication.shown(depot)
    if options.snapshot:
        path = depot.fetch(options.snapshot) if depots.is_name(options.snapshot) else None
        if path is None:
            raise Refusal(f"the snapshot {options.snapshot} is not kept")
        proposed = snapshot.open_file(path)
    elif options.built:
        proposed = snapshot.open_file(options.built)
    else:
        proposed = _proposed(_sources(options, options.exports))
    reasons = () if options.snapshot else objections.to(proposed, now)
    outcome = "would be published"
    if now and proposed.id == now.id:
        outcome, reasons = "unchanged", ()
    elif reasons and not options.force:
        outcome = "would be refused"
    return {
        "outcome": outcome,
        "snapshot": proposed.id,
        "previous": now.id if now else None,
        "findings": objections.findings(proposed),
        "reasons": list(reasons),
        "set_aside": places.wrong(proposed, options.exports) if _is_of_exports(options) else (),
    }


def _is_of_exports(options: argparse.Namespace) -> bool:
    return not (options.snapshot or options.built)


def _set_aside(options: argparse.Namespace) -> tuple[Wrong, ...]:
    """Why rows of exports that intake made are set aside, and where they stood before."""
    if not (_is_of_exports(options) and origins.are_kept(options.exports)):
        return ()
    found = publication.kept(Sources(options.exports, options.plan))
    return places.wrong(found, options.exports) if found else ()


def _proposed(sources: Sources) -> Snapshot:
    try:
        return publication.kept(sources) or snapshot.in_memory(sources)
    except Unanswered:
        raise
    except Refusal as refusal:
        raise Objected((str(refusal),)) from refusal


def _done(made: Publication) -> Mapping[str, object]:
    return {
        "outcome": made.kind,
        "snapshot": made.snapshot,
        "previous": made.previous,
        "findings": dict(made.findings),
        "reasons": [],
    }


def _not_done(error: Exception) -> Mapping[str, object]:
    reasons = list(error.reasons) if isinstance(error, Objected) else [str(error)]
    return {"outcome": "unchanged" if isinstance(error, Unchanged) else "refused",
            "reasons": reasons}  # fmt: skip


def _said(options: argparse.Namespace, answer: Mapping[str, object]) -> int:
    """Prints what came of it, and gives the exit code."""
    outcome = str(answer["outcome"])
    if options.format == "json":
        print(json.dumps(answer, ensure_ascii=False, indent=2, default=asdict))
    else:
        print(f"{outcome}: snapshot {answer['snapshot']}" if "snapshot" in answer else outcome)
        reasons = answer["reasons"]
        assert isinstance(reasons, list)
        for reason in reasons:
            print(f"  {reason}")
        aside = answer["set_aside"]
        assert isinstance(aside, tuple)
        for line in places.in_words(aside):
            print(f"  {line}")
    if outcome == "unchanged":
        return UNCHANGED
    return REFUSED if outcome in ("refused", "would be refused") else PUBLISHED


def _watch(options: argparse.Namespace) -> int:
    """Goes on until it is stopped; a refusal is said and waits for the next arrival."""
    if options.every <= 0 or options.dry_run or options.force:
        raise Refusal("--watch goes with a positive --every, and without --dry-run and --force")
    if not options.watch.is_dir() or not options.plan.is_dir():
        raise Refusal(f"{options.watch} or {options.plan} is no folder")
    who, note = options.author or "the watched folder", options.note or "Arrived in the folder"
    with _state(options) as store, watched.alone():
        print(f"watching {options.watch}", flush=True)
        for _ in watched.arrivals(options.watch, options.every):
            wrong: list[Wrong] = []
            out = sys.stdout
            try:
                made = watched.take_in(
                    options.watch, options.plan, who, note, store, _silent, wrong.extend
                )
                print(f"published: snapshot {made.snapshot}", flush=True)
            except Unchanged as same:
                print(f"unchanged: {same}", flush=True)
            except (Refusal, BadPlan, BadKpi) as error:
                out = sys.stderr
                print(f"refused: {error}", file=out, flush=True)
            for line in places.in_words(tuple(wrong)):
                print(f"  {line}", file=out, flush=True)
    return PUBLISHED


def _history(options: argparse.Namespace) -> Mapping[str, object]:
    rights.refuse_reading(options.role)
    with _state(options) as store:
        if options.meeting is None:
            from scorecard.state import publications

            rights.refuse_publishing(options.role)
            return {"publications": [_row(made) for made in publications.all(store)]}
        if options.format == "csv":
            raise Refusal("a meeting is shown as a table or as JSON")
        made = history.as_published(store, options.meeting, options.role)
    then, now = _snapshot(made.snapshot), publication.open_current()
    chosen = selection.select(now.plan, options.region, options.pillar)
    date, rows = history.beside(then, now, options.role, options.meeting, chosen)
    return {
        "meeting": options.meeting,
        "as_of": date,
        "published": made.at,
        "by": made.who or None,
        "note": made.note or None,
        "snapshot_then": made.snapshot,
        "snapshot_now": now.id,
        "readings": list(rows),
        "restatements": list(history.restatements(then, now, options.role, chosen)),
    }


def _row(made: Publication) -> dict[str, object]:
    values = dict(made.__dict__)
    findings = values.pop("findings")
    return {**values, "errors": findings["error"], "warnings": findings["warning"]}


def _snapshot(name: str) -> Snapshot:
    path = depots.open_depot().fetch(name)
    if path is None:
        raise Refusal(f"the snapshot {name}, which was shown then, is no longer kept")
    return snapshot.open_file(path)


def _prune(options: argparse.Namespace) -> int:
    depot, keep = depots.open_depot(), retention.setting()
    shown = publication.shown(depot)
    if options.remove and depot.current() and shown is None:
        raise Refusal("what is shown cannot be opened, so which meetings there were is not known")
    plan = shown.plan if shown else None
    with _state(options) as store:
        found = retention.holdings(depot, store, keep, dt.datetime.now(dt.UTC), plan)
        goes = [holding for holding in found if not holding.why]
        if options.remove:
            names = [holding.snapshot for holding in goes]
            retention.remove(depot, store, names, options.author, keep=keep, plan=plan)
    if options.format == "json":
        rows = [dict(holding.__dict__) for holding in found]
        answer = {"keep": keep, "removed": options.remove, "snapshots": rows}
        print(json.dumps(answer, indent=2))
        return 0
    for holding in found:
        print(f"{holding.snapshot}  {_megabytes(holding.size)}  {holding.why or 'may go'}")
    verb = "went" if options.remove else "may go"
    room = _megabytes(sum(h.size for h in goes)).strip()
    total = _megabytes(sum(h.size for h in found)).strip()
    print(f"{len(goes)} of {len(found)} snapshots {verb}, with {room} of {total}")
    return 0


def _megabytes(size: int) -> str:
    return f"{size / 1e6:10,.1f} MB"


def _sources(options: argparse.Namespace, exports: Path) -> Sources:
    for folder in (exports, options.plan):
        if not folder.is_dir():
            raise Refusal(f"{folder} is no folder")
    return Sources(exports, options.plan)


def _progress(share: float, what: str) -> None:
    print(f"{share:4.0%} {what}", file=sys.stderr)


def _silent(share: float, what: str) -> None:
    pass
