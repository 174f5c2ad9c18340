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
    plurals,
    readings,
    selection,
    snapshot,
    standing,
    wording,
)
from scorecard.catalogue import Kpi
from scorecard.meeting import moves
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
    assert wording.share(months, 19.4, 58.2, 3, 3) == "19.4 months · n\u00a0=\u00a03 companies"
    assert wording.share(rate, None, None, None, None, suppressed=True) == "not shown"


def test_the_value_before_says_its_n_where_it_counted_few() -> None:
    rate = KPIS["certification_rate"]
    few = {"value": 5 / 7, "numerator": 5, "denominator": 7, "n": 7}
    before = reading("certification_rate", **few)
    now = reading("certification_rate", value=0.9, change=0.9 - 5 / 7, previous_value=5 / 7)
    assert wording.change_words(rate, now, before) == "before 5 of 7"
    assert wording.moved(rate, now, before) == f"90{NARROW}%, before 5 of 7"
    assert wording.short_change(rate, now, before) == "before 5 of 7"
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
    assert (
        wording.pace(kpi, replace(soon, status="on_track"))
        == "at this pace the target of 120 is reached in time, in June 2023"
    )
    assert wording.pace(kpi, soon) == (
        "but at this pace the target of 120 is reached in time, in June 2023"
    )
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
        "One year before the plan ends, 1 of 3 judged KPIs is on plan. "
        "One is in serious delay and one is moving away: "
        "government members and members kept over the year."
    )
    rest = [reading(kpi, status="no_target") for kpi in ("retention", "affiliates")]
    assert standing.headline(plan, [replace(good, kpi="media_tone"), *rest], plan.ends_on) == (
        "Only 1 of 3 KPIs has a target for this selection; it is on plan."
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
        "Affiliate companies: moved from On track to Achieved: 96, unchanged.",
        "Company members: rose to 96 (+3).",
    ]


@pytest.mark.parametrize(
    ("states", "text"),
    [
        ("on_track no_target*27 monitor",
         "Only 1 of 29 KPIs has a target for this selection; it is on plan."),
        ("achieved no_target*5",
         "Only 1 of 6 KPIs has a target for this selection; it has achieved its target."),
        ("serious_delay no_target*5",
         "Only 1 of 6 KPIs has a target for this selection; it is in serious delay."),
        ("on_track too_few too_few no_target*7",
         "Only 3 of 10 KPIs have a target for this selection; the only one that can be judged "
         "is on plan."),
        ("on_track on_track no_target*7",
         "Only 2 of 9 KPIs have a target for this selection; both are on plan."),
        ("on_track some_delay no_target*7",
         "Only 2 of 9 KPIs have a target for this selection; one is on plan. "
         "One has some delay: affiliate companies."),
        ("on_track too_few*3 awaiting_data",
         "Only 1 of 5 KPIs can be judged for this selection; it is on plan."),
        ("on_track*3 no_target*2",
         "One year before the plan ends, 3 of 3 judged KPIs are on plan. None is behind."),
    ],
)  # fmt: skip
def test_a_narrow_selection_says_how_few_are_judged_and_never_that_none_is_behind(
    states: str, text: str
) -> None:
    plan, names = tiny().plan, ["affiliates"] * 30
    found: list[Reading] = []
    for word in states.split():
        status, _, times = word.partition("*")
        found += [reading(names.pop(), status=status) for _ in range(int(times or 1))]
    said = standing.headline(plan, found, dt.date(2021, 12, 31))
    assert said == text


@pytest.mark.parametrize(
    ("until_end", "text"),
    [
        (dt.date(2022, 12, 31), "At the end of the plan"),
        (dt.date(2022, 11, 30), "One month before the plan ends"),
        (dt.date(2021, 12, 31), "One year before the plan ends"),
        (dt.date(2021, 7, 1), "18 months before the plan ends"),
        (dt.date(2020, 9, 30), "Two years and three months before the plan ends"),
    ],
)
def test_the_headline_says_how_long_before_the_plan_ends(until_end: dt.date, text: str) -> None:
    good = [reading("affiliates", status="on_track")] * 2
    assert tiny().plan.ends_on == dt.date(2022, 12, 31)
    assert standing.headline(tiny().plan, good, until_end).startswith(f"{text}, 2 of 2 ")


