"""The command line agrees with the naive reading on generated sets, clean and dirty.

SCORECARD_AGREEMENT_SETS says how many sets, SCORECARD_AGREEMENT_SEED draws others, and
SCORECARD_AGREEMENT_SIZES how many organisations sets of the generator have, such as `10000`,
which `make agreement` asks.
"""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import io
import json
import os
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from oracle import commands
from oracle.contract import ALLOWED, KPIS
from oracle.exports import check, load
from oracle.generate import generate
from oracle.reading import records
from oracle.readings import show
from oracle.selection import ROLES, Refused, reporting_dates
from oracle.tables import World

from scorecard import __main__ as command_line
from scorecard import publication, sample, snapshot
from scorecard.__main__ import main
from scorecard.refusal import Refusal

SETS = int(os.environ.get("SCORECARD_AGREEMENT_SETS", "50"))
SEED = os.environ.get("SCORECARD_AGREEMENT_SEED")
SIZES = [int(n) for n in os.environ.get("SCORECARD_AGREEMENT_SIZES", "60,1000").split(",")]
QUESTIONS = 20  # asked of each set, besides `check` and the scorecard of today
COMMANDS = ["show", "show", "series", "breakdown", "breakdown", "facts", "explain", "explain"]
# About one cell, so that the value is compared; others name several cells or none.
CELL_RULES = ("required", "type", "enum", "range", "unknown_country", "after_data_date")


def run(folders: list[str], words: list[str]) -> tuple[int, Any]:
    """Exit code of a command and what it printed, None where it printed no JSON."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(io.StringIO()):
        try:
            code = main([*words, *folders, "--format", "json"])
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 2
    text = printed.getvalue()
    return code, json.loads(text) if text and code != 2 else None


def differences(ours: Any, theirs: Any, where: str = "") -> Iterator[str]:
    """Where two answers differ: numbers by more than 1e-9, everything else at all."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for key in sorted(ours.keys() | theirs.keys()):
            if key not in ours or key not in theirs:
                yield f"{where}.{key}: only one of the two has it"
            else:
                yield from differences(ours[key], theirs[key], f"{where}.{key}")
    elif isinstance(theirs, list) and isinstance(ours, list):
        if len(ours) != len(theirs):
            yield f"{where}: {len(ours)} for {len(theirs)}: {ours} for {theirs}"
            return
        for i, (a, b) in enumerate(zip(ours, theirs, strict=True)):
            name = b.get("kpi") or b.get("group") or i if isinstance(b, dict) else i
            yield from differences(a, b, f"{where}[{name}]")
    elif _is_number(ours) and _is_number(theirs):
        # Sums of large numbers differ in their last digits, hence the relative part.
        if abs(ours - theirs) > 1e-9 * max(1.0, abs(theirs)):
            yield f"{where}: {ours!r} for {theirs!r}"
    elif ours != theirs:
        yield f"{where}: {ours!r} for {theirs!r}"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def comparable(finding: dict[str, Any]) -> tuple[Any, ...]:
    keys = ("export", "line", "column", "rule", "severity")
    value = finding["value"] if finding["rule"] in CELL_RULES else None
    return (*(finding[key] for key in keys), value or None)


def of_check(folders: list[str], world: World) -> Iterator[str]:
    theirs = check(world)
    errors = any(f["severity"] == "error" for f in theirs["findings"])
    code, ours = run(folders, ["check"])
    if code != int(errors):
        yield f"check ends with {code} for {int(errors)}"
    if ours is None:
        yield "check prints nothing"
        return
    yield from differences(ours["data_date"], theirs["data_date"], "data_date")
    unreadable = {f["export"] for f in theirs["findings"] if f["rule"] == "encoding"}
    for a, b in zip(ours["exports"], theirs["exports"], strict=True):
        if b["export"] in unreadable:  # how many rows it has, nobody can say
            assert a["accepted"] == 0
            a = b
        yield from differences(a, b, "exports")
    a, b = ([comparable(f) for f in answer["findings"]] for answer in (ours, theirs))
    yield from (f"finding of the command line only: {f}" for f in a if f not in b)
    yield from (f"finding of the naive reading only: {f}" for f in b if f not in a)
    if sorted(a, key=repr) == sorted(b, key=repr) and a != b:
        first = next(i for i in range(len(a)) if a[i] != b[i])
        yield f"findings in another order: {a[first]} for {b[first]}"
    elif len(a) != len(b):
        yield f"{len(a)} findings for {len(b)}"


