"""What holds for every test."""

from __future__ import annotations

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
