"""Help that is at hand on every page: quick search, keyboard shortcuts, and how to read it all.

The component is told a few words with each page, and the rest once somebody asks for it. What a
browser remembers, that the introduction was seen and that shortcuts are off, stays in the browser.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from scorecard import glossary, judgement
from scorecard.languages import say, to_say
from scorecard.screen import ahead, choices, finder, frame, links
from scorecard.screen.frame import View

_KEY, _WANTED = "guide", "_guide_wanted"
_HERE = Path(__file__).parent

_GO = {
    "plan": "p", "capacity": "1", "compliance": "2", "membership": "3", "brand": "4",
    "changes": "s", "kpi": "k", "definitions": "d",
}  # fmt: skip
"""Page -> the key that leads there after g."""
_KEYS = (
    ("/", to_say("Search")),
    ("?", to_say("This list")),
    ("[", to_say("Previous reporting date")),
    ("]", to_say("Next reporting date")),
)
_WORDS = {
    "search": to_say("Search"),
    "placeholder": to_say("A KPI, a page or a word"),
    "hint": to_say("Arrow keys move, Enter opens, Esc closes."),
    "found": to_say("{count} found"),
    "one": to_say("1 found"),
    "none": to_say("Nothing found. Try fewer letters, or another word."),
    "waiting": to_say("One moment …"),
    "help": to_say("Help"),
    "helpTitle": to_say("Help"),
    "read": to_say("How to read this dashboard"),
    "definitions": to_say("What each KPI counts, and what the words mean"),
    "keys": to_say("Keyboard shortcuts"),
    "keysOn": to_say("Use these shortcuts in this browser"),
    "then": to_say("then"),
    "or": to_say("Go to"),
    "close": to_say("Close"),
    "allWords": to_say("All words"),
    "new": to_say("New here?"),
    "newLink": to_say("Two minutes to read this page"),
    "dismiss": to_say("Do not show this again"),
}


def draw(view: View) -> None:
    """Stands with the selection; nothing of it is on paper. A locked view has no search."""
    _drawn(view)


@st.fragment
def _drawn(view: View) -> None:
    pages = links.open_pages()
    wanted = st.session_state.pop(_WANTED, False)
    data: dict[str, Any] = {
        "stamp": f"{view.snapshot.id} {view.role} {view.language} {view.choice.key(view.snapshot)}",
        "page": view.page,
        "words": {name: say(text) for name, text in _WORDS.items()},
        "go": {key: page for page, key in _GO.items() if page in pages},
        "leads": bool(pages),
        "statuses": list(judgement.STATUSES),
        "names": list(choices.KEYS),
    }
    if wanted:
        view = frame.open()
        data |= {
            "entries": finder.entries(view, pages) if pages else [],
            "shortcuts": _shortcuts(pages),
            "steps": steps(),
            "terms": {
                term: [glossary.word(term), glossary.meaning(term)]
                for term in (*judgement.STATUSES, *glossary.TERMS)
            },
        }
    result = _component(
        key=_KEY, data=ahead.told(data), on_wanted_change=_want, on_go_change=_nothing
    )
    target = result.get("go")
    if isinstance(target, Mapping):
        frame.open()
        page, parameters = str(target.get("page")), target.get("parameters") or {}
        if page in pages and isinstance(parameters, Mapping):
            links.go(page, **{str(name): str(word) for name, word in parameters.items()})


def _shortcuts(pages: Mapping[str, str]) -> list[list[str]]:
    """Keys, and what they do, the keys that follow one another with a space between.

    A view that leads nowhere has the list alone.
    """
    simple = [[keys, say(text)] for keys, text in _KEYS if pages or keys == "?"]
    to = say("Go to {page}")
    return simple + [
        [f"g {key}", to.format(page=pages[page])] for page, key in _GO.items() if page in pages
    ]


def steps() -> list[dict[str, str]]:
    """The introduction for who sees this for the first time: at most five steps."""
    return [
        {
            "title": say("Start with the sentence on top"),
            "text": say(
                "Every page opens with what the figures say. Below it stand the exhibits, and "
                "every title is a finding too."
            ),
        },
        {
            "title": say("Two statements about each KPI"),
            "text": say(
                "The status says where we are: how much of the way that the plan expects by now is "
                "done. The pace says whether we will arrive if the last twelve months go on. A "
                "reading is the value of one KPI for what you selected, at one date."
            ),
        },
        {
            "title": say("Choose what you look at"),
            "text": say(
                "The line that begins with “Showing” opens the choices: date, comparison, regions "
                "and pillars. They hold on every page."
            ),
        },
        {
            "title": say("Check a figure"),
            "text": say(
                "The name of a KPI leads to its page: how the figure was got, step by step, and "
                "the rows behind it. “Data” below a figure is its table. A word such as a status "
                "explains itself when you press it."
            ),
        },
        {
            "title": say("Take it to the meeting"),
            "text": say(
                "Copy the address: it shows exactly this view to a colleague who may see it. Print "
                "with Ctrl+P. “Questions to ask” are made from the figures by fixed rules."
            ),
        },
    ]


def _want() -> None:
    st.session_state[_WANTED] = True


def _nothing() -> None:
    """Where to go is read from the result; registering it is what makes it arrive."""


_component = st.components.v2.component(
    "guide",
    css=(_HERE / "guide.css").read_text(encoding="utf-8"),
    js="\n".join(
        (_HERE / name).read_text(encoding="utf-8") for name in ("guide_search.js", "guide.js")
    ),
    isolate_styles=False,
)
