"""Help at hand: what the search knows, for whom, and that every word explains itself alike."""

from __future__ import annotations

import pytest

from scorecard import glossary, judgement, wording
from scorecard.confidentiality import ROLES, Role
from scorecard.screen import finder, front, guide, links
from scorecard.screen.frame import View
from scorecard.snapshot import Snapshot
from tests.drawn import draw, snapshot

__all__ = ["snapshot"]

OPEN = {name: title for name, (_, title, lowest) in front.PAGES.items() if lowest == "guest"}


def view(role: Role, page: str = "methods", **parameters: list[str]) -> View:
    found = draw(role, page, **parameters).session_state["_view"]
    assert isinstance(found, View)
    return found


def test_the_search_knows_every_kpi_page_status_and_term(snapshot: Snapshot) -> None:
    found = finder.entries(view("board"), OPEN)
    kpis = [entry for entry in found if entry["page"] == "kpi"]
    assert [entry["parameters"] for entry in kpis] == [{"kpi": k.id} for k in snapshot.plan.kpis]
    for entry, kpi in zip(kpis, snapshot.plan.kpis, strict=True):
        assert entry["title"] == kpi.title
        assert kpi.definition in str(entry["words"])
    titles = {entry["title"] for entry in found}
    assert set(wording.STATUS.values()) | {glossary.word(term) for term in glossary.TERMS} <= titles
    # A KPI is chosen by its name, so its page is not offered without one.
    assert {title for name, title in OPEN.items() if name != "kpi"} <= titles


@pytest.mark.parametrize("role", ROLES)
def test_the_search_is_told_the_status_that_the_role_sees_and_no_value(role: Role) -> None:
    seen = view(role, region=["Africa"])
    notes = {e["parameters"]["kpi"]: e["note"] for e in finder.entries(seen, OPEN)  # type: ignore[index]
             if e["page"] == "kpi"}  # fmt: skip
    for reading in seen.scorecard.readings:
        assert str(notes[reading.kpi]).startswith(wording.STATUS[reading.status])


def test_keys_lead_to_pages_that_are_there_and_no_two_are_the_same() -> None:
    shortcuts = guide._shortcuts(OPEN)
    keys = [keys for keys, _ in shortcuts]
    assert len(keys) == len(set(keys)) == 4 + len(OPEN)
    assert guide._shortcuts({"plan": "The plan"})[4:] == [["g p", "Go to The plan"]]
    assert set(guide._GO) <= set(front.PAGES)


def test_the_introduction_has_at_most_five_steps_and_says_the_words() -> None:
    steps = guide.steps()
    assert 3 <= len(steps) <= 5
    text = " ".join(step["title"] + step["text"] for step in steps).lower()
    for word in ("reading", "expects by now", "status", "pace", "showing", "address", "print"):
        assert word in text


def test_every_status_and_term_is_explained_in_sentences() -> None:
    for term in (*judgement.STATUSES, *glossary.TERMS):
        assert glossary.word(term) and glossary.meaning(term).endswith(".")
    assert len({glossary.word(term) for term in glossary.TERMS}) == len(glossary.TERMS)
    assert not set(glossary.TERMS) & set(judgement.STATUSES)


def test_a_term_is_asked_for_by_the_address_of_the_definitions_only() -> None:
    assert links.READERS[links.TERM] == ("definitions",)
