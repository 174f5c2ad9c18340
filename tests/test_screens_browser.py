"""What the pages look like now is what docs/screens.md shows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser

from tests import screens
from tests.browser import chromium
from tests.screens import Screen

__all__ = ["chromium"]

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with a past of its own, as its history is on the pictures too."""
    with screens.fresh(tmp_path_factory.mktemp("screens")) as base:
        yield base


@pytest.mark.parametrize("page", screens.PAGES)
def test_a_page_looks_as_its_pictures_show(
    page: str, chromium: Browser, fresh: str, tmp_path: Path
) -> None:
    def share(screen: Screen, now: Image.Image) -> float:
        return screens.difference(Image.open(screen.path).convert("RGB"), now)

    def is_right(screen: Screen, now: Image.Image) -> bool:
        return share(screen, now) <= screens.MOST_DIFFERENT

    differing = {}
    for screen, now in screens.take(chromium, fresh, page, is_right):
        if not is_right(screen, now):
            now.save(tmp_path / f"{screen.path.stem}.png")
            differing[screen.path.name] = round(share(screen, now), 3)
    # After a wanted change, `make pictures` takes them anew.
    assert not differing, f"see {tmp_path}"
