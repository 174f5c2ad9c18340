"""What holds for every test."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest

_MAIN = sys.modules["__main__"]


@pytest.fixture(autouse=True)
def the_main_module_stays() -> Iterator[None]:
    """Streamlit's AppTest puts a page in its place, and new processes would begin with that."""
    sys.modules["__main__"] = _MAIN
    yield
    sys.modules["__main__"] = _MAIN


@pytest.fixture(scope="session", autouse=True)
def nothing_is_written_beside_the_code(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Servers and commands that a test starts would else note publications there."""
    with pytest.MonkeyPatch.context() as patch:
        if "SCORECARD_STATE" not in os.environ:
            folder = tmp_path_factory.mktemp("state")
            patch.setenv("SCORECARD_STATE", f"sqlite:///{folder}/state.db")
        yield
