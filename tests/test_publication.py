"""Publishing: what the board sees changes when somebody says so, and at no other time."""

from __future__ import annotations

import datetime as dt
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from databases import server, url
from depots import put
from small_set import write
from sqlalchemy import delete, update

from scorecard import depot as depots
from scorecard import objections, publication, snapshot
from scorecard.depot import Folder
from scorecard.publication import Objected, Overtaken, Unchanged
from scorecard.refusal import Refusal
from scorecard.screen import store as stores
from scorecard.snapshot import Progress, Snapshot, Sources
from scorecard.state import audit, publications
from scorecard.state.store import Store, open_store

__all__ = ["server", "url"]


def a_set(folder: Path, organisations: int, data_date: str = "2021-12-31") -> Sources:
    """Exports of so many organisations."""
    rows = [{"org_id": f"O{number}"} for number in range(organisations)]
    given = write(folder, {"organisations": rows}, data_date)
    return Sources(Path(given[1]), Path(given[3]))


def count(found: snapshot.Snapshot | None) -> int:
    assert found
    row = found.cursor().execute("select count(*) from organisations").fetchone()
    assert row
    return int(row[0])


@pytest.fixture(scope="module")
def sets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sets")
    a_set(folder / "old", 3)
    a_set(folder / "new", 5)
    return folder


@pytest.fixture
def old(sets: Path) -> Sources:
    return Sources(sets / "old" / "exports", sets / "old" / "plan")


@pytest.fixture
def new(sets: Path) -> Sources:
    return Sources(sets / "new" / "exports", sets / "new" / "plan")


