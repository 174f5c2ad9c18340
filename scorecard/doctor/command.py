"""`python -m scorecard doctor` and `effect`: what is odd with exports, and what they would change.

Both take `--against`: a folder of exports (or one with `exports` and `plan` in it), a snapshot
file, the id of a snapshot in the depot, or `published` for the one that is shown now.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

from scorecard import contract, depot, doctor, numerals, publication, snapshot, wording
from scorecard import effect as effects
from scorecard.confidentiality import ROLES
from scorecard.doctor import quarantine
from scorecard.doctor.diagnosis import Diagnosis, Where
from scorecard.doctor.places import printable
from scorecard.refusal import Refusal
from scorecard.selection import select
from scorecard.snapshot import Snapshot, Sources

PUBLISHED = "published"
_SHOWN = 5
"""So many rows of an ailment are printed for a person; JSON lists more."""

Command = Callable[
    [str, str, Callable[[argparse.Namespace], int], Sequence[str]], argparse.ArgumentParser
]


def add(command: Command, date: Callable[[str], object]) -> None:
    """Adds both commands; `date` reads a date."""
    formats = ("table", "json")
    sub = command(
        "doctor", "what is wrong or odd with the exports, and the remedy", _doctor, formats
    )
    sub.add_argument("--against", metavar="DIR|SNAPSHOT", help="the figures to compare with")
    sub.add_argument(
        "--on", type=date, help="the day on which exports are late; else the data date"
    )
    sub.add_argument("--out", type=Path, help="folder for the rows to correct and send again")
    sub = command("effect", "what publishing the exports would change, and why", _effect, formats)
    sub.add_argument("--against", metavar="DIR|SNAPSHOT", default=PUBLISHED)
    sub.add_argument("--as-of", type=date, help="a date that both have; else the newest one")
    sub.add_argument("--role", choices=ROLES, default="executive")
    sub.add_argument("--region", action="append", default=[], help="as often as needed")
    sub.add_argument("--pillar", action="append", default=[], help="as often as needed")


def other(name: str, plan: Path) -> Snapshot:
    """The snapshot that `--against` names; a folder of exports alone goes with `plan`."""
    place = Path(name)
    if place.is_dir():
        if (place / "exports").is_dir():
            plan = place / "plan" if (place / "plan").is_dir() else plan
            place = place / "exports"
        return snapshot.in_memory(Sources(place, plan))
    if place.is_file():
        return snapshot.open_file(place)
    if name == PUBLISHED:
        return publication.open_current()
    path = depot.open_depot().fetch(name) if depot.is_name(name) else None
    if path is None:
        raise Refusal(f"{name} is no folder, no snapshot file and no snapshot of the depot")
    return snapshot.open_file(path)


def _doctor(options: argparse.Namespace) -> int:
    """0 where no row is set aside, 1 where there are errors."""
    sources = _sources(options)
    if options.out and options.out.resolve() == sources.exports.resolve():
        raise Refusal("the rows to correct would replace the exports; name another folder")
    current = other(options.against, options.plan) if options.against else None
    try:
        proposed = snapshot.in_memory(sources)
    except Refusal:
        found = doctor.examine_exports(sources)
    else:
        found = doctor.examine(proposed, current, options.on)
        if options.out:
            _write_rows(proposed, options.out)
    found = doctor.traced(found, sources.exports)
    _print(options, asdict(found), lambda: _diagnosis(found))
    return 1 if found.has_errors else 0


def _write_rows(proposed: Snapshot, folder: Path) -> None:
    """Writes the quarantined rows of each export, under the name that intake knows it by."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in contract.load().exports:
        content = quarantine.to_correct(proposed.cursor(), file)
        if content:
            (folder / f"{file.name}.csv").write_bytes(content)


def _effect(options: argparse.Namespace) -> int:
    proposed = snapshot.in_memory(_sources(options))
    current = other(options.against, options.plan)
    comparison = effects.compare(current, proposed, options.as_of)
    selection = select(proposed.plan, options.region, options.pillar)
    answer = effects.answer(comparison, options.role, selection)
    _print(options, answer, lambda: _effects(comparison, answer))
    return 0


def _sources(options: argparse.Namespace) -> Sources:
    for folder in (options.exports, options.plan):
        if not folder.is_dir():
            raise Refusal(f"{folder} is no folder")
    return Sources(options.exports, options.plan)


def _print(options: argparse.Namespace, answer: object, text: Callable[[], Iterable[str]]) -> None:
    if options.format == "json":
        print(json.dumps(answer, ensure_ascii=False, indent=2, default=str))
    else:
        print("\n".join(map(printable, text())))


def _diagnosis(found: Diagnosis) -> Iterable[str]:
    """The diagnosis for a person: a paragraph an ailment, then what is awaited."""
    if found.problem:
        yield f"Nothing can be computed: {found.problem}."
    for ailment in found.ailments:
        yield f"{ailment.severity}: {ailment.title}"
        yield f"    {ailment.words}"
        yield f"    {ailment.remedy}"
        for row in ailment.rows[:_SHOWN]:
            places = (*_where(row), row.column, row.value)
            yield f"    - {', '.join(str(place) for place in places if place)}"
        if ailment.count > _SHOWN:
            yield f"    - and {ailment.count - _SHOWN:,} more"
    for late in found.awaited:
        what = "has not arrived" if late.blinds else f"has nothing newer than {late.newest}"
        since = f", late since {late.late_since}" if late.late_since else ""
        kpis = ", ".join(late.blinds or late.ages)
        yield f"awaited: {late.export}.csv {what}{since} ({late.owner}): {kpis}"
    if not found.ailments and not found.awaited:
        yield "nothing is wrong or odd"


def _where(row: Where) -> tuple[object, ...]:
    """The file as whoever sent it knows it, and the line there, where that is known."""
    if row.arrived:
        return (wording.stood(row.arrived),)
    return row.file, row.line and f"line {row.line}"


def _effects(comparison: effects.Comparison, answer: dict[str, object]) -> Iterable[str]:
    """What moves, a line a KPI, at the common date and at the data dates."""
    old, new = answer["data_date_before"], answer["data_date_after"]
    for name, title in (
        ("effects", f"at {answer['as_of']}"),
        ("at_data_dates", f"{new} against {old}"),
    ):
        rows = answer[name]
        assert isinstance(rows, (list, tuple))
        yield title
        moved = [found for row in rows if (found := effects.Effect(**row)).is_moved]
        for found in moved:
            sides = (comparison.proposed, comparison.current)
            kpi = next(s.plan.by_id[found.kpi] for s in sides if found.kpi in s.plan.by_id)
            values = (found.before, found.after)
            known = [value for value in values if value is not None]
            digits = numerals.alike(kpi, *known) if len(known) == 2 else 1
            was, now = (
                numerals.NOTHING if value is None else numerals.precise(kpi, value, digits)
                for value in values
            )
            parts = ", ".join(
                f"{cause} {numerals.change(kpi, part)}" for cause, part in found.parts.items()
            )
            status = f", {found.status_after}"
            if found.status_before != found.status_after:
                status = f", {found.status_before} → {found.status_after}"
            yield f"    {kpi.title}: {was} → {now}{status}{f' ({parts})' if parts else ''}"
        if not moved:
            yield "    nothing changes"
