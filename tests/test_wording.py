"""Numbers and sentences: the words for readings."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from scorecard import (
    catalogue,
    judgement,
    palette,
    readings,
    selection,
    snapshot,
    standing,
    wording,
)
from scorecard.catalogue import Kpi
from scorecard.readings import Reading
from scorecard.selection import Selection
from scorecard.snapshot import Snapshot, Sources

TINY = Path(__file__).parent / "data" / "tiny"
KPIS = {kpi.id: kpi for kpi in catalogue.load()}
NARROW, MINUS = wording.NARROW, wording.MINUS
PLAN_END = dt.date(2023, 12, 31)


@cache
def tiny() -> Snapshot:
    return snapshot.in_memory(Sources(TINY / "exports", TINY / "plan"))


def reading(kpi: str, **parts: object) -> Reading:
    """A reading of company members as the board knows it, with other parts."""
    made = Reading(
        kpi=kpi,
        goal=KPIS[kpi].goal,
        value=96,
        numerator=96,
        denominator=None,
        n=96,
        unfiltered=(),
        suppressed=False,
        baseline=90,
        expected=113,
        target=120,
        target_date=PLAN_END,
        ratio_to_plan=6 / 23,
        status="serious_delay",
        previous_value=93,
        change=3,
        pace=5.0,
        projected=101,
        required_pace=24.0,
        arrives_on=None,
    )
    return replace(made, **parts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kpi", "value", "text"),
    [
        ("company_members", 48, "48"),
        ("website_visits", 67242, "67,242"),
        ("certification_rate", 0.5, f"50{NARROW}%"),
        ("certification_rate", 0.125, f"13{NARROW}%"),
        ("certification_rate", 1, f"100{NARROW}%"),
        ("months_to_certification", 19.4375, "19.4 months"),
        ("months_to_certification", 24, "24 months"),
        ("months_to_certification", 1, "1 month"),
        ("company_members", None, "–"),
    ],
)
def test_a_value_has_its_unit_and_is_rounded_half_up(
    kpi: str, value: float | None, text: str
) -> None:
    assert wording.number(KPIS[kpi], value) == text


@pytest.mark.parametrize(
    ("kpi", "amount", "text"),
    [
        ("company_members", 3, "+3"),
        ("company_members", -1, f"{MINUS}1"),
        ("company_members", 0, "0"),
        ("company_members", None, "–"),
        ("certification_rate", 0.0374, "+3.7 pts"),
        ("certification_rate", -0.01, f"{MINUS}1 pt"),
        ("certification_rate", 0.0001, "0"),
        ("months_to_certification", -0.84, f"{MINUS}0.8"),
    ],
)
def test_a_change_has_a_sign_and_a_true_minus(kpi: str, amount: float | None, text: str) -> None:
    assert wording.change(KPIS[kpi], amount) == text


def test_a_share_of_few_says_its_n_and_never_a_percentage() -> None:
    rate = KPIS["certification_rate"]
    assert wording.share(rate, 5 / 7, 5, 7, 7) == "5 of 7"
    assert wording.share(rate, 5 / 10, 5, 10, 10) == f"50{NARROW}%"
    months = KPIS["months_to_certification"]
    assert wording.share(months, 19.4, 58.2, 3, 3) == "19.4 months, n\u00a0=\u00a03"
    assert wording.share(rate, None, None, None, None, suppressed=True) == "not shown"


def test_the_value_before_says_its_n_where_it_counted_few() -> None:
    rate = KPIS["certification_rate"]
    few = {"value": 5 / 7, "numerator": 5, "denominator": 7, "n": 7}
    before = reading("certification_rate", **few)
    now = reading("certification_rate", value=0.9, change=0.9 - 5 / 7, previous_value=5 / 7)
    assert wording.change_words(rate, now, before) == "up from 5 of 7"
    assert wording.change_words(rate, now) == f"up from 71.4{NARROW}%"


def test_one_thing_is_singular() -> None:
    assert wording.counted(KPIS["company_members"], 1) == "1 company"
    assert wording.counted(KPIS["countries_represented"], 1) == "1 country"
    assert wording.counted(KPIS["complaints_received"], 1) == "1 complaint"
    assert wording.counted(KPIS["company_members"], 2) == "2 companies"


def test_dates_are_written_out() -> None:
    assert wording.date(dt.date(2022, 12, 31)) == "31 December 2022"
    assert wording.by_when(PLAN_END) == "the end of 2023"
    assert wording.by_when(dt.date(2023, 3, 31)) == "31 March 2023"


def test_the_finding_states_place_and_pace_apart() -> None:
    assert wording.finding(KPIS["company_members"], reading("company_members")) == (
        "Company members: 96 companies, 17 fewer than planned; "
        "at this pace 101 by the end of 2023; the target is 120."
    )


def test_the_pace_says_when_the_target_is_reached() -> None:
    kpi = KPIS["company_members"]
    soon = reading("company_members", arrives_on=dt.date(2023, 6, 8), projected=125)
    assert wording.pace(kpi, soon) == "at this pace the target of 120 is reached in June 2023"
    done = reading("company_members", value=120, status="achieved", required_pace=0.0)
    assert wording.pace(kpi, done) == "the target of 120 is reached"
    still = reading("company_members", pace=0.0, projected=96)
    assert wording.pace(kpi, still) == (
        "no change in twelve months; the target is 120 by the end of 2023"
    )
    assert wording.pace(kpi, reading("company_members", projected=None, pace=None)) == ""
    assert wording.pace(kpi, reading("company_members", target=None)) == ""


def test_the_gap_of_a_share_is_in_points() -> None:
    rate = reading("certification_rate", value=0.5, expected=0.455)
    assert wording.gap(KPIS["certification_rate"], rate) == "4.5 points above the plan"
    same = reading("company_members", value=113)
    assert wording.gap(KPIS["company_members"], same) == "as planned"


def test_the_selection_is_one_sentence() -> None:
    plan = tiny().plan
    text = wording.selection_sentence(
        plan,
        Selection(("Africa", "Asia"), ("company",)),
        dt.date(2022, 12, 31),
        dt.date(2021, 4, 1),
    )
    assert text == (
        "Showing Africa and Asia · companies · at 31 December 2022, "
        "compared with the board meeting of 1 April 2021"
    )
    assert wording.scope(Selection()) == "all regions and pillars"


def test_regions_with_an_and_in_their_names_are_kept_apart() -> None:
    chosen = Selection(("Africa", "Asia and the Pacific"))
    assert wording.scope(chosen) == "Africa + Asia and the Pacific"


def test_every_status_has_a_word_a_meaning_a_colour_and_a_shape_of_its_own() -> None:
    names = set(judgement.STATUSES)
    assert set(wording.STATUS) == set(wording.STATUS_MEANING) == names
    assert set(palette.STATUS) == set(palette.SHAPES) == names
    outlines = [(shape.path, shape.is_filled, shape.dash) for shape in palette.SHAPES.values()]
    assert len(set(outlines)) == len(outlines)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_and_shapes_stand_out_from_the_background(theme: palette.Theme) -> None:
    for ground in (palette.BACKGROUND, palette.TINT):
        for ink in (*palette.STATUS.values(), palette.TEXT, palette.MUTED, palette.ACCENT):
            assert palette.contrast(ink.on(theme), ground.on(theme)) >= 4.5
    for ink in palette.SERIES:
        assert palette.contrast(ink.on(theme), palette.BACKGROUND.on(theme)) >= 3


def _everything_said(of: Reading, kpi: Kpi) -> list[str]:
    return [
        wording.finding(kpi, of),
        wording.pace(kpi, of),
        wording.needed(kpi, of),
        wording.gap(kpi, of),
        wording.against(kpi, of),
        wording.change_words(kpi, of),
    ]


@pytest.mark.parametrize("role", ["guest", "board", "executive"])
def test_sentences_are_whole_for_every_reading_of_the_worked_example(
    role: readings.Role,
) -> None:
    snap = tiny()
    for pillars in ((), ("company",), ("government",)):
        chosen = selection.select(snap.plan, (), pillars)
        for date in snap.dates[::6]:
            card = readings.scorecard(snap, chosen, role, date)
            for one in card.readings:
                kpi = snap.plan.kpi(one.kpi)
                said = _everything_said(one, kpi)
                assert said[0].endswith(".") and not said[0].endswith("..")
                for text in said:
                    assert not re.search(r"None|nan|  |; ;|, ,|-\d", text), text
            assert standing.headline(snap.plan, card.readings, date).endswith(".")


def test_a_suppressed_value_is_said_nowhere() -> None:
    hidden = reading(
        "psea_policy", value=None, numerator=None, n=None, suppressed=True, status="suppressed",
        previous_value=None, change=None, pace=None, projected=None, required_pace=None,
        baseline=0.5, expected=0.6, target=0.9,
    )  # fmt: skip
    kpi = KPIS["psea_policy"]
    assert wording.value(kpi, hidden) == "not shown"
    assert not re.search(r"\d", wording.finding(kpi, hidden))


def test_the_headline_counts_those_on_plan_and_names_the_worst() -> None:
    plan = tiny().plan
    worst = reading("government_members", ratio_to_plan=0.0)
    away = reading("retention", status="moving_away", ratio_to_plan=-0.4)
    good = reading("affiliates", status="on_track")
    text = standing.headline(plan, [worst, away, good], dt.date(2021, 12, 31))
    assert text == (
        "One year before its end, 1 of 3 judged KPIs is on plan. "
        "Two are seriously behind: members kept over the year and government members."
    )
    rest = [reading(kpi, status="no_target") for kpi in ("retention", "affiliates")]
    assert standing.headline(plan, [replace(good, kpi="media_tone"), *rest], plan.ends_on) == (
        "At the end of the plan, the only KPI that can be judged here is on plan. "
        "Two have no target for this selection."
    )
    watched = reading("open_concerns", status="monitor")
    assert standing.headline(plan, [watched], dt.date(2021, 12, 31)) == (
        "No KPI can be judged against the plan here."
    )


def test_what_changed_begins_with_the_statuses_that_moved() -> None:
    plan = tiny().plan
    now = [
        reading("company_members", change=3),
        reading("affiliates", status="achieved", change=0),
    ]
    before = [reading("company_members"), reading("affiliates", status="on_track")]
    notes = standing.changed(plan, now, before)
    assert [note.sentence for note in notes] == [
        "Affiliate companies: moved from On track to Achieved.",
        "Company members: rose to 96 (+3).",
    ]
