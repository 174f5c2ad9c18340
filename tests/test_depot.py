"""Snapshots that machines share: each shows one whole snapshot, and one that is there."""

from __future__ import annotations

import json
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import fsspec
import pytest
from depots import Place, object_store, place, put
from small_set import write

from scorecard import depot as depots
from scorecard import publication, snapshot
from scorecard.depot import Distant, Unanswered
from scorecard.refusal import Refusal
from scorecard.screen import store as stores
from scorecard.snapshot import Built, Progress, Snapshot, Sources

__all__ = ["object_store", "place"]

PUBLISH = """
import sys, time
from pathlib import Path
from depots import put
from scorecard.snapshot import Sources
for folder in sys.argv[1:]:
    put(Sources(Path(folder) / "exports", Path(folder) / "plan"))
    print("published", flush=True)
    time.sleep(0.3)
"""
# Stops before a certain file is put into the depot, until it is killed.
PUBLISH_IN_PART = """
import sys, time
from pathlib import Path
from depots import put as publish
from scorecard import depot
from scorecard.snapshot import Sources
whole, stop = depot.Distant._put, sys.argv[2]
def put(self, content, name):
    if name.endswith(stop):
        if stop == ".duckdb":
            half = Path(str(content)).read_bytes()[:5000]
            whole(self, half, name)
        print("stops", flush=True)
        time.sleep(600)
    whole(self, content, name)
depot.Distant._put = put
publish(Sources(Path(sys.argv[1]) / "exports", Path(sys.argv[1]) / "plan"))
"""
# Looks without a pause until a file is there, and says each time what it saw.
LOOK = """
import sys, time
from pathlib import Path
from scorecard.screen import store
from scorecard.snapshot import Sources
store.SECONDS_BETWEEN_LOOKS = 0.05
while not Path(sys.argv[1]).exists():
    shown = store.find(lambda share, what: None, Sources(Path("absent"), Path("absent")))
    found = shown.snapshot
    if found:
        (count,) = found.cursor().execute("select count(*) from organisations").fetchone()
        print(found.id, count, shown.problem, flush=True)
    time.sleep(0.005)
"""
Machine = Callable[[str], None]


def a_set(folder: Path, organisations: int) -> Sources:
    """Exports of so many organisations."""
    rows = [{"org_id": f"O{number}"} for number in range(organisations)]
    given = write(folder, {"organisations": rows})
    return Sources(Path(given[1]), Path(given[3]))


def count(found: Snapshot) -> int:
    row = found.cursor().execute("select count(*) from organisations").fetchone()
    assert row
    return int(row[0])


@pytest.fixture(scope="module")
def sets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sets")


@pytest.fixture(scope="module")
def old(sets: Path) -> Sources:
    return a_set(sets / "old", 3)


@pytest.fixture(scope="module")
def new(sets: Path) -> Sources:
    return a_set(sets / "new", 5)


