"""One result a line: what was done, how long against what, and whether that is good enough."""

from __future__ import annotations

import datetime as dt
import gc
import json
import platform
import statistics
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

FILE = Path(__file__).parent / "results.json"
HISTORY = Path(__file__).parent / "history.jsonl"
"""One run a line: when, of which commit, on what, and the ratio of each work."""


@dataclass(frozen=True)
class Result:
    """`ours` and `reference` in `unit`s, `bound` the ratio that `ratio` must not pass."""

    work: str
    ours: float
    reference: float
    reference_is: str
    ratio: float
    bound: float
    met: bool
    unit: str = "ms"
    note: str = ""


def result(
    work: str,
    ours: float,
    reference: float,
    reference_is: str,
    bound: float,
    *,
    ratio: float | None = None,
    unit: str = "ms",
    note: str = "",
) -> Result:
    """A result; `ratio` is given where it is the median of paired ratios."""
    share = ours / reference if ratio is None else ratio
    return Result(
        work, round(ours, 3), round(reference, 3), reference_is, round(share, 3), bound,
        share <= bound, unit, note,
    )  # fmt: skip


def timed(work: Callable[[], object]) -> float:
    """Milliseconds of one call, without a collection of garbage in between."""
    gc.collect()
    gc.disable()
    try:
        started = time.perf_counter()
        work()
        return (time.perf_counter() - started) * 1000
    finally:
        gc.enable()


def paired(
    ours: Callable[[], object], reference: Callable[[], object], runs: int, warm_up: int = 1
) -> tuple[float, float, float]:
    """Medians of both, and the median of the ratios pair by pair, A B A B."""
    pairs = []
    for i in range(runs + warm_up):
        a, b = timed(ours), timed(reference)
        if i >= warm_up:
            pairs.append((a, b))
    return (
        statistics.median(a for a, _ in pairs),
        statistics.median(b for _, b in pairs),
        statistics.median(a / b for a, b in pairs),
    )


def gather(parts: Mapping[str, Callable[[], Iterable[Result]]]) -> list[Result]:
    """All results of the named parts, each told as it ends, since together they take minutes."""
    found: list[Result] = []
    for name, measure in parts.items():
        started = time.perf_counter()
        mine = list(measure())
        found += mine
        print(f"{name}: {len(mine)} figures in {time.perf_counter() - started:.0f} s", flush=True)
    return found


def write(results: Sequence[Result], suite: str = "") -> None:
    """Prints the table; of a whole suite also into results.json and a line into the history."""
    before = _before(suite)
    print(
        f"{'work':<66} {'ours':>12} {'reference':>12} {'ratio':>7} {'before':>7} {'bound':>6}  met"
    )
    for r in results:
        was = before.get(r.work)
        print(
            f"{r.work:<66} {r.ours:>9.1f} {r.unit:<2} {r.reference:>9.1f} {r.unit:<2} "
            f"{r.ratio:>7.2f} {'' if was is None else f'{was:.2f}':>7} {r.bound:>6.2f}  "
            f"{'yes' if r.met else 'NO'}"
        )
        print(f"  against {r.reference_is}{'; ' + r.note if r.note else ''}")
    if not suite:
        return
    rows = [asdict(r) for r in results]
    place = FILE if suite == "bench" else FILE.with_name(f"results-{suite}.json")
    place.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")
    entry = {
        "suite": suite,
        "at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "commit": _commit(),
        "python": platform.python_version(),
        "ratios": {r.work: r.ratio for r in results},
    }
    with HISTORY.open("a", encoding="utf-8") as history:
        history.write(json.dumps(entry, ensure_ascii=False) + "\n")


def _before(suite: str) -> dict[str, float]:
    """The ratios of the last run of a suite, to see what became slower."""
    if not suite or not HISTORY.exists():
        return {}
    runs = [json.loads(line) for line in HISTORY.read_text(encoding="utf-8").splitlines()]
    mine = [run for run in runs if run["suite"] == suite]
    ratios: dict[str, float] = mine[-1]["ratios"] if mine else {}
    return ratios


def _commit() -> str:
    """The commit that is measured; with a plus where files differ from it."""
    said = subprocess.run(
        ["git", "describe", "--always", "--dirty=+"],
        cwd=FILE.parent, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return said.stdout.strip()
