"""Sharing on screen: the form that makes a link, what became of links, and the audit trail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from scorecard import languages
from scorecard.screen import frame, front, sharing
from scorecard.state import audit, keys, links
from scorecard.state.columns import now
from scorecard.state.links import Draft, Link
from scorecard.state.store import Store, open_store
from tests.drawn import tables

HOSTILE = "<b>x</b> ![](https://evil.example/a.png) $1 and $2 :red[y] =1+1"
DAY = dt.timedelta(days=1)


def page(what: str, via: str, role: str, name: str, parameters: dict) -> None:  # type: ignore[type-arg]
    from pathlib import Path

    import streamlit as st

    from scorecard import readings, snapshot
    from scorecard.screen import frame, sharing
    from scorecard.selection import Selection
    from scorecard.snapshot import Sources
    from scorecard.visitor import Visitor

    @st.cache_resource
    def snap():  # type: ignore[no-untyped-def]
        tiny = Path("tests/data/tiny")
        return snapshot.in_memory(Sources(tiny / "exports", tiny / "plan"))

    made = snap()
    card = readings.scorecard(made, role=role)
    visitor = Visitor(role, name, via)
    view = frame.View(
        made, Selection(), visitor, "membership", card.as_of, card.compare, card, "light"
    )
    st.session_state[frame._VIEW] = view
    if what == "dialog":
        sharing.dialog(view, "membership", parameters)
    else:
        sharing.show()


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    url = f"sqlite:///{tmp_path}/state.db"
    monkeypatch.setenv("SCORECARD_STATE", url)
    return open_store(url)


def visit(
    what: str = "page",
    via: str = "sign-in",
    role: str = "executive",
    parameters: dict[str, Any] | None = None,
) -> AppTest:
    words = (what, via, role, "Ada", parameters or {})
    app = AppTest.from_function(page, args=words, default_timeout=60).run()
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    shown = [*app.markdown, *app.caption, *app.warning, *app.info, *app.success, *app.error]
    return "\n".join(element.value for element in shown)


def a_link(store: Store, recipient: str = "Jane Doe", days: float = 7) -> Link:
    parameters = {"region": ("Africa",), "as_of": ("2021-04-01",)}
    return links.make(
        store, Draft(recipient, "membership", parameters, None, "Ada", now() + days * DAY)
    )


# The form -----------------------------------------------------------------------------------


def filled(app: AppTest, **typed: str) -> AppTest:
    for key, value in typed.items():
        app.text_input(key=f"share_{key}").set_value(value)
    next(button for button in app.button if button.label == "Make the link").click()
    app.run()
    assert not app.exception
    return app


def test_a_link_is_made_and_its_address_opens_it(store: Store, tmp_path: Path) -> None:
    app = visit("dialog", parameters={"region": ("Africa",), "compare": ("a label",)})
    filled(app, recipient="Jane Doe")
    (made,) = links.made(store)
    assert (made.recipient, made.page, made.made_by) == ("Jane Doe", "membership", "Ada")
    assert made.snapshot is None
    assert abs(made.expires_at - now() - 30 * DAY) < dt.timedelta(minutes=2)
    (code,) = app.code
    address, _, token = code.value.partition("?link=")
    assert address.endswith("/membership")
    signing = keys.link_keys([], f"sqlite:///{tmp_path}/state.db")
    assert links.read(token, signing) == made.id
    assert "Jane Doe" in said(app)
    assert not [field for field in app.text_input if field.key == "share_recipient"]


def test_the_dates_of_the_view_are_fixed_unless_the_latest_is_asked_for(store: Store) -> None:
    given = {"region": ("Africa",), "as_of": ("a label",), "compare": ("a label",)}
    filled(visit("dialog", parameters={"region": ("Africa",)}), recipient="Shown")
    app = visit("dialog", parameters=given)
    app.radio(key="share_date").set_value("latest")
    app.radio(key="share_figures").set_value("frozen")
    filled(app, recipient="Latest")
    latest, shown = links.made(store)
    as_of, compare = shown.parameters["as_of"][0], shown.parameters["compare"][0]
    assert dt.date.fromisoformat(compare) < dt.date.fromisoformat(as_of)
    assert shown.parameters["region"] == latest.parameters["region"] == ("Africa",)
    assert "as_of" not in latest.parameters
    assert latest.parameters["compare"] == (compare,), "a chosen comparison stays"
    assert latest.snapshot and shown.snapshot is None


@pytest.mark.parametrize(
    ("typed", "why"), [("", "give a name"), ("x\u202ey", "one line"), (" ", "give a name")]
)
def test_a_form_that_is_not_filled_makes_nothing_and_says_why(
    store: Store, typed: str, why: str
) -> None:
    app = filled(visit("dialog"), recipient=typed)
    assert why in said(app)
    assert links.made(store) == ()
    assert app.text_input(key="share_recipient"), "the form is still there"


def test_who_has_not_signed_in_gives_a_name_which_the_guest_is_told(store: Store) -> None:
    app = filled(visit("dialog", via="machine"), recipient="Jane", writer=" ")
    assert "your name" in said(app)
    assert links.made(store) == ()
    filled(app, recipient="Jane", writer="Ada Byron")
    (made,) = links.made(store)
    assert made.made_by == "Ada Byron"


def test_who_is_no_longer_executive_makes_nothing_with_a_form_that_stands_open(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = visit("dialog")
    # A browser sends the form alone; the test's runner knows whole pages only.
    alone = [True]
    monkeypatch.setattr(frame, "_is_part", lambda: bool(alone) and alone.pop())
    monkeypatch.setenv("SCORECARD_ROLE", "board")
    filled(app, recipient="Jane Doe")
    assert not alone
    assert links.made(store) == () and not app.code


def test_only_pages_that_a_guest_may_see_can_be_shared() -> None:
    assert {n for n, (_, _, role) in front.PAGES.items() if role == "guest"} == set(sharing.PAGES)


# The page -----------------------------------------------------------------------------------


def fake(
    recipient: str = "Jane", opened: int = 0, days: float = 7, withdrawn: bool = False
) -> Link:
    gone = (now(), "Ada") if withdrawn else (None, None)
    return Link(
        "0" * 16, recipient, "plan", {}, None, "Ada", now() - DAY, now() + days * DAY, *gone,
        opened, now() if opened else None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("made", "finding"),
    [
        ([], "No view has been shared by a link yet."),
        ([fake()], "One link is open, for Jane, and has not been opened yet."),
        ([fake(opened=1)], "One link is open, for Jane, and has been opened once."),
        ([fake(opened=3)], "One link is open, for Jane, and has been opened three times."),
        ([fake(opened=1), fake(opened=2)], "Two links are open, and each has been opened."),
        ([fake(), fake()], "Two links are open, and none has been opened yet."),
        (
            [fake(opened=1), fake("Eve"), fake(opened=2)],
            "Three links are open; the one for Eve has not been opened yet.",
        ),
        (
            [fake(opened=1), fake("Eve"), fake()],
            "Three links are open; two of them have not been opened yet.",
        ),
        (
            [fake(days=-1), fake(withdrawn=True)],
            "No link is open. Two have expired or been withdrawn.",
        ),
        ([fake(days=-1)], "No link is open. One has expired or been withdrawn."),
    ],
)
def test_the_page_opens_with_how_many_links_are_open(made: list[Link], finding: str) -> None:
    found = sharing.finding(made, now())
    assert found.replace("\u2068", "").replace("\u2069", "") == finding


def test_the_page_lists_links_and_what_became_of_them(store: Store) -> None:
    link = a_link(store)
    links.note_opening(store, link.id)
    other = a_link(store, HOSTILE)
    links.revoke(store, other.id, "Bob")
    app = visit()
    table = tables(app)[0]
    assert list(table["For"]) == [HOSTILE, "Jane Doe"]
    assert list(table["Opened"]) == ["0", "1"]
    assert list(table["State"]) == ["Withdrawn", "Open"]
    assert table["Withdrawn by"][0] == "Bob" and table["Withdrawn"][0]
    assert table["Page"][1] == "3 Membership"
    assert table["Shows"][1] == "Africa · at 1 April 2021"
    assert table["Last opened"][1]
    assert [choice for choice in app.selectbox(key="sharing_chosen").options if "Jane" in choice]


def test_a_link_is_withdrawn_only_once_that_was_confirmed(store: Store) -> None:
    link, other = a_link(store), a_link(store, HOSTILE)
    app = visit()
    app.selectbox(key="sharing_chosen").set_value(other.id).run()
    assert "<b>x</b>" not in said(app), "a name is no markup"
    app.selectbox(key="sharing_chosen").set_value(link.id).run()
    found = links.find(store, link.id)
    assert found and found.revoked_at is None
    app.button(key="sharing_sure").click().run()
    assert not app.exception
    found = links.find(store, link.id)
    assert found and found.revoked_by == "Ada"
    assert "has been withdrawn" in said(app)
    untouched = links.find(store, other.id)
    assert untouched and untouched.revoked_at is None


def test_the_trail_is_shown_in_plain_words_and_filtered(store: Store) -> None:
    link = a_link(store)
    audit.record(store, "link_opened", "Jane Doe", "guest", {"link": link.id})
    audit.record(store, "refused", HOSTILE, None, {"why": "This link expired."})
    audit.record(store, "downloaded", "Jane Doe", "guest", {"file": "x.csv", "link": link.id})
    app = visit()
    table = tables(app)[1]
    assert list(table["What"]) == [
        "Downloaded x.csv through the link: 3 Membership",
        "Was not let in. This link expired.",
        "Opened the link: 3 Membership",
        f"Made a link for Jane Doe: 3 Membership, until {link.expires_at:%Y-%m-%d}",
    ]
    assert list(table["Who"])[1] == HOSTILE
    app.selectbox(key="audit_event").set_value("refused").run()
    assert list(tables(app)[1]["Who"]) == [HOSTILE]
    app.selectbox(key="audit_event").set_value("signed_in").run()
    assert len(tables(app)) == 1
    assert "Nothing of that" in said(app)


def test_every_event_has_its_words() -> None:
    from scorecard.screen import audit_trail

    assert set(audit_trail.EVENTS) == set(audit.EVENTS)
    for event in audit.EVENTS:
        entry = audit.Entry(1, now(), event, "Ada", "board", {}, "", "")
        assert event not in audit_trail.said(entry, {})


def test_why_a_link_was_refused_is_said_in_the_language_of_whoever_reads() -> None:
    from scorecard.screen import audit_trail

    why = "This link is not known here."
    entry = audit.Entry(1, now(), "refused", "unknown", None, {"why": why}, "", "")
    assert audit_trail.said(entry, {}).endswith(why)
    with languages.speaking("fr"):
        assert audit_trail.said(entry, {}).endswith("Ce lien est inconnu ici.")


def test_the_page_says_whether_the_trail_is_whole_with_its_last_seal(store: Store) -> None:
    a_link(store)
    app = visit()
    assert "is whole: 1 row" in said(app).replace("\\", "")
    assert [code.value for code in app.code] == [audit.verify(store).head]
    with store.writing() as connection:
        connection.execute(text("drop trigger audit_no_update"))
        connection.execute(text("update audit set who = 'Eve'"))
    a_link(store)
    app = visit()
    assert "is not whole" in said(app)
    assert "Row 1 is not as it was written" in said(app).replace("\\", "")
    assert not app.code


def test_the_file_of_the_trail_holds_its_seals_and_no_formula(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from scorecard.screen import downloads

    audit.record(store, "refused", "=1+1", None, {"+": "@"})
    files: list[Callable[[], Any]] = []
    monkeypatch.setattr(
        downloads, "button", lambda view, label, table, *w, **k: files.append(table)
    )
    visit()
    (table,) = files
    written = downloads.csv(table()).decode("utf-8-sig")
    assert "'=1+1" in written and ",=1+1" not in written
    assert audit.entries(store)[0].hash in written


@pytest.mark.parametrize("role", ["guest", "board"])
def test_the_page_is_for_the_executive_only(store: Store, role: str) -> None:
    a_link(store)
    app = visit(role=role)
    assert "not open to you" in app.title[0].value
    assert not tables(app) and not app.button and not app.code
