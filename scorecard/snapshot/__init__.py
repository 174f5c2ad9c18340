"""The snapshot: clean tables, facts and cells in one immutable DuckDB file, named by its inputs.

Where it is kept and which one is shown is for `publication` to say.
"""

from scorecard.snapshot.building import (
    Built,
    Progress,
    Workers,
    absent,
    build,
    build_into,
    check,
    compute,
    derive,
    in_memory,
    read_and_check,
)
from scorecard.snapshot.opened import Snapshot, of_database, open_file
from scorecard.snapshot.sources import SYNTHETIC, Sources

__all__ = [
    "SYNTHETIC",
    "Built",
    "Progress",
    "Snapshot",
    "Sources",
    "Workers",
    "absent",
    "build",
    "build_into",
    "check",
    "compute",
    "derive",
    "in_memory",
    "of_database",
    "open_file",
    "read_and_check",
]
