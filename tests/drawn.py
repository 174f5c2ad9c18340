"""Pages of the board, drawn without a browser of the figures that a new installation shows."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

import pandas as pd
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


class _Written(HTMLParser):
    """The cells of a table that is written into a page, row by row."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in ("th", "td"):
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        self.rows[-1][-1] += data.replace("\u00a0", " ")


def tables(app: AppTest) -> list[pd.DataFrame]:
    """The tables that are written into a page, as people read them: every cell is text."""
    found = []
    for element in app.get("html"):
        if element.proto.body.startswith("<table class='written-table"):
            parser = _Written()
            parser.feed(element.proto.body)
            head, *rows = parser.rows
            found.append(pd.DataFrame(rows, columns=head))
    return found
