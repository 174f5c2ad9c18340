"""Every page of the board for every selection and role, drawn without a browser."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from scorecard.confidentiality import Role
from scorecard.screen import store as stores
from scorecard.snapshot import Snapshot
from tests.browser import ROOT

PAGES = ("overview", "capacity", "compliance", "membership", "brand", "changes", "kpi")
_DRAWN = """
from pathlib import Path
import streamlit as st
from scorecard.screen import frame
from scorecard.visitor import Visitor
visitor = Visitor(st.session_state["role"], "a visitor", "machine")
view = frame.begin(frame.find_snapshot(), visitor, "plan")
for page in st.session_state["pages"]:
    exec(compile(Path(page).read_text(encoding="utf-8"), page, "exec"), {})
"""


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SCORECARD_SNAPSHOTS", str(tmp_path_factory.mktemp("snapshots")))
        patch.setattr(stores, "_watch", stores._Watch())
        shown = stores.find(lambda share, what: None).snapshot
        assert shown is not None
        yield shown


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
            app = AppTest.from_string(_DRAWN, default_timeout=60)
            app.session_state["role"] = role
            app.session_state["pages"] = [str(ROOT / f"pages/board/{page}.py")]
            app.query_params["region"] = regions
            app.query_params["pillar"] = pillars
            app.run()
            assert not app.exception, (page, regions, pillars, app.exception[0].message)


def test_no_grid_offers_a_file_of_its_own() -> None:
    config = tomllib.loads(Path(ROOT / ".streamlit/config.toml").read_text(encoding="utf-8"))
    assert config["client"]["disableDataExport"] is True
