"""The rows behind a figure page by page, and what older snapshots lack."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from scorecard import evidence, readings, sample, snapshot
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


@pytest.mark.parametrize("selection", SELECTIONS)
def test_rows_are_counted_without_reading_them(snap: Snapshot, selection: Selection) -> None:
    for kpi in snap.plan.kpis:
        for date in (None, snap.dates[3]):
            rows = evidence.facts(snap, kpi, selection, "executive", date).facts
            assert evidence.count(snap, kpi, selection, "executive", date) == len(rows)


def test_whom_rows_are_refused_their_number_is_refused_too(snap: Snapshot) -> None:
    with pytest.raises(Refusal, match="for the executive only"):
        evidence.count(snap, snap.plan.kpi("open_concerns"), ALL, "board")


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
                    found.append(readings.breakdown(snap, kpi, by, selection, "executive", date))
        return found

    now = answers(snap)
    snap.cursor().execute("drop table companies_by_stage; drop table heads")
    assert answers(replace(snap)) == now
