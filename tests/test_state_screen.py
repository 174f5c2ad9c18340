"""Commentary and the agenda on screen, as a visitor without a browser meets them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from scorecard.state import commentary, items
from scorecard.state.store import Store, open_store

MEETING = dt.date(2021, 4, 1)
KPI = "company_members"
HOSTILE = "<b>x</b> ![](https://evil.example/a.png) $1 and $2 :red[y]\n=1+1 \u202eabc 🎉"


def page(url: str, role: str) -> None:
    import datetime as dt
    from pathlib import Path

    import streamlit as st

    from scorecard import readings, snapshot
    from scorecard.screen import agenda
    from scorecard.screen import commentary as said
    from scorecard.screen.frame import View
    from scorecard.selection import Selection
    from scorecard.snapshot import Sources
    from scorecard.state import commentary, rights, store
    from scorecard.visitor import Visitor

    @st.cache_resource
    def snap():  # type: ignore[no-untyped-def]
        tiny = Path("tests/data/tiny")
        return snapshot.in_memory(Sources(tiny / "exports", tiny / "plan"))

    made, meeting = snap(), dt.date(2021, 4, 1)
    kept = store.shared(url)
    card = readings.scorecard(made, role=role)
    visitor = Visitor(role, "a visitor", "machine")
    view = View(made, Selection(), visitor, "changes", card.as_of, card.compare, card, "light")
    writer = said.author(view) if rights.may_write(role) else ""
    said.missing(view, commentary.missing(commentary.latest(kept, meeting), card.readings))
    said.one(view, kept, meeting, made.plan.kpi("company_members"), writer)
    agenda.items(view, kept, meeting, "action", writer)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(f"sqlite:///{tmp_path}/state.db")


def visit(store: Store, role: str = "executive") -> AppTest:
    url = store.engine.url.render_as_string()
    app = AppTest.from_function(page, args=(url, role), default_timeout=60).run()
    assert not app.exception
    return app


def write(app: AppTest, happened: str, planned: str, who: str = "Ada") -> AppTest:
    app.text_input(key="author").set_value(who)
    typed = [area for area in app.text_area if (area.key or "").startswith("commentary_")]
    typed[0].set_value(happened)
    typed[1].set_value(planned)
    next(b for b in app.button if b.label == "Save commentary").click()
    app.run()
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    shown = [*app.markdown, *app.caption, *app.warning, *app.info, *app.success]
    return "\n".join(element.value for element in shown)


def test_what_is_saved_stands_on_the_page_with_its_author(store: Store) -> None:
    app = write(visit(store), "Two joined", "Call ten more")
    assert "Saved" in said(app)
    assert "Two joined" in said(app)
    assert "Ada" in said(app)
    assert commentary.latest(store, MEETING)[KPI].planned == "Call ten more"


def test_a_second_writer_is_shown_the_first_text_and_loses_nothing(store: Store) -> None:
    first, second = visit(store), visit(store)
    write(first, "from the first", "p")
    write(second, "from the second", "q", "Bob")
    shown = said(second)
    assert "from the first" in shown
    assert "from the second" in shown, "it is kept aside"
    assert "merge" in shown
    typed = [area.value for area in second.text_area if (area.key or "").startswith("comm")]
    assert typed == ["from the second", "q"], "the form still holds what was typed"
    write(second, "from both", "p and q", "Bob")
    assert [e.happened for e in commentary.history(store)] == ["from the first", "from both"]


def test_a_form_that_stands_open_is_not_made_anew_by_another_writer(store: Store) -> None:
    app = visit(store)
    commentary.save(store, commentary.Draft(MEETING, KPI, "elsewhere", "", "Eve"))
    app.run()
    assert "Eve" in said(app)
    typed = [area.value for area in app.text_area if (area.key or "").startswith("comm")]
    assert typed == ["", ""], "a change of its text would throw away what is being typed"
    next(b for b in app.button if b.label == "Start again from the newest text").click().run()
    typed = [area.value for area in app.text_area if (area.key or "").startswith("comm")]
    assert typed == ["elsewhere", ""]


def test_nothing_is_saved_without_a_name(store: Store) -> None:
    app = write(visit(store), "Two joined", "", "  ")
    assert "give your name" in said(app)
    assert commentary.history(store) == ()


def test_the_board_reads_and_has_no_form(store: Store) -> None:
    commentary.save(store, commentary.Draft(MEETING, KPI, "a text", "", "Eve"))
    app = visit(store, "board")
    assert "a text" in said(app)
    assert not app.text_area
    assert not app.button


def test_hostile_text_is_shown_as_it_was_typed(store: Store) -> None:
    app = write(visit(store), HOSTILE, "")
    assert commentary.latest(store, MEETING)[KPI].happened == HOSTILE
    shown = said(app)
    assert "\\<b\\>" in shown
    assert "![" not in shown.replace("\\!\\[", "")
    assert "\\$1" in shown


def test_an_action_is_added_changed_and_overtaken(store: Store) -> None:
    app = visit(store)
    app.text_input(key="author").set_value("Ada")
    area = next(a for a in app.text_area if a.label == "Action item")
    area.set_value("Call ten companies")
    key = (area.key or "").removesuffix("_text")
    app.multiselect(key=f"{key}_kpis").set_value([KPI])
    saves = [b for b in app.button if b.label == "Save"]
    saves[-1].click()
    app.run()
    assert not app.exception
    (item,) = items.of_meeting(store, MEETING)
    assert item.content.text == "Call ten companies"
    assert item.content.kpis == (KPI,)
    app.run()
    assert "Call ten companies" in said(app)
    items.revise(store, item.id, 1, items.Content("Call twenty"), "Eve")
    app.text_area(key=f"item_action_{item.id}_0_text").set_value("Call thirty")
    next(b for b in app.button if b.label == "Save").click()
    app.run()
    assert "Eve" in said(app) and "Call twenty" in said(app)
    assert items.one(store, item.id).content.text == "Call twenty"
    assert app.text_area(key=f"item_action_{item.id}_0_text").value == "Call thirty"