Question = tuple[list[str], Callable[[], dict[str, Any]]]


def question(rng: random.Random, world: World) -> Question:
    """A random command with its filters and role, and how the naive reading answers it."""
    try:
        dates = list(reporting_dates(world))
    except Refused:
        dates = [dt.date(2019, 12, 31)]
    dates += 6 * [day for day in dates if (day.month, day.day) == (12, 31)]

    def some_day() -> dt.date:
        if rng.random() < 0.03:
            return rng.choice(dates) + dt.timedelta(days=rng.randint(-400, 400))
        return rng.choice([*dates, *dates[-1:] * 5])

    confidential = [kpi for kpi in KPIS if KPIS[kpi].confidential]
    kpi = rng.choice([*KPIS, *confidential, *confidential])
    kpi = kpi if rng.random() < 0.98 else "members"
    regions = sorted({row["region"] for row in world.rows("regions")}) + ["Not specified"]
    many = rng.choice([0, 0, 1, 1, 2, len(regions)])
    regions = rng.sample(regions, min(many, len(regions)))
    if rng.random() < 0.02:
        regions.append("Mars")
    pillars = list(ALLOWED["pillar"])
    pillars = rng.sample(pillars, rng.choice([0, 0, 0, 1, 1, 2, 4]))
    if rng.random() < 0.2:
        regions, pillars = regions * 2, pillars * 2
    role = rng.choice([*ROLES, "executive"])
    words = [word for region in regions for word in ("--region", region)]
    words += [word for pillar in pillars for word in ("--pillar", pillar)]
    words += ["--role", role]
    by = rng.choice(["region", "region", "country", "pillar", "category"])
    day = some_day() if rng.random() < 0.8 else None
    as_of = ["--as-of", day.isoformat()] if day else []
    command = rng.choice(
        ["show", "show", "series", "breakdown", "breakdown", "facts", "explain", "explain"]
    )
    if rng.random() < 0.06:
        return ["reconcile", "--role", role], lambda: commands.reconcile(world, role)
    if command == "show":
        other = some_day() if rng.random() < 0.3 else None
        compare = ["--compare", other.isoformat()] if other else []
        return [command, *as_of, *compare, *words], lambda: show(
            world, day, other, regions, pillars, role
        )
    words = ["--kpi", kpi, *words]
    if command == "series":
        return [command, *words], lambda: commands.series(world, kpi, regions, pillars, role)
    if command == "breakdown":
        return [command, "--by", by, *as_of, *words], lambda: commands.breakdown(
            world, kpi, by, day, regions, pillars, role
        )
    if command == "facts":
        return [command, *as_of, *words], lambda: commands.facts(
            world, kpi, day, regions, pillars, role
        )
    by = rng.choice([by, by, "entity"])
    start, end = some_day(), some_day()
    days = ["--from", start.isoformat(), "--to", end.isoformat()]
    return [command, "--by", by, *days, *words], lambda: commands.explain(
        world, kpi, start, end, by, regions, pillars, role
    )


def of_answer(folders: list[str], asked: Question) -> Iterator[str]:
    words, answer = asked
    try:
        theirs: Any = answer()
    except Refused:
        theirs = None
    code, ours = run(folders, words)
    if code != (2 if theirs is None else 0):
        yield f"ends with {code} where {'it is refused' if theirs is None else '0 is right'}"
    elif theirs is not None:
        if words[0] == "facts":
            for row in ours["facts"]:
                assert isinstance(row.pop("label"), str)
        yield from differences(ours, theirs)


def disagreements(number: int, folder: Path) -> list[str]:
    rng = random.Random(number)
    exports, plan = generate(rng, folder, dirty=rng.random() < 0.6)
    folders = ["--exports", str(exports), "--plan", str(plan)]
    world = load(exports, plan)
    # Commands read the snapshot of their inputs where there is one, so it is built once.
    with contextlib.suppress(Refusal):
        publication.propose(snapshot.Sources(exports, plan))
    found = list(of_check(folders, world))
    today: Question = (["show"], lambda: show(world))
    for asked in [today, *(question(rng, world) for _ in range(QUESTIONS))]:
        command = " ".join(asked[0])
        found += [f"{command}: {difference}" for difference in of_answer(folders, asked)]
    return found


