"""The pictures of all screens, page by theme by width, and how far two of them differ.

`python -m tests.screens` takes them from a running dashboard over the sample, into docs/screens,
and writes docs/screens.md, which shows them.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import ARGUMENTS, CHROMIUM, ROOT, serving, visiting

FOLDER = ROOT / "docs" / "screens"
GALLERY = ROOT / "docs" / "screens.md"

PAGES = {
    "plan": ("The plan", "/"),
    "capacity": ("1 Capacity", "/capacity"),
    "compliance": ("2 Compliance", "/compliance"),
    "membership": ("3 Membership", "/membership"),
    "brand": ("4 Brand", "/brand"),
    "changes": ("Since the last meeting", "/changes?kpi=company_members"),
    "kpi": ("KPI", "/kpi?kpi=field_review_coverage"),
    "definitions": ("Definitions", "/definitions"),
    "briefing": ("Papers", "/briefing"),
    "data": ("Data", "/data"),
    "history": ("History", "/history"),
    "sharing": ("Sharing", "/sharing"),
}
"""Name of the picture -> what the page is called, and its address."""
THEMES = ("light", "dark")
WIDTHS = (1440, 768, 390)
SHRUNK = {1440: 960, 768: 512, 390: 390}
"""Width of a page -> of its picture, in which words can still be read."""

_MOST_HIGH = 3000
"""Pixels of a page that its picture shows; the definitions go on for longer."""
MOST_DIFFERENT = 0.03
"""The share of a picture that may differ: dates of today, and how fonts are drawn elsewhere."""
_PAUSES = (1000, 2000, 4000)
"""Milliseconds between one try and the next."""
_BLOCK = 16
_CLEARLY = 10
"""Of 255: how much the mean of a block differs where something else stands there."""


@dataclass(frozen=True)
class Screen:
    """One picture of one page."""

    page: str
    theme: str
    width: int

    @property
    def path(self) -> Path:
        return FOLDER / f"{self.page}-{self.width}-{self.theme}.webp"


def fresh(folder: Path) -> AbstractContextManager[str]:
    """The address of a server over the sample that nobody has used before."""
    return serving(folder / "snapshots", SCORECARD_STATE=f"sqlite:///{folder}/state.db")


def _any(screen: Screen, picture: Image.Image) -> bool:
    return True


def take(
    browser: Browser, base: str, page: str, is_right: Callable[[Screen, Image.Image], bool] = _any
) -> Iterator[tuple[Screen, Image.Image]]:
    """The pictures of one page, loaded once; themes and widths change as they do for people.

    A picture that is not right may be of a page that is still being drawn anew, and is taken again.
    """
    context = browser.new_context(
        viewport={"width": WIDTHS[0], "height": 900}, reduced_motion="reduce"
    )
    visit = visiting(context, base).open(PAGES[page][1])
    for theme in THEMES:
        visit.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        visit.page.wait_for_timeout(600)
        visit.settled()
        for width in WIDTHS:
            screen = Screen(page, theme, width)
            for pause in (*_PAUSES, None):
                visit.page.set_viewport_size({"width": width, "height": 900})
                picture = _picture(visit.page, width)
                if pause is None or is_right(screen, picture):
                    break
                visit.page.wait_for_timeout(pause)
            yield screen, picture
    context.close()


def _picture(page: Page, width: int) -> Image.Image:
    high = "document.querySelector('[data-testid=stMain]').scrollHeight"
    # A page is never lower than its window, so it has to have settled in a low one.
    page.wait_for_timeout(500)
    height = 0
    while height != (now := min(int(page.evaluate(high)), _MOST_HIGH)):
        height = now
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(400)
    shot = Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
    size = (SHRUNK[width], round(shot.height * SHRUNK[width] / width))
    return shot.resize(size, Image.Resampling.LANCZOS)


def difference(one: Image.Image, other: Image.Image) -> float:
    """The share of blocks of 16 by 16 pixels in which two pictures clearly differ.

    Means of blocks, because an eye sees that something has moved, and not how a font is smoothed.
    What only the higher one has counts as different.
    """
    blocks = [_blocks(picture) for picture in (one, other)]
    rows = max(len(of) for of in blocks)
    if blocks[0].shape[1] != blocks[1].shape[1]:
        return 1.0
    common = min(len(of) for of in blocks)
    gap = np.abs(blocks[0][:common] - blocks[1][:common]).max(axis=2)
    missing = (rows - common) * gap.shape[1]
    return float(((gap > _CLEARLY).sum() + missing) / (rows * gap.shape[1]))


def _blocks(picture: Image.Image) -> np.ndarray:
    pixels = np.asarray(picture.convert("RGB"), dtype=float)
    rows, columns = pixels.shape[0] // _BLOCK, pixels.shape[1] // _BLOCK
    cut = pixels[: rows * _BLOCK, : columns * _BLOCK]
    return cut.reshape(rows, _BLOCK, columns, _BLOCK, 3).mean(axis=(1, 3))


def main() -> None:
    """Takes all pictures anew and writes the page that shows them."""
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        fresh(Path(folder)) as base,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for page in PAGES:
            for screen, picture in take(browser, base, page):
                picture.save(screen.path, quality=72, method=6)
    GALLERY.write_text(gallery(), encoding="utf-8")


def gallery() -> str:
    """The page that shows all pictures."""
    lines = [
        "# All screens",
        "",
        "Every page over the synthetic sample, light and dark, on a laptop (1440 pixels), a tablet",
        "(768) and a phone (390), as far as its first 3000 pixels. `make pictures` takes them",
        "anew, and a test compares them with what the pages look like now.",
    ]
    for name, (title, _) in PAGES.items():
        lines += ["", f"## {title}", ""]
        for width in WIDTHS:
            pictures = [Screen(name, theme, width).path.name for theme in THEMES]
            lines += [
                " ".join(
                    f'<img src="screens/{file}" alt="{title}, {theme}, {width} pixels wide" '
                    f'width="{SHRUNK[width] // 2}">'
                    for file, theme in zip(pictures, THEMES, strict=True)
                ),
                "",
            ]
        lines.pop()
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
