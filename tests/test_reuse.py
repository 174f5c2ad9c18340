"""A build that takes over what an earlier one made equals a build that does not."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from oracle.generate import generate
from small_set import write

from scorecard import catalogue, cells, contract, exports, reuse, snapshot
from scorecard.catalogue import Kpi
from scorecard.checks import Checker
from scorecard.contract import File
from scorecard.refusal import Refusal
from scorecard.snapshot import Sources

FILES = contract.load().exports
TABLES = {
    "organisations": [{"org_id": "A", "country": "CHE"}, {"org_id": "B", "country": "KEN"}],
    "memberships": [
        {"org_id": "A", "category": "member", "start_on": "2020-01-01"},
        {"org_id": "B", "category": "member", "start_on": "2020-01-01"},
    ],
    "media_mentions": [{"mention_id": "M1", "published_on": "2021-05-01"}],
}


def content(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every table and view of a snapshot, each with its rows in one order.

    Threads add up in any order, so the last digits of a sum of fractions are not compared.
    """
    with duckdb.connect(str(path), read_only=True) as con:
        names = [name for (name,) in con.execute("show tables").fetchall()]
        return {name: sorted_rows(con, name) for name in names}


def sorted_rows(con: duckdb.DuckDBPyConnection, name: str) -> list[tuple[object, ...]]:
    rows = con.execute(f'from "{name}" order by all').fetchall()
    return [tuple(round(c, 9) if isinstance(c, float) else c for c in row) for row in rows]


def build(path: Path, sources: Sources, earlier: Path | None = None) -> Path | None:
    """The snapshot, or nothing where nothing can be computed."""
    path.unlink(missing_ok=True)
    try:
        snapshot.build(str(path), sources, earlier=earlier)
    except Refusal:
        path.unlink(missing_ok=True)
        return None
    return path


def lose_rows(path: Path, rng: random.Random) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(line for i, line in enumerate(lines) if not i or rng.random() < 0.8))


def repeat_a_row(path: Path, rng: random.Random) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines, rng.choice(lines)]))


def spoil_a_byte(path: Path, rng: random.Random) -> None:
    data = bytearray(path.read_bytes())
    if data:
        data[rng.randrange(len(data))] = rng.choice(b'x,"\n#0\xff')
    path.write_bytes(bytes(data))


def lose_it(path: Path, rng: random.Random) -> None:
    path.unlink()


def empty_it(path: Path, rng: random.Random) -> None:
    path.write_bytes(path.read_bytes().split(b"\n")[0] + b"\n")


CHANGES: list[Callable[[Path, random.Random], None]] = [
    lose_rows, lose_rows, repeat_a_row, spoil_a_byte, lose_it, empty_it,
]  # fmt: skip


def change(sources: Sources, rng: random.Random) -> None:
    """Changes one or several inputs, or none."""
    for _ in range(rng.choice([0, 1, 1, 2, 3])):
        folder = sources.exports if rng.random() < 0.75 else sources.plan
        paths = sorted(path for path in folder.glob("*.csv") if path.is_file())
        rng.choice(CHANGES)(rng.choice(paths), rng)
    if rng.random() < 0.3:
        day = rng.choice(["2021-06-30", "2022-12-31", "2022-03-15", "soon"])
        (sources.exports / exports.DATA_DATE_FILE).write_text(day)


