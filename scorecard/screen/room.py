"""How every page looks, on the screen and on paper."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from scorecard import palette, wording

if TYPE_CHECKING:
    from scorecard.screen.frame import View


def style() -> None:
    """The style of all pages; once a run, before anything is drawn."""
    # Streamlit says its theme to the page, and not to what opens over it.
    scheme = "dark" if st.context.theme.type == "dark" else "light"
    st.html(f"<style>{_style()}\nbody{{color-scheme:{scheme}}}</style>")


@functools.cache
def _style() -> str:
    here = Path(__file__)
    sheets = [
        here.with_name(name).read_text(encoding="utf-8") for name in ("frame.css", "print.css")
    ]
    return "\n".join([f":root{{{palette.variables()}}}", *sheets])


def paper(view: View, title: str) -> None:
    """What stands in the margins of every sheet: which page of which plan, what was selected and
    as of when, the number of the sheet, and that data are synthetic."""
    plan = view.snapshot.plan
    sentence = wording.selection_sentence(plan, view.selection, view.as_of, view.compare)
    margins = {
        "top-left": f"{_quoted(f'{plan.name} · {title}')};width:60%",
        "top-right": f"{_quoted(view.snapshot.synthetic.partition(':')[0])};width:40%",
        "bottom-left": f"{_quoted(sentence)};width:90%",
        "bottom-right": 'counter(page) " / " counter(pages);width:10%',
    }
    ink = f"font-size:7.5pt;font-family:sans-serif;color:{palette.MUTED.light}"
    rules = "".join(f"@{place}{{content:{words};{ink}}}" for place, words in margins.items())
    st.html(f"<style>@page{{{rules}}}</style>")


def _quoted(text: str) -> str:
    """Text as a string of a style sheet; all but letters, digits and blanks by their numbers, so
    that no name ends the string or the sheet."""
    return '"' + "".join(c if c.isalnum() or c == " " else f"\\{ord(c):x} " for c in text) + '"'
