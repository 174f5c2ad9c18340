"""The rows behind a figure page by page, and what older snapshots lack."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from small_set import write

from scorecard import breakdowns, evidence, sample, slices, snapshot
from scorecard.cells import Floats
from scorecard.exhibits import capacity
from scorecard.refusal import Refusal
from scorecard.selection import Selection
from scorecard.snapshot import Snapshot, Sources

ALL = Selection()
SELECTIONS = (ALL, Selection(regions=("Africa",)), Selection(pillars=("company",)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("set")
    sample.write(folder, 400, 3)
    return folder


@pytest.fixture(scope="module")
def snap(folder: Path) -> Iterator[Snapshot]:
    yield snapshot.in_memory(Sources(folder / "exports", folder / "plan"))


@pytest.mark.parametrize("selection", SELECTIONS)
def test_the_pages_of_the_rows_are_all_of_them_in_order(
    snap: Snapshot, selection: Selection
) -> None:
    for kpi in snap.plan.kpis:
        whole = evidence.facts(snap, kpi, selection, "executive").facts
        pages = [
            evidence.facts(snap, kpi, selection, "executive", limit=37, offset=offset).facts
            for offset in range(0, len(whole) + 37, 37)
        ]
        assert tuple(fact for page in pages for fact in page) == whole
        assert pages[-1] == () and all(len(page) <= 37 for page in pages)
        assert [fact.entity for fact in whole] == sorted(fact.entity for fact in whole)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    """Organisations of several slices."""
    folder = tmp_path_factory.mktemp("many")
    sample.write(folder, 4000, 3)
    yield snapshot.in_memory(Sources(folder / "exports", folder / "plan"))


@pytest.mark.parametrize("selection", SELECTIONS)
def test_any_page_of_many_rows_is_that_part_of_all(
    many: Snapshot, selection: Selection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "ENOUGH", 0)
    assert many.slices and len(many.slices.firsts) == 8
    rng = random.Random(4)
    for kpi in many.plan.kpis:
        for date in (many.data_date, many.dates[20]):
            whole = evidence.facts(many, kpi, selection, "executive", date).facts
            assert len(whole) == evidence.count(many, kpi, selection, "executive", date)
            last = len(whole)
            for offset in {0, 1, last // 2, max(0, last - 30), last, rng.randrange(last + 1)}:
                page = evidence.facts(
                    many, kpi, selection, "executive", date, limit=30, offset=offset
                ).facts
                assert page == whole[offset : offset + 30], (kpi.id, date, offset)


@pytest.mark.parametrize("guess", [0.0, 1.0, 1e6])
def test_a_wrong_guess_of_where_a_page_lies_gives_the_same_page(
    many: Snapshot, guess: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "ENOUGH", 0)
    kpi = many.plan.kpi("indicators_met")
    whole = evidence.facts(many, kpi, ALL, "executive").facts

    def expected(of: slices.Slices, facts: Sequence[float]) -> Floats:
        return np.linspace(0, guess, len(of.before))

    monkeypatch.setattr(slices.Slices, "expected", expected)
    for offset in range(0, len(whole), 997):
        page = evidence.facts(many, kpi, ALL, "executive", limit=50, offset=offset).facts
        assert page == whole[offset : offset + 50]


def test_ids_that_would_not_lie_in_the_order_of_their_facts_are_not_cut(tmp_path: Path) -> None:
    names = ["A", "A!", "A B", "B"]
    write(tmp_path, {"organisations": [{"org_id": name, "country": "KEN"} for name in names]})
    snap = snapshot.in_memory(Sources(tmp_path / "exports", tmp_path / "plan"))
    assert "organisation_slices" in snap.tables and snap.slices is None


def test_facts_of_organisations_begin_with_their_id(snap: Snapshot) -> None:
    seen = 0
    for kpi in snap.plan.kpis:
        if kpi.entity.split("#")[0] == "org_id":
            odd = (
                snap.cursor()
                .execute(
                    f"select count(*) from {kpi.view} where organisation is null "
                    "or split_part(entity, '#', 1) <> organisation"
                )
                .fetchone()
            )
            assert odd == (0,), kpi.id
            seen += 1
    assert seen > 10


@pytest.mark.parametrize("selection", SELECTIONS)
def test_rows_are_counted_without_reading_them(snap: Snapshot, selection: Selection) -> None:
    for kpi in snap.plan.kpis:
        for date in (None, snap.dates[3]):
            rows = evidence.facts(snap, kpi, selection, "executive", date).facts
            assert evidence.count(snap, kpi, selection, "executive", date) == len(rows)


def test_whom_rows_are_refused_their_number_is_refused_too(snap: Snapshot) -> None:
    with pytest.raises(Refusal, match="for the executive only"):
        evidence.count(snap, snap.plan.kpi("open_concerns"), ALL, "board")


def test_labels_of_some_entities_are_those_of_their_rows(snap: Snapshot) -> None:
    dates = (snap.dates[9], snap.data_date)
    for name in ("certified_companies", "indicators_met", "media_mentions"):
        kpi = snap.plan.kpi(name)
        called: dict[str, str] = {}
        for date in dates:
            rows = evidence.facts(snap, kpi, ALL, "executive", date).facts
            called |= {fact.entity: fact.label for fact in rows}
        wanted = sorted(called)[::7]
        found = evidence.labels(snap, kpi, "executive", dates, [*wanted, None, "nobody"])
        assert found == {entity: called[entity] for entity in wanted}
    with pytest.raises(Refusal, match="for the executive only"):
        evidence.labels(snap, snap.plan.kpi("open_concerns"), "board", dates, [])


def test_of_what_has_not_arrived_there_are_no_rows(folder: Path, tmp_path: Path) -> None:
    missing = tmp_path / "exports"
    missing.mkdir()
    for path in (folder / "exports").iterdir():
        if path.name != "memberships.csv":
            (missing / path.name).symlink_to(path)
    snap = snapshot.in_memory(Sources(missing, folder / "plan"))
    assert evidence.count(snap, snap.plan.kpi("company_members"), ALL, "board") == 0


def test_a_snapshot_of_an_earlier_version_answers_alike(folder: Path) -> None:
    snap = snapshot.in_memory(Sources(folder / "exports", folder / "plan"))
    kpi = snap.plan.kpi("indicators_met")
    dates: list[dt.date] = [snap.dates[5], snap.data_date]

    def answers(snap: Snapshot) -> list[object]:
        found: list[object] = []
        for selection in SELECTIONS:
            for date in dates:
                found.append(capacity.pathway(snap, selection, "guest", date, None))
                for by in ("country", "region"):
                    found.append(breakdowns.breakdown(snap, kpi, by, selection, "executive", date))
        return found

    now = answers(snap)
    snap.cursor().execute("drop table companies_by_stage; drop table heads")
    assert answers(replace(snap)) == now
