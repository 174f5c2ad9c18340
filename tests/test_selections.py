"""Every page of the board for every selection and role, drawn without a browser."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from scorecard.confidentiality import Role
from scorecard.snapshot import Snapshot
from tests.browser import ROOT
from tests.drawn import draw, snapshot

__all__ = ["snapshot"]

PAGES = ("overview", "capacity", "compliance", "membership", "brand", "changes", "kpi")


def selections(snapshot: Snapshot) -> list[tuple[list[str], list[str]]]:
    """Every single region and pillar, and some of both that hold few or nobody."""
    plan = snapshot.plan
    single = [([region], []) for region in plan.regions]
    single += [([], [pillar]) for pillar in plan.pillars]
    crossed = [([plan.regions[0]], [pillar]) for pillar in plan.pillars]
    return [([], []), *single, *crossed, ([plan.regions[-1]], [plan.pillars[-1]])]


@pytest.mark.parametrize("role", ["executive", "board", "guest"])
def test_every_page_can_be_drawn_for_every_region_and_pillar(
    role: Role, snapshot: Snapshot
) -> None:
    for regions, pillars in selections(snapshot):
        for page in PAGES:
            draw(role, page, region=regions, pillar=pillars)


def test_no_grid_offers_a_file_of_its_own() -> None:
    config = tomllib.loads(Path(ROOT / ".streamlit/config.toml").read_text(encoding="utf-8"))
    assert config["client"]["disableDataExport"] is True
