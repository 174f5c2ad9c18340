"""History: what a meeting was shown, beside what is computed now, and what is kept of it."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from depots import Place, object_store, place
from restated_set import a_set, noted

from scorecard import depot as depots
from scorecard import history, publication, readings, retention, snapshot
from scorecard.__main__ import main
from scorecard.confidentiality import ROLES, is_crossed
from scorecard.refusal import Refusal
from scorecard.selection import Selection
from scorecard.snapshot import Snapshot, Sources
from scorecard.state import audit, columns, library, links
from scorecard.state.store import Store, open_store

__all__ = ["object_store", "place"]

DAY = dt.date(2021, 12, 31)
AFRICA = Selection(regions=("Africa",))


@pytest.fixture(scope="module")
def sets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Sources]:
    folder = tmp_path_factory.mktemp("sets")
    return {
        "then": a_set(folder / "then", 20, 12),
        "now": a_set(folder / "now", 24, 16),
    }


@pytest.fixture(scope="module")
def then(sets: dict[str, Sources]) -> Snapshot:
    return snapshot.in_memory(sets["then"])


@pytest.fixture(scope="module")
def now(sets: dict[str, Sources]) -> Snapshot:
    return snapshot.in_memory(sets["now"])


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("SCORECARD_SNAPSHOTS", str(tmp_path / "kept"))
    monkeypatch.setenv("SCORECARD_STATE", f"sqlite:///{tmp_path}/state/state.db")
    opened = open_store()
    yield opened
    opened.close()


Publish = Callable[[str, str], None]


@pytest.fixture
def on(state: Store, monkeypatch: pytest.MonkeyPatch) -> Publish:
    """Writes down the publication of a snapshot at a moment."""

    def note(moment: str, name: str) -> None:
        noted(state, moment, name, monkeypatch=monkeypatch)

    return note


def ask(*words: str) -> tuple[int, Any, str]:
    printed, said = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(said):
        code = main([*words, "--format", "json"])
    text = printed.getvalue()
    return code, json.loads(text) if text else None, said.getvalue()


def test_a_meeting_is_shown_what_was_published_last_by_the_end_of_its_day(
    state: Store, on: Publish
) -> None:
    on("2021-06-29T12:00", "a" * 20)
    on("2021-06-30T23:59:59", "b" * 20)
    on("2021-07-01T00:00", "c" * 20)
    found = [
        history.as_published(state, dt.date(2021, *day), "board").snapshot[0]
        for day in ((6, 29), (6, 30), (7, 1), (12, 31))
    ]
    assert found == ["a", "b", "c", "c"]
    with pytest.raises(Refusal, match="by 28 June 2021; the first publication was on 29 June 2021"):
        history.as_published(state, dt.date(2021, 6, 28), "board")


def test_who_published_and_why_is_told_to_the_executive_only(state: Store, on: Publish) -> None:
    on("2021-06-30T12:00", "a" * 20)
    told = [history.as_published(state, dt.date(2021, 6, 30), role) for role in ROLES[1:]]
    assert [(made.who, bool(made.note)) for made in told] == [("", False), ("Ada", True)]
    assert told[0].snapshot == told[1].snapshot and told[0].at == told[1].at
    with pytest.raises(Refusal, match="for the board only"):
        history.as_published(state, dt.date(2021, 6, 30), "guest")


def test_before_anything_was_published_there_is_nothing_to_show(state: Store) -> None:
    with pytest.raises(Refusal, match="nothing had been published by 30 June 2021$"):
        history.as_published(state, dt.date(2021, 6, 30), "executive")


def test_nothing_is_restated_between_a_snapshot_and_itself(then: Snapshot) -> None:
    for role in ROLES:
        assert history.restatements(then, then, role) == ()


def test_values_that_differ_are_restated_at_each_date_and_no_others(
    then: Snapshot, now: Snapshot
) -> None:
    found = history.restatements(then, now, "executive")
    members = [r for r in found if r.kpi == "company_members"]
    assert {r.date for r in members} == set(then.dates) & set(now.dates)
    assert {(r.then, r.now) for r in members} == {(20, 24)}
    assert "civil_society_members" not in {r.kpi for r in found}
    back = history.restatements(now, then, "executive")
    assert {(r.kpi, r.date, r.now, r.then) for r in back} == {
        (r.kpi, r.date, r.then, r.now) for r in found
    }


def test_what_a_role_may_not_see_is_not_restated_to_it(then: Snapshot, now: Snapshot) -> None:
    def dates(role: Any, chosen: Selection) -> set[dt.date]:
        found = history.restatements(then, now, role, chosen)
        return {r.date for r in found if r.kpi == "complaints_received"}

    assert dates("board", Selection()) == dates("executive", Selection()) != set()
    assert any((day.month, day.day) != (12, 31) for day in dates("executive", AFRICA))
    for role in ("board", "guest"):
        assert all((day.month, day.day) == (12, 31) for day in dates(role, AFRICA))
        _, rows = history.beside(then, now, role, dt.date(2021, 11, 30), AFRICA)
        assert {row.status_then for row in rows if row.kpi == "complaints_received"} == {
            "suppressed"
        }
        (row,) = [row for row in rows if row.kpi == "complaints_received"]
        assert (row.then, row.now, row.is_restated) == (None, None, False)
        crossed = Selection(("Africa",), ("company",))
        found = {r.kpi for r in history.restatements(then, now, role, crossed)}
        assert "company_members" in found
        assert not any(
            kpi.id in found and is_crossed(kpi, crossed)
            for kpi in now.plan.kpis
            if kpi.confidential
        )


@pytest.mark.parametrize("is_hidden_then", [True, False])
def test_what_one_of_them_hides_from_a_role_is_hidden_in_both(
    sets: dict[str, Sources], now: Snapshot, is_hidden_then: bool, tmp_path: Path
) -> None:
    # Three complaints, two of them in Africa, are too few to show; sixteen are not.
    few = snapshot.in_memory(a_set(tmp_path / "few", 20, 3))
    both = (few, now) if is_hidden_then else (now, few)
    for role, is_open in (("board", False), ("executive", True)):
        _, found = history.pairs(*both, role, DAY, AFRICA)  # type: ignore[arg-type]
        (pair,) = [pair for pair in found if pair.kpi == "complaints_received"]
        for reading in (pair.then, pair.now):
            assert reading and (reading.value is not None) == (reading.n is not None) == is_open
            assert reading.suppressed is not is_open
        assert pair.is_restated is is_open and pair.is_shown is is_open
    alone = {
        s.id: [r for r in readings.scorecard(s, AFRICA, "board", DAY).readings
               if r.kpi == "complaints_received"][0].suppressed
        for s in (few, now)
    }  # fmt: skip
    assert alone == {few.id: True, now.id: False}, "or the test shows nothing"


def test_a_region_that_one_of_them_does_not_know_is_refused(then: Snapshot, now: Snapshot) -> None:
    with pytest.raises(Refusal, match="no region 'Atlantis'"):
        history.restatements(then, now, "executive", Selection(("Atlantis",)))


@pytest.mark.parametrize(
    ("a", "b", "is_other"),
    [
        (0.1 + 0.2, 0.3, False), (1.0, 1.000001, True), (None, None, False), (None, 0.0, True),
        (0.0, 0.0, False), (0.0, 1e-12, True), (1e15, 1e15 + 1e3, False),
    ],
)  # fmt: skip
def test_the_order_of_a_sum_restates_nothing(
    a: float | None, b: float | None, is_other: bool
) -> None:
    assert history.is_other(a, b) is is_other


def test_the_command_shows_a_meeting_as_published_then_beside_now(
    sets: dict[str, Sources], state: Store, on: Publish
) -> None:
    was = publication.propose(sets["then"])
    on("2021-12-30T10:00", was.id)
    publication.publish(sets["now"], "Bob", "late arrivals", state)
    code, answer, _ = ask("history", "--meeting", "2021-12-31")
    assert code == 0 and (answer["as_of"], answer["by"]) == ("2021-12-31", "Ada")
    assert (answer["snapshot_then"], answer["snapshot_now"]) == (was.id, sets["now"].hash())
    (row,) = [row for row in answer["readings"] if row["kpi"] == "company_members"]
    assert (row["then"], row["now"], row["is_restated"]) == (20, 24, True)
    assert {"kpi": "company_members", "date": "2021-12-31", "then": 20, "now": 24} in answer[
        "restatements"
    ]
    code, listed, _ = ask("history")
    assert [row["who"] for row in listed["publications"]] == ["Bob", "Ada"]
    assert ask("history", "--role", "guest")[0] == 2
    code, _, said = ask("history", "--role", "board")
    assert code == 2 and "only the executive director publishes" in said
    _, told, _ = ask("history", "--meeting", "2021-12-31", "--role", "board")
    assert (told["by"], told["note"]) == (None, None)
    assert told["restatements"] and "Ada" not in json.dumps(told)
    code, _, said = ask("history", "--meeting", "2020-12-31")
    assert code == 2 and "nothing had been published" in said
    with contextlib.redirect_stderr(io.StringIO()):
        assert main(["history", "--meeting", "2021-12-31", "--format", "csv"]) == 2


# What is kept -------------------------------------------------------------------------------


def stays(state: Store, keep: int | None) -> dict[str, str]:
    at = dt.datetime(2022, 3, 1, tzinfo=dt.UTC)
    depot = depots.open_depot()
    found = retention.holdings(depot, state, keep, at, publication.open_current().plan)
    assert all(holding.size > 0 for holding in found)
    return {holding.snapshot: holding.why for holding in found}


@pytest.fixture
def many(sets: dict[str, Sources], state: Store) -> list[str]:
    """Six snapshots; the last is shown, and its plan has meetings."""
    depot = depots.open_depot()
    shown = publication.propose(sets["now"]).id
    path = depot.fetch(shown)
    assert path
    names = [f"{n}" * 20 for n in range(5)]
    for name in names:
        copy = path.with_name(f"{name}.duckdb")
        copy.write_bytes(path.read_bytes())
        depot.keep(copy)
    depot.point_to(shown)
    return [*names, shown]


def test_all_are_kept_unless_a_number_is_set(many: list[str], state: Store, on: Publish) -> None:
    for n, name in enumerate(many[1:]):
        on(f"2022-01-0{n + 1}T00:00", name)
    assert all(stays(state, None).values())


def test_beyond_the_number_stays_what_links_papers_and_meetings_refer_to(
    many: list[str], state: Store, on: Publish
) -> None:
    linked, papers, met, gone, last, shown = many
    moments = ("06-30T08:00", "06-30T23:00", "08-01T00:00", "09-01T00:00", "10-01T00:00",
               "11-01T00:00")  # fmt: skip
    for moment, name in zip(moments, (gone, met, linked, papers, last, shown), strict=True):
        on(f"2021-{moment}", name)
    library.keep(
        state,
        library.Briefing(DAY, None, "full", "pdf", "board", Selection(), papers, "Ada"),
    )
    until = columns.now() + dt.timedelta(days=7)
    links.make(state, links.Draft("Zoë", "plan", {}, linked, "Ada", until))
    found = stays(state, 2)
    assert found[gone] == "" and [name for name, why in found.items() if not why] == [gone]
    assert found[linked] == "a share link shows it"
    assert found[papers] == "papers were made from it"
    assert found[met] == "shown at the meeting of 30 June 2021"
    assert found[shown] == "it is shown"
    for link in links.made(state):
        links.revoke(state, link.id, "Ada")
    assert stays(state, 2)[linked] == ""


@pytest.mark.parametrize("said", ["0", "-1", "many", "1.5", "²"])
def test_a_setting_that_is_no_number_is_refused(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCORECARD_KEEP", said)
    with pytest.raises(Refusal, match="SCORECARD_KEEP is a number"):
        retention.setting()


def test_prune_says_what_may_go_and_removes_it_only_when_told(
    sets: dict[str, Sources], state: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    publication.publish(sets["then"], "Ada", "one", state)
    publication.publish(sets["now"], "Ada", "two", state)
    old, new = sets["then"].hash(), sets["now"].hash()
    assert all(row["why"] for row in ask("prune", "--remove")[1]["snapshots"])
    monkeypatch.setenv("SCORECARD_KEEP", "1")
    code, answer, _ = ask("prune")
    assert code == 0 and not answer["removed"]
    assert [row["snapshot"] for row in answer["snapshots"] if not row["why"]] == [old]
    assert depots.open_depot().names() == tuple(sorted((old, new)))
    assert audit.entries(state, event="removed") == ()
    assert ask("prune", "--remove", "--author", "Zoë")[1]["removed"]
    assert depots.open_depot().names() == (new,)
    (row,) = audit.entries(state, event="removed")
    assert (row.who, row.role, row.subject["snapshot"]) == ("Zoë", "executive", old)
    with pytest.raises(Refusal, match=f"the snapshot {old} is no longer kept"):
        publication.restore(old, "Ada", "back", state)
    code, _, said = ask("publish", "--snapshot", old, "--note", "back", "--author", "Ada")
    assert code == 2 and "no longer kept" in said and "Traceback" not in said


def test_what_is_needed_since_the_list_was_made_is_not_removed(
    many: list[str], state: Store, on: Publish
) -> None:
    for n, name in enumerate(many):
        on(f"2020-01-0{n + 1}T00:00", name)
    plan = publication.open_current().plan
    depot = depots.open_depot()
    gone, shared, kept, *_ = many
    assert not any(stays(state, 1)[name] for name in (gone, shared, kept))
    until = columns.now() + dt.timedelta(days=7)
    links.make(state, links.Draft("Zoë", "plan", {}, shared, "Ada", until))
    with pytest.raises(Refusal, match=f"the snapshot {shared} stays: a share link shows it"):
        retention.remove(depot, state, (gone, shared, kept), "Ada", keep=1, plan=plan)
    assert set(many) - set(depot.names()) == {gone}
    assert [row.subject["snapshot"] for row in audit.entries(state, event="removed")] == [gone]
    retention.remove(depot, state, (gone,), "Ada", keep=1, plan=plan)
    assert len(audit.entries(state, event="removed")) == 1, "what is gone is not removed again"
    assert audit.verify(state).is_whole


def test_what_cannot_be_recorded_is_not_removed(
    many: list[str], state: Store, on: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    on("2020-01-01T00:00", many[0])
    plan, depot = publication.open_current().plan, depots.open_depot()

    def fail(*words: object, **more: object) -> None:
        raise Refusal("the trail is closed")

    monkeypatch.setattr(audit, "append", fail)
    with pytest.raises(Refusal, match="closed"):
        retention.remove(depot, state, (many[1],), "Ada", keep=1, plan=plan)
    with pytest.raises(Refusal, match="the name of who removes is empty"):
        retention.remove(depot, state, (many[1],), " ", keep=1, plan=plan)
    assert set(depot.names()) == set(many)


def test_a_snapshot_that_is_removed_is_gone_from_depots_of_each_kind(
    place: Place, sets: dict[str, Sources], monkeypatch: pytest.MonkeyPatch
) -> None:
    for key, value in place.environment("a").items():
        monkeypatch.setenv(key, value)
    name = publication.propose(sets["then"]).id
    depot = depots.open_depot()
    assert depot.names() == (name,)
    depot.remove(name)
    assert depot.names() == () and depot.record(name) is None and depot.fetch(name) is None
    depot.remove(name)
