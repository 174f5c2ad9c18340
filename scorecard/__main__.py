"""The command line: everything that the dashboard shows, printed."""

from __future__ import annotations

import argparse
import datetime as dt
import importlib
import json
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from pathlib import Path

from scorecard import (
    breakdowns,
    catalogue,
    changes,
    evidence,
    handbook,
    plan,
    printing,
    publication,
    publishing,
    readings,
    reconcile,
    selection,
    snapshot,
)
from scorecard.backup import commands as backup_commands
from scorecard.catalogue import BadKpi
from scorecard.confidentiality import ROLES
from scorecard.doctor import command as doctor_command
from scorecard.intake import command as intake_command
from scorecard.plan import BadPlan
from scorecard.refusal import Refusal
from scorecard.snapshot import Snapshot, Sources
from scorecard.state import commands as state_commands

Answer = Mapping[str, object]


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command: 0 done, 1 errors in the data, 2 called wrongly or refused."""
    options = _parser().parse_args(argv)
    try:
        code: int = options.run(options)
    except (Refusal, BadKpi, BadPlan) as error:
        print(f"scorecard {options.command}: {error}", file=sys.stderr)
        return 2
    return code


def _show(options: argparse.Namespace) -> Answer:
    snap, chosen = _open(options)
    card = readings.scorecard(snap, chosen, options.role, options.as_of, options.compare)
    return {
        "as_of": card.as_of,
        "compare": card.compare,
        "data_date": card.data_date,
        "regions": chosen.regions,
        "pillars": chosen.pillars,
        "readings": card.readings,
    }


def _series(options: argparse.Namespace) -> Answer:
    snap, chosen = _open(options)
    found = readings.series(snap, snap.plan.kpi(options.kpi), chosen, options.role)
    return asdict(found)


def _breakdown(options: argparse.Namespace) -> Answer:
    snap, chosen = _open(options)
    kpi = snap.plan.kpi(options.kpi)
    return asdict(breakdowns.breakdown(snap, kpi, options.by, chosen, options.role, options.as_of))


def _facts(options: argparse.Namespace) -> Answer:
    snap, chosen = _open(options)
    kpi = snap.plan.kpi(options.kpi)
    return asdict(evidence.facts(snap, kpi, chosen, options.role, options.as_of))


def _explain(options: argparse.Namespace) -> Answer:
    snap, chosen = _open(options)
    kpi = snap.plan.kpi(options.kpi)
    found = asdict(
        changes.explain(snap, kpi, options.start, options.end, options.by, chosen, options.role)
    )
    start, end = found.pop("start"), found.pop("end")
    return {"kpi": found.pop("kpi"), "from": start, "to": end, **found}


def _reconcile(options: argparse.Namespace) -> Answer:
    snap, _ = _open(options)
    return {"figures": reconcile.reconcile(snap, options.role)}


def _answer(make: Callable[[argparse.Namespace], Answer]) -> Callable[[argparse.Namespace], int]:
    def run(options: argparse.Namespace) -> int:
        answer = _plain(make(options))
        assert isinstance(answer, dict)
        if options.format == "json":
            print(json.dumps(answer, ensure_ascii=False, indent=2))
        elif options.format == "csv":
            print(printing.csv(options.command, answer), end="")
        else:
            print(printing.table(options.command, answer))
        return 0 if answer.get("whole", True) else 1

    return run


def _check(options: argparse.Namespace) -> int:
    found, errors = snapshot.check(_sources(options), catalogue.load())
    answer = _plain(found)
    assert isinstance(answer, dict)
    if options.format == "json":
        print(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        print(printing.table("check", answer))
    return 1 if errors else 0


def _build(options: argparse.Namespace) -> int:
    if options.engine:
        # By name, since only who has an engine has the packages that speak to one.
        engine = importlib.import_module("scorecard.distributed.engine")
        built = engine.build(
            options.engine, str(options.exports), options.plan, options.out, options.staging,
            _progress,
        )  # fmt: skip
    else:
        built = snapshot.build_into(options.out, _sources(options), _progress)
    print(f"{options.out}: {built.errors} errors in the data", file=sys.stderr)
    return 1 if built.errors else 0


def _sample(options: argparse.Namespace) -> int:
    from scorecard import sample  # numpy's random numbers are not needed by any other command

    seed = sample.DEFAULT_SEED if options.seed is None else options.seed
    sample.write(options.out, options.organisations, seed)
    return 0


def _handbook(options: argparse.Namespace) -> int:
    toml = plan.read_outline(options.plan)
    text = handbook.text(plan.outline(toml).goals, catalogue.load())
    if options.out:
        options.out.write_text(text, encoding="utf-8")
    else:
        print(text, end="")
    return 0


def _progress(share: float, what: str) -> None:
    print(f"{share:4.0%} {what}", file=sys.stderr)


def _sources(options: argparse.Namespace) -> Sources:
    for folder in (options.exports, options.plan):
        if not folder.is_dir():
            raise Refusal(f"{folder} is no folder")
    return Sources(options.exports, options.plan)


def _open(options: argparse.Namespace) -> tuple[Snapshot, selection.Selection]:
    asked = Sources(options.exports, options.plan)
    if asked == Sources() and publication.follows(asked):
        snap = publication.open_current()
    else:
        sources = _sources(options)
        snap = publication.kept(sources) or snapshot.in_memory(sources)
    return snap, selection.select(
        snap.plan, getattr(options, "region", ()), getattr(options, "pillar", ())
    )


def _plain(value: object) -> object:
    """Dates as text, dataclasses as dictionaries, tuples as lists."""
    if is_dataclass(value) and not isinstance(value, type):
        return _plain(asdict(value))
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, dt.date) else value


def _date(text: str) -> dt.date:
    problem = argparse.ArgumentTypeError(f"{text!r} is no date such as 2022-12-31")
    try:
        date = dt.date.fromisoformat(text)
    except ValueError as error:
        raise problem from error
    if str(date) != text:
        raise problem
    return date


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scorecard", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)

    def command(
        name: str,
        help: str,
        run: Callable[[argparse.Namespace], int],
        formats: Sequence[str] = state_commands.FORMATS,
    ) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=help, description=help)
        home = Sources()
        sub.add_argument("--exports", type=Path, default=home.exports, help="folder of exports")
        sub.add_argument("--plan", type=Path, default=home.plan, help="folder of plan files")
        sub.add_argument("--format", choices=formats, default="table")
        sub.set_defaults(run=run)
        return sub

    def asking(
        name: str,
        help: str,
        make: Callable[[argparse.Namespace], Answer],
        formats: Sequence[str] = state_commands.FORMATS,
    ) -> argparse.ArgumentParser:
        sub = command(name, help, _answer(make), formats)
        sub.add_argument("--role", choices=ROLES, default="executive")
        return sub

    def filtered(
        name: str, help: str, make: Callable[[argparse.Namespace], Answer]
    ) -> argparse.ArgumentParser:
        sub = asking(name, help, make)
        sub.add_argument("--region", action="append", default=[], help="as often as needed")
        sub.add_argument("--pillar", action="append", default=[], help="as often as needed")
        return sub

    command("check", "read and check the exports and the plan", _check)
    show = filtered("show", "the scorecard", _show)
    show.add_argument("--as-of", type=_date)
    show.add_argument("--compare", type=_date)
    one = [
        filtered("series", "the value at every reporting date", _series),
        breakdown := filtered("breakdown", "the value in each group", _breakdown),
        rows := filtered("facts", "the rows behind the figure", _facts),
        explain := filtered("explain", "why a figure changed", _explain),
    ]
    for sub in one:
        sub.add_argument("--kpi", required=True)
    for sub in (breakdown, rows):
        sub.add_argument("--as-of", type=_date)
    groups = ("region", "country", "pillar", "category")
    breakdown.add_argument("--by", required=True, choices=groups)
    explain.add_argument("--by", required=True, choices=(*groups, "entity"))
    explain.add_argument("--from", dest="start", type=_date, required=True)
    explain.add_argument("--to", dest="end", type=_date, required=True)
    asking("reconcile", "computed against published figures", _reconcile)
    state_commands.add(asking, lambda options: _open(options)[0])
    publishing.add(command, asking, _date)
    backup_commands.add(commands)
    # By name, since the papers lie outside the core, which knows no document library.
    papers = importlib.import_module("scorecard.briefing.command")
    papers.add(commands, _open, _date)
    intake_command.add(command("intake", "turn what arrived into exports", intake_command.run))
    doctor_command.add(command, _date)
    build = command("build", "build the snapshot", _build)
    build.add_argument("--out", type=Path, required=True)
    build.add_argument("--engine", metavar="ADDRESS", help="a Spark cluster, spark://host:7077")
    build.add_argument("--staging", type=Path, help="a folder that all machines of it see")
    book = command("handbook", "write the definitions of all KPIs as one page", _handbook)
    book.add_argument("--out", type=Path)
    sample = command("sample", "write a synthetic set of exports and plan", _sample)
    sample.add_argument("--out", type=Path, required=True)
    sample.add_argument("--organisations", type=int, help="left out: the sample of this project")
    sample.add_argument("--seed", type=int)
    return parser


if __name__ == "__main__":
    # A reader that has seen enough, such as `head`, is no error.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    sys.exit(main())
