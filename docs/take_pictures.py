"""Takes the pictures of the README from a running dashboard: `python docs/take_pictures.py`."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.clicks import FLAGS, served  # noqa: E402 - the root is not on the path before

PAGES = {"overview": "", "membership": "membership", "kpi": "kpi?kpi=field_review_coverage"}


def main() -> None:
    """Writes docs/pictures/<page>.png, 1440 pixels wide, as high as the page."""
    with served(ROOT / "dashboard.py") as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        for name, path in PAGES.items():
            page.goto(f"{address}/{path}")
            page.locator("h1").first.wait_for()
            page.wait_for_timeout(4000)
            height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
            page.set_viewport_size({"width": 1440, "height": min(int(height) + 60, 2600)})
            page.wait_for_timeout(2500)
            page.screenshot(path=ROOT / "docs" / "pictures" / f"{name}.png")
            page.set_viewport_size({"width": 1440, "height": 900})
        browser.close()


if __name__ == "__main__":
    main()
