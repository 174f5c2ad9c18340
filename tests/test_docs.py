"""Documents name everything that there is, and what is made stays as it was made."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from scorecard import __main__ as command_line
from scorecard import catalogs, catalogue, handbook, plan

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def _commands() -> list[str]:
    parser = command_line._parser()
    (sub,) = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    return sorted(sub.choices)


@pytest.mark.parametrize("command", _commands())
def test_every_command_is_in_the_readme(command: str) -> None:
    assert f"`{command}`" in README


@pytest.mark.parametrize(
    "page", sorted(p.stem for p in (ROOT / "pages").glob("*/*.py")), ids=lambda stem: stem
)
def test_every_page_is_in_the_readme(page: str) -> None:
    address = {"overview": "`/`", "methods": "`/definitions`"}.get(page, f"`/{page}`")
    assert address in README


def test_the_handbook_is_what_the_kpi_files_say() -> None:
    toml = plan.read_outline(ROOT / "data" / "plan")
    made = handbook.text(plan.outline(toml).goals, catalogue.load())
    assert (ROOT / "docs" / "kpis.md").read_text(encoding="utf-8") == made


def test_every_dependency_is_pinned_and_says_why_it_is_there() -> None:
    for path in sorted(ROOT.glob("requirements*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line and not line.startswith(("#", "-r")):
                assert re.fullmatch(r"[\w.-]+(\[[\w,]+\])?==[\w.]+\s+# .+", line), line


def test_every_page_and_picture_that_documents_point_to_is_there() -> None:
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


# The guides --------------------------------------------------------------------------------

GUIDES = ("guides/director.md", "guides/executive-director.md", "data-desk.md")
"""Those that say what to press. What they emphasise and begin with a capital is a name on screen;
`…` stands for what changes."""


def said_of_controls(text: str) -> Iterator[str]:
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    for bold, slanted in re.findall(r"\*\*([^*]+)\*\*|(?<!\*)\*([^*\n]+)\*(?!\*)", prose):
        name = " ".join((bold or slanted).split())
        if name[0].isupper() and not name.endswith("."):
            yield name


@cache
def messages() -> frozenset[str]:
    """All that the screen says, in English, with places for what changes."""
    ids = (message.id for message in catalogs.extracted() if message.id)
    return frozenset(str(t) for one in ids for t in (one if isinstance(one, tuple) else (one,)))


def is_on_screen(name: str) -> bool:
    form = re.compile(re.escape(name).replace("…", ".+"))
    return any(form.fullmatch(message) for message in messages())


@pytest.mark.parametrize("guide", GUIDES)
def test_what_a_guide_says_to_press_is_on_the_screen(guide: str) -> None:
    names = set(said_of_controls((ROOT / "docs" / guide).read_text(encoding="utf-8")))
    assert len(names) > 10 and not is_on_screen("Publish nothing")
    assert not [name for name in sorted(names) if not is_on_screen(name)]


def _command_lines() -> list[tuple[str, str]]:
    found = []
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        text = page.read_text(encoding="utf-8").replace("\\\n", " ")
        blocks = "\n".join(re.findall(r"```\w*\n(.*?)```", text, flags=re.DOTALL))
        inline = re.findall(r"`([^`]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
        for line in (*blocks.splitlines(), *(" ".join(code.split()) for code in inline)):
            _, found_one, words = line.partition("python -m scorecard ")
            # `…` stands for more than a document wants to say, and one word for the command.
            if found_one and "…" not in words and " " in words:
                found.append((page.name, words))
    return found


@pytest.mark.parametrize(("page", "words"), _command_lines())
def test_every_command_line_in_a_document_is_understood(page: str, words: str) -> None:
    command_line._parser().parse_args(shlex.split(words, comments=True))
