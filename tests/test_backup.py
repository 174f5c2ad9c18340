"""Backup and restore: what comes back is what was there, and what is refused changes nothing."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import io
import json
import uuid
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from databases import server
from depots import Place, object_store, place, put
from small_set import write
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from scorecard import depot as depots
from scorecard import publication
from scorecard.__main__ import main
from scorecard.backup import archive, making, restoring, rows
from scorecard.depot import Folder
from scorecard.refusal import Refusal
from scorecard.selection import Selection
from scorecard.snapshot import Sources
from scorecard.state import audit, commentary, items, keys, library, links, publications, spellings
from scorecard.state.commentary import Draft, Saved
from scorecard.state.store import Store, open_store

__all__ = ["object_store", "place", "server"]

MEETING = dt.date(2021, 12, 1)
HOSTILE = "a\0b \\0 <b> \u202e\u05d0 👩‍👩‍👧 'x'; --\n\r\n=1+1"
Rows = dict[str, list[tuple[Any, ...]]]
Databases = Callable[[str], str]


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Databases:
    """Gives the URL of a new database of a kind."""

    def make(kind: str) -> str:
        name = f"state_{uuid.uuid4().hex[:12]}"
        if kind == "sqlite":
            return f"sqlite:///{tmp_path}/{name}/state.db"
        folder = request.getfixturevalue("server")
        with psycopg.connect(host=str(folder), user="postgres", autocommit=True) as admin:
            admin.execute(f"create database {name}")
        return f"postgresql://postgres@/{name}?host={folder}"

    return make


on_each = pytest.mark.parametrize(
    "kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.services)]
)
from_and_to = pytest.mark.parametrize(
    ("kind", "other"),
    [
        ("sqlite", "sqlite"),
        pytest.param("sqlite", "postgresql", marks=pytest.mark.services),
        pytest.param("postgresql", "sqlite", marks=pytest.mark.services),
        pytest.param("postgresql", "postgresql", marks=pytest.mark.services),
    ],
)


@pytest.fixture(scope="module")
def snapshots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A depot with two snapshots, the second being shown."""
    folder = tmp_path_factory.mktemp("depot")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SCORECARD_SNAPSHOTS", str(folder / "kept"))
        for number in (3, 5):
            tables = {"organisations": [{"org_id": f"O{n}"} for n in range(number)]}
            given = write(folder / str(number), tables)
            put(Sources(Path(given[1]), Path(given[3])))
    return folder / "kept"


def fill(store: Store) -> None:
    """Writes something into every table."""
    first = commentary.save(store, Draft(MEETING, "company_members", HOSTILE, "p", "Ada", 0))
    assert isinstance(first, Saved)
    commentary.save(store, Draft(MEETING, "company_members", "late", "p", "Bob", 0))
    content = items.Content(HOSTILE, "Bob", dt.date(2022, 1, 1), kpis=("company_members",))
    item = items.add(store, "action", MEETING, content, "Ada")
    items.revise(store, item.id, 1, items.Content("t", withdrawn=True), "Ada")
    library.keep(
        store,
        library.Briefing(MEETING, None, "full", "pdf", "board", Selection(), "0" * 20, "Ada"),
    )
    until = dt.datetime.now(dt.UTC) + dt.timedelta(days=7)
    link = links.make(store, links.Draft("Zoë", "kpi", {"kpi": ("a",)}, None, "Ada", until))
    links.note_opening(store, link.id)
    links.revoke(store, link.id, "Ada")
    audit.record(store, "link_made", "Ada", "executive", {"link": link.id, "to": HOSTILE})
    audit.record(store, "refused", "nobody", None, {})
    with publications.deciding(store) as connection:
        publications.add(connection, "0" * 20, None, "Ada", HOSTILE, "published", {"error": 2})
    spellings.save(store, "memberships", HOSTILE, "end_on", "Ada")
    spellings.remove(store, "memberships", HOSTILE, "Ada")


