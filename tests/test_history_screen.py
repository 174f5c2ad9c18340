"""The page of what was published, as the executive director meets it without a browser."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from restated_set import a_set, noted
from streamlit.testing.v1 import AppTest

from scorecard import depot as depots
from scorecard import history as core
from scorecard import publication, snapshot
from scorecard.history import Pair, Restated
from scorecard.retention import Holding
from scorecard.screen import history, keeping, then_and_now
from scorecard.screen import store as stores
from scorecard.screen.history import Past
from scorecard.screen.then_and_now import Compared, sentence
from scorecard.snapshot import Snapshot
from scorecard.state import audit, publications
from scorecard.state.publications import Publication
from scorecard.state.store import Store, open_store
from tests.drawn import tables

HOSTILE = "<b>x</b> ![](https://evil.example/a.png) $1 and $2 :red[y] =1+1"
AT = dt.datetime(2021, 7, 1, 8, 0, tzinfo=dt.UTC)


def page(role: str, via: str, parameters: dict, which: str) -> None:  # type: ignore[type-arg]
    import datetime

    import streamlit as st

    import scorecard.readings
    from scorecard.screen import frame, store
    from scorecard.screen import history as whole
    from scorecard.screen import then_and_now as part
    from scorecard.selection import Selection
    from scorecard.visitor import Visitor

    shown = store.find(lambda share, what: None).snapshot
    assert shown
    for name, word in parameters.items():
        st.query_params[name] = word
    card = scorecard.readings.scorecard(shown, role=role)
    visitor = Visitor(role, "Zoë", via)
    st.session_state[frame._VIEW] = frame.View(
        shown, Selection(), visitor, "history", card.as_of, card.compare, card, "light"
    )
    if which == "history":
        whole.show()
    else:
        part.of_meeting(frame.open(), datetime.date(2021, 6, 30), whole=False)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The snapshots of two sets, to be copied."""
    folder = tmp_path_factory.mktemp("built")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SCORECARD_SNAPSHOTS", str(folder / "kept"))
        sets = {"then": (20, 12), "now": (24, 16)}
        return {
            name: publication.built(
                depots.open_depot(), a_set(folder / name, *counts), lambda share, what: None
            )
            for name, counts in sets.items()
        }


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("SCORECARD_SNAPSHOTS", str(tmp_path / "kept"))
    monkeypatch.setenv("SCORECARD_STATE", f"sqlite:///{tmp_path}/state/state.db")
    monkeypatch.setenv("SCORECARD_FOLLOW", "yes")
    monkeypatch.setattr(stores, "_watch", stores._Watch())
    opened = open_store()
    yield opened
    opened.close()


