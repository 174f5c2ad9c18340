"""The colours and shapes of everything drawn, for screen and paper alike.

A status is a word, a shape and a colour, so that it survives grey printing and colour blindness.
The family is blue to orange, not green to red. Each colour has at least 4.5:1 against its
background, so that the words may take it too, and the judged ones differ in lightness so that
they are told apart whichever cones someone lacks; docs/access-for-all.md measures both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Theme = Literal["light", "dark"]


@dataclass(frozen=True)
class Ink:
    """One colour for each theme, as hex."""

    light: str
    dark: str

    def on(self, theme: Theme) -> str:
        return self.dark if theme == "dark" else self.light


BACKGROUND = Ink("#ffffff", "#12171d")
SURFACE = Ink("#f6f8fa", "#1a2129")
TEXT = Ink("#1b2430", "#e8edf2")
MUTED = Ink("#566271", "#a3b0bf")
LINE = Ink("#d8dee6", "#323c48")
TINT = Ink("#eef3f8", "#1f2a36")
BAND = Ink("#cfdfee", "#31485f")
ACCENT = Ink("#1f5fa8", "#7db8f0")

INKS: dict[str, Ink] = {
    "text": TEXT,
    "muted": MUTED,
    "line": LINE,
    "tint": TINT,
    "band": BAND,
    "accent": ACCENT,
    "surface": SURFACE,
    "paper": BACKGROUND,
}
"""What style sheets call them, as variables: `--text`."""

ACTUAL = TEXT
"""What was measured: solid."""
PATH = ACCENT
"""What the plan requires: dashed."""
PROJECTION = MUTED
"""Where the pace leads: dotted."""

STATUS: dict[str, Ink] = {
    "achieved": Ink("#113984", "#9fd6fb"),
    "on_track": Ink("#2d6ad0", "#7193cb"),
    "some_delay": Ink("#966127", "#f9cf64"),
    "serious_delay": Ink("#951700", "#f29a59"),
    "moving_away": Ink("#6f022e", "#ed6476"),
    "too_few": Ink("#566271", "#a3b0bf"),
    "awaiting_data": Ink("#566271", "#a3b0bf"),
    "no_target": Ink("#566271", "#a3b0bf"),
    "monitor": Ink("#566271", "#a3b0bf"),
    "suppressed": Ink("#566271", "#a3b0bf"),
}

SERIES: tuple[Ink, ...] = (
    Ink("#1f5fa8", "#7db8f0"),
    Ink("#c2690a", "#f0ab4a"),
    Ink("#3d7f86", "#7cc7cd"),
    Ink("#8a5aa8", "#c9a2e6"),
    Ink("#6b7684", "#a3b0bf"),
    Ink("#8f3b1b", "#e9977a"),
)
"""For kinds that are no status, in this order; beside each stands its name."""

SEQUENTIAL: tuple[Ink, ...] = (
    Ink("#edf3f9", "#1c2733"),
    Ink("#c9dcee", "#26405a"),
    Ink("#97bcdf", "#33608a"),
    Ink("#5b93c8", "#4a88c0"),
    Ink("#1f5fa8", "#7db8f0"),
)
"""From little to much, of one hue."""


@dataclass(frozen=True)
class Shape:
    """A silhouette in a box of 16 × 16: an SVG path, filled, or drawn as a line of 1.8."""

    path: str
    is_filled: bool
    dash: str = ""


_DISC = "M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13z"
_RING = "M8 2.4a5.6 5.6 0 1 0 0 11.2a5.6 5.6 0 1 0 0-11.2z"

SHAPES: dict[str, Shape] = {
    # A disc with a tick cut out of it.
    "achieved": Shape(_DISC + "M4.3 8.3L5.7 6.9L7.2 8.4L10.4 5.2L11.8 6.6L7.2 11.2z", True),
    "on_track": Shape("M8 3a5 5 0 1 0 0 10a5 5 0 1 0 0-10z", True),
    "some_delay": Shape("M8 2L14.6 13.6H1.4z", True),
    "serious_delay": Shape("M8 1L15 8L8 15L1 8z", True),
    # An arrow that points down and away.
    "moving_away": Shape("M5.6 1.5H10.4V8H14.5L8 15L1.5 8H5.6z", True),
    "too_few": Shape("M3 8h.01M8 8h.01M13 8h.01", False, "dots"),
    "awaiting_data": Shape(_RING, False, "2.2 2.2"),
    "no_target": Shape("M2.5 8H13.5", False),
    "monitor": Shape(_RING + "M8 6.4a1.6 1.6 0 1 0 0 3.2a1.6 1.6 0 1 0 0-3.2z", False),
    "suppressed": Shape("M2.5 2.5H13.5V13.5H2.5zM2.5 13.5L13.5 2.5", False),
}


def variables() -> str:
    """All inks and statuses as variables of a style sheet, each for both themes."""
    inks = INKS | {f"status-{name}": ink for name, ink in STATUS.items()}
    return "".join(f"--{name}:light-dark({ink.light},{ink.dark});" for name, ink in inks.items())


def lightened() -> dict[str, str]:
    """Each colour of the dark theme -> that of the light one, as hex and as `r,g,b`."""
    inks = [*INKS.values(), *STATUS.values(), *SERIES, *SEQUENTIAL]
    found = {ink.dark: ink.light for ink in reversed(inks)}
    return found | {_parts(dark): _parts(light) for dark, light in found.items()}


def _parts(colour: str) -> str:
    return ",".join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5))


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two hex colours, as WCAG defines it."""
    bright, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
