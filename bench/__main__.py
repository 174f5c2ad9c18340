"""`make bench`: what a change should be measured by, in ten minutes; `--large` does the rest."""

from __future__ import annotations

import sys

from bench import clicks, core, intake, large, load, papers, results
from bench.peers import measure as peers

SUITES = {
    "bench": {
        "clicks": clicks.measure,
        "core": core.measure,
        "intake": intake.measure,
        "load": load.measure,
        "papers": papers.measure,
    },
    "large": {
        "peers": peers.measure,
        "load": load.measure_limit,
        "sizes": large.measure,
    },
}

if __name__ == "__main__":
    suite = "large" if "--large" in sys.argv[1:] else "bench"
    results.write(results.gather(SUITES[suite]), suite)