@pytest.fixture
def kept(tmp_path: Path, sets: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of snapshots of a new installation, with a state of its own."""
    build = snapshot.build

    def build_once(
        target: str, sources: Sources, progress: Progress, earlier: Path | None = None
    ) -> None:
        # Building the same for each test would take most of the time.
        cached = sets / sources.hash()
        if not cached.exists():
            build(str(cached), sources, progress, earlier=earlier)
        shutil.copyfile(cached, target)

    monkeypatch.setattr(snapshot, "build", build_once)
    monkeypatch.setenv("SCORECARD_SNAPSHOTS", str(tmp_path / "kept"))
    monkeypatch.setenv("SCORECARD_STATE", f"sqlite:///{tmp_path}/state/state.db")
    monkeypatch.setattr(stores, "_watch", stores._Watch())
    monkeypatch.setattr(stores, "_shelf", stores._Shelf())
    return tmp_path / "kept"


@pytest.fixture
def state(kept: Path) -> Iterator[Store]:
    opened = open_store()
    yield opened
    opened.close()


def look(sources: Sources) -> stores.Shown:
    return stores.find(lambda share, what: None, sources)


def settled(sources: Sources, wanted: Callable[[stores.Shown], bool]) -> stores.Shown:
    """Looks until it is as wanted; the look for new figures runs beside."""
    until = time.monotonic() + 20
    while not wanted(shown := look(sources)):
        assert time.monotonic() < until, shown
        stores.forget()
        time.sleep(0.02)
    return shown


# What is written down -----------------------------------------------------------------------


def test_a_publication_is_a_row_with_who_when_note_and_findings(
    old: Sources, new: Sources, state: Store
) -> None:
    first = publication.publish(old, "Ada", "the first", state)
    second = publication.publish(new, "Bob", "two more", state)
    assert publications.all(state) == (second, first)
    assert (second.seq, second.who, second.note, second.kind) == (2, "Bob", "two more", "published")
    assert (first.snapshot, first.previous) == (old.hash(), None)
    assert (second.snapshot, second.previous) == (new.hash(), old.hash())
    assert second.findings == objections.findings(publication.open_current())
    assert depots.open_depot().current() == new.hash()
    between = first.at + (second.at - first.at) / 2
    assert publications.current_at(state, between) == first
    assert publications.current_at(state, second.at) == second
    assert publications.current_at(state, first.at - dt.timedelta(microseconds=1)) is None


def test_the_audit_trail_says_who_published_and_restored(
    old: Sources, new: Sources, state: Store
) -> None:
    publication.publish(old, "Ada", "one", state)
    publication.publish(new, "Ada", "two", state)
    back = publication.restore(old.hash(), "Bob", "two was wrong", state)
    assert (back.kind, back.snapshot, back.previous) == ("restored", old.hash(), new.hash())
    rows = [(row.event, row.who, row.subject["snapshot"]) for row in audit.entries(state)]
    assert rows == [
        ("restored", "Bob", old.hash()), ("published", "Ada", new.hash()),
        ("published", "Ada", old.hash()),
    ]  # fmt: skip
    assert audit.verify(state).is_whole


def test_a_publication_keeps_the_date_of_its_data(
    tmp_path: Path, old: Sources, state: Store
) -> None:
    assert publication.publish(old, "Ada", "one", state).data_date == dt.date(2021, 12, 31)
    newer = a_set(tmp_path / "newer", 3, "2022-06-30")
    publication.publish(newer, "Ada", "two", state)
    assert [made.data_date for made in publications.all(state)] == [
        dt.date(2022, 6, 30), dt.date(2021, 12, 31),
    ]  # fmt: skip


def test_who_restores_instead_of_what_they_saw_is_told_that_somebody_published_meanwhile(
    old: Sources, new: Sources, state: Store, tmp_path: Path
) -> None:
    publication.publish(old, "Ada", "one", state)
    publication.publish(new, "Ada", "two", state)
    third = a_set(tmp_path / "third", 7)
    publication.publish(third, "Bob", "three", state)
    with pytest.raises(Overtaken, match="somebody else has published meanwhile"):
        publication.restore(old.hash(), "Ada", "back", state, instead_of=new.hash())
    assert depots.open_depot().current() == third.hash() and len(publications.all(state)) == 3
    publication.restore(old.hash(), "Ada", "back", state, instead_of=third.hash())
    assert depots.open_depot().current() == old.hash()


def test_what_is_removed_while_somebody_restores_it_is_not_restored(
    old: Sources, new: Sources, state: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    publication.publish(old, "Ada", "one", state)
    publication.publish(new, "Ada", "two", state)
    found = objections.findings

    def meanwhile(wanted: Snapshot) -> dict[str, int]:
        depots.open_depot().remove(old.hash())
        return found(wanted)

    monkeypatch.setattr(objections, "findings", meanwhile)
    with pytest.raises(Refusal, match="is no longer kept"):
        publication.restore(old.hash(), "Ada", "back", state)
    assert depots.open_depot().current() == new.hash() and len(publications.all(state)) == 2


def test_no_row_can_be_changed_or_removed_whichever_the_database(url: str) -> None:
    store = open_store(url)
    with publications.deciding(store) as connection:
        publications.add(connection, "0" * 20, None, "Ada", "n", "published", {"error": 1})
    (before,) = publications.all(store)
    for change in (delete(publications.publications), update(publications.publications)):
        statement = change.values(who="Eve") if hasattr(change, "values") else change
        with pytest.raises(Refusal, match="only added"), store.writing() as connection:
            connection.execute(statement)
    assert publications.all(store) == (before,)
    store.close()


def test_a_publication_whose_record_cannot_be_written_is_not_made(
    old: Sources, new: Sources, state: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    publication.publish(old, "Ada", "one", state)

    def fail(*words: object, **more: object) -> None:
        raise Refusal("the trail is closed")

    with monkeypatch.context() as patch:
        patch.setattr(audit, "append", fail)
        with pytest.raises(Refusal, match="closed"):
            publication.publish(new, "Ada", "two", state)
    assert len(publications.all(state)) == 1
    assert depots.open_depot().current() == old.hash()


@pytest.mark.parametrize(("who", "note"), [("", "why"), ("Ada", ""), (" ", "why"), ("Ada", " \n")])
def test_nobody_publishes_without_a_name_and_a_note(
    old: Sources, state: Store, who: str, note: str, kept: Path
) -> None:
    with pytest.raises(Refusal, match="is empty"):
        publication.publish(old, who, note, state)
    assert not kept.exists(), "nothing was built for it"


def test_what_is_shown_already_is_not_published_again(old: Sources, state: Store) -> None:
    publication.publish(old, "Ada", "one", state)
    with pytest.raises(Unchanged):
        publication.publish(old, "Ada", "again", state)
    with pytest.raises(Unchanged):
        publication.restore(old.hash(), "Ada", "again", state)
    assert len(publications.all(state)) == 1


def test_a_proposal_is_in_the_depot_and_shown_to_nobody(
    old: Sources, new: Sources, state: Store
) -> None:
    publication.publish(old, "Ada", "one", state)
    proposed = publication.propose(new)
    depot = depots.open_depot()
    assert proposed.id in depot.names() and depot.current() == old.hash()
    assert publication.publish(proposed.id, "Ada", "two", state).snapshot == new.hash()
    assert depot.current() == new.hash()


@pytest.mark.parametrize("name", ["0" * 20, "../../etc/passwd", "", "current"])
def test_what_was_never_published_or_is_gone_is_not_restored(
    old: Sources, new: Sources, state: Store, kept: Path, name: str
) -> None:
    publication.publish(old, "Ada", "one", state)
    with pytest.raises(Refusal, match="ever published"):
        publication.restore(name, "Ada", "back", state)
    publication.publish(new, "Ada", "two", state)
    (kept / f"{old.hash()}.duckdb").unlink()
    with pytest.raises(Refusal, match="no longer kept"):
        publication.restore(old.hash(), "Ada", "back", state)
    assert depots.open_depot().current() == new.hash()


# What is refused ----------------------------------------------------------------------------


def test_figures_that_would_be_lost_are_objected_to_unless_forced(
    old: Sources, state: Store, tmp_path: Path
) -> None:
    publication.publish(old, "Ada", "one", state)
    broken = a_set(tmp_path / "broken", 4)
    (broken.exports / "memberships.csv").unlink()
    with pytest.raises(Objected, match=r"memberships\.csv is absent or set aside whole"):
        publication.publish(broken, "Ada", "two", state)
    assert depots.open_depot().current() == old.hash()
    forced = publication.publish(broken, "Ada", "we know", state, force=True)
    assert sum(forced.findings.values()) > 0
    # What is lost already is no reason any more.
    (broken.exports / "exported_on.txt").write_text("2022-01-31\n")
    publication.publish(broken, "Ada", "three", state)


def test_older_data_many_rows_set_aside_and_samples_are_objected_to(
    old: Sources, state: Store, tmp_path: Path
) -> None:
    shown = publication.propose(old)
    older = snapshot.in_memory(a_set(tmp_path / "older", 3, "2021-06-30"))
    assert objections.to(older, shown) == (
        "the data are of 2021-06-30 and those shown of 2021-12-31",
    )
    assert objections.to(shown, older) == ()

    worse = a_set(tmp_path / "worse", 8)
    with (worse.exports / "organisations.csv").open("a", encoding="utf-8") as out:
        out.write("X,Ex,nothing,CHE\n")
    assert objections.to(snapshot.in_memory(worse), shown) == (
        "1 of 9 rows of organisations.csv are set aside",
    )
    fewer = a_set(tmp_path / "fewer", 11)
    with (fewer.exports / "organisations.csv").open("a", encoding="utf-8") as out:
        out.write("X,Ex,nothing,CHE\n")
    assert objections.to(snapshot.in_memory(fewer), shown) == ()

    sample = snapshot.in_memory(Sources())
    assert "the exports are a synthetic sample and real data are shown" in objections.to(
        sample, shown
    )
    assert objections.to(sample, sample) == objections.to(sample, None) == ()


# What the dashboard shows -------------------------------------------------------------------


def test_a_new_installation_shows_and_publishes_the_exports_at_hand_once(
    old: Sources, kept: Path, state: Store
) -> None:
    assert count(look(old).snapshot) == 3
    (first,) = publications.all(state)
    assert (first.kind, first.snapshot, first.previous) == ("first", old.hash(), None)
    assert depots.open_depot().current() == old.hash()
    assert [row.event for row in audit.entries(state)] == ["published"]
    stores._watch = stores._Watch()
    assert count(look(old).snapshot) == 3
    assert publications.all(state) == (first,)


def test_exports_that_change_are_not_shown_before_somebody_publishes_them(
    tmp_path: Path, kept: Path, state: Store
) -> None:
    mine = a_set(tmp_path / "mine", 3)
    before = look(mine).snapshot
    assert not settled(mine, lambda shown: True).is_outdated
    with (mine.exports / "organisations.csv").open("a", encoding="utf-8") as out:
        out.write("D,Delta,company,CHE\n")
    shown = settled(mine, lambda shown: shown.is_outdated)
    assert shown.snapshot is before and shown.problem == ""
    stores._watch = stores._Watch()
    assert count(look(mine).snapshot) == 3, "nor by a process that starts later"
    publication.publish(mine, "Ada", "one more", state)
    shown = settled(mine, lambda shown: bool(shown.snapshot and count(shown.snapshot) == 4))
    assert not settled(mine, lambda shown: not shown.is_outdated).is_outdated


def test_exports_that_were_published_from_elsewhere_are_no_news(
    old: Sources, new: Sources, kept: Path, state: Store
) -> None:
    publication.publish(new, "Ada", "from elsewhere", state)
    look(old)
    stores.forget()
    for _ in range(10):
        stores.forget()
        look(old)
        time.sleep(0.02)
    assert count(look(old).snapshot) == 5 and not look(old).is_outdated


def test_exports_of_which_nothing_can_be_made_are_tried_again_when_they_change(
    tmp_path: Path, kept: Path
) -> None:
    mine = a_set(tmp_path / "mine", 3)
    plan = (mine.plan / "plan.toml").read_text()
    (mine.plan / "plan.toml").write_text("no toml")
    assert look(mine).snapshot is None and "plan.toml" in look(mine).problem
    (mine.plan / "plan.toml").write_text(plan)
    stores.forget()
    assert count(look(mine).snapshot) == 3 and look(mine).problem == ""


def test_a_pointer_that_is_lost_comes_back_from_the_rows(
    old: Sources, new: Sources, kept: Path, state: Store
) -> None:
    publication.publish(old, "Ada", "one", state)
    publication.publish(new, "Ada", "two", state)
    for torn in ("", "{", "[]"):
        (kept / "current.json").write_text(torn)
        stores._watch = stores._Watch()
        assert count(look(old).snapshot) == 5
        assert depots.open_depot().current() == new.hash()
    assert len(publications.all(state)) == 2


def test_who_died_between_row_and_pointer_has_published(
    old: Sources, new: Sources, kept: Path, state: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    publication.publish(old, "Ada", "one", state)
    assert count(look(old).snapshot) == 3

    def die(*words: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Folder, "point_to", die)
        with pytest.raises(KeyboardInterrupt):
            publication.publish(new, "Ada", "two", state)
    assert depots.open_depot().current() == old.hash()
    settled(old, lambda shown: count(shown.snapshot) == 5)
    assert depots.open_depot().current() == new.hash()


def test_a_depot_that_another_state_knows_stays_as_it_is(
    old: Sources, new: Sources, kept: Path, state: Store, tmp_path: Path
) -> None:
    third = a_set(tmp_path / "third", 7)
    publication.publish(old, "Ada", "one", state)
    publication.publish(new, "Ada", "two", state)
    put(third)
    newest = publication.settle(depots.open_depot(), state, third.hash())
    assert newest and newest.snapshot == new.hash()
    assert depots.open_depot().current() == third.hash()


def test_who_looked_at_other_figures_does_not_publish_over_them(
    old: Sources, new: Sources, state: Store
) -> None:
    first = publication.publish(old, "Ada", "one", state)
    with pytest.raises(publication.Overtaken):
        publication.publish(new, "Bob", "two", state, instead_of="0" * 20)
    with pytest.raises(publication.Overtaken):
        # They saw that there was nothing yet.
        publication.publish(new, "Bob", "two", state, instead_of="")
    assert publications.all(state) == (first,)
    publication.publish(new, "Bob", "two", state, instead_of=first.snapshot)
    assert depots.open_depot().current() == new.hash()


def test_who_has_published_waits_until_it_is_shown_here(
    old: Sources, new: Sources, state: Store
) -> None:
    publication.publish(old, "Ada", "one", state)
    settled(old, lambda shown: shown.snapshot is not None)
    publication.publish(new, "Ada", "two", state)
    assert stores.moved_to(new.hash(), seconds=20)
    assert stores.shown() is look(new).snapshot
    assert not stores.moved_to("f" * 20, seconds=0.2)