@pytest.mark.parametrize("seed", range(6))
def test_what_is_taken_over_and_what_is_computed_are_equal(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    sources = Sources(*generate(rng, tmp_path / "set", dirty=seed % 2 == 0))
    earlier = build(tmp_path / "earlier.duckdb", sources)
    for step in range(3):
        change(sources, rng)
        whole = build(tmp_path / "whole.duckdb", sources)
        reused = build(tmp_path / f"reused-{step}.duckdb", sources, earlier)
        assert (whole is None) == (reused is None)
        if whole and reused:
            assert content(reused) == content(whole)
            earlier = reused


def computed(
    monkeypatch: pytest.MonkeyPatch, sources: Sources, folder: Path, earlier: Path
) -> tuple[set[str], set[str]]:
    """The exports that a build reads, and the KPIs that it computes."""
    read, filled = set(), set()
    take, add = exports.take_file, cells.add

    def taking(checker: Checker, file: File, place: Path, check: exports.Check) -> None:
        read.add(file.name)
        take(checker, file, place, check)

    def adding(con: duckdb.DuckDBPyConnection, kpi: Kpi, facts: str, heads: str | None) -> None:
        filled.add(kpi.id)
        add(con, kpi, facts, heads)

    with monkeypatch.context() as patch:
        patch.setattr(exports, "take_file", taking)
        patch.setattr(cells, "add", adding)
        assert build(folder / "next.duckdb", sources, earlier)
    return read & {file.name for file in FILES}, filled


@pytest.fixture
def small(tmp_path: Path) -> Sources:
    folders = write(tmp_path / "set", TABLES)
    return Sources(Path(folders[1]), Path(folders[3]))


def test_only_what_reads_a_changed_export_is_computed_again(
    tmp_path: Path, small: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = build(tmp_path / "earlier.duckdb", small)
    assert earlier
    assert computed(monkeypatch, small, tmp_path, earlier) == (set(), set())
    repeat_a_row(small.exports / "media_mentions.csv", random.Random(1))
    assert computed(monkeypatch, small, tmp_path, earlier) == (
        {"media_mentions"}, {"media_mentions", "media_tone"},
    )  # fmt: skip


REGISTERS = {
    "certifications": [{"org_id": "A", "certified_on": "2020-03-01"}],
    "trainings": [{"training_id": "T1", "held_on": "2021-02-01"}],
    "training_attendance": [{"training_id": "T1", "org_id": "A"}],
    "missions": [{"mission_id": "M1", "kind": "field_review", "end_on": "2021-04-01"}],
    "mission_visits": [{"mission_id": "M1", "org_id": "B"}],
}


@pytest.mark.parametrize("export", ["certifications", "training_attendance", "mission_visits"])
def test_an_export_that_a_notion_hands_to_another_computes_the_kpis_behind_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, export: str
) -> None:
    folders = write(tmp_path / "set", {**TABLES, **REGISTERS})
    sources = Sources(Path(folders[1]), Path(folders[3]))
    earlier = build(tmp_path / "earlier.duckdb", sources)
    assert earlier
    path = sources.exports / f"{export}.csv"
    path.write_text("\n".join(path.read_text().splitlines()[:1]) + "\n")
    read, filled = computed(monkeypatch, sources, tmp_path, earlier)
    assert export in read and "memberships" not in read
    behind = {export} | {f.name for f in FILES if export in {r.file for r in f.references}}
    assert filled == {kpi.id for kpi in catalogue.load() if behind & set(kpi.exports)}
    whole = build(tmp_path / "whole.duckdb", sources)
    assert whole and content(tmp_path / "next.duckdb") == content(whole)


def test_what_refers_to_a_changed_export_is_read_again(
    tmp_path: Path, small: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = build(tmp_path / "earlier.duckdb", small)
    assert earlier
    lines = (small.exports / "organisations.csv").read_text().splitlines()
    (small.exports / "organisations.csv").write_text("\n".join(lines[:-1]) + "\n")
    read, filled = computed(monkeypatch, small, tmp_path, earlier)
    assert {"organisations", "memberships", "certifications"} <= read
    assert "media_mentions" not in read
    of_organisations = {kpi.id for kpi in catalogue.load() if "organisations" in kpi.exports}
    assert of_organisations <= filled and "media_mentions" not in filled
    with duckdb.connect(str(tmp_path / "next.duckdb"), read_only=True) as con:
        assert con.execute("select count(*) from quarantine").fetchone() == (1,)


def test_another_data_date_computes_every_kpi_again_and_reads_nothing(
    tmp_path: Path, small: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = build(tmp_path / "earlier.duckdb", small)
    assert earlier
    (small.exports / exports.DATA_DATE_FILE).write_text("2021-11-30")
    read, filled = computed(monkeypatch, small, tmp_path, earlier)
    assert read == set() and filled == {kpi.id for kpi in catalogue.load()}


def test_a_changed_kpi_or_notion_computes_what_reads_it(
    tmp_path: Path, small: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = build(tmp_path / "earlier.duckdb", small)
    assert earlier
    folder = Path(shutil.copytree(catalogue.FOLDER, tmp_path / "kpis"))
    monkeypatch.setattr(catalogue, "FOLDER", folder)
    for function in (catalogue.load, catalogue.shared):
        monkeypatch.setattr(function, "__defaults__", (folder,))
    path = folder / "1_capacity" / "affiliates.sql"
    path.write_text(path.read_text().replace("'affiliate'", "'member'"))
    assert computed(monkeypatch, small, tmp_path, earlier) == (set(), {"affiliates"})
    of_pillars = {"affiliates", "stakeholders_engaged", "event_participants"}
    path = folder / "shared" / "03_stakeholder_pillar.sql"
    path.write_text(path.read_text() + "-- changed\n")
    assert computed(monkeypatch, small, tmp_path, earlier) == (set(), of_pillars)
    path = folder / "shared" / "10_companies_with_or_without.sql"
    path.write_text(path.read_text() + "-- changed\n")
    assert computed(monkeypatch, small, tmp_path, earlier) == (set(), of_pillars | {
        "certified_companies", "certification_rate", "past_deadline", "training_coverage",
        "field_review_coverage",
    })  # fmt: skip


def test_an_input_that_changes_while_it_is_read_is_not_taken_over_later(
    tmp_path: Path, small: Sources
) -> None:
    path = tmp_path / "torn.duckdb"

    def meddle(share: float, what: str) -> None:
        repeat_a_row(small.exports / "media_mentions.csv", random.Random(1))

    snapshot.build(str(path), small, meddle)
    with duckdb.connect(str(path), read_only=True) as con:
        assert con.execute("from parts").fetchall() == []


@pytest.mark.parametrize("what", ["gone", "no database", "without parts"])
def test_an_earlier_snapshot_that_is_of_no_use_is_passed_over(
    tmp_path: Path, small: Sources, what: str
) -> None:
    earlier = tmp_path / "earlier.duckdb"
    if what == "no database":
        earlier.write_text("torn")
    elif what == "without parts":
        with duckdb.connect(str(earlier)) as con:
            con.execute("create table about (key varchar, value varchar)")
    whole = build(tmp_path / "whole.duckdb", small)
    reused = build(tmp_path / "reused.duckdb", small, earlier)
    assert whole and reused and content(whole) == content(reused)


def test_a_notion_that_names_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="names no table"):
        reuse.notions(("select 1",))
