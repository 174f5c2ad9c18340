"""What holds for every test."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from streamlit.components.v2 import manifest_scanner

# How long an example takes says how busy the machine is, and nothing about what is tested.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

_MAIN = sys.modules["__main__"]
_LONG = (
    "test_agreement",
    "test_hostile_browser",
    "test_pages_browser",
    "test_frame_browser",
    "test_hosted_browser",
    "test_axe_browser",
    "test_screens_browser",
    "test_reading_browser",
    "test_languages_browser",
    "test_briefing",
    "test_depot",
)
"""Files of tests that take minutes; begun last, one process would end with them alone."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(
        key=lambda item: _LONG.index(name) if (name := item.path.stem) in _LONG else len(_LONG)
    )


@pytest.fixture(scope="session", autouse=True)
def what_is_installed_is_looked_up_once() -> Iterator[None]:
    """Each run of an AppTest reads what every installed package says of itself, like a server
    that starts; that takes ten times as long as to draw a page."""
    with pytest.MonkeyPatch.context() as patch:
        look = functools.cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", look)
        yield


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
