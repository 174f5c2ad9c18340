"""Documents name everything that there is, and what is made stays as it was made."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import pytest

from scorecard import __main__ as command_line
from scorecard import catalogue, handbook, plan

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
