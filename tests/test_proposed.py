"""What publishing would change, in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from scorecard import effect as effects
from scorecard import snapshot
from scorecard.effect import Cause, Effect
from scorecard.exhibits import proposed
from scorecard.plan import Plan
from scorecard.snapshot import Sources

TINY = Path(__file__).parent / "data" / "tiny"


@pytest.fixture(scope="module")
def plan() -> Plan:
    return snapshot.in_memory(Sources(TINY / "exports", TINY / "plan")).plan


def one(
    kpi: str,
    before: float | None,
    after: float | None,
    was: str | None = "on_track",
    now: str | None = "on_track",
    **parts: float,
) -> Effect:
    told: dict[Cause, float] = dict(parts)  # type: ignore[arg-type]
    return Effect(kpi, before, after, was, now, told, ())


def test_where_nothing_moves_it_says_so(plan: Plan) -> None:
    still = [one("company_members", 5, 5), one("affiliates", 2, 2)]
    assert proposed.sentence(still, plan, plan) == "None of 2 KPIs changes."
    assert proposed.moved(still, plan, plan) == ()


def test_the_sentence_names_what_worsens_first_and_then_what_moves(plan: Plan) -> None:
    found = [
        one("affiliates", 2, 3, "some_delay", "on_track", late=1),
        one("company_members", 5, 4, "on_track", "serious_delay", removed=-1),
        one("civil_society_members", 5, 6, new=1),
        one("government_members", 7, 7),
    ]
    said = proposed.sentence(found, plan, plan)
    assert said == (
        "3 of 4 KPIs change; one status worsens: company members from on track to serious delay; "
        "one other status moves: affiliate companies from some delay to on track."
    )
    rows = proposed.moved(found, plan, plan)
    assert [row.kpi.id for row in rows] == [
        "company_members", "affiliates", "civil_society_members",
    ]  # fmt: skip
    assert (rows[0].before, rows[0].after, rows[0].difference) == ("5", "4", "−1")
    assert rows[0].why == "rows that are gone −1"


def test_a_figure_that_would_be_gone_is_worse_and_named(plan: Plan) -> None:
    found = [one("website_visits", 67_242, None, "on_track", "awaiting_data")]
    assert proposed.sentence(found, plan, plan) == (
        "1 of 1 KPIs changes; one status worsens: website visits from on track to awaiting data."
    )
    (row,) = proposed.moved(found, plan, plan)
    assert (row.before, row.after, row.difference) == ("67,242", "–", "")
    assert row.why == "its figure would be gone"
    (row,) = proposed.moved([one("website_visits", None, 10, "awaiting_data")], plan, plan)
    assert (row.before, row.after, row.why) == ("–", "10", "it had no figure")


def test_parts_that_cancel_out_and_changed_targets_are_said(plan: Plan) -> None:
    (row,) = proposed.moved([one("affiliates", 5, 5, late=2, removed=-2, target=0)], plan, plan)
    assert row.difference == "no change"
    assert row.why == "rows that came late +2, rows that are gone −2, changed targets"


def test_many_are_named_in_part(plan: Plan) -> None:
    found = [
        one(kpi.id, 5, 4, "achieved", "moving_away", new=-1) for kpi in plan.kpis if kpi.is_count
    ][:6]
    said = proposed.sentence(found, plan, plan)
    assert said.startswith("6 of 6 KPIs change; six statuses worsen: ")
    assert said.endswith(" and three more.")


def test_every_kpi_of_two_real_snapshots_is_moved_or_still(plan: Plan) -> None:
    snap = snapshot.in_memory(Sources(TINY / "exports", TINY / "plan"))
    found = effects.compare(snap, snap).effects("executive")
    assert len(found) == len(plan.kpis)
    assert proposed.sentence(found, plan, plan) == f"None of {len(found)} KPIs changes."
