"""Publishing while processes die and disks fill: everybody sees one whole snapshot throughout."""

from __future__ import annotations

import contextlib
import errno
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from publishers import Publisher
from small_set import write

from scorecard import depot as depots
from scorecard import publication, snapshot
from scorecard.publication import Full
from scorecard.refusal import Refusal
from scorecard.snapshot import Sources
from scorecard.state import audit, publications
from scorecard.state.store import Store, open_store

ROOT = Path(__file__).resolve().parent.parent
KILLS = 20
# Looks again and again, works with what it sees, and says what that was, until a file is there and
# the snapshot that the file names is shown.
LOOK = """
import sys, time
from pathlib import Path
from scorecard import readings
from scorecard.screen import store
from scorecard.snapshot import Sources
store.SECONDS_BETWEEN_LOOKS = 0.05
stop, last, patience = Path(sys.argv[1]), "", 400
while not stop.exists() or (last != stop.read_text() and patience):
    patience -= stop.exists()
    shown = store.find(lambda share, what: None, Sources(Path("absent"), Path("absent")))
    found = shown.snapshot
    if found:
        (count,) = found.cursor().execute("select count(*) from organisations").fetchone()
        assert len(readings.scorecard(found).readings) == 29
        print(found.id, count, shown.problem, flush=True)
        last = found.id
    time.sleep(0.05)
"""


def a_set(folder: Path, organisations: int) -> Sources:
    """Exports of so many organisations."""
    rows = [{"org_id": f"O{number}"} for number in range(organisations)]
    given = write(folder, {"organisations": rows})
    return Sources(Path(given[1]), Path(given[3]))


def count(found: snapshot.Snapshot) -> int:
    row = found.cursor().execute("select count(*) from organisations").fetchone()
    assert row
    return int(row[0])


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("SCORECARD_SNAPSHOTS", str(tmp_path / "kept"))
    monkeypatch.setenv("SCORECARD_STATE", f"sqlite:///{tmp_path}/state/state.db")
    opened = open_store()
    yield opened
    opened.close()


@pytest.fixture
def publisher(state: Store) -> Iterator[Publisher]:
    made = Publisher()
    yield made
    made.process.kill()
    made.process.wait(20)


def test_readers_see_one_whole_snapshot_though_who_publishes_is_killed_at_any_moment(
    tmp_path: Path, state: Store, publisher: Publisher
) -> None:
    chance = random.Random(11)
    mine = a_set(tmp_path / "mine", 3)
    whole = {mine.hash(): "3"}
    publisher.begin(tmp_path / "mine")
    started = time.monotonic()
    assert publisher.end() == (0, "")
    takes = time.monotonic() - started
    stop = tmp_path / "stop"
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", LOOK, str(stop)],
            cwd=ROOT, stdout=subprocess.PIPE, text=True, env={**os.environ},
        )
        for _ in range(3)
    ]  # fmt: skip
    lines: list[list[str]] = []
    try:
        for reader in readers:
            assert reader.stdout and reader.stdout.readline()
        for number in range(4, 4 + KILLS):
            with (mine.exports / "organisations.csv").open("a", encoding="utf-8") as out:
                out.write(f"N{number},New,company,CHE\n")
            whole[mine.hash()] = str(number)
            child = publisher.begin(tmp_path / "mine")
            time.sleep(chance.uniform(0, 1.2 * takes))
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, 9)
            publisher.end()
            newest = publications.last(state)
            assert newest and depots.open_depot().current() in (newest.snapshot, newest.previous)
            assert newest.snapshot in depots.open_depot().names()
        with (mine.exports / "organisations.csv").open("a", encoding="utf-8") as out:
            out.write("Z,Last,company,CHE\n")
        whole[mine.hash()] = str(4 + KILLS)
        publisher.begin(tmp_path / "mine")
        assert publisher.end() == (0, "")
    finally:
        (tmp_path / "stopping").write_text(mine.hash())
        (tmp_path / "stopping").rename(stop)
        lines += [reader.communicate(timeout=60)[0].splitlines() for reader in readers]
    assert [reader.returncode for reader in readers] == [0] * 3
    for said in lines:
        assert len(said) > KILLS
        assert {tuple(line.split(" ", 2)) for line in said} <= {
            (*pair, "") for pair in whole.items()
        }
        assert said[-1].split()[0] == mine.hash()
    kept = depots.open_depot()
    for name in kept.names():
        path = kept.fetch(name)
        assert path and str(count(snapshot.open_file(path))) == whole[name]
    assert not list((tmp_path / "kept").glob("building-*"))
    assert audit.verify(state).is_whole
    assert len(audit.entries(state)) == len(publications.all(state))