@pytest.fixture
def at(place: Place, sets: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Makes this process one of another machine, freshly started."""
    build = snapshot.build

    def build_once(
        target: str, sources: Sources, progress: Progress, earlier: Path | None = None
    ) -> Built | None:
        # Building the same for each test would take most of the time.
        kept = sets / sources.hash()
        built = None if kept.exists() else build(str(kept), sources, progress, earlier=earlier)
        shutil.copyfile(kept, target)
        return built

    monkeypatch.setattr(snapshot, "build", build_once)

    def be(machine: str) -> None:
        for key, value in place.environment(machine).items():
            monkeypatch.setenv(key, value)
        monkeypatch.setattr(stores, "_watch", stores._Watch())
        monkeypatch.setattr(stores, "_shelf", stores._Shelf())

    return be


@pytest.fixture
def follower(tmp_path: Path) -> Callable[[], stores.Shown]:
    """A look of a process that has no exports."""
    absent = Sources(tmp_path / "absent", tmp_path / "absent")

    def look() -> stores.Shown:
        return stores.find(_never, absent)

    return look


def _never(share: float, what: str) -> None:
    raise AssertionError("who follows builds nothing")


def settled(look: Callable[[], stores.Shown], wanted: Callable[[stores.Shown], bool]) -> None:
    """Looks until it is as wanted; the look for new figures runs beside."""
    until = time.monotonic() + 20
    while not wanted(look()):
        assert time.monotonic() < until, look()
        stores.forget()
        time.sleep(0.02)


@contextmanager
def silent(patch: pytest.MonkeyPatch, *, hangs: threading.Event | None = None) -> Iterator[None]:
    """The depot answers no request; or only once the event is set."""

    def refuse(*words: object, **more: object) -> bytes:
        if hangs:
            hangs.wait(20)
        raise ConnectionError("key=secret is refused")

    with patch.context() as inner:
        found = depots.open_depot()
        assert isinstance(found, Distant)
        for name in ("cat_file", "get_file", "put_file", "pipe_file"):
            inner.setattr(found.files, name, refuse)
        inner.setattr(Distant, "_put", _unanswered)
        yield


def _unanswered(*words: object) -> None:
    raise Unanswered("the place where the snapshots are kept does not answer")


distant = pytest.mark.parametrize("place", ["share", "s3"], indirect=True)
share = pytest.mark.parametrize("place", ["share"], indirect=True)


def test_what_one_machine_publishes_another_shows_without_building(
    at: Machine, old: Sources, new: Sources, follower: Callable[[], stores.Shown]
) -> None:
    at("a")
    first = put(old)
    at("b")
    shown = follower()
    assert shown.snapshot and (shown.snapshot.id, count(shown.snapshot)) == (first.stem, 3)
    at("a")
    second = put(new)
    at("b")
    settled(follower, lambda shown: bool(shown.snapshot and shown.snapshot.id == second.stem))
    assert follower().problem == ""


def test_a_new_look_moves_an_open_process_to_the_new_snapshot_and_leaves_the_old_one_open(
    at: Machine, old: Sources, new: Sources, follower: Callable[[], stores.Shown]
) -> None:
    at("b")
    first = put(old)
    settled(follower, lambda shown: bool(shown.snapshot and shown.snapshot.id == first.stem))
    before = follower().snapshot
    assert before
    second = put(new)
    settled(follower, lambda shown: bool(shown.snapshot and shown.snapshot.id == second.stem))
    after = follower().snapshot
    assert after and count(after) == 5 and count(before) == 3


def test_every_look_while_another_machine_publishes_shows_one_whole_snapshot(
    place: Place, tmp_path: Path, sets: Path, old: Sources, new: Sources
) -> None:
    whole = {old.hash(): "3", new.hash(): "5"}
    folders = [str(sets / name) for name in ("old", "new")]
    place.start(PUBLISH, folders[0], machine="a").wait(60)
    stop = tmp_path / "stop"
    readers = [place.start(LOOK, str(stop), machine=name) for name in ("b", "b", "c")]
    try:
        for reader in readers:
            assert reader.stdout and reader.stdout.readline()
        writer = place.start(PUBLISH, *folders[::-1] * 5, machine="a")
        assert writer.communicate(timeout=60)[0].count("published") == 10
    finally:
        stop.touch()
    said = [reader.communicate(timeout=60)[0].splitlines() for reader in readers]
    for lines in said:
        assert len(lines) > 50
        seen = {tuple(line.split(" ", 2)) for line in lines}
        assert seen <= {(name, number, "") for name, number in whole.items()}
    assert {line.split()[0] for lines in said for line in lines} == set(whole)


@distant
@pytest.mark.parametrize("stop", [".duckdb", ".json", "current.json"])
def test_a_machine_that_dies_while_it_publishes_leaves_the_old_snapshot(
    place: Place, sets: Path, at: Machine, old: Sources, new: Sources, stop: str,
    follower: Callable[[], stores.Shown],
) -> None:  # fmt: skip
    at("a")
    good = put(old)
    wanted = f"{new.hash()}.json" if stop == ".json" else stop
    process = place.start(PUBLISH_IN_PART, str(sets / "new"), wanted, machine="a")
    assert process.stdout and process.stdout.readline() == "stops\n"
    process.kill()
    process.wait(20)
    at("b")
    shown = follower()
    assert shown.snapshot and (shown.snapshot.id, shown.problem) == (good.stem, "")
    # Half of the file arrived and no record of it, so nobody takes it for the snapshot.
    assert (stores.frozen(new.hash()) is not None) == (stop == "current.json")
    at("a")
    put(new)
    at("c")
    assert (found := follower().snapshot) and count(found) == 5


@distant
@pytest.mark.parametrize("harm", ["cut", "changed", "gone"])
def test_a_damaged_snapshot_is_not_opened_and_the_last_good_one_stays(
    at: Machine, old: Sources, new: Sources, harm: str, monkeypatch: pytest.MonkeyPatch,
    follower: Callable[[], stores.Shown],
) -> None:  # fmt: skip
    monkeypatch.setattr(stores, "SECONDS_AFTER_NO_ANSWER", 0.05)
    at("a")
    good = put(old)
    at("b")
    assert follower().snapshot
    shown, shelf = stores._watch, stores._shelf
    at("a")
    path = put(new)
    found = depots.open_depot()
    assert isinstance(found, Distant)
    record = found.record(path.stem)
    assert record and record.size == path.stat().st_size
    content = path.read_bytes()
    if harm == "gone":
        found.files.rm_file(f"{found.root}/{record.file}")
    else:
        bad = content[:-4096] if harm == "cut" else content[:5000] + b"x" + content[5001:]
        found.files.pipe_file(f"{found.root}/{record.file}", bad)
    at("b")
    monkeypatch.setattr(stores, "_watch", shown)
    monkeypatch.setattr(stores, "_shelf", shelf)
    settled(follower, lambda shown: "damaged" in shown.problem)
    assert (snap := follower().snapshot) and snap.id == good.stem
    room = depots.open_depot().room
    assert [path.name for path in room.glob("*.duckdb")] == [good.name]
    assert not list(room.glob("arriving-*"))
    found.files.pipe_file(f"{found.root}/{record.file}", content)
    settled(follower, lambda shown: bool(shown.snapshot and shown.snapshot.id == path.stem))
    assert follower().problem == ""


@distant
def test_who_has_figures_never_waits_for_a_depot_that_hangs(
    at: Machine, old: Sources, monkeypatch: pytest.MonkeyPatch,
    follower: Callable[[], stores.Shown],
) -> None:  # fmt: skip
    at("b")
    put(old)
    before = follower().snapshot
    assert before
    answers = threading.Event()
    with silent(monkeypatch, hangs=answers):
        took = []
        for _ in range(200):
            stores.forget()
            started = time.perf_counter()
            assert follower() == stores.Shown(before, "")
            took.append(time.perf_counter() - started)
        assert max(took) < 0.1
        looking = [t for t in threading.enumerate() if t.name == "look for figures"]
        assert len(looking) == 1
        answers.set()
        looking[0].join(20)
        assert follower().snapshot is before
        assert "does not answer" in follower().problem and "secret" not in follower().problem
    settled(follower, lambda shown: shown.problem == "")


@distant
def test_a_process_that_starts_while_the_depot_is_silent_shows_what_its_machine_knew_last(
    at: Machine, old: Sources, monkeypatch: pytest.MonkeyPatch,
    follower: Callable[[], stores.Shown],
) -> None:  # fmt: skip
    at("a")
    path = put(old)
    at("b")
    assert follower().snapshot
    at("b")
    with silent(monkeypatch):
        shown = follower()
        assert shown.snapshot and shown.snapshot.id == path.stem and shown.problem
        at("c")
        with silent(monkeypatch):
            assert follower().snapshot is None and "does not answer" in follower().problem


@distant
def test_looking_for_new_figures_costs_one_small_request_a_second(
    at: Machine, old: Sources, monkeypatch: pytest.MonkeyPatch,
    follower: Callable[[], stores.Shown],
) -> None:  # fmt: skip
    at("b")
    put(old)
    assert follower().snapshot
    found = depots.open_depot()
    assert isinstance(found, Distant)
    asked: list[str] = []
    read = found.files.cat_file
    monkeypatch.setattr(found.files, "cat_file", lambda path: asked.append(path) or read(path))
    for name in ("get_file", "ls", "info", "exists"):
        monkeypatch.setattr(found.files, name, _unanswered)
    sessions = [threading.Thread(target=_look_for, args=(follower, 2.5)) for _ in range(4)]
    for session in sessions:
        session.start()
    for session in sessions:
        session.join(20)
    assert 1 <= len(asked) <= 3
    assert {path.rsplit("/", 1)[1] for path in asked} == {"current.json"}


def _look_for(look: Callable[[], stores.Shown], seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        look()
        time.sleep(0.005)


@distant
def test_who_makes_the_first_publication_shows_it_though_the_depot_takes_nothing_and_sends_it_later(
    at: Machine, old: Sources, monkeypatch: pytest.MonkeyPatch,
    follower: Callable[[], stores.Shown],
) -> None:  # fmt: skip
    monkeypatch.setattr(stores, "SECONDS_AFTER_NO_ANSWER", 0.05)
    at("a")
    with monkeypatch.context() as patch:
        patch.setattr(Distant, "_put", _unanswered)
        shown = stores.find(lambda share, what: None, old)
        assert shown.snapshot and count(shown.snapshot) == 3 and shown.problem == ""
    until = time.monotonic() + 20
    while publication.depots.open_depot().current() != old.hash():
        assert time.monotonic() < until
        stores.find(lambda share, what: None, old)
        time.sleep(0.02)
    at("b")
    assert (found := follower().snapshot) and found.id == old.hash()


@distant
def test_two_machines_that_build_the_same_at_once_leave_one_whole_snapshot(
    at: Machine, old: Sources, monkeypatch: pytest.MonkeyPatch,
    follower: Callable[[], stores.Shown],
) -> None:  # fmt: skip
    at("a")
    first = publication.built(depots.open_depot(), old, lambda share, what: None)
    a = depots.open_depot()
    at("b")
    # The same inputs, but not the same bytes: each machine built its own file.
    b = depots.open_depot()
    second = publication.built(b, old, lambda share, what: None)
    second.write_bytes(second.read_bytes() + bytes(4096))
    with monkeypatch.context() as patch:
        patch.setattr(Distant, "record", lambda self, name: None)
        a.keep(first)
        b.keep(second)
    b.point_to(second.stem)
    at("c")
    assert (found := follower().snapshot) and count(found) == 3
    assert depots.open_depot().names() == (old.hash(),)


def test_a_share_may_be_the_folder_in_which_another_machine_builds(
    tmp_path: Path, old: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCORECARD_SNAPSHOTS", str(tmp_path / "kept"))
    path = put(old)
    monkeypatch.setenv("SCORECARD_SNAPSHOTS", f"file://{tmp_path}/kept")
    monkeypatch.setenv("SCORECARD_CACHE", str(tmp_path / "cache"))
    copy = publication.current()
    assert copy and copy != path and copy.read_bytes() == path.read_bytes()
    assert (copy.parent.stat().st_mode & 0o777) == 0o700


def test_a_link_shows_the_snapshot_it_was_made_from_when_others_came_since(
    at: Machine, old: Sources, new: Sources, follower: Callable[[], stores.Shown]
) -> None:
    at("a")
    put(old)
    put(new)
    at("b")
    assert (shown := follower().snapshot) and count(shown) == 5
    frozen = stores.frozen(old.hash())
    assert frozen and count(frozen) == 3 and stores.frozen(old.hash()) is frozen
    assert stores.frozen(new.hash()) is shown


@pytest.mark.parametrize("name", ["0" * 20, "../../etc/passwd", "", "current", "0" * 20 + "\n"])
@share
def test_a_snapshot_that_is_not_there_is_none(at: Machine, old: Sources, name: str) -> None:
    at("a")
    put(old)
    assert stores.frozen(name) is None


@share
def test_a_frozen_snapshot_in_use_is_neither_closed_nor_opened_again(
    at: Machine, tmp_path: Path, old: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    at("a")
    names = [put(a_set(tmp_path / str(n), n)).stem for n in range(1, 4)]
    put(old)
    monkeypatch.setattr(stores, "FROZEN_KEPT", 1)
    opened: list[str] = []
    real = snapshot.open_file
    monkeypatch.setattr(snapshot, "open_file", lambda path: opened.append(path.stem) or real(path))
    mine = stores.frozen(names[0])
    assert mine
    for name in names[1:]:
        assert stores.frozen(name)
    assert stores.frozen(names[0]) is mine and count(mine) == 1
    # Of those that nobody uses the last one stays open.
    del mine
    assert stores.frozen(names[1]) and stores.frozen(names[1])
    assert opened == [*names, names[1]]


@share
def test_a_missing_snapshot_is_asked_for_again_after_a_while_only(
    at: Machine, old: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    at("a")
    asked: list[str] = []
    real = Distant.fetch
    monkeypatch.setattr(Distant, "fetch", lambda self, name: asked.append(name) or real(self, name))
    assert [stores.frozen(old.hash()) for _ in range(5)] == [None] * 5
    assert len(asked) == 1
    put(old)
    stores._shelf.absent_until[old.hash()] = time.monotonic()
    assert stores.frozen(old.hash())


@share
def test_a_process_with_exports_follows_where_it_is_told_so(
    at: Machine, old: Sources, new: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    at("a")
    put(old)
    monkeypatch.setenv("SCORECARD_FOLLOW", "yes")
    assert (shown := stores.find(_never, new).snapshot) and count(shown) == 3
    monkeypatch.setenv("SCORECARD_FOLLOW", "perhaps")
    at("b")
    shown_now = stores.find(_never, new)
    assert shown_now.snapshot is None and shown_now.problem == "SCORECARD_FOLLOW may be yes or no"


def test_a_follower_of_an_empty_depot_says_that_nothing_is_published(
    at: Machine, follower: Callable[[], stores.Shown]
) -> None:
    at("b")
    assert follower() == stores.Shown(None, "No figures have been published yet")


@share
def test_a_snapshot_of_another_version_leaves_the_last_good_one(
    at: Machine, old: Sources, new: Sources, monkeypatch: pytest.MonkeyPatch,
    follower: Callable[[], stores.Shown],
) -> None:  # fmt: skip
    at("a")
    put(old)
    before = follower().snapshot
    assert before
    put(new)

    def other(path: Path) -> Snapshot:
        raise TypeError("got an unexpected keyword")

    monkeypatch.setattr(snapshot, "open_file", other)
    settled(follower, lambda shown: shown.problem != "")
    assert follower().snapshot is before


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", None), (b"{", None), (b"[]", None), (b'{"snapshot": 5}', None),
        (b'{"snapshot": "../../etc/passwd"}', None),
        (b'{"snapshot": "0123456789abcdef0123.duckdb", "note": "more"}', "0123456789abcdef0123"),
    ],
)  # fmt: skip
def test_a_pointer_names_a_snapshot_and_no_other_file(
    tmp_path: Path, content: bytes, name: str | None
) -> None:
    (tmp_path / "current.json").write_bytes(content)
    assert depots.open_depot(str(tmp_path)).current() == name


@share
def test_a_record_that_names_another_file_is_none(at: Machine, old: Sources) -> None:
    at("a")
    path = put(old)
    found = depots.open_depot()
    assert isinstance(found, Distant)
    record = found.record(path.stem)
    assert record
    for bad in ({"file": "../secret"}, {"sha256": "x"}, {"size": "1"}, {"more": 1}):
        content = json.dumps({**record.__dict__, **bad}).encode()
        found.files.pipe_file(f"{found.root}/{path.stem}.json", content)
        assert found.record(path.stem) is None


def test_an_address_that_nobody_speaks_is_refused_without_repeating_it() -> None:
    with pytest.raises(Refusal, match="SCORECARD_SNAPSHOTS is no address") as refused:
        depots.open_depot("nothing://user:secret@place")
    assert "secret" not in str(refused.value)


def test_a_store_whose_driver_is_not_installed_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def absent(*words: object, **more: Any) -> None:
        raise ImportError("Install s3fs to access S3")

    monkeypatch.setattr(fsspec.core, "url_to_fs", absent)
    with pytest.raises(Refusal, match="requirements-s3.txt"):
        depots.open_depot("s3://elsewhere/folder")


@share
def test_commands_show_the_current_snapshot_where_they_follow(
    place: Place, sets: Path, old: Sources
) -> None:
    place.start(PUBLISH, str(sets / "old"), machine="a").wait(60)
    done = place.start(
        "import os, sys; os.environ['SCORECARD_FOLLOW'] = 'yes'; "
        "from scorecard.__main__ import main; sys.exit(main(['show', '--format', 'json']))",
        machine="b",
    )
    printed, _ = done.communicate(timeout=60)
    assert done.returncode == 0
    assert json.loads(printed)["data_date"] == str(snapshot.in_memory(old).data_date)
