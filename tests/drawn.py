"""Pages of the board, drawn without a browser of the figures that a new installation shows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from scorecard.confidentiality import Role
from scorecard.screen import store as stores
from scorecard.snapshot import Snapshot
from tests.browser import ROOT

_SCRIPT = """
from pathlib import Path
import streamlit as st
from scorecard.screen import frame
from scorecard.visitor import Visitor
visitor = Visitor(st.session_state["role"], "a visitor", "machine")
view = frame.begin(frame.find_snapshot(), visitor, "plan")
page = st.session_state["page"]
exec(compile(Path(page).read_text(encoding="utf-8"), page, "exec"), {})
"""


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    """What pages show as long as the tests of a module run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SCORECARD_SNAPSHOTS", str(tmp_path_factory.mktemp("snapshots")))
        patch.setattr(stores, "_watch", stores._Watch())
        shown = stores.find(lambda share, what: None).snapshot
        assert shown is not None
        yield shown


def draw(role: Role, page: str, **parameters: list[str]) -> AppTest:
    """The page as it is for a role, its address with these parameters."""
    app = AppTest.from_string(_SCRIPT, default_timeout=60)
    app.session_state["role"] = role
    app.session_state["page"] = str(ROOT / f"pages/board/{page}.py")
    for name, words in parameters.items():
        app.query_params[name] = words
    app.run()
    assert not app.exception, (page, parameters, app.exception[0].message)
    return app