def all_rows(store: Store) -> Rows:
    with store.reading() as connection:
        return {
            table.name: [
                tuple(row)
                for row in connection.execute(select(table).order_by(*table.primary_key.columns))
            ]
            for table in rows.TABLES
        }


@contextlib.contextmanager
def opened(url: str) -> Iterator[Store]:
    store = open_store(url)
    try:
        yield store
    finally:
        store.close()


def state_of(url: str) -> Rows:
    with opened(url) as store:
        return all_rows(store)


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def ask(patch: pytest.MonkeyPatch, kept: str, words: str) -> Any:
    """What a command answers on a machine that has no exports."""
    patch.setenv("SCORECARD_SNAPSHOTS", kept)
    patch.setenv("SCORECARD_FOLLOW", "yes")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        assert main([*words.split(), "--format", "json"]) == 0
    return json.loads(printed.getvalue())


def call(*words: str) -> tuple[int, str]:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        return main(words), printed.getvalue()


@pytest.fixture
def made(tmp_path: Path, snapshots: Path) -> Path:
    """A backup of a filled SQLite state and both snapshots."""
    with opened(f"sqlite:///{tmp_path}/source/state.db") as store:
        fill(store)
        making.make(tmp_path / "made.zip", Folder(snapshots), store)
    return tmp_path / "made.zip"


