"""The plan of the sample: its hand-kept files lie in `plan/` and are copied; some are adapted.

Regions come from the list of countries. A drawn sample has no published figures to meet, and its
targets for counts grow with its size.
"""

import csv
import io
from pathlib import Path

from scorecard.sample.world import FOCUS_REGIONS, world

CONTENT = Path(__file__).with_name("plan")
COPIED = ("plan.toml", "board_seats.csv", "meetings.csv", "milestones.csv")
# KPIs whose value follows the number of organisations; the others keep their targets.
GROWING = (
    "certified_companies",
    "past_deadline",
    "affiliates",
    "csos_in_monitoring",
    "company_members",
    "civil_society_members",
    "stakeholders_engaged",
    "media_mentions",
    "website_visits",
    "code_references",
)


def write_plan(out: Path, scale: float, calibrated: bool) -> None:
    """The files of the plan; `scale` is the size relative to the calibrated sample."""
    for name in COPIED:
        (out / name).write_bytes((CONTENT / name).read_bytes())
    (out / "regions.csv").write_bytes(regions())
    published = (CONTENT / "published_figures.csv").read_bytes()
    header = published[: published.index(b"\n") + 1]
    (out / "published_figures.csv").write_bytes(published if calibrated else header)
    targets = (CONTENT / "targets.csv").read_text(encoding="utf-8")
    (out / "targets.csv").write_bytes(
        targets.encode() if calibrated else scaled_targets(targets, scale).encode()
    )


def regions() -> bytes:
    """Every country with its region, as `regions.csv`."""
    places = world()
    rows = zip(places.codes, places.names, places.regions, strict=True)
    return _csv(
        [
            ["country", "country_name", "region", "focus"],
            *([*row, "true" if row[2] in FOCUS_REGIONS else "false"] for row in rows),
        ]
    ).encode()


def scaled_targets(text: str, scale: float) -> str:
    """Targets with the counts that follow the size multiplied by it, still whole numbers."""
    header, *rows = csv.reader(io.StringIO(text))
    value, kpi = header.index("value"), header.index("kpi")
    for row in rows:
        if row[kpi] in GROWING:
            row[value] = str(round(int(row[value]) * scale))
    return _csv([header, *rows])


def _csv(rows: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
