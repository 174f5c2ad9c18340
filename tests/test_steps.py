"""What is sent ahead: the views one step away, for the role that looks, and to no one else."""

from __future__ import annotations

import asyncio
import gzip
import json
from typing import Any

import pytest
from guarded import Guarded, blocks, do, guarded, visit

from bench import wire
from scorecard import breakdowns, readings, wording
from scorecard.confidentiality import Role
from scorecard.screen import ahead, choices
from scorecard.screen.choices import Choice
from scorecard.screen.differences import Pool, difference
from scorecard.selection import Selection, bound, condition
from scorecard.snapshot import Snapshot, Sources, in_memory
from tests.drawn import draw, snapshot

__all__ = ["guarded", "snapshot"]

PAGES = ("overview", "capacity", "compliance", "membership", "brand", "kpi")


def applied(old: Any, found: Any, pool: list[Any]) -> Any:
    """What the page makes of a difference."""
    if found == 0:
        return old
    if isinstance(found, list):
        return pool[found[0]]
    if isinstance(old, list):
        return [applied(v, found.get(str(i), 0), pool) for i, v in enumerate(old)]
    made = {key: value for key, value in old.items() if key not in found.get("-", ())}
    return made | {
        key: applied(old.get(key), inner, pool) for key, inner in found.items() if key != "-"
    }


def plain(value: Any) -> Any:
    return json.loads(json.dumps(value))


@pytest.mark.parametrize("role", ["executive", "board", "guest"])
@pytest.mark.parametrize("page", PAGES)
def test_a_step_is_letter_by_letter_what_the_server_answers(
    snapshot: Snapshot, role: Role, page: str
) -> None:
    app = draw(role, page)
    view, parts = app.session_state["_view"], app.session_state["_parts"]
    assert None not in parts.values() and len(parts) > 1
    sent = json.loads(ahead._encoded(view, parts, lambda: None))
    base = {name: plain(make(view)) for name, make in parts.items()}
    by_key = {choice.key(snapshot): choice for choice in choices.steps(snapshot, view.choice)}
    assert len(sent["views"]) >= 15
    for other in sent["views"]:
        step = view.looking_at(by_key[other["view"]])
        for name, make in parts.items():
            made = applied(base[name], other["parts"][name], sent["pool"])
            assert made == plain(make(step)), (name, other["view"])


def test_each_region_pillar_and_meeting_is_one_step_away(snapshot: Snapshot) -> None:
    steps = list(choices.steps(snapshot, Choice(regions=("Africa",))))
    assert len(steps) == len(set(steps)) and Choice(regions=("Africa",)) not in steps
    for region in snapshot.plan.regions:
        assert region == "Africa" or Choice(regions=(region,)) in steps
        both = tuple(r for r in snapshot.plan.regions if r in ("Africa", region))
        assert region == "Africa" or Choice(regions=both) in steps
    for pillar in snapshot.plan.pillars:
        assert Choice(regions=("Africa",), pillars=(pillar,)) in steps
    assert Choice() in steps
    met = [m.date for m in snapshot.plan.meetings if m.date in snapshot.places]
    board = [m.date for m in snapshot.plan.meetings if m.kind == "board"]
    assert all(Choice(as_of=date, regions=("Africa",)) in steps for date in board if date in met)


def test_readings_sent_ahead_weigh_no_more_than_they_may(snapshot: Snapshot) -> None:
    for page in PAGES:
        app = draw("executive", page)
        view, parts = app.session_state["_view"], app.session_state["_parts"]
        assert len(ahead._encoded(view, parts, lambda: None)) <= 400_000, page


@pytest.mark.parametrize("by", ["region", "pillar"])
def test_groups_added_up_in_memory_are_those_of_the_database(snapshot: Snapshot, by: str) -> None:
    selections = [
        Selection(),
        Selection(("Africa",)),
        Selection(("Africa", "Europe"), ("company",)),
        Selection((), ("civil_society", "other")),
    ]
    for kpi in snapshot.plan.kpis:
        for date in snapshot.dates[::9] if by in kpi.dimensions else ():
            for chosen in (selection.within(kpi) for selection in selections):
                asked = snapshot.cursor().execute(
                    f"select {by}, sum(numerator), sum(denominator), sum(n), "
                    f"count(distinct country) from cells where {condition(chosen)} "
                    "group by 1",
                    {"kpi": kpi.id, "date": date, **bound(chosen)},
                ).fetchall()  # fmt: skip
                added = breakdowns._in_memory(snapshot, kpi, by, chosen, date)
                last = 5 if kpi.aggregate == "countries" else 4
                assert sorted(map(repr, [r[0] for r in asked])) == sorted(
                    map(repr, [r[0] for r in added])
                )
                parts = {row[0]: row[1:last] for row in added}
                for row in asked:
                    assert parts[row[0]] == pytest.approx(row[1:last], abs=1e-9)


def test_work_that_is_in_vain_ends_between_two_views(snapshot: Snapshot) -> None:
    class Elsewhere(Exception):
        pass

    asked = []

    def look_up() -> None:
        asked.append(1)
        if len(asked) > 3:
            raise Elsewhere

    app = draw("board", "overview")
    view, parts = app.session_state["_view"], app.session_state["_parts"]
    with pytest.raises(Elsewhere):
        ahead._encoded(view, parts, look_up)
    assert len(asked) == 4
    assert not ahead._kept.making.locked()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"a": 1, "b": [1, 2]}, {"a": 1, "b": [1, 3]}),
        ({"a": 1}, {"b": {"c": None}}),
        ({"a": [{"x": 1}, {"x": 2}]}, {"a": [{"x": 1}, {"x": 3, "y": "z"}]}),
        ({"a": [{"x": 1}]}, {"a": []}),
        ({"a": None}, {"a": 0}),
        ({"a": "-", "-": 1}, {"a": "-"}),
        ({"a": 1.0}, {"a": 1.0}),
    ],
)
def test_a_difference_gives_the_new_value_back(old: Any, new: Any) -> None:
    pool = Pool()
    found = plain(difference(old, new, pool))
    assert repr(applied(old, found, json.loads(pool.encoded()))) == repr(plain(new))


