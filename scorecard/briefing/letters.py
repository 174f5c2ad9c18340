"""What text must go through before a paper takes it, and how much room it needs there.

Texts come from CSV files and may hold anything. XML forbids most control characters; directional
overrides would turn the words around them; the rest stays as it was typed.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

REPLACEMENT = "\ufffd"

SHAPES: dict[str, str] = {
    "achieved": "✔",
    "on_track": "●",
    "some_delay": "▲",
    "serious_delay": "◆",
    "moving_away": "▼",
    "too_few": "…",
    "awaiting_data": "◌",
    "no_target": "–",
    "monitor": "◎",
    "suppressed": "□",
}
"""The silhouettes of the statuses as characters, for papers whose text stays editable."""

_FORBIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]")
_BREAKS = re.compile("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
_LINE_BREAK = re.compile(r"\s*\n\s*")


def clean(text: str) -> str:
    """Text that XML takes, its line breaks as `\\n`; what cannot be shown is seen to be there."""
    if text.isascii() and text.isprintable():
        return text
    text = _BREAKS.sub("\n", text)
    return _OVERRIDES.sub("", _FORBIDDEN.sub(REPLACEMENT, text)).replace("\t", " ")


def one_line(text: str) -> str:
    """Clean text without a line break, for titles and cells."""
    return _LINE_BREAK.sub(" ", clean(text)).strip()


# Room ---------------------------------------------------------------------------------------

_WIDTHS = (
    "278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 "
    "556 556 556 278 278 584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 "
    "722 778 667 778 722 667 611 722 667 944 667 667 611 278 278 278 469 556 333 556 556 500 556 "
    "556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 278 556 500 722 500 500 500 334 "
    "260 334 584"
)
_ASCII = {chr(32 + i): int(width) / 1000 for i, width in enumerate(_WIDTHS.split())}
"""Widths of the printable ASCII characters of Arial and its metric twins, in em."""

_BOLD = 1.08
"""How much wider bold letters are, at most of the words that occur."""


@lru_cache(maxsize=4096)
def width(text: str, *, bold: bool = False) -> float:
    """The width of a text in em of Arial, rather too wide than too narrow."""
    total = sum(_ASCII.get(letter) or _other(letter) for letter in text)
    return total * _BOLD if bold else total


def wrap(text: str, room: float, *, bold: bool = False) -> list[str]:
    """A text as the lines that it takes in a room of so many em, broken as office programs do."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line, used = "", 0.0
        for word in paragraph.split(" "):
            wide = width(word, bold=bold)
            gap = _ASCII[" "] if line else 0.0
            if used + gap + wide <= room:
                line, used = f"{line} {word}" if line else word, used + gap + wide
                continue
            if line:
                lines.append(line)
            while wide > room and len(word) > 1:
                cut = max(1, int(len(word) * room / wide) - 1)
                lines.append(word[:cut])
                word = word[cut:]
                wide = width(word, bold=bold)
            line, used = word, wide
        lines.append(line)
    return lines


def limit(text: str, room: float, most: int, *, bold: bool = False) -> tuple[str, int]:
    """A text cut to so many lines, its last word an ellipsis where it was cut; and its lines."""
    lines = wrap(text, room, bold=bold)
    if len(lines) <= most:
        return text, len(lines)
    last = lines[most - 1]
    while last and width(f"{last}…", bold=bold) > room:
        last = last[:-1]
    return " ".join([*lines[: most - 1], f"{last.rstrip()}…"]), most


def _other(letter: str) -> float:
    if unicodedata.combining(letter):
        return 0.0
    if unicodedata.east_asian_width(letter) in "WF" or unicodedata.category(letter) == "So":
        return 1.1
    return 0.7 if letter.isupper() else 0.6
