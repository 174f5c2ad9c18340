"""The worked example, computed by hand, holds for the naive reading and the command line."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import json
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from oracle import commands
from oracle.exports import load
from oracle.readings import show

from scorecard import publication, snapshot
from scorecard.__main__ import main

TINY = Path(__file__).parent / "data" / "tiny"
EXPECTED = json.loads((TINY / "expected.json").read_text(encoding="utf-8"))
BEFORE, AFTER = "2020-02-29", "2021-02-28"
Ask = Callable[..., dict[str, Any]]


def by_hand(text: str | None) -> float | None:
    """Fractions stand as text, with decimals on either side of the stroke."""
    if text is None:
        return None
    over, _, under = text.partition("/")
    return float(Fraction(over) / Fraction(under or "1"))


def close(value: str | None) -> Any:
    return pytest.approx(by_hand(value), abs=1e-9) if value is not None else None


def ask_oracle(command: str, **asked: str) -> dict[str, Any]:
    world = load(TINY / "exports", TINY / "plan")
    days = {key: dt.date.fromisoformat(asked[key]) for key in asked.keys() & {"as_of", "compare"}}
    if command == "show":
        return show(world, **days)
    if command == "reconcile":
        return commands.reconcile(world)
    start, end = dt.date.fromisoformat(asked["from"]), dt.date.fromisoformat(asked["to"])
    return commands.explain(world, asked["kpi"], start, end, asked["by"])


def ask_command_line(command: str, **asked: str) -> dict[str, Any]:
    words = [command, "--exports", str(TINY / "exports"), "--plan", str(TINY / "plan")]
    for key, value in asked.items():
        words += [f"--{key.replace('_', '-')}", value]
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        code = main([*words, "--format", "json"])
    assert code == 0
    answer: dict[str, Any] = json.loads(printed.getvalue())
    return answer


@pytest.fixture(scope="module", params=[ask_oracle, ask_command_line])
def ask(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SCORECARD_SNAPSHOTS", str(tmp_path_factory.mktemp("snapshots")))
        publication.propose(snapshot.Sources(TINY / "exports", TINY / "plan"))
        yield request.param


def readings(ask: Ask, day: str) -> dict[str, dict[str, Any]]:
    answer = ask("show", as_of=day, compare=BEFORE)
    return {reading["kpi"]: reading for reading in answer["readings"]}


@pytest.mark.parametrize("day", [BEFORE, AFTER])
def test_every_kpi_has_the_value_computed_by_hand(ask: Ask, day: str) -> None:
    found = readings(ask, day)
    assert list(found) == list(EXPECTED["values"][day])
    for kpi, (value, numerator, denominator, n) in EXPECTED["values"][day].items():
        reading = found[kpi]
        assert reading["value"] == close(value), kpi
        assert reading["numerator"] == close(numerator), kpi
        assert reading["denominator"] == close(denominator), kpi
        assert reading["n"] == n, kpi


@pytest.mark.parametrize("kpi", EXPECTED[f"plan_{AFTER}"])
def test_a_kpi_stands_against_the_plan_as_computed_by_hand(ask: Ask, kpi: str) -> None:
    reading = readings(ask, AFTER)[kpi]
    for key, value in EXPECTED[f"plan_{AFTER}"][kpi].items():
        words = key in ("status", "arrives_on")
        assert reading[key] == (value if words else close(value)), key


@pytest.mark.parametrize("case", EXPECTED["explain"], ids=lambda c: f"{c['kpi']} by {c['by']}")
def test_a_change_is_explained_as_computed_by_hand(ask: Ask, case: dict[str, Any]) -> None:
    answer = ask("explain", kpi=case["kpi"], by=case["by"], **{"from": BEFORE, "to": AFTER})
    found = {f"{p['group']} {p['effect']}": p["contribution"] for p in answer["parts"]}
    assert list(found) == list(case["parts"])
    for part, contribution in case["parts"].items():
        assert found[part] == close(contribution), part


def test_the_published_figures_reconcile_as_computed_by_hand(ask: Ask) -> None:
    figures = ask("reconcile")["figures"]
    assert len(figures) == len(EXPECTED["reconcile"])
    for figure, expected in zip(figures, EXPECTED["reconcile"], strict=True):
        name, as_of, source, published, computed, difference, agrees = expected
        assert (figure["figure"], figure["as_of"], figure["source"]) == (name, as_of, source)
        assert figure["published"] == close(published)
        assert figure["computed"] == close(computed)
        assert figure["difference"] == close(difference)
        assert figure["agrees"] is agrees
