"""Exhibits agree with the readings of the core, and tell no role more than it may know."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from scorecard import breakdowns, changes, evidence, readings, wording
from scorecard import snapshot as snapshots
from scorecard.breakdowns import Breakdown, Group
from scorecard.exhibits import (
    arithmetic,
    arrivals,
    brand,
    capacity,
    compliance,
    findings,
    membership,
    milestones,
    missing,
    strands,
)
from scorecard.refusal import Refusal
from scorecard.screen import downloads
from scorecard.selection import Selection
from scorecard.snapshot import Snapshot, Sources

ALL = Selection()
TINY = Path(__file__).parent / "data" / "tiny"
SELECTIONS = (
    ALL,
    Selection(regions=("Africa",)),
    Selection(regions=("Europe", "Middle East")),
    Selection(pillars=("company",)),
    Selection(regions=("Africa",), pillars=("civil_society", "company")),
)


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    return snapshots.in_memory(Sources())


@pytest.fixture(scope="module")
def tiny() -> Snapshot:
    return snapshots.in_memory(Sources(TINY / "exports", TINY / "plan"))


def value(snapshot: Snapshot, kpi: str, selection: Selection, date: dt.date) -> float:
    found = readings.reading(
        snapshot, snapshot.plan.kpi(kpi), selection, "executive", date, None
    ).value
    assert found is not None
    return found


def some_dates(snapshot: Snapshot) -> list[dt.date]:
    return [snapshot.dates[0], *snapshot.dates[7::17], snapshot.data_date]


@pytest.mark.parametrize("selection", SELECTIONS)
def test_the_stages_of_the_pathway_add_up_to_their_kpis(
    snapshot: Snapshot, selection: Selection
) -> None:
    for date in some_dates(snapshot):
        now = capacity.pathway(snapshot, selection, "guest", date, None).now
        assert now["affiliate"] == value(snapshot, "affiliates", selection, date)
        assert now["certified"] == value(snapshot, "certified_companies", selection, date)
        members = now["certified"] + now["transitional"] + now["lapsed"]
        assert members == value(snapshot, "company_members", selection, date)


def test_the_pathway_of_the_worked_example(tiny: Snapshot) -> None:
    found = capacity.pathway(tiny, ALL, "guest", dt.date(2020, 2, 29), None)
    assert found.now == {"affiliate": 2, "transitional": 1, "lapsed": 0, "certified": 3}


def test_a_certificate_expires_when_the_last_of_its_company_does(snapshot: Snapshot) -> None:
    for selection in SELECTIONS:
        found = capacity.expiries(snapshot, selection, "guest", snapshot.data_date)
        kpi = snapshot.plan.kpi("certified_companies")
        rows = evidence.facts(snapshot, kpi, selection, "guest").facts
        assert {e.entity for e in found} <= {fact.entity for fact in rows}
        assert len({e.entity for e in found}) == len(found)
        last = snapshot.data_date.replace(year=snapshot.data_date.year + 1)
        assert all(snapshot.data_date < e.expires_on <= last for e in found)


def test_months_of_expiry_hold_every_certificate_once(snapshot: Snapshot) -> None:
    for selection in SELECTIONS:
        for date in some_dates(snapshot):
            found = capacity.expiring(snapshot, selection, "guest", date)
            named = capacity.expiries(snapshot, selection, "guest", date)
            assert found.total == len(named)
            assert found.first_on == (named[0].expires_on if named else None)
            counted = Counter(expiry.expires_on.replace(day=1) for expiry in named)
            assert {month: n for month, n in found.months if n} == counted
            assert len(found.months) in (12, 13)


def test_the_grid_of_sections_repeats_the_breakdowns(snapshot: Snapshot) -> None:
    kpi = snapshot.plan.kpi("indicators_met")
    grid = compliance.sections(snapshot, ALL, "executive", snapshot.data_date, "All")
    for region in ("Africa", "Europe"):
        chosen = Selection(regions=(region,))
        for group in breakdowns.breakdown(snapshot, kpi, "category", chosen, "executive").groups:
            assert grid.cells[group.group or "", region] == group


def test_below_executive_the_sections_stand_at_world_level_whatever_is_selected(
    snapshot: Snapshot,
) -> None:
    world = compliance.sections(snapshot, ALL, "board", snapshot.data_date, "All")
    chosen = Selection(regions=("Africa",), pillars=("company",))
    assert compliance.sections(snapshot, chosen, "board", snapshot.data_date, "All") == world
    assert world.columns == ("All",)


def test_reviews_by_quarter_agree_with_the_countries_reviewed(snapshot: Snapshot) -> None:
    for selection in SELECTIONS[:3]:
        found = compliance.reviews(snapshot, selection, "board", snapshot.data_date)
        assert found[0].starts_on == snapshot.plan.starts_on
        kpi = snapshot.plan.kpi("countries_reviewed")
        rows = evidence.facts(snapshot, kpi, selection, "board").facts
        assert sum(quarter.missions for quarter in found[-4:]) == len(rows)


@pytest.mark.parametrize("name", ["open_concerns", "complaints_received", "media_mentions"])
def test_categories_over_time_add_up_to_the_series(snapshot: Snapshot, name: str) -> None:
    kpi = snapshot.plan.kpi(name)
    for selection in SELECTIONS[:3]:
        found = strands.by_category(snapshot, kpi, selection, "executive", snapshot.data_date)
        series = readings.series(snapshot, kpi, selection, "executive")
        for place, point in enumerate(series.points):
            assert sum(s.values[place] or 0 for s in found.strands) == pytest.approx(point.value)


@pytest.mark.parametrize("role", ["board", "guest"])
def test_confidential_categories_are_given_at_world_level_only(
    snapshot: Snapshot, role: str
) -> None:
    kpi = snapshot.plan.kpi("open_concerns")
    assert strands.by_category(snapshot, kpi, ALL, role, snapshot.data_date).strands  # type: ignore[arg-type]
    for selection in (Selection(regions=("Africa",)), Selection(pillars=("company",))):
        with pytest.raises(Refusal):
            strands.by_category(snapshot, kpi, selection, role, snapshot.data_date)  # type: ignore[arg-type]


def test_n_is_not_told_where_the_value_is_not_shown(snapshot: Snapshot) -> None:
    kpi = snapshot.plan.kpi("psea_policy")
    chosen = Selection(regions=("Africa",))
    series = readings.series(snapshot, kpi, chosen, "board")
    counts = strands.counts(snapshot, kpi, chosen, series)
    assert any(point.suppressed for point in series.points)
    assert all(n is None for n, p in zip(counts, series.points, strict=True) if p.suppressed)


def test_who_joined_and_left_is_what_explains_the_change_of_members(snapshot: Snapshot) -> None:
    start, end = dt.date(2021, 12, 31), snapshot.data_date
    found = membership.moves(snapshot, ALL, "guest", start, end)
    for name, pillar in zip(
        membership.MEMBERS, ("company", "civil_society", "government"), strict=True
    ):
        explained = changes.explain(
            snapshot, snapshot.plan.kpi(name), start, end, "entity", ALL, "guest"
        )
        told = Counter(part.effect for part in explained.parts)
        mine = Counter(move.what for move in found.page if move.pillar == pillar)
        assert (mine["joined"], mine["left"]) == (told["entered"], told["left"])


def test_nobody_moves_between_a_date_and_itself(snapshot: Snapshot) -> None:
    day = snapshot.data_date
    assert membership.moves(snapshot, ALL, "guest", day, day) == membership.Moves(0, 0, ())


def test_seats_held_are_the_seats_filled(snapshot: Snapshot) -> None:
    for date in some_dates(snapshot):
        for selection in (ALL, Selection(pillars=("government",))):
            seats = membership.seats(snapshot, selection, "guest", date)
            filled = sum(seat.holder is not None for seat in seats) / len(seats)
            assert filled == pytest.approx(value(snapshot, "board_seats_filled", selection, date))


def test_visits_of_the_last_months_are_the_visits_of_the_year(snapshot: Snapshot) -> None:
    for selection in SELECTIONS[:3]:
        months = brand.visits(snapshot, selection, "guest", snapshot.data_date)
        assert sum(month.visits or 0 for month in months[-12:]) == value(
            snapshot, "website_visits", selection, snapshot.data_date
        )


def test_a_month_without_a_row_has_no_visits_rather_than_none_counted(tiny: Snapshot) -> None:
    months = brand.visits(tiny, ALL, "guest", tiny.data_date)
    assert any(month.visits is None for month in months)


def test_participants_of_events_are_the_participants_of_the_year(snapshot: Snapshot) -> None:
    for selection in SELECTIONS:
        events = brand.events(snapshot, selection, "board", snapshot.data_date)
        assert sum(event.participants for event in events) == value(
            snapshot, "event_participants", selection, snapshot.data_date
        )


def test_single_entries_are_for_the_roles_that_the_kpi_names(snapshot: Snapshot) -> None:
    for ask in (compliance.reviews, brand.events):
        with pytest.raises(Refusal):
            ask(snapshot, ALL, "guest", snapshot.data_date)
    for role in ("guest", "board"):
        with pytest.raises(Refusal):
            arrivals.findings(snapshot, role)  # type: ignore[arg-type]
        with pytest.raises(Refusal):
            arrivals.quarantined(snapshot, role, "complaints")  # type: ignore[arg-type]


def test_what_arrived_agrees_with_the_ledger_and_names_what_it_feeds(snapshot: Snapshot) -> None:
    files = arrivals.arrivals(snapshot, "executive")
    assert all(file.rows == file.accepted + file.quarantined for file in files)
    fed = {file.export: file.feeds for file in files}
    assert set(fed["board_terms"]) == {"board_seats_filled"}
    kept = {file.export: file.quarantined for file in files if file.quarantined}
    for export, count in kept.items():
        found = arrivals.quarantined(snapshot, "executive", export)
        assert len(found.rows) == count
        assert all(why for _, _, why in found.rows)
    every = arrivals.findings(snapshot, "executive")
    assert sum(sort.count for sort in arrivals.sorts(snapshot, "executive")) == len(every)


def test_files_that_no_contract_names_are_told(tmp_path: Path) -> None:
    for name in ("memberships.csv", "Memberships.csv", "notes.docx", "exported_on.txt"):
        (tmp_path / name).touch()
    assert arrivals.strangers(tmp_path, is_plan=False) == ("Memberships.csv", "notes.docx")
    assert arrivals.strangers(tmp_path / "absent", is_plan=False) == ()


def test_an_exhibit_names_the_exports_that_it_waits_for(tmp_path: Path) -> None:
    exports = tmp_path / "exports"
    exports.mkdir()
    for path in (TINY / "exports").iterdir():
        if path.name != "missions.csv":
            (exports / path.name).write_bytes(path.read_bytes())
    snapshot = snapshots.in_memory(Sources(exports, TINY / "plan"))
    assert missing(snapshot, "countries_reviewed") == ("missions",)
    assert missing(snapshot, "company_members") == ()


def test_milestones_stand_as_they_stood_at_the_date(snapshot: Snapshot) -> None:
    early = milestones.of_goal(snapshot.plan, 3, dt.date(2019, 1, 1))
    assert {entry.state for entry in early} == {"ahead"}
    late = milestones.of_goal(snapshot.plan, 3, snapshot.data_date)
    assert "done" in {entry.state for entry in late}
    text = milestones.finding(late, snapshot.data_date)
    assert text.startswith(f"{sum(e.state.startswith('done') for e in late)} of {len(late)}")


def test_the_arithmetic_states_the_figures_of_the_reading(snapshot: Snapshot) -> None:
    for kpi in snapshot.plan.kpis:
        reading = readings.reading(snapshot, kpi, ALL, "executive", snapshot.data_date, None)
        path = readings.target(snapshot, kpi, ALL)
        found = {s.what: s for s in arithmetic.steps(kpi, reading, path, snapshot.data_date)}
        assert "Value" in found
        assert ("Target" in found) == (path is not None)
        assert ("Share of the way done" in found) == (
            reading.ratio_to_plan is not None and reading.status != "too_few"
        )
    assert found["Value"].how


def test_findings_are_made_from_the_numbers(snapshot: Snapshot) -> None:
    nothing = capacity.Expiring((), None)
    said = "No certified company loses its certificate within twelve months"
    assert findings.expiring(nothing) == said
    seats = [membership.Seat("GOV-1", "government", None, None)]
    seats += [membership.Seat(f"COM-{i}", "company", "A", None) for i in range(3)]
    assert findings.seats(seats) == "One government seat is vacant of four"
    assert (
        findings.moves(membership.Moves(0, 0, ()), dt.date(2022, 1, 2))
        == "Nobody joined or left since 2 January 2022"
    )


def test_a_csv_file_holds_no_formula_and_says_that_data_are_synthetic() -> None:
    table = pd.DataFrame(
        {"=Name": ["=1+1", "+cmd", "@x", "\tx", "fine", " -1"], "Value": [-1.5] * 6}
    )
    lines = downloads.csv(table, "Synthetic sample").decode("utf-8-sig").split("\r\n")
    assert lines[0] == "'=Name,Value,notice"
    assert [line.split(",")[0] for line in lines[1:7]] == [
        "'=1+1", "'+cmd", "'@x", "'\tx", "fine", "' -1",
    ]  # fmt: skip
    assert all(line.endswith("-1.5,Synthetic sample") for line in lines[1:7])
    assert downloads.file_name("../a b", synthetic="x") == "synthetic-___a_b.csv"


def breakdown_of(snapshot: Snapshot, kpi: str, values: dict[str, tuple[float, float]]) -> Breakdown:
    """Groups with a numerator and a denominator each; counts take the numerator."""
    ratio = snapshot.plan.kpi(kpi).aggregate == "ratio"
    groups = tuple(
        Group(name, a / b if ratio else a, a, b if ratio else None, int(b if ratio else a), False)
        for name, (a, b) in values.items()
    )
    return Breakdown(kpi, snapshot.data_date, (), groups)


@pytest.mark.parametrize(
    ("kpi", "by", "values", "chosen", "text"),
    [
        ("board_seats_filled", "pillar", {"Governments": (4, 4), "Civil society": (4, 4)}, (),
         "Board seats filled: the same in every pillar: 4 of 4"),
        ("board_seats_filled", "pillar", {"Governments": (3, 4), "Civil society": (4, 4)}, (),
         "Board seats filled: from 3 of 4 in governments to 4 of 4 in civil society"),
        ("certification_rate", "region", {"Middle East": (1, 5), "Africa": (4, 5)}, (),
         "Certification rate: from 1 of 5 in the Middle East to 4 of 5 in Africa"),
        ("certified_companies", "region", {"Asia": (30, 1), "Africa": (12, 1), "Europe": (6, 1)},
         ("Africa",), "Africa: 12 of 48 companies, second of three"),
        ("certified_companies", "region", {"Asia": (1, 1), "Africa": (0, 1)}, (),
         "Asia: 1 of 1 company, more than any other"),
        ("open_concerns", "region", {"Asia": (3, 1), "Africa": (2, 1)}, ("Africa",),
         "Africa: 2 of 5 concerns, second highest of two"),
    ],
)  # fmt: skip
def test_the_title_of_a_breakdown_speaks_of_what_is_selected(
    snapshot: Snapshot, kpi: str, by: str, values: dict[str, tuple[float, float]],
    chosen: tuple[str, ...], text: str,
) -> None:  # fmt: skip
    found = breakdown_of(snapshot, kpi, values)
    names = {name: name for name in values}
    assert findings.groups(snapshot.plan.kpi(kpi), found, names, by, chosen) == text


@pytest.mark.parametrize("n", [0, 1, 2])
def test_sentences_have_the_right_noun_for_none_one_and_two(snapshot: Snapshot, n: int) -> None:
    day = snapshot.data_date
    stages = dict.fromkeys(capacity.STAGES, n)
    expiring = capacity.Expiring(((day.replace(day=1), n),), day if n else None)
    strand = strands.Strands((day,), (strands.Strand("companies", (float(n),)),))
    companies = snapshot.plan.kpi("certified_companies")
    countries = breakdown_of(snapshot, companies.id, {"KEN": (n, 1)})
    said = [
        findings.pathway(capacity.Pathway(day, stages, None)),
        findings.expiring(expiring),
        findings.reviews((compliance.Quarter(day, n, n),)),
        findings.strands(strand, {}, "open concerns"),
        findings.strands(strand, {}, "complaints in twelve months"),
        findings.members(strand, {}),
        findings.seats((membership.Seat("1", "company", "A", day),) * n),
        findings.seats((membership.Seat("1", "company", None, None),) * n),
        findings.groups(companies, countries, {"KEN": "Kenya"}, "country"),
        findings.reached(companies, countries),
        findings.visits((brand.Month(day, n, n),)),
        findings.events((brand.Event("Forum", "x", day, None, n),) * n),
    ]
    one = r"\b1 (\w+ ){0,2}(companies|members|concerns|complaints|visits|events|participants)\b"
    for text in said:
        assert not re.search(one, text), text
        assert not re.search(r"\b[02] (\w+ )?(company|member|concern|visit|event)\b", text), text
        assert " 0 countries" not in text and "1 countries" not in text


def test_the_printed_numbers_of_the_arithmetic_give_the_printed_share(snapshot: Snapshot) -> None:
    pattern = re.compile(r"= \(([\d.,]+)\D*? − ([\d.,]+)\D*?\) ÷ \(([\d.,]+)\D*? − ")
    seen = 0
    for date in some_dates(snapshot):
        for reading in readings.scorecard(snapshot, ALL, "executive", date).readings:
            kpi = snapshot.plan.kpi(reading.kpi)
            path = readings.target(snapshot, kpi, ALL)
            for step in arithmetic.steps(kpi, reading, path, date):
                assert reading.status != "too_few" or "way" not in step.what
                if found := pattern.search(step.how):
                    v, b, e = (float(text.replace(",", "")) for text in found.groups())
                    assert wording.plain((v - b) / (e - b), 2) == step.figure, step.how
                    seen += 1
    assert seen > 20
