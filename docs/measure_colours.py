"""Measures the colours of the palette: `python docs/measure_colours.py` writes the tables of
docs/access-for-all.md anew. A test fails where the document and the palette differ."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scorecard import palette, wording  # noqa: E402 - the root is not on the path before
from scorecard.palette import BACKGROUND, SURFACE, TINT, Ink, Theme  # noqa: E402

DOCUMENT = ROOT / "docs" / "access-for-all.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
THEMES: tuple[Theme, ...] = ("light", "dark")
TEXT_NEEDS, GRAPHIC_NEEDS = 4.5, 3.0
GROUNDS = {"page": BACKGROUND, "surface": SURFACE, "tint": TINT}

TEXTS: dict[str, Ink] = {
    "text": palette.TEXT,
    "quiet text": palette.MUTED,
    "links and the focus": palette.ACCENT,
}
STATUSES: dict[str, Ink] = {wording.STATUS[name]: ink for name, ink in palette.STATUS.items()}
GRAPHICS: dict[str, Ink] = {
    "actual": palette.ACTUAL,
    "required path": palette.PATH,
    "projection": palette.PROJECTION,
    **{f"kind {place}": ink for place, ink in enumerate(palette.SERIES, 1)},
}

Matrix = Sequence[Sequence[float]]
# Machado, Oliveira and Fernandes 2009, at full severity, for linear light.
VISIONS: dict[str, Matrix] = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
_GREY: Matrix = ((0.2126, 0.7152, 0.0722),) * 3
_FULL: Matrix = ((1, 0, 0), (0, 1, 0), (0, 0, 1))
_CONES: Matrix = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
_LAB: Matrix = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)


def contrasts(inks: Mapping[str, Ink]) -> Iterator[tuple[str, Theme, str, float]]:
    """What, in which theme, on which ground, and the ratio."""
    for name, ink in inks.items():
        for theme in THEMES:
            for ground, under in GROUNDS.items():
                yield name, theme, ground, palette.contrast(ink.on(theme), under.on(theme))


def difference(one: str, other: str, vision: Matrix = _FULL) -> float:
    """How far apart two colours look, in OKLab times a hundred; two are just told apart."""
    pair = [_oklab(_times(vision, _linear(colour))) for colour in (one, other)]
    return 100 * float(sum((a - b) ** 2 for a, b in zip(*pair, strict=True)) ** 0.5)


def nearest(theme: Theme, vision: Matrix = _FULL) -> tuple[float, str, str]:
    """The two judged statuses whose colours look most alike."""
    judged = ("achieved", "on_track", "some_delay", "serious_delay", "moving_away", "monitor")
    return min(
        (
            difference(palette.STATUS[a].on(theme), palette.STATUS[b].on(theme), vision),
            wording.STATUS[a],
            wording.STATUS[b] if b != "monitor" else "the statuses without a verdict",
        )
        for a, b in combinations(judged, 2)
    )


def tables() -> str:
    """All that is measured, in Markdown."""
    lines = ["Contrast of words, which needs 4.5 : 1, on the three grounds that pages have:", ""]
    lines += _contrast_table(TEXTS | STATUSES)
    lines += ["", "Contrast of marks in figures, which needs 3 : 1:", ""]
    lines += _contrast_table(GRAPHICS)
    lines += [
        "",
        "The two statuses whose colours look most alike, by how people see (differences in OKLab",
        "times a hundred; about two is the least that is seen side by side):",
        "",
        "| seen with | light | dark |",
        "| --- | --- | --- |",
    ]
    for name, vision in {"full colour": _FULL, **VISIONS, "grey alone": _GREY}.items():
        cells = []
        for theme in THEMES:
            apart, one, other = nearest(theme, vision)
            cells.append(f"{apart:.1f}: {one} and {other}")
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _contrast_table(inks: Mapping[str, Ink]) -> list[str]:
    heads = [f"{theme}, {ground}" for theme in THEMES for ground in GROUNDS]
    rows: dict[str, list[str]] = {}
    for name, theme, _, ratio in contrasts(inks):
        if name not in rows:
            rows[name] = [" / ".join(f"`{inks[name].on(theme)}`" for theme in THEMES)]
        # Rounded down, so that no ratio is said to be better than it is.
        rows[name].append(f"{int(ratio * 10) / 10:.1f}")
    table = ["| what | colour | " + " | ".join(heads) + " |", "| --- " * (len(heads) + 2) + "|"]
    return table + [f"| {name} | " + " | ".join(cells) + " |" for name, cells in rows.items()]


def _linear(colour: str) -> list[float]:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]


def _times(matrix: Matrix, vector: Sequence[float]) -> list[float]:
    return [sum(m * v for m, v in zip(row, vector, strict=True)) for row in matrix]


def _oklab(linear: Sequence[float]) -> list[float]:
    # A simulated colour may lie just outside of what a screen shows.
    seen = [min(1.0, max(0.0, part)) for part in linear]
    return _times(_LAB, [cone ** (1 / 3) for cone in _times(_CONES, seen)])


def written(document: str) -> str:
    """The document with its tables as they are measured now."""
    before, _, rest = document.partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}\n\n{tables()}\n\n{END}{after}"


if __name__ == "__main__":
    DOCUMENT.write_text(written(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