@pytest.mark.parametrize(
    ("kpi", "now", "before", "text"),
    [
        ("indicators_met", 0.7504, 0.754, f"75.0{NARROW}%, down from 75.4{NARROW}%"),
        ("indicators_met", 0.75, 0.72, f"75{NARROW}%, up from 72{NARROW}%"),
        ("indicators_met", 0.7504, 0.7236, f"75.04{NARROW}%, up from 72.36{NARROW}%"),
        ("indicators_met", 0.75, 0.7501, f"75{NARROW}%, unchanged"),
        ("months_to_certification", 19.44, 18.86, "19.44 months, up from 18.86 months"),
        ("months_to_certification", 24.0, 18.0, "24 months, up from 18 months"),
        ("company_members", 48.0, 45.0, "48, up from 45"),
        ("company_members", 48.0, 48.0, "48, unchanged"),
    ],
)
def test_a_value_and_the_one_before_have_the_same_decimals_and_agree_with_the_change(
    kpi: str, now: float, before: float, text: str
) -> None:
    of = reading(kpi, value=now, previous_value=before, change=now - before)
    assert wording.moved(KPIS[kpi], of) == text


def test_two_values_side_by_side_never_contradict_their_change() -> None:
    kpi = KPIS["indicators_met"]
    for now in range(4000, 4400, 7):
        for step in (-313, -12, 5, 7, 44, 100):
            digits = wording.alike(kpi, now / 10000, (now - step) / 10000)
            a, b = (wording.rounded(kpi, x / 10000, digits) for x in (now, now - step))
            assert (a > b) == (step > 0)
            assert wording.plain(a - b, 1) == wording.plain(step / 100, 1)


def test_a_share_of_few_gives_both_counts() -> None:
    rate = KPIS["certification_rate"]
    now = reading("certification_rate", value=5 / 6, numerator=5, denominator=6, n=6,
                  change=5 / 6 - 5 / 7, previous_value=5 / 7, status="too_few")  # fmt: skip
    before = replace(now, value=5 / 7, denominator=7, n=7)
    assert wording.moved(rate, now, before) == "5 of 6, before 5 of 7"
    plan = tiny().plan
    assert standing.changed(plan, [now], [before])[0].text == "5 of 6, before 5 of 7"
    assert wording.pace(rate, now) == wording.needed(rate, now) == ""


def test_a_status_that_fell_while_the_value_stood_says_what_the_plan_expects_now() -> None:
    plan = tiny().plan
    old = reading("certified_companies", value=48, expected=49, status="on_track")
    new = replace(old, expected=50, status="some_delay", previous_value=48, change=0)
    assert standing.changed(plan, [new], [old])[0].sentence == (
        "Certified companies: moved from On track to Some delay: 48, unchanged; "
        "the plan now expects 50, before 49."
    )


def test_attention_goes_first_to_what_misses_its_target_then_to_what_got_worse() -> None:
    plan = tiny().plan
    reaching = dt.date(2023, 6, 8)
    steady = reading("affiliates", status="some_delay", ratio_to_plan=0.7)
    arriving = reading("retention", status="some_delay", ratio_to_plan=0.61, arrives_on=reaching)
    worse = reading("government_members", status="some_delay", ratio_to_plan=0.9)
    away = reading("company_members", status="moving_away")
    now = [steady, arriving, worse, away]
    before = [steady, arriving, replace(worse, status="on_track"), away]
    found = standing.attention(plan, now, before=before)
    assert [note.kpi for note in found] == [
        "company_members", "government_members", "affiliates", "retention",
    ]  # fmt: skip
    assert "is reached in time, in June 2023" in found[-1].text


def test_counts_of_nought_one_and_two_have_their_nouns() -> None:
    assert [plurals.noun("open concerns", n) for n in (0, 1, 2)] == [
        "open concerns", "open concern", "open concerns",
    ]  # fmt: skip
    assert [plurals.ordinal(n) for n in (1, 12, 13, 21, 22, 111)] == [
        "first", "twelfth", "13th", "21st", "22nd", "111th",
    ]  # fmt: skip
    for kpi in KPIS.values():
        one = wording.counted(kpi, 1) if kpi.is_count else wording.sample(kpi, 1)
        assert not re.search(r"\b1 \w*(ies|[^s]s)\b", one.replace("\u00a0", " ")), one


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        (95, 96, "17 fewer than planned, before 18 fewer than planned"),
        (113, 96, "17 fewer than planned, before as planned"),
        (96, 96, "17 fewer than planned at both dates"),
    ],
)
def test_a_course_says_in_the_unit_of_the_kpi_how_far_it_is_from_the_plan(
    before: int, after: int, text: str
) -> None:
    kpi = KPIS["company_members"]
    old, new = (reading("company_members", value=value) for value in (before, after))
    assert moves._gap(kpi, old, new) == text
