"""The snapshot: named by its inputs, built once and whole, and never lost to a crash."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from depots import put
from small_set import PLAN_TOML, ask, write

from scorecard import breakdowns, catalogue, evidence, publication, readings, snapshot
from scorecard.refusal import Refusal
from scorecard.snapshot import Sources

ROOT = Path(__file__).resolve().parent.parent
TABLES = {
    "organisations": [{"org_id": org, "country": "KEN"} for org in "ABC"],
    "memberships": [
        {"org_id": org, "category": "member", "start_on": "2019-01-01"} for org in "ABC"
    ],
}
# Says when a build begins, and may stop in the midst of it until it is killed.
PUBLISH = """
import sys, time
from pathlib import Path
from depots import put
from scorecard import snapshot

stop = float(sys.argv[3])
def progress(share, what):
    if share == 0.02:
        print("begins", flush=True)
    if share >= stop:
        print("stops", flush=True)
        time.sleep(600)

put(snapshot.Sources(Path(sys.argv[1]), Path(sys.argv[2])), progress)
print("done", flush=True)
if stop == 1.5:
    print("stops", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("SCORECARD_SNAPSHOTS", str(tmp_path / "snapshots"))
    yield tmp_path / "snapshots"


@pytest.fixture
def sources(tmp_path: Path) -> Sources:
    folders = write(tmp_path / "set", TABLES)
    return Sources(Path(folders[1]), Path(folders[3]))


def start(sources: Sources, store: Path, stop: float = 9) -> subprocess.Popen[str]:
    program = [sys.executable, "-c", textwrap.dedent(PUBLISH)]
    return subprocess.Popen(
        [*program, str(sources.exports), str(sources.plan), str(stop)],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
        env={
            **os.environ, "SCORECARD_SNAPSHOTS": str(store), "PYTHONPATH": str(ROOT / "tests"),
        },
    )  # fmt: skip


def one_more(sources: Sources) -> None:
    """A new organisation arrives."""
    with (sources.exports / "organisations.csv").open("a", encoding="utf-8") as out:
        out.write("D,Delta,company,CHE\n")


def test_the_same_inputs_have_the_same_hash_wherever_they_lie(
    tmp_path: Path, sources: Sources
) -> None:
    shutil.copytree(tmp_path / "set", tmp_path / "copy")
    copy = Sources(tmp_path / "copy" / "exports", tmp_path / "copy" / "plan")
    assert sources.hash() == sources.hash() == copy.hash()


@pytest.mark.parametrize(
    "name",
    ["exports/organisations.csv", "exports/exported_on.txt", "plan/plan.toml", "plan/targets.csv"],
)
def test_a_changed_input_gives_a_new_hash(tmp_path: Path, sources: Sources, name: str) -> None:
    before, signature = sources.hash(), sources.signature()
    path = tmp_path / "set" / name
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert sources.hash() != before and sources.signature() != signature
    path.unlink()
    assert sources.hash() != before


def test_a_changed_kpi_file_gives_a_new_hash_and_snapshot(
    tmp_path: Path, sources: Sources, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = put(sources)
    folder = Path(shutil.copytree(catalogue.FOLDER, tmp_path / "kpis"))
    monkeypatch.setattr(catalogue, "FOLDER", folder)
    assert sources.hash() == before.stem
    path = folder / "4_brand" / "media_tone.sql"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert sources.hash() != before.stem
    path = folder / "shared" / "07_members_at.sql"
    changed = sources.hash()
    path.write_text(path.read_text(encoding="utf-8") + "-- changed\n", encoding="utf-8")
    assert sources.hash() not in (before.stem, changed)


def test_changed_exports_make_a_new_snapshot_and_leave_the_old_one_alone(
    sources: Sources, store: Path
) -> None:
    first = put(sources)
    was = first.read_bytes()
    opened = snapshot.open_file(first)
    assert put(sources) == first == publication.current()
    one_more(sources)
    second = put(sources)
    assert second != first and publication.current() == second
    assert first.read_bytes() == was
    assert opened.cursor().execute("select count(*) from organisations").fetchone() == (3,)
    left = sorted(p.name for p in store.iterdir())
    records = [f"{first.stem}.json", f"{second.stem}.json"]
    assert left == sorted([first.name, second.name, *records, "current.json", "lock"])


def test_of_five_processes_that_come_together_one_builds(sources: Sources, store: Path) -> None:
    several = [start(sources, store) for _ in range(5)]
    said = [process.communicate(timeout=120)[0] for process in several]
    assert [process.returncode for process in several] == [0] * 5
    assert sum("begins" in words for words in said) == 1
    assert all(words.endswith("done\n") for words in said)
    assert len(list(store.glob("*.duckdb"))) == 1


@pytest.mark.parametrize("moment", [0.02, 0.5, 0.95], ids=["reading", "computing", "nearly done"])
def test_a_build_that_is_killed_leaves_the_last_good_snapshot(
    sources: Sources, store: Path, moment: float
) -> None:
    good = put(sources)
    one_more(sources)
    process = start(sources, store, stop=moment)
    assert process.stdout
    while process.stdout.readline() != "stops\n":
        assert process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=20)
    assert publication.current() == good
    assert len(snapshot.open_file(good).dates) > 0
    new = put(sources)
    assert new != good and publication.current() == new
    assert sorted(path.name for path in store.glob("*.duckdb")) == sorted([new.name, good.name])


def test_a_build_killed_at_any_time_of_the_clock_leaves_a_whole_snapshot(
    sources: Sources, store: Path
) -> None:
    good = put(sources)
    one_more(sources)
    for wait in (0.0, 0.05, 0.15):
        process = start(sources, store)
        assert process.stdout and process.stdout.readline()
        time.sleep(wait)
        process.kill()
        process.wait(timeout=20)
        current = publication.current()
        assert current in (good, store / f"{sources.hash()}.duckdb")
        snapshot.open_file(current).base.close()
    assert put(sources) == publication.current() != good


def test_a_torn_pointer_is_no_snapshot_and_is_mended(sources: Sources, store: Path) -> None:
    path = put(sources)
    for torn in ("", "{", "{}", "[]", '{"snapshot": "gone.duckdb"}'):
        (store / "current.json").write_text(torn)
        assert publication.current() is None
        assert put(sources) == path == publication.current()


def test_a_snapshot_is_opened_read_only(sources: Sources, store: Path) -> None:
    opened = snapshot.open_file(put(sources))
    for statement in ("delete from organisations", "create table more (x int)"):
        with pytest.raises(duckdb.Error, match="read-only"):
            opened.cursor().execute(statement)


@pytest.mark.parametrize("what", ["no plan", "a broken query"])
def test_a_build_that_fails_leaves_the_pointer_and_no_rubbish(
    tmp_path: Path, sources: Sources, store: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    good = put(sources)
    if what == "no plan":
        (sources.plan / "plan.toml").unlink()
    else:
        folder = Path(shutil.copytree(catalogue.FOLDER, tmp_path / "kpis"))
        path = folder / "4_brand" / "media_tone.sql"
        path.write_text(path.read_text(encoding="utf-8").replace("media_mentions\n", "nothing\n"))
        monkeypatch.setattr(catalogue, "FOLDER", folder)
        monkeypatch.setattr(catalogue.load, "__defaults__", (folder,))
    with pytest.raises((Refusal, catalogue.BadKpi)):
        put(sources)
    assert publication.current() == good
    assert [path.name for path in store.glob("*.duckdb")] == [good.name]


def test_threads_with_a_cursor_each_get_their_own_answers(sources: Sources, store: Path) -> None:
    opened = snapshot.open_file(put(sources))
    kpi = opened.plan.kpi("company_members")
    wrong: list[object] = []

    def work(number: int) -> None:
        for i in range(25):
            day = opened.dates[(number + i) % len(opened.dates)]
            found = evidence.facts(opened, kpi, readings.Selection(), "executive", day)
            groups = breakdowns.breakdown(
                opened, kpi, "country", readings.Selection(), "executive", day
            )
            if found.as_of != day or len(found.facts) != 3 or groups.groups[0].value != 3:
                wrong.append((number, day))
            answer = opened.cursor().execute("select ?", [number * 1000 + i]).fetchone()
            if answer != (number * 1000 + i,):
                wrong.append(answer)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not wrong and not any(thread.is_alive() for thread in threads)


def test_build_writes_a_snapshot_whole_and_ends_with_0(tmp_path: Path, sources: Sources) -> None:
    out = tmp_path / "built.duckdb"
    folders = ["--exports", str(sources.exports), "--plan", str(sources.plan)]
    assert ask(folders, "build", "--out", str(out))[:2] == (0, None)
    assert snapshot.open_file(out).data_date.isoformat() == "2021-12-31"
    assert not list(tmp_path.glob("*building*"))


def test_build_ends_with_1_where_it_found_errors_and_still_writes(
    tmp_path: Path, sources: Sources
) -> None:
    out = tmp_path / "built.duckdb"
    with (sources.exports / "organisations.csv").open("a", encoding="utf-8") as file:
        file.write("D,Delta,nothing,CHE\n")
    folders = ["--exports", str(sources.exports), "--plan", str(sources.plan)]
    code, _, said = ask(folders, "build", "--out", str(out))
    assert code == 1 and "1 error" in said
    opened = snapshot.open_file(out)
    assert opened.cursor().execute("select count(*) from organisations").fetchone() == (3,)


@pytest.mark.parametrize("what", ["no plan", "nowhere", "a folder"])
def test_build_writes_nothing_where_it_cannot_write_all(
    tmp_path: Path, sources: Sources, what: str
) -> None:
    out = tmp_path / "built.duckdb"
    out.write_text("what was there before")
    if what == "no plan":
        (sources.plan / "plan.toml").write_text(PLAN_TOML.replace("starts_on", "begins"))
    elif what == "nowhere":
        out = tmp_path / "nowhere" / "built.duckdb"
    else:
        out.unlink()
        out.mkdir()
    folders = ["--exports", str(sources.exports), "--plan", str(sources.plan)]
    code, _, said = ask(folders, "build", "--out", str(out))
    assert code == 2 and said and "Traceback" not in said
    if what == "no plan":
        assert out.read_text() == "what was there before"
    assert not list(tmp_path.glob("*building*"))