@pytest.fixture(scope="module", autouse=True)
def snapshots(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SCORECARD_SNAPSHOTS", str(tmp_path_factory.mktemp("snapshots")))
        # Opening one again for each question would take half of the time.
        patch.setattr(snapshot, "open_file", lru_cache(1)(snapshot.open_file))
        # So would saying anew for each of a thousand what all commands are called.
        patch.setattr(command_line, "_parser", cache(command_line._parser))
        yield


# A set is a number, which does not shrink; a failure names it.
@settings(
    max_examples=SETS,
    deadline=None,
    derandomize=SEED is None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(number=st.integers(0, 2**32))
def the_command_line_agrees(number: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = disagreements(number, Path(folder))
    assert not found, f"set {number}:\n" + "\n".join(found[:40])


def test_the_naive_reading_splits_records_as_the_csv_module_does() -> None:
    rng = random.Random(1)
    for _ in range(3000):
        text = "".join(rng.choices('a,"\r\n é', k=rng.randint(0, 14)))
        text = "header\n" + text + rng.choice(["", '"'])
        try:
            # Strict reading tells an open quote, but minds other things as well.
            list(csv.reader(io.StringIO(text, newline=""), strict=True))
        except csv.Error:
            continue
        rows = list(csv.reader(io.StringIO(text, newline="")))
        blank = [row for row in rows if not "".join(row).strip() and len(row) < 2]
        found = [record.fields for record in records(text)]
        assert [row for row in found if row not in blank] == [r for r in rows if r not in blank]


TINY = Path(__file__).parent / "data" / "tiny"
# file, what stands there, what shall stand there: each once told the two readings apart.
EDGES = {
    "a row ends with one comma too many": ("exports/events.csv", b"-04-01,\n", b"-04-01,,\n"),
    "regions.csv holds only its header": ("plan/regions.csv", b"\nKEN,Kenya,Africa,true", b""),
    "a date has no end": ("exports/memberships.csv", b"-05-10,", b"-05-10,infinity"),
    "the plan starts at an hour": ("plan/plan.toml", b"2018-12-15", b"2018-12-15T08:00:00"),
}  # fmt: skip


@pytest.mark.parametrize("edge", EDGES)
def test_the_command_line_agrees_with_the_naive_reading_where(edge: str, tmp_path: Path) -> None:
    shutil.copytree(TINY, tmp_path / "tiny")
    name, old, new = EDGES[edge]
    path = tmp_path / "tiny" / name
    data = path.read_bytes()
    assert old in data
    # Without a first country the rest of regions.csv goes too.
    path.write_bytes(data.replace(old, new) if new else data[: data.index(old) + 1])
    exports, plan = tmp_path / "tiny" / "exports", tmp_path / "tiny" / "plan"
    world = load(exports, plan)
    folders = ["--exports", str(exports), "--plan", str(plan)]
    today: Question = (["show"], lambda: show(world))
    assert [*of_check(folders, world), *of_answer(folders, today)] == []


def test_the_command_line_agrees_with_the_naive_reading_on_generated_sets() -> None:
    if SEED is not None:
        seed(int(SEED))(the_command_line_agrees)()
    else:
        the_command_line_agrees()


@pytest.mark.parametrize("size", SIZES)
def test_the_command_line_agrees_with_the_naive_reading_at_size(size: int, tmp_path: Path) -> None:
    sample.write(tmp_path, size, 1)
    exports, plan = tmp_path / "exports", tmp_path / "plan"
    world = load(exports, plan)
    folders = ["--exports", str(exports), "--plan", str(plan)]
    publication.propose(snapshot.Sources(exports, plan))
    questions: list[Question] = [(["show"], partial(show, world))]
    for kpi in KPIS:
        named = ["--kpi", kpi]
        questions.append((["series", *named], partial(commands.series, world, kpi)))
        questions.append((["facts", *named], partial(commands.facts, world, kpi)))
        for by in ("country", "pillar", "category"):
            asked = partial(commands.breakdown, world, kpi, by)
            questions.append((["breakdown", *named, "--by", by], asked))
    found = list(of_check(folders, world))
    for asked in questions:
        found += [f"{' '.join(asked[0])}: {difference}" for difference in of_answer(folders, asked)]
    assert found == []