@pytest.fixture
def past(
    state: Store, built: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> tuple[Publication, Publication]:
    """Two publications: one before the meeting of June 2021, and one that restates it."""
    depot = depots.open_depot()
    depot.room.mkdir()
    made = []
    for name, moment in (("then", "2021-06-29T16:20"), ("now", "2021-07-02T09:00")):
        path = depot.room / built[name].name
        path.write_bytes(built[name].read_bytes())
        depot.keep(path)
        before = made[-1].snapshot if made else None
        note = HOSTILE if name == "then" else "Late arrivals"
        made.append(noted(state, moment, path.stem, "Ada", note, before, monkeypatch=monkeypatch))
        depot.point_to(path.stem)
    return made[0], made[1]


def visit(
    role: str = "executive", via: str = "sign-in", which: str = "history", **parameters: str
) -> AppTest:
    words = (role, via, parameters, which)
    app = AppTest.from_function(page, args=words, default_timeout=60).run()
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    shown = [*app.markdown, *app.caption, *app.warning, *app.info, *app.success, *app.error]
    return "\n".join(element.value for element in shown).replace("\\", "")


def blocks(app: AppTest) -> str:
    sent = app.get("bidi_component")
    return "".join(one.proto.json or one.proto.mixed.json for one in sent)


def restore(app: AppTest, note: str = "Wrong rows", **typed: str) -> AppTest:
    next(area for area in app.text_area if area.label == "Why").set_value(note)
    for field in app.text_input:
        if (field.key or "").startswith("restore_writer"):
            field.set_value(typed["writer"])
    next(button for button in app.button if button.label == "Show these to everybody").click()
    app.run()
    assert not app.exception
    return app


# What the page says -------------------------------------------------------------------------


def a_publication(seq: int, **other: Any) -> Publication:
    made = Publication(
        seq, f"{seq}" * 20, None, AT, "Ada", "Exports of June", "published", {"error": 0}
    )
    return replace(made, **other)


@pytest.mark.parametrize(
    ("made", "shown", "finding"),
    [
        ([], None, "Nothing has been published yet that is on record."),
        (
            [a_publication(1)],
            "1",
            "One publication; what is shown was published by Ada on 1 July 2021: Exports of June.",
        ),
        (
            [
                a_publication(7, kind="restored", note="Back, at once!"),
                *(
                    a_publication(n, at=dt.datetime(2021, 3, 4, tzinfo=dt.UTC))
                    for n in range(6, 0, -1)
                ),
            ],
            "7",
            "Seven publications since March 2021; what is shown was restored by Ada on 1 July "
            "2021: Back, at once!",
        ),
        (
            [a_publication(2), a_publication(1)],
            "1",
            "Two publications since July 2021; what is shown now is none of them, or was "
            "published elsewhere.",
        ),
    ],
)
def test_the_page_opens_with_who_published_what_is_shown(
    made: list[Publication], shown: str | None, finding: str
) -> None:
    past = Past(tuple(made), frozenset(), shown and shown * 20)
    found = history.finding(past)
    assert found.replace("\u2068", "").replace("\u2069", "") == finding


def test_a_long_note_is_cut_between_words_and_a_note_of_many_lines_is_one_sentence() -> None:
    assert then_and_now.shortened("one\n two\tthree") == "one two three"
    cut = then_and_now.shortened("word " * 40)
    assert len(cut) <= 91 and cut.endswith("word…")
    assert then_and_now.shortened("W" * 300) == "W" * 90 + "…"


@pytest.fixture(scope="module")
def both(built: dict[str, Path]) -> tuple[Snapshot, Snapshot]:
    return snapshot.open_file(built["then"]), snapshot.open_file(built["now"])


def test_how_many_figures_were_restated_is_counted_of_those_that_were_shown(
    both: tuple[Snapshot, Snapshot],
) -> None:
    then, now = both
    day = dt.date(2021, 6, 30)
    date, pairs = core.pairs(then, now, "executive", day)
    found = Compared(then, date, pairs, ())
    seen = [pair for pair in pairs if pair.then]
    restated = [p for p in seen if p.then and p.now and p.then.value != p.now.value]
    assert restated, "or the test shows nothing"
    said = sentence(found, "the board meeting of 30 June 2021")
    assert f"of the {len(seen)} figures that were shown at the board meeting of 30 June" in said
    same = Compared(then, date, core.pairs(then, then, "executive", day)[1], ())
    assert sentence(same, "it").startswith("None of the 29 figures that were shown at it has been")
    one = pairs[0]
    assert one.then
    hidden = Pair("x", replace(one.then, suppressed=True), replace(one.then, suppressed=True))
    alone = Compared(then, date, (Pair("y", one.then, one.then), hidden, Pair("z", None, None)), ())
    assert sentence(alone, "it") == (
        "None of the one figure that was shown at it has been restated since"
    )
    assert "no reporting date" in sentence(Compared(then, None, (), ()), "it")


def test_values_that_differ_are_written_so_that_they_differ(
    both: tuple[Snapshot, Snapshot],
) -> None:
    kpi = both[0].plan.kpi("certification_rate")
    assert then_and_now._apart(kpi, 0.5, 0.52) == ("50\u202f%", "52\u202f%")
    assert then_and_now._apart(kpi, 0.501, 0.503) == ("50.1\u202f%", "50.3\u202f%")
    assert then_and_now._apart(kpi, None, 0.5) == ("–", "50\u202f%")


def test_how_many_values_of_how_many_kpis_were_restated_is_said() -> None:
    day = dt.date(2021, 1, 31)
    one = [Restated("a", day, 1, 2)]
    assert then_and_now.all_dates(one) == (
        "Over all reporting dates, 1 value of one KPI has been restated"
    )
    more = [*one, Restated("b", day, 1, 2), Restated("b", day, 2, 3)]
    assert then_and_now.all_dates(more) == (
        "Over all reporting dates, 3 values of two KPIs have been restated"
    )


def test_the_room_and_the_setting_are_said_in_plain_words() -> None:
    kept = [Holding("a", 4_000_000, "it is shown"), Holding("b", 3_400_000, "")]
    assert keeping.sentence(kept) == "Two snapshots take 7.4 MB; one may go, which frees 3.4 MB"
    assert keeping.sentence(kept[:1]) == "One snapshot takes 4.0 MB; all of them stay"
    assert keeping.sentence([]) == "No snapshot is kept"
    assert "not set" in keeping.rule(None)
    assert keeping.rule(1).startswith("The last publication stays (SCORECARD_KEEP=1)")
    assert "The last 12 publications stay" in keeping.rule(12)


# The page -----------------------------------------------------------------------------------


def test_the_page_lists_publications_with_their_notes_as_typed(
    past: tuple[Publication, Publication],
) -> None:
    app = visit()
    shown = blocks(app)
    assert "what is shown was published by" in shown and "Late arrivals" in shown
    assert shown.count("29 Jun 2021, 16:20") == 1 and HOSTILE in shown.replace('\\"', '"')
    assert "Shown now" in shown and "Kept" in shown
    assert "<b>x</b>" not in "".join(element.value for element in app.markdown)
    assert [field.key for field in app.selectbox] == ["history_meeting"]


def test_a_chosen_publication_stands_beside_what_is_shown_now(
    past: tuple[Publication, Publication],
) -> None:
    app = visit()
    assert "different in what was published on 29 June 2021" in said(app)
    assert "Company members" in blocks(app)
    shown = visit(publication="2")
    assert "What was published on 2 July 2021, 09:00 UTC is what is shown now" in said(shown)
    assert not [b for b in shown.button if b.label == "Show these to everybody"]


def test_restoring_asks_for_a_note_and_a_name_then_shows_it_and_says_so(
    past: tuple[Publication, Publication], state: Store
) -> None:
    then, now = past
    app = restore(visit(via="machine"), note=" ", writer="Ada Byron")
    assert "please say why" in said(app)
    app = restore(app, writer="")
    assert "please say who you are" in said(app)
    assert depots.open_depot().current() == now.snapshot
    app = restore(app, HOSTILE, writer="Ada Byron")
    assert depots.open_depot().current() == then.snapshot
    newest = publications.last(state)
    assert newest and (newest.who, newest.note, newest.kind) == ("Ada Byron", HOSTILE, "restored")
    assert "Everybody sees the figures of 29 June 2021, 16:20 UTC again" in said(app)
    assert "Three publications" in blocks(app) and "was restored by" in blocks(app)
    assert "What was published on 2 July" in said(app) or "different in what" in said(app)


def test_who_signed_in_restores_in_their_own_name(
    past: tuple[Publication, Publication], state: Store
) -> None:
    restore(visit())
    newest = publications.last(state)
    assert newest and newest.who == "Zoë"


def test_what_somebody_published_meanwhile_is_told_before_it_is_replaced(
    past: tuple[Publication, Publication], state: Store, built: dict[str, Path]
) -> None:
    then, now = past
    app = visit(publication="1")
    third = depots.open_depot().room / f"{'3' * 20}.duckdb"
    third.write_bytes(built["then"].read_bytes())
    depots.open_depot().keep(third)
    with publications.deciding(state) as connection:
        publications.add(connection, third.stem, now.snapshot, "Eve", "mine", "published", {})
    depots.open_depot().point_to(third.stem)
    restore(app)
    assert "Not restored: somebody else has published meanwhile" in said(app)
    assert depots.open_depot().current() == third.stem
    restore(app)
    assert depots.open_depot().current() == then.snapshot, "now they have seen it"


def test_what_is_no_longer_kept_cannot_be_restored(
    past: tuple[Publication, Publication], state: Store
) -> None:
    then, _ = past
    app = visit(publication="1")
    depots.open_depot().remove(then.snapshot)
    restore(app)
    assert "can no longer be shown" in said(app)
    assert len(publications.all(state)) == 2
    assert "No longer kept" in blocks(visit())


def test_a_full_disk_is_said_and_what_was_shown_stays(
    past: tuple[Publication, Publication], monkeypatch: pytest.MonkeyPatch
) -> None:
    import errno
    import os

    app = visit(publication="1")

    def full(*words: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(depots, "_write", full)
    restore(app)
    assert "Not restored yet: publication 3 is written down and will be shown" in said(app)
    assert "the disk is full where the snapshots are kept" in said(app)


def test_a_meeting_is_shown_then_and_now_and_one_before_anything_says_so(
    past: tuple[Publication, Publication],
) -> None:
    app = visit(meeting="2021-06-30")
    assert "that were shown at the board meeting of 30 June 2021 have been restated" in said(app)
    assert "Published on 29 June 2021, 16:20 UTC by" in said(app)
    table = tables(app)[0]
    assert list(table.columns) == ["KPI", "Date", "Then", "Now", "Change"]
    members = table[table["KPI"] == "Company members"]
    assert set(members["Then"]) == {"20"} and set(members["Now"]) == {"24"}
    assert set(members["Change"]) == {"+4"}


def test_a_meeting_before_anything_was_published_says_so(
    past: tuple[Publication, Publication],
    state: Store,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(publications, "current_at", lambda *words: None)
    assert (
        "What was shown at the board meeting of 30 June 2021 is not on record"
        in said(visit(meeting="2021-06-30"))
    )  # fmt: skip


def test_what_is_kept_is_shown_with_its_reasons_and_removed_only_when_confirmed(
    past: tuple[Publication, Publication], state: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    then, now = past
    app = visit()
    assert "All stay, as SCORECARD_KEEP is not set" in said(app)
    assert not [b for b in app.button if b.label == "Remove them for good"]
    monkeypatch.setenv("SCORECARD_KEEP", "1")
    spare = depots.open_depot().room / f"{'5' * 20}.duckdb"
    spare.write_bytes((depots.open_depot().room / f"{then.snapshot}.duckdb").read_bytes())
    depots.open_depot().keep(spare)
    app.run()
    assert "one may go" in said(app), "the first was shown at a meeting"
    table = tables(app)[-1]
    assert list(table["Stays because"])[0] == "May go" and list(table["By"])[0] == "Never published"
    next(b for b in app.button if b.label == "Remove them for good").click()
    app.run()
    assert not app.exception and "1 snapshot removed" in said(app)
    assert set(depots.open_depot().names()) == {then.snapshot, now.snapshot}
    (row,) = audit.entries(state, event="removed")
    assert (row.who, row.subject["snapshot"]) == ("Zoë", spare.stem)


def test_what_became_removable_since_it_was_listed_is_not_removed(
    past: tuple[Publication, Publication], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCORECARD_KEEP", "1")
    depot = depots.open_depot()
    names = [f"{n}" * 20 for n in (5, 6)]
    for n, name in enumerate(names):
        path = depot.room / f"{name}.duckdb"
        path.write_bytes((depot.room / f"{past[0].snapshot}.duckdb").read_bytes())
        depot.keep(path)
        if n == 0:
            app = visit()
    next(b for b in app.button if b.label == "Remove them for good").click()
    app.run()
    assert names[0] not in depot.names() and names[1] in depot.names()


def test_the_files_are_of_what_the_page_shows_and_hold_no_formula(
    past: tuple[Publication, Publication], monkeypatch: pytest.MonkeyPatch
) -> None:
    from scorecard.screen import downloads

    files: dict[str, Callable[[], Any]] = {}
    monkeypatch.setattr(
        downloads,
        "button",
        lambda view, label, table, name, key, type="": files.update({key: table}),
    )
    visit(meeting="2021-06-30")
    assert set(files) == {
        "csv_publications", "csv_then_and_now", "csv_restated", "csv_snapshots",
    }  # fmt: skip
    table = files["csv_publications"]()
    assert list(table["Snapshot"]) == [made.snapshot for made in past[::-1]]
    table.loc[0, "Note"] = "=1+1"
    assert "'=1+1" in downloads.csv(table).decode("utf-8-sig")
    assert len(files["csv_then_and_now"]()) == 29


def test_the_page_says_that_the_depot_does_not_answer(
    past: tuple[Publication, Publication], monkeypatch: pytest.MonkeyPatch
) -> None:
    from scorecard.depot import Folder, Unanswered

    def silent(depot: Folder) -> tuple[str, ...]:
        raise Unanswered("the place where the snapshots are kept does not answer")

    monkeypatch.setattr(Folder, "names", silent)
    app = visit()
    assert "does not answer now" in said(app) and "Two publications" in blocks(app)


@pytest.mark.parametrize("role", ["guest", "board"])
def test_the_page_is_for_the_executive_only(
    past: tuple[Publication, Publication], role: str
) -> None:
    app = visit(role=role)
    assert "not open to you" in app.title[0].value
    assert not tables(app) and not app.button and "Ada" not in blocks(app) + said(app)


def test_the_board_is_told_what_was_restated_but_not_who_published(
    past: tuple[Publication, Publication],
) -> None:
    app = visit(role="board", which="meeting")
    assert "that were shown at the board meeting of 30 June 2021 have been restated" in said(app)
    assert "Company members" in blocks(app)
    assert "Ada" not in blocks(app) + said(app) and "evil" not in blocks(app) + said(app)


def test_a_guest_is_shown_no_other_figures_than_those_of_the_link(
    past: tuple[Publication, Publication],
) -> None:
    app = visit(role="guest", which="meeting")
    assert said(app) == "" and blocks(app) == ""
