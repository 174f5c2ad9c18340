"""The briefing as a tagged PDF (PDF/UA-1), set by Typst.

Texts go to Typst as data. It refuses to write PDF/UA where anything is missing that the standard
asks for, also a letter that no font has: such letters are then written as words.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

import typst

from scorecard import palette
from scorecard.briefing import plots, scale
from scorecard.briefing.document import (
    Block,
    Bullets,
    Cell,
    Chart,
    Document,
    Paragraph,
    Section,
    Table,
    page_words,
    tag,
)
from scorecard.briefing.letters import REPLACEMENT, clean, one_line
from scorecard.languages import say

_HERE = Path(__file__).parent
_DEEPEST = 4
"""Levels of headings that the template knows."""

_INKS = {
    "text": palette.TEXT,
    "muted": palette.MUTED,
    "line": palette.LINE,
    "accent": palette.ACCENT,
    "band": palette.BAND,
}
_MISSING = re.compile(r'the text `"(.*?)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
_LONG_WORD = re.compile(r"\S{15,}")
_JOINTS = re.compile(r"(?<=[/_.#@&=-])(?=\S)")
_BREAK = "\u200b"


def write(document: Document, out: BinaryIO, template: Path | None = None) -> None:
    """Write a briefing as PDF/UA-1; `template` is a Typst file to use in place of ours."""
    source = (template or _HERE / "briefing.typ").read_bytes()
    content = json.dumps(_content(document), ensure_ascii=False)
    when = dt.datetime.combine(document.meeting, dt.time(), dt.UTC)
    while True:
        compiler = typst.Compiler(source, font_paths=_fonts(), sys_inputs={"briefing": content})
        try:
            made = compiler.compile(format="pdf", pdf_standards=["ua-1"], timestamp=when)
        except typst.TypstError as error:
            replaced = _without(content, error.diagnostic)
            if replaced == content:
                raise
            content = replaced
        else:
            assert isinstance(made, bytes)
            out.write(made)
            return


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    """Ours first; those of the system for scripts that ours lack."""
    return typst.Fonts(font_paths=[_HERE / "fonts"])


def _without(content: str, diagnostic: str) -> str:
    """The content without the letters that Typst found in no font."""
    missing = {
        letter
        for text in _MISSING.findall(diagnostic)
        for letter in _ESCAPED.sub(lambda m: chr(int(m[1], 16)), text)
    }
    return content.translate({ord(letter): _in_words(letter) for letter in missing})


def _in_words(letter: str) -> str:
    """What stands for a letter that cannot be set: `[rocket]`, or that there is one."""
    kind = unicodedata.category(letter)
    if letter == REPLACEMENT:
        return "?"
    if kind in ("Cf", "Mn", "Me", "Sk"):
        return ""
    if "\U0001f1e6" <= letter <= "\U0001f1ff":
        return chr(ord("A") + ord(letter) - 0x1F1E6)
    if kind == "So" and (name := unicodedata.name(letter, "")):
        return f"[{name.lower()}]"
    return REPLACEMENT


# Content ------------------------------------------------------------------------------------


def _content(document: Document) -> dict[str, Any]:
    return {
        "title": _line(document.title) or "–",
        "subtitle": _line(document.subtitle),
        "selection": _line(document.selection),
        "origin": document.origin,
        "lang": tag()[:2],
        "region": tag()[3:] or "GB",
        "page": page_words(),
        "marks": " · ".join(_line(mark) for mark in document.marks),
        "inks": {name: ink.light for name, ink in _INKS.items()},
        "shapes": {status: _svg(status) for status in palette.SHAPES},
        "blocks": list(_blocks(document)),
    }


def _blocks(document: Document) -> Iterator[dict[str, Any]]:
    depth = 0
    for place, section in enumerate(document.walk()):
        # A level that is left out would be an error of PDF/UA.
        depth = max(1, min(section.level, depth + 1, _DEEPEST))
        yield {
            "block": "heading",
            "level": depth,
            "text": _line(section.title) or "–",
            # The answer begins below the title, not behind it.
            "break": section.opens_page and place > 0,
        }
        yield from _of_section(section)


def _of_section(section: Section) -> Iterator[dict[str, Any]]:
    for block in section.blocks:
        if isinstance(block, Chart) and not scale.is_empty(block):
            for chart in scale.split(block):
                yield {"block": "chart", **plots.plot(chart, _line)}
        else:
            yield from _of_text(block)


def _of_text(block: Block) -> Iterator[dict[str, Any]]:
    if isinstance(block, Paragraph):
        if text := _text(block.text):
            yield {"block": "paragraph", "text": text, "strong": block.strong}
    elif isinstance(block, Bullets):
        if items := [text for item in block.items if (text := _text(item))]:
            yield {"block": "bullets", "items": items}
    elif isinstance(block, Table):
        yield _table(block)
    else:
        yield {
            "block": "paragraph",
            "text": say("{title}: nothing known.", title=_line(block.title)),
            "strong": False,
        }


def _table(table: Table) -> dict[str, Any]:
    return {
        "block": "table",
        "title": _line(table.title),
        "columns": [
            {"title": _line(c.title), "numeric": c.numeric, "width": c.width} for c in table.columns
        ],
        "rows": [[_cell(cell) for cell in row] for row in table.rows],
        "note": _text(table.note),
    }


def _cell(cell: Cell) -> dict[str, Any]:
    status = cell.status if cell.status in palette.SHAPES else None
    return {
        "text": _text(cell.text),
        "status": status,
        "colour": palette.STATUS[status].light if status else None,
    }


def _text(text: str) -> str:
    return _breakable(clean(text).strip())


def _line(text: str) -> str:
    return _breakable(one_line(text))


def _breakable(text: str) -> str:
    """Let long words break, first where they are joined; lines are never too long then."""
    return _LONG_WORD.sub(_broken, text) if len(text) >= 15 else text


def _broken(match: re.Match[str]) -> str:
    parts = _JOINTS.split(match[0])
    return _BREAK.join(
        part if len(part) < 25 else _BREAK.join(part[i : i + 10] for i in range(0, len(part), 10))
        for part in parts
    )


def _svg(status: str) -> str:
    shape, colour = palette.SHAPES[status], palette.STATUS[status].light
    if shape.is_filled:
        look = f'fill="{colour}" fill-rule="evenodd"'
    else:
        dash = "" if shape.dash in ("", "dots") else f' stroke-dasharray="{shape.dash}"'
        width = 2.6 if shape.dash == "dots" else 1.8
        look = f'fill="none" stroke="{colour}" stroke-width="{width}" stroke-linecap="round"{dash}'
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" width="16" height="16">'
        f'<path d="{shape.path}" {look}/></svg>'
    )
