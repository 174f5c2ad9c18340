"""The rings: the core knows no chart and no screen, a chart no screen."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
    "importlinter"
]["contracts"]
CORE = CONTRACTS[0]["source_modules"]
FOREIGN = ("streamlit", "plotly", "pptx", "docx", "frictionless", "hypothesis", "pyspark", "ibis")


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=60)


def test_the_contracts_between_the_layers_are_kept() -> None:
    tool = Path(sys.executable).with_name("lint-imports")
    found = run(str(tool), "--no-cache")
    assert found.returncode == 0, found.stdout + found.stderr


def test_the_contracts_are_named_by_sentences() -> None:
    assert all(len(contract["name"].split()) > 4 for contract in CONTRACTS)


def test_every_module_belongs_to_a_ring() -> None:
    here = {path.stem for path in (ROOT / "scorecard").glob("*.py")} - {"__init__"}
    here |= {path.parent.name for path in (ROOT / "scorecard").glob("*/__init__.py")}
    outer = {"charts", "screen", "briefing", "papers", "access", "serving", "distributed"}
    assert here - outer == {name.removeprefix("scorecard.") for name in CORE}


@pytest.mark.parametrize("command", ["", "check", "show"])
def test_the_core_works_without_a_screen_a_chart_or_a_document(command: str) -> None:
    lines = ["import sys", *(f"import {name}" for name in CORE)]
    if command:
        tiny = ROOT / "tests" / "data" / "tiny"
        words = [command, "--exports", str(tiny / "exports"), "--plan", str(tiny / "plan")]
        lines.append(f"scorecard.__main__.main({words})")
    lines.append(f"assert not set({FOREIGN}) & set(sys.modules)")
    found = run(sys.executable, "-c", "\n".join(lines))
    assert found.returncode == 0, found.stderr
