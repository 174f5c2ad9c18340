"""One result a line: what was done, how long against what, and whether that is good enough."""

from __future__ import annotations

import gc
import json
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

FILE = Path(__file__).parent / "results.json"


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
    note: str = "",
) -> Result:
    """A result; `ratio` is given where it is the median of paired ratios."""
    share = ours / reference if ratio is None else ratio
    return Result(
        work, round(ours, 3), round(reference, 3), reference_is, round(share, 3), bound,
        share <= bound, note=note,
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


def write(results: Sequence[Result]) -> None:
    """Prints the table and writes it to results.json."""
    FILE.write_text(json.dumps([asdict(r) for r in results], indent=2) + "\n", encoding="utf-8")
    print(f"{'work':<62} {'ours':>10} {'reference':>10} {'ratio':>7} {'bound':>6}  met")
    for r in results:
        print(
            f"{r.work:<62} {r.ours:>8.1f} {r.unit} {r.reference:>7.1f} {r.unit} "
            f"{r.ratio:>7.2f} {r.bound:>6.2f}  {'yes' if r.met else 'NO'}"
        )
        print(f"  against {r.reference_is}{'; ' + r.note if r.note else ''}")