def sets(run: wire.Run) -> list[dict[str, Any]]:
    """What was sent ahead in a run."""
    sent = [part.bytes for part in run.of("bidi_component") if part.bytes]
    return [json.loads(gzip.decompress(data)) for data in sent]


async def steps_of(session: wire.Session, view: str = "|||") -> list[dict[str, Any]]:
    return sets(await session.trigger("ahead", "wanted", view))


def test_the_board_is_sent_no_hidden_figure_ahead(guarded: Guarded) -> None:
    snap = in_memory(Sources())

    async def ask(who: Role) -> tuple[str, list[dict[str, Any]]]:
        async with visit(guarded, who) as session:
            first = blocks(await session.start())
            return first, await steps_of(session)

    seen = 0
    for who in ("board", "executive"):
        first, [sent] = do(ask(who))
        overview = next(
            data for data in map(json.loads, _objects(first)) if "blocks" in data.get("content", {})
        )
        by_key = {choice.key(snap): choice for choice in choices.steps(snap, Choice())}
        for other in sent["views"]:
            choice = by_key[other["view"]]
            as_of, compare = choice.dates(snap)
            card = readings.scorecard(snap, choice.selection(snap), who, as_of, compare)
            content = applied(overview["content"], other["parts"]["overview"], sent["pool"])
            rows = {r["kpi"]: r for group in content["blocks"][-1]["groups"] for r in group["rows"]}
            for reading in card.readings:
                row = rows[reading.kpi]
                assert row["status"] == reading.status
                shown = wording.value(snap.plan.kpi(reading.kpi), reading)
                assert shown.startswith(row["value"])
                hidden = [value is None for value in card.series[reading.kpi]]
                outline = (row["trend"] or {}).get("outline", "!" * len(hidden))
                assert [letter == "!" for letter in outline] == hidden
                seen += who == "board" and reading.suppressed
    assert seen > 30


def _objects(text: str) -> list[str]:
    """JSON objects that stand one after the other, each alone in a list or not."""
    found, decoder = [], json.JSONDecoder()
    place = 0
    while place < len(text):
        told, end = decoder.raw_decode(text, place)
        found.append(json.dumps(told[0] if isinstance(told, list) else told, ensure_ascii=False))
        place = end
    return found


def test_a_locked_link_is_sent_nothing_ahead_whoever_asks(guarded: Guarded) -> None:
    async def ask() -> None:
        async with visit(guarded, "board", "membership") as session:
            await session.start()
            element, fragment = session.find("ahead")
        link = guarded.link("membership", region="Africa", as_of="2021-12-31")
        async with wire.visit(link, cookies=guarded.cookies(None)) as session:
            run = await session.start()
            assert sets(run) == [] and not session.has("ahead")
            told = "".join(_objects(blocks(run)))
            assert '"mark"' not in told and "Europe" not in _texts(told)
            for asked in ("|||", "||0|", "2021-12-31||0|"):
                wanted = wire.trigger_of(element.id, "wanted", asked)
                assert sets(await session.rerun(wanted)) == []
                try:
                    async with asyncio.timeout(1):
                        assert sets(await session.rerun(wanted, fragment=fragment)) == []
                except TimeoutError:
                    pass  # There is no such part for who came by a link.
            # Nor has an answer come late.
            async with asyncio.timeout(4):
                assert sets(await session.rerun()) == []

    do(ask())


def _texts(told: str) -> str:
    """The findings and sentences of what was told, without the parts of a figure."""
    return "".join(json.loads(o)["content"].get("title", "") for o in _objects(told)
                   if "content" in json.loads(o))  # fmt: skip


def test_nobody_is_sent_the_steps_of_a_view_that_they_do_not_look_at(guarded: Guarded) -> None:
    async def ask() -> None:
        async with visit(guarded, "board") as session:
            await session.start()
            for view in ("||1|", "", "x", None, ["|||"], {"view": "|||"}):
                assert await steps_of(session, view) == []  # type: ignore[arg-type]
            assert len(await steps_of(session)) == 1

    do(ask())


@pytest.mark.parametrize(
    "told",
    [
        None, [], "x", {}, {"region": [99]}, {"region": [-1], "pillar": []},
        {"region": [True], "pillar": []}, {"region": "Africa", "pillar": []},
        {"region": [], "pillar": [], "as_of": "1999-01-01", "compare": ""},
        {"region": [], "pillar": [], "as_of": "", "compare": {"a": 1}},
    ],
)  # fmt: skip
def test_a_choice_that_no_page_tells_changes_nothing(guarded: Guarded, told: object) -> None:
    async def ask() -> None:
        async with visit(guarded, "board") as session:
            first = blocks(await session.start())
            run = await session.trigger("selection_bar", "chosen", told)
            assert not run.failed
            assert _sentence(blocks(run)) == _sentence(first)
            assert session.query == ""

    do(ask())


def _sentence(told: str) -> str:
    return next(json.loads(o)["content"]["sentence"] for o in _objects(told) if '"sentence"' in o)