@pytest.mark.parametrize("step", ["record", "row", "audit", "pointer"])
def test_who_is_killed_before_a_step_has_published_once_the_row_is_written(
    step: str, tmp_path: Path, state: Store, publisher: Publisher
) -> None:
    old = a_set(tmp_path / "old", 3)
    new = a_set(tmp_path / "new", 5)
    publisher.begin(tmp_path / "old")
    assert publisher.end() == (0, "")
    publisher.begin(tmp_path / "new", step)
    assert publisher.end() == (9, "")
    depot = depots.open_depot()
    assert depot.current() == old.hash()
    newest = publication.settle(depot, state, depot.current())
    wanted = new if step == "pointer" else old
    assert newest and newest.snapshot == depot.current() == wanted.hash()
    assert len(audit.entries(state)) == len(publications.all(state))
    if step != "pointer":
        publisher.begin(tmp_path / "new")
        assert publisher.end() == (0, "")
    assert count(publication.open_current()) == 5


@pytest.mark.parametrize("limit", [200_000, 1_000_000])
def test_a_file_that_may_not_grow_refuses_the_publication_and_leaves_the_old_one(
    limit: int, tmp_path: Path, state: Store, publisher: Publisher
) -> None:
    old = a_set(tmp_path / "old", 3)
    a_set(tmp_path / "new", 5)
    publisher.begin(tmp_path / "old")
    assert publisher.end() == (0, "")
    publisher.begin(tmp_path / "new", str(limit))
    code, said = publisher.end()
    assert code != 0 and said.startswith("Full: the disk is full where the snapshots are kept")
    assert depots.open_depot().current() == old.hash()
    assert not list((tmp_path / "kept").glob("building-*"))
    publisher.begin(tmp_path / "new")
    assert publisher.end() == (0, "")


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A disk of 24 MB, where one may be made."""
    folder = tmp_path / "small"
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)], capture_output=True
    )
    if made.returncode:
        pytest.skip("this user may not mount a disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(disk: Path) -> Path:
    """Leaves no byte free."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as out:
        for size in (2**16, 2**10, 1):
            try:
                while out.write(bytes(size)) == size:
                    pass
            except OSError as error:
                assert error.errno == errno.ENOSPC
    return ballast


def test_a_full_disk_refuses_publication_and_restore_and_keeps_what_is_shown(
    tmp_path: Path, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCORECARD_SNAPSHOTS", str(small / "kept"))
    monkeypatch.setenv("SCORECARD_STATE", f"sqlite:///{small}/state/state.db")
    old, new = a_set(tmp_path / "old", 3), a_set(tmp_path / "new", 5)
    state = open_store()
    publication.publish(old, "Ada", "one", state)
    ballast = fill(small)
    with pytest.raises(Full, match="the disk is full where the snapshots are kept"):
        publication.publish(new, "Ada", "two", state)
    assert count(publication.open_current()) == 3
    ballast.unlink()
    publication.publish(new, "Ada", "two", state)
    ballast = fill(small)
    with pytest.raises(Refusal, match="full"):
        publication.restore(old.hash(), "Ada", "back", state)
    assert count(publication.open_current()) == 5 and len(publications.all(state)) == 2
    ballast.unlink()
    publication.restore(old.hash(), "Ada", "back", state)
    assert count(publication.open_current()) == 3
    assert sorted(path.name for path in (small / "kept").glob("writing-*")) == []
    state.close()
    shutil.rmtree(small / "kept")
