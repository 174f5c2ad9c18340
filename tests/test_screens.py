"""The pictures of docs/screens.md: all there, and compared by a measure that can tell."""

from __future__ import annotations

from PIL import Image, ImageChops

from tests import screens


def picture(page: str, theme: str = "light", width: int = 1440) -> Image.Image:
    return Image.open(screens.Screen(page, theme, width).path).convert("RGB")


def test_the_page_of_screens_shows_every_page_in_every_theme_and_width() -> None:
    assert screens.GALLERY.read_text(encoding="utf-8") == screens.gallery()
    shown = {
        screens.Screen(page, theme, width).path
        for page in screens.PAGES
        for theme in screens.THEMES
        for width in screens.WIDTHS
    }
    assert shown == set(screens.FOLDER.iterdir())


def test_a_picture_equals_itself_and_differs_from_what_an_eye_tells_apart() -> None:
    plan = picture("plan")
    assert screens.difference(plan, plan) == 0
    moved = ImageChops.offset(plan, 0, 24)
    assert screens.difference(plan, moved) > screens.MOST_DIFFERENT
    assert screens.difference(plan, picture("membership")) > screens.MOST_DIFFERENT
    assert screens.difference(plan, picture("plan", "dark")) > 0.9
    shorter = plan.crop((0, 0, plan.width, plan.height - 100))
    assert screens.difference(plan, shorter) > screens.MOST_DIFFERENT
    assert screens.difference(plan, picture("plan", width=390)) == 1