@from_and_to
def test_a_restored_machine_has_the_same_figures_hashes_rows_and_audit_trail(
    kind: str, other: str, database: Databases, tmp_path: Path, snapshots: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    source, target, kept = database(kind), database(other), tmp_path / "new" / "kept"
    with opened(source) as store:
        fill(store)
        before = all_rows(store)
        head = audit.verify(store).head
    # A table that is added to the state and left out here would not be tested.
    assert all(before[table.name] for table in rows.TABLES)
    backup = tmp_path / "all.zip"
    monkeypatch.setenv("SCORECARD_SNAPSHOTS", str(snapshots))
    code, said = call("backup", "--to", str(backup), "--state", source)
    assert code == 0 and "2 snapshots" in said and "Keys and passwords are not in it" in said
    assert backup.stat().st_mode & 0o777 == 0o600
    monkeypatch.setenv("SCORECARD_SNAPSHOTS", str(kept))
    code, said = call("restore", "--from", str(backup), "--state", target)
    assert code == 0 and "is shown" in said

    there = {name: content for name, content in files_of(snapshots).items() if name != "lock"}
    here = {name: content for name, content in files_of(kept).items() if name != "lock"}
    assert here == there
    for words in ("show", "series --kpi company_members"):
        assert ask(monkeypatch, str(kept), words) == ask(monkeypatch, str(snapshots), words)
    with opened(target) as store:
        assert all_rows(store) == before
        verdict = audit.verify(store, head)
        assert verdict.is_whole and verdict.head == head
        assert verdict.rows == len(before["audit"]) > 1
        # Keys that the database gives out begin after those that came back.
        fill_again(store)
        assert audit.verify(store, head).is_whole
        assert len(all_rows(store)["audit"]) > len(before["audit"]) + 1


def fill_again(store: Store) -> None:
    draft = Draft(MEETING, "company_members", "next", "p", "Ada", 1)
    assert isinstance(commentary.save(store, draft), Saved)
    items.add(store, "decision", MEETING, items.Content("t"), "Ada")
    audit.record(store, "downloaded", "Ada", "board", {})
    audit.record(store, "downloaded", "Ada", "board", {})


@pytest.mark.parametrize("place", ["share", "s3"], indirect=True)
def test_snapshots_move_from_a_folder_to_a_distant_depot_and_back(
    place: Place, made: Path, snapshots: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key, value in place.environment("a").items():
        monkeypatch.setenv(key, value)
    restoring.restore(made, depots.open_depot(), f"sqlite:///{tmp_path}/b/state.db")
    monkeypatch.setenv("SCORECARD_CACHE", str(place.machines / "b"))
    with opened(f"sqlite:///{tmp_path}/b/state.db") as store:
        again = making.make(tmp_path / "again.zip", depots.open_depot(), store)
    with archive.unpacking(made) as first:
        assert (again.parts, again.current, again.rows) == (
            first.manifest.parts, first.manifest.current, first.manifest.rows,
        )  # fmt: skip
    path = publication.current()
    assert path and path.read_bytes() == (snapshots / path.name).read_bytes()


@on_each
def test_a_backup_holds_one_moment_though_others_write_meanwhile(
    kind: str, database: Databases, tmp_path: Path, snapshots: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    url = database(kind)
    real = archive.Packing.add
    with opened(url) as store, opened(url) as other:
        fill(store)
        before = all_rows(store)

        def add(self: archive.Packing, name: str, chunks: Iterator[bytes]) -> None:
            real(self, name, chunks)
            items.add(other, "decision", MEETING, items.Content("t", kpis=("k",)), "Ada")
            audit.record(other, "downloaded", "Ada", "board", {})

        monkeypatch.setattr(archive.Packing, "add", add)
        making.make(tmp_path / "all.zip", Folder(snapshots), store)
        assert len(all_rows(store)["items"]) > len(before["items"]) + len(rows.TABLES)
    monkeypatch.undo()
    target = database("sqlite")
    restoring.restore(tmp_path / "all.zip", Folder(tmp_path / "kept"), target)
    assert state_of(target) == before


def rewritten(source: Path, change: Callable[[dict[str, bytes], dict[str, Any]], None]) -> None:
    """Changes parts and manifest of a backup."""
    with zipfile.ZipFile(source) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    manifest = json.loads(parts.pop("manifest.json"))
    change(parts, manifest)
    with zipfile.ZipFile(source, "w") as new:
        for name, content in parts.items():
            new.writestr(name, content)
        if manifest:
            new.writestr("manifest.json", json.dumps(manifest))


def vouched(parts: dict[str, bytes], manifest: dict[str, Any], name: str, content: bytes) -> None:
    """Puts a part in, with a manifest that vouches for it."""
    parts[name] = content
    sha256 = hashlib.sha256(content).hexdigest()
    manifest["parts"][name] = {"size": len(content), "sha256": sha256}


def _named(name: str) -> Callable[[dict[str, bytes], dict[str, Any]], None]:
    return lambda parts, manifest: vouched(parts, manifest, name, b"evil")


def _flip(parts: dict[str, bytes], manifest: dict[str, Any]) -> None:
    name = next(name for name in parts if name.endswith(".duckdb"))
    parts[name] = parts[name][:-1] + bytes([parts[name][-1] ^ 1])


def _bomb(parts: dict[str, bytes], manifest: dict[str, Any]) -> None:
    name = next(name for name in parts if name.endswith(".duckdb"))
    parts[name] += bytes(10**8)


def _other_row(parts: dict[str, bytes], manifest: dict[str, Any]) -> None:
    row = json.loads(parts["state/items.jsonl"].splitlines()[0]) | {"more": 1}
    vouched(parts, manifest, "state/items.jsonl", json.dumps(row).encode())


def _half_row(parts: dict[str, bytes], manifest: dict[str, Any]) -> None:
    vouched(parts, manifest, "state/items.jsonl", parts["state/items.jsonl"][:-9])


def _misfit(parts: dict[str, bytes], manifest: dict[str, Any]) -> None:
    row = json.loads(parts["state/items.jsonl"].splitlines()[0]) | {"meeting": "soon"}
    vouched(parts, manifest, "state/items.jsonl", json.dumps(row).encode())


def _fewer_rows(parts: dict[str, bytes], manifest: dict[str, Any]) -> None:
    vouched(parts, manifest, "state/set_aside.jsonl", b"")


def _no_such_current(parts: dict[str, bytes], manifest: dict[str, Any]) -> None:
    manifest["current"] = "0" * 20


DAMAGES: dict[str, Callable[[dict[str, bytes], dict[str, Any]], None]] = {
    "a byte is another": _flip,
    "a part unpacks to more": _bomb,
    "a part is missing": lambda parts, manifest: parts.pop("state/items.jsonl") and None,
    "a part is too many": lambda parts, manifest: parts.update({"more.txt": b""}),
    "there is no manifest": lambda parts, manifest: manifest.clear(),
    "the manifest lacks its parts": lambda parts, manifest: manifest.pop("parts") and None,
    "another form": lambda parts, manifest: manifest.update(form=2),
    "another form of the state": lambda parts, manifest: manifest["versions"].update(state="9"),
    "a way out": _named("../evil.duckdb"),
    "a way out of a folder": _named("snapshots/../../evil.duckdb"),
    "an absolute way": _named("/tmp/evil.duckdb"),
    "a way of Windows": _named("snapshots\\..\\evil.duckdb"),
    "a table that is none": _named("state/passwords.jsonl"),
    "a pointer to nothing": _no_such_current,
    "a row with another column": _other_row,
    "half a row": _half_row,
    "a row of another kind": _misfit,
    "fewer rows": _fewer_rows,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_backup_that_was_tampered_with_is_refused_and_nothing_changed(
    damage: str, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rewritten(made, DAMAGES[damage])
    room, url = tmp_path / "room" / "room", f"sqlite:///{tmp_path}/room/state/state.db"
    monkeypatch.setenv("SCORECARD_SNAPSHOTS", str(room / "kept"))
    code, said = call("restore", "--from", str(made), "--state", url)
    assert code == 2 and said.startswith("scorecard restore: ") and "Traceback" not in said
    assert not any(state_of(url).values())
    assert {Path(name).parts[0] for name in files_of(tmp_path / "room")} == {"state"}
    assert not list(tmp_path.rglob("evil*"))


@pytest.mark.parametrize("harm", ["cut", "no zip", "empty", "absent", "a folder"])
def test_a_file_that_is_no_backup_is_refused(
    harm: str, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = made.read_bytes()
    made.unlink()
    if harm == "a folder":
        made.mkdir()
    elif harm != "absent":
        cut = {"cut": content[:-200], "no zip": b"PK\3\4 nothing", "empty": b""}
        made.write_bytes(cut[harm])
    monkeypatch.setenv("SCORECARD_SNAPSHOTS", str(tmp_path / "kept"))
    state = tmp_path / "state" / "state.db"
    code, said = call("restore", "--from", str(made), "--state", f"sqlite:///{state}")
    assert code == 2 and "made.zip" in said and "Traceback" not in said
    assert not state.exists() and not (tmp_path / "kept").exists()


@on_each
def test_what_is_there_stays_unless_the_backup_is_forced_into_its_place(
    kind: str, database: Databases, made: Path, tmp_path: Path
) -> None:
    url, kept = database(kind), Folder(tmp_path / "kept")
    with opened(url) as store:
        commentary.save(store, Draft(MEETING, "company_members", "mine", "p", "Eve", 0))
        audit.record(store, "signed_in", "Eve", "board", {})
        before = all_rows(store)
    with pytest.raises(Refusal, match="people have written already"):
        restoring.restore(made, kept, url)
    assert state_of(url) == before and not kept.room.exists()
    restoring.restore(made, kept, url, force=True)
    assert state_of(url) == state_of(f"sqlite:///{tmp_path}/source/state.db")
    with opened(url) as store:
        assert audit.verify(store).is_whole
        # What refuses a change of the audit trail is as strict as before.
        for change in (delete(audit.audit), update(audit.audit).values(who="x")):
            with pytest.raises((Refusal, DBAPIError), match="only added"), store.writing() as con:
                con.execute(change)
        fill_again(store)


def test_a_depot_with_other_snapshots_is_refused_and_stays(
    made: Path, tmp_path: Path, snapshots: Path
) -> None:
    kept = Folder(tmp_path / "kept")
    kept.room.mkdir()
    other = "f" * 20
    (kept.room / f"{other}.duckdb").write_bytes(b"another")
    kept.point_to(other)
    before = files_of(kept.room)
    url = f"sqlite:///{tmp_path}/b/state.db"
    with pytest.raises(Refusal, match="there are snapshots already"):
        restoring.restore(made, kept, url)
    assert files_of(kept.room) == before and not (tmp_path / "b").exists()
    restoring.restore(made, kept, url, force=True)
    assert set(kept.names()) == {other, *Folder(snapshots).names()}
    assert kept.current() == Folder(snapshots).current()


def test_a_restore_that_broke_off_left_no_row_and_may_be_tried_again(
    made: Path, tmp_path: Path, snapshots: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, url = Folder(tmp_path / "kept"), f"sqlite:///{tmp_path}/b/state.db"
    arrived: list[Path] = []
    real = Folder.keep

    def keep(self: Folder, path: Path, *, anew: bool = False) -> None:
        if arrived:
            raise depots.Unanswered("the place where the snapshots are kept does not answer")
        arrived.append(path)
        real(self, path, anew=anew)

    with monkeypatch.context() as patch:
        patch.setattr(Folder, "keep", keep)
        with pytest.raises(Refusal, match="does not answer"):
            restoring.restore(made, kept, url)
    assert not any(state_of(url).values()) and kept.current() is None
    restoring.restore(made, kept, url)
    assert kept.current() == Folder(snapshots).current()
    assert all(state_of(url).values())


def test_no_key_is_in_a_backup(
    tmp_path: Path, snapshots: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path}/source/state.db"
    (key,) = keys.link_keys((), url)
    with opened(url) as store:
        fill(store)
    monkeypatch.setenv("SCORECARD_SNAPSHOTS", str(snapshots))
    assert call("backup", "--to", str(tmp_path / "all.zip"), "--state", url)[0] == 0
    with zipfile.ZipFile(tmp_path / "all.zip") as made:
        wanted = {f"state/{table.name}.jsonl" for table in rows.TABLES} | {"manifest.json"}
        wanted |= {f"snapshots/{name}.duckdb" for name in Folder(snapshots).names()}
        assert set(made.namelist()) == wanted
        assert not any(key.encode() in made.read(name) for name in made.namelist())


def test_a_machine_on_which_nobody_wrote_anything_is_backed_up_and_restored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCORECARD_SNAPSHOTS", str(tmp_path / "none"))
    url = f"sqlite:///{tmp_path}/state/state.db"
    backup = str(tmp_path / "all.zip")
    assert call("backup", "--to", backup, "--state", url)[0] == 0
    code, said = call("restore", "--from", backup, "--state", url)
    assert code == 0 and "0 snapshots" in said
    assert not (tmp_path / "state").exists()


def test_a_damaged_snapshot_is_not_backed_up_and_the_last_backup_stays(
    tmp_path: Path, snapshots: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    for name, content in files_of(snapshots).items():
        (kept / name).write_bytes(content)
    path = next(kept.glob("*.duckdb"))
    path.write_bytes(path.read_bytes()[:-1])
    backup = tmp_path / "backups" / "all.zip"
    backup.parent.mkdir()
    backup.write_text("the last one")
    monkeypatch.setenv("SCORECARD_SNAPSHOTS", str(kept))
    code, said = call("backup", "--to", str(backup), "--state", f"sqlite:///{tmp_path}/none.db")
    assert code == 2 and path.stem in said and "damaged" in said
    assert files_of(backup.parent) == {"all.zip": b"the last one"}


@pytest.mark.parametrize("to", ["nowhere/all.zip", "folder"])
def test_a_backup_that_cannot_be_written_is_refused(
    to: str, tmp_path: Path, snapshots: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "folder").mkdir()
    monkeypatch.setenv("SCORECARD_SNAPSHOTS", str(snapshots))
    words = ["--to", str(tmp_path / to), "--state", f"sqlite:///{tmp_path}/none.db"]
    code, said = call("backup", *words)
    assert code == 2 and "Traceback" not in said
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]
