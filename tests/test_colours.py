"""Colours have the contrast they need, statuses do not rest on them, and the document says so."""

from __future__ import annotations

import itertools

import pytest

from docs import measure_colours as measured
from scorecard import palette, wording


@pytest.mark.parametrize("name", measured.TEXTS | measured.STATUSES)
def test_words_have_contrast_on_every_ground(name: str) -> None:
    ink = (measured.TEXTS | measured.STATUSES)[name]
    for _, theme, ground, ratio in measured.contrasts({name: ink}):
        assert ratio >= measured.TEXT_NEEDS, (theme, ground)


@pytest.mark.parametrize("name", measured.GRAPHICS)
def test_marks_have_contrast_on_every_ground(name: str) -> None:
    for _, theme, ground, ratio in measured.contrasts({name: measured.GRAPHICS[name]}):
        assert ratio >= measured.GRAPHIC_NEEDS, (theme, ground)


@pytest.mark.parametrize("vision", measured.VISIONS)
@pytest.mark.parametrize("theme", measured.THEMES)
def test_judged_statuses_differ_in_colour_whichever_cones_somebody_lacks(
    vision: str, theme: palette.Theme
) -> None:
    apart, one, other = measured.nearest(theme, measured.VISIONS[vision])
    assert apart >= 8, (one, other)


def test_a_simulation_knows_what_is_seen_and_what_is_not() -> None:
    # Red and green of one lightness differ, but not for who lacks the cones for either.
    red, green = "#c05030", "#6f7a2c"
    assert measured.difference(red, red) == 0
    full = measured.difference(red, green)
    assert measured.difference(red, green, measured.VISIONS["deuteranopia"]) < full / 2
    assert measured.difference(red, green, measured.VISIONS["tritanopia"]) > full / 2


def test_every_status_has_a_word_and_a_shape_of_its_own() -> None:
    assert set(palette.SHAPES) == set(palette.STATUS) == set(wording.STATUS)
    for one, other in itertools.combinations(palette.STATUS, 2):
        assert palette.SHAPES[one] != palette.SHAPES[other]
        assert wording.STATUS[one] != wording.STATUS[other]


def test_every_colour_of_the_dark_theme_has_a_light_one_for_paper() -> None:
    light = palette.lightened()
    inks = [*palette.INKS.values(), *palette.STATUS.values(), *palette.SERIES]
    for ink in [*inks, *palette.SEQUENTIAL]:
        assert light[ink.dark] in {other.light for other in inks + list(palette.SEQUENTIAL)}
    assert light["18,23,29"] == "255,255,255"


def test_the_document_says_what_is_measured() -> None:
    document = measured.DOCUMENT.read_text(encoding="utf-8")
    assert document == measured.written(document), "python docs/measure_colours.py writes it anew"
