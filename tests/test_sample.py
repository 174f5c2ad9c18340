"""The synthetic sample: the same bytes each time, clean, and equal to what was published."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from scorecard import catalogue, exports, readings, sample, snapshot
from scorecard.contract import ROOT
from scorecard.reconcile import reconcile
from scorecard.refusal import Refusal
from scorecard.sample.names import words
from scorecard.snapshot import Snapshot, Sources

COMMITTED = ROOT / "data"
Row = dict[str, str]

# Published figures that the sample does not meet, and why it should not.
NOT_MET = {
    ("company_members", "2019-11-21"): "about a hundred, says a press report; 91 ten weeks before",
    ("csa_completion_rate_pct", "2019-12-31"): "counts late self-assessments too; ours are in time",
    ("csa_completion_rate_pct", "2020-10-28"): "counts late self-assessments too; ours are in time",
}
FLAWS = {
    ("media_mentions", "mention_id", "unique", "error"),
    ("training_attendance", "org_id", "reference", "error"),
    ("trainings", "held_on", "after_data_date", "warning"),
}


def rows_of(folder: Path, name: str) -> list[Row]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in ("datapackage.json", "mapping.toml")
    }


def findings(folder: Path) -> list[tuple[str, str, str, str]]:
    with duckdb.connect() as con:
        exports.take_in(con, folder / "exports", folder / "plan", catalogue.load())
        found = con.execute('select export, "column", rule, severity from findings')
        return list(found.fetchall())


@pytest.fixture(scope="module")
def committed() -> Iterator[Snapshot]:
    opened = snapshot.in_memory(Sources(COMMITTED / "exports", COMMITTED / "plan"))
    yield opened
    opened.base.close()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int | None, int], Path]:
    """Makes a sample of a size and seed, once."""
    kept: dict[tuple[int | None, int], Path] = {}

    def make(organisations: int | None, seed: int) -> Path:
        if (organisations, seed) not in kept:
            out = tmp_path_factory.mktemp("sample")
            sample.write(out, organisations, seed)
            kept[organisations, seed] = out
        return kept[organisations, seed]

    return make


def test_the_committed_files_are_what_the_generator_makes(
    made: Callable[[int | None, int], Path],
) -> None:
    assert digests(made(None, sample.DEFAULT_SEED)) == digests(COMMITTED)


@pytest.mark.parametrize("size", [None, 10, 400])
def test_the_same_size_and_seed_give_the_same_bytes(
    size: int | None, made: Callable[[int | None, int], Path], tmp_path: Path
) -> None:
    sample.write(tmp_path, size, 5)
    assert digests(tmp_path) == digests(made(size, 5))


def test_another_seed_gives_another_sample(made: Callable[[int | None, int], Path]) -> None:
    one, other = digests(made(10, 5)), digests(made(10, 6))
    assert one["exports/organisations.csv"] != other["exports/organisations.csv"]


def test_the_sample_meets_the_published_figures_but_for_a_named_few(committed: Snapshot) -> None:
    figures = reconcile(committed)
    missed = {(figure.figure, str(figure.as_of)) for figure in figures if not figure.agrees}
    assert len(figures) == 30
    assert missed == set(NOT_MET)
    assert all(figure.note for figure in figures if not figure.agrees)


def test_the_published_counts_come_out_for_another_seed_too(
    made: Callable[[int | None, int], Path],
) -> None:
    folder = made(None, 7)
    opened = snapshot.in_memory(Sources(folder / "exports", folder / "plan"))
    missed = {(f.figure, str(f.as_of)) for f in reconcile(opened) if not f.agrees}
    opened.base.close()
    assert missed == set(NOT_MET)


def test_published_figures_without_a_kpi_hold_where_the_registers_can_count_them() -> None:
    folder = COMMITTED / "exports"
    complaints, spells = rows_of(folder, "complaints"), rows_of(folder, "memberships")
    asked = rows_of(folder, "self_assessments")
    people = {row["event_id"]: 0 for row in rows_of(folder, "events")}
    for row in rows_of(folder, "event_attendance"):
        people[row["event_id"]] += int(row["participants"])
    assembly = next(
        row["event_id"]
        for row in rows_of(folder, "events")
        if row["kind"] == "general_assembly" and row["held_on"].startswith("2019")
    )
    for year, against in (("2021", 1), ("2022", 3)):
        received = [row for row in complaints if row["received_on"].startswith(year)]
        assert sum(row["org_id"] != "" for row in received) == against
    for year, companies, unanswered, bad_faith in (("2021", 12, 3, 2), ("2022", 5, 0, 1)):
        gone = Counter(
            row["end_reason"]
            for row in spells
            if row["org_id"].startswith("C")
            and row["end_on"].startswith(year)
            and row["end_reason"] not in ("progressed", "")
            and not any(
                later["org_id"] == row["org_id"] and later["start_on"] == row["end_on"]
                for later in spells
            )
        )
        assert gone.total() == companies
        assert (gone["no_self_assessment"], gone["bad_faith"]) == (unanswered, bad_faith)
    cycles = Counter(row["cycle"] for row in asked)
    missing = Counter(row["cycle"] for row in asked if not row["submitted_on"])
    assert (cycles["2020"], cycles["2021"]) == (105, 98)
    assert (missing["2019"], missing["2021"]) == (6, 4)
    assert people[assembly] > 100


def test_members_and_affiliates_are_98_companies_at_the_end_of_2021(committed: Snapshot) -> None:
    card = readings.scorecard(committed, as_of=dt.date(2021, 12, 31))
    values = {reading.kpi: reading.value for reading in card.readings}
    assert (values["company_members"] or 0) + (values["affiliates"] or 0) == 98


def test_the_committed_exports_hold_three_deliberate_flaws_and_no_other() -> None:
    found = findings(COMMITTED)
    assert len(found) == len(FLAWS)
    assert set(found) == FLAWS


@pytest.mark.parametrize("size", [10, 3000])
def test_a_drawn_sample_checks_clean(size: int, made: Callable[[int | None, int], Path]) -> None:
    assert findings(made(size, 1)) == []


def test_every_kpi_has_a_value_in_a_drawn_sample(made: Callable[[int | None, int], Path]) -> None:
    folder = made(3000, 1)
    opened = snapshot.in_memory(Sources(folder / "exports", folder / "plan"))
    card = readings.scorecard(opened)
    opened.base.close()
    assert [reading.kpi for reading in card.readings if reading.value is None] == []


def test_every_judged_kpi_has_a_path_from_the_start_of_the_plan_or_of_its_data(
    committed: Snapshot,
) -> None:
    card = readings.scorecard(committed)
    statuses = Counter(reading.status for reading in card.readings)
    assert statuses["no_target"] == statuses["awaiting_data"] == 0
    assert statuses["monitor"] == 2
    assert statuses["on_track"] > statuses["some_delay"] >= statuses["serious_delay"] >= 2
    assert statuses["moving_away"] == 1


def test_companies_and_civil_society_bear_invented_names_and_no_name_twice() -> None:
    organisations = rows_of(COMMITTED / "exports", "organisations")
    coined = set(words())
    for row in organisations:
        if row["pillar"] != "government":
            assert coined & set(row["name"].split()), row["name"]
    assert len({row["name"] for row in organisations}) == len(organisations)


def test_concerns_and_complaints_name_invented_organisations_only() -> None:
    folder = COMMITTED / "exports"
    pillar = {row["org_id"]: row["pillar"] for row in rows_of(folder, "organisations")}
    named = [row["org_id"] for row in rows_of(folder, "concerns") + rows_of(folder, "complaints")]
    assert {pillar[org] for org in named if org} == {"company"}


def test_the_notice_names_the_register_beside_it(committed: Snapshot) -> None:
    notice, stamp = (COMMITTED / "exports" / "synthetic.txt").read_text("utf-8").splitlines()
    register = (COMMITTED / "exports" / "organisations.csv").read_bytes()
    assert stamp.endswith(hashlib.sha256(register).hexdigest())
    assert committed.synthetic == notice


def test_regions_cover_the_countries_of_the_world() -> None:
    regions = rows_of(COMMITTED / "plan", "regions")
    assert len({row["country"] for row in regions}) == 249
    focus = {row["region"] for row in regions if row["focus"] == "true"}
    assert focus == {
        "Africa",
        "Asia and the Pacific",
        "Latin America and the Caribbean",
        "Middle East",
    }


@pytest.mark.parametrize("size", [0, 9, 1_000_001])
def test_a_size_out_of_range_is_refused(size: int, tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="10 to 1,000,000"):
        sample.write(tmp_path, size, 1)
