"""The full briefing in each format, whole and our own share of it."""

from __future__ import annotations

import cProfile
import pstats
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.core import LARGE
from bench.results import Result, result, timed
from scorecard import readings, sample, snapshot
from scorecard.briefing import content, writers
from scorecard.briefing.document import Document
from scorecard.briefing.written import UNKNOWN
from scorecard.snapshot import Snapshot, Sources

ROOT = Path(__file__).parent.parent
RUNS = 3


def measure() -> Iterator[Result]:
    """Each format at two sizes; composing and our part of writing must stay below 0.3 s."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sample.write(folder, LARGE, 1)
        sizes = {
            "the sample": Sources(),
            "100,000 organisations": Sources(folder / "exports", folder / "plan"),
        }
        for size, sources in sizes.items():
            yield from _formats(snapshot.in_memory(sources), size)


def _formats(snap: Snapshot, size: str) -> Iterator[Result]:
    meeting = readings.last_meeting(snap, snap.data_date)
    assert meeting

    def compose() -> Document:
        return content.compose(snap, UNKNOWN, meeting, role="executive")

    document = compose()
    composing = sorted(timed(compose) for _ in range(RUNS))[RUNS // 2]
    yield result(f"composing the papers of {size}", composing, 300.0, "0.3 s", 1.0)
    for name in ("pptx", "docx", "xlsx", "pdf"):

        def make(name: str = name) -> bytes:
            return writers.as_bytes(document, name)

        make()
        whole = composing + sorted(timed(make) for _ in range(RUNS))[RUNS // 2]
        share = _our_share(make)
        ours = composing + (whole - composing) * share
        yield result(
            f"{name} of {size}, composed and written", whole, 3000.0, "3 s", 1.0,
            note=f"{share:.0%} of the writing is our own code",
        )  # fmt: skip
        yield result(f"our own part of the {name} of {size}", ours, 300.0, "0.3 s", 1.0)


def _our_share(make: Callable[[], object]) -> float:
    """The share of the time of a call that is spent in our own functions, not in libraries."""
    profile = cProfile.Profile()
    profile.runcall(make)
    stats = pstats.Stats(profile)
    ours = sum(
        row[2]
        for (file, _, _), row in stats.stats.items()
        if file.startswith(str(ROOT / "scorecard"))
    )
    total: float = stats.total_tt
    return ours / total


if __name__ == "__main__":
    from bench import results

    results.write(list(measure()))
