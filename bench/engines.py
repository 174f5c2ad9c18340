"""`python -m bench.engines 10000 100000`: one machine's DuckDB beside a Spark cluster on it.

Each build runs in a process of its own, once; the cluster has two workers, each a process with one
core. CPU seconds and memory are those of all processes that take part, so the first tell what a
build costs where machines are shared, and the time what somebody waits.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from scorecard import sample

ENGINE = "local-cluster[2,1,3072]"
_PAUSE = 0.2


@dataclass(frozen=True)
class Cost:
    """What a build took: seconds until it was done, CPU seconds, and bytes in memory at most."""

    seconds: float
    cpu: float
    memory: int


def cost(words: list[str]) -> Cost:
    """Runs a command of the project and watches it and all that it starts."""
    started = time.monotonic()
    command = [sys.executable, "-m", "scorecard", *words]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    spent: dict[int, float] = {}
    most = 0
    while process.poll() is None:
        now = 0
        for one in _family(process.pid):
            try:
                times = one.cpu_times()
                spent[one.pid] = times.user + times.system
                now += one.memory_info().rss
            except psutil.Error:
                continue
        most = max(most, now)
        time.sleep(_PAUSE)
    assert process.returncode in (0, 1), f"{words} ended with {process.returncode}"
    return Cost(time.monotonic() - started, sum(spent.values()), most)


def _family(pid: int) -> list[psutil.Process]:
    try:
        head = psutil.Process(pid)
        return [head, *head.children(recursive=True)]
    except psutil.Error:
        return []


def measure(exports: Path, plan: Path, folder: Path) -> None:
    """Prints what both engines take for one set of exports."""
    size = sum(path.stat().st_size for path in exports.glob("*.csv"))
    for name, more in (("DuckDB", []), ("Spark", ["--engine", ENGINE])):
        words = ["build", "--exports", str(exports), "--plan", str(plan), *more]
        found = cost([*words, "--out", str(folder / f"{name}.duckdb")])
        print(
            f"{size / 1e6:8.0f} MB  {name:<7} {found.seconds:7.1f} s  {found.cpu:7.1f} CPU s  "
            f"{found.memory / 1e6:7.0f} MB in memory",
            flush=True,
        )


def main() -> None:
    for size in sys.argv[1:]:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            made = Path(size)
            if not made.is_dir():
                made = folder / "set"
                sample.write(made, int(size), 1)
            measure(made / "exports", made / "plan", folder)


if __name__ == "__main__":
    main()
