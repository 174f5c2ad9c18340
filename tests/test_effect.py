"""What publishing would change, and why: parts that add up, each with the right cause."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scorecard import catalogue, effect, snapshot
from scorecard.effect import Effect
from scorecard.refusal import Refusal
from scorecard.selection import Selection
from scorecard.snapshot import Snapshot, Sources
from tests import small_set
from tests.small_set import Row

Tables = Mapping[str, Sequence[Row]]

OLD, NEW = "2021-11-30", "2021-12-31"
LAST = dt.date(2021, 11, 30)
ORGANISATIONS = tuple(
    {"org_id": f"O{i}", "name": f"Org {i}", "pillar": "company", "country": "CHE"} for i in range(8)
)


def _member(org: int, start: str, end: str = "", category: str = "member") -> Row:
    return {"org_id": f"O{org}", "start_on": start, "end_on": end, "category": category}


def _snapshot(tables: Tables, data_date: str = OLD) -> Snapshot:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "set"
        small_set.write(place, {"organisations": ORGANISATIONS, **tables}, data_date)
        return snapshot.in_memory(Sources(place / "exports", place / "plan"))


def _one(found: Sequence[Effect], kpi: str) -> Effect:
    return next(each for each in found if each.kpi == kpi)


def test_every_cause_has_its_part() -> None:
    before = _snapshot({"memberships": [
        _member(0, "2020-01-01"), _member(1, "2020-01-01"), _member(2, "2020-01-01"),
        _member(3, "2020-01-01", category="affiliate"),
    ]})  # fmt: skip
    after = _snapshot({"memberships": [
        _member(1, "2020-01-01"), _member(2, "2020-01-01"),
        _member(3, "2020-01-01"),
        _member(4, "2021-11-30"), _member(5, "2021-06-01"),
        _member(6, "2021-12-01"),
    ]}, NEW)  # fmt: skip
    at_last = _one(effect.effect(before, after, "executive", as_of=LAST), "company_members")
    assert (at_last.before, at_last.after) == (3, 5)
    assert at_last.parts == {"removed": -1, "corrected": 1, "late": 2}
    at_own = _one(effect.effect(before, after, "executive"), "company_members")
    assert (at_own.before, at_own.after) == (3, 6)
    assert at_own.parts == {"removed": -1, "corrected": 1, "late": 2, "new": 1}


def test_time_that_passed_counts_as_new() -> None:
    rows = {"memberships": [_member(0, "2020-01-01"), _member(1, "2020-01-01", "2021-12-15")]}
    found = effect.effect(_snapshot(rows), _snapshot(rows, NEW), "executive")
    assert _one(found, "company_members").parts == {"new": -1}


def test_a_row_is_as_old_as_what_it_refers_to() -> None:
    events = [
        {"event_id": "E1", "held_on": "2021-11-01"},
        {"event_id": "E2", "held_on": "2021-12-05"},
    ]
    people = [
        {"event_id": event, "participants": many} for event, many in (("E1", "10"), ("E2", "30"))
    ]
    before = _snapshot({"events": events})
    after = _snapshot({"events": events, "event_attendance": people}, NEW)
    found = effect.compare(before, after)
    assert found.rows.counts["event_attendance"] == {"late": 1, "new": 1}
    parts = _one(found.effects("executive"), "event_participants").parts
    assert parts == {"late": 10, "new": 30}


def test_a_changed_query_and_a_changed_notion_are_definitions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = {"memberships": [_member(0, "2020-01-01"), _member(1, "2020-01-01")]}
    more = {"memberships": [*rows["memberships"], _member(2, "2020-02-01")]}
    before, kpis, shared = _snapshot(rows), catalogue.load(), catalogue.shared()
    with monkeypatch.context() as patch:
        query = next(k for k in kpis if k.id == "company_members").query
        other = tuple(
            replace(k, query=f"select * from ({query}) where entity <> 'O0'")
            if k.id == "company_members"
            else k
            for k in kpis
        )
        patch.setattr(catalogue, "load", lambda: other)
        found = effect.effect(before, _snapshot(more), "executive", as_of=LAST)
    assert _one(found, "company_members").parts == {"late": 1, "definition": -1}
    assert "definition" not in _one(found, "affiliates").parts
    with monkeypatch.context() as patch:
        narrow = tuple(s.replace("('transitional', 'member')", "('transitional')") for s in shared)
        patch.setattr(catalogue, "shared", lambda: narrow)
        found = effect.effect(before, _snapshot(more), "executive", as_of=LAST)
    assert _one(found, "company_members").parts == {"late": 1, "definition": -3}


def test_a_changed_path_moves_the_status_and_no_value() -> None:
    rows = {"memberships": [_member(0, "2020-01-01"), _member(1, "2020-01-01")]}

    def with_target(value: str) -> Snapshot:
        path = [("2020-12-31", "0"), ("2023-12-31", value)]
        targets = [
            {"kpi": "company_members", "scope": "", "date": date, "value": point, "source": "plan"}
            for date, point in path
        ]
        return _snapshot({**rows, "targets": targets})

    found = _one(
        effect.effect(with_target("2"), with_target("90"), "executive", as_of=LAST),
        "company_members",
    )
    assert (found.before, found.after) == (2, 2)
    assert (found.status_before, found.status_after) == ("achieved", "serious_delay")
    assert (found.parts, found.status_by) == ({"target": 0}, ("target",))


def test_an_export_that_arrives_or_goes_has_no_parts() -> None:
    rows = {"complaints": [{"complaint_id": "C1", "received_on": "2021-05-05"}]}
    whole = _snapshot(rows)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "set"
        small_set.write(place, {"organisations": ORGANISATIONS}, OLD)
        (place / "exports" / "complaints.csv").unlink()
        without = snapshot.in_memory(Sources(place / "exports", place / "plan"))
    came = _one(effect.effect(without, whole, "executive", as_of=LAST), "complaints_received")
    went = _one(effect.effect(whole, without, "executive", as_of=LAST), "complaints_received")
    assert (came.before, came.after, came.parts) == (None, 1, {})
    assert (went.before, went.after, went.parts) == (1, None, {})
    assert came.is_moved and went.is_moved


def test_rows_of_a_country_that_is_new_in_the_plan_are_counted() -> None:
    before = _snapshot({"memberships": [_member(0, "2020-01-01")]})
    after = _snapshot({
        "regions": (*small_set.REGIONS, {"country": "PER", "region": "Americas"}),
        "organisations": [
            *ORGANISATIONS,
            {"org_id": "P", "name": "Peru", "pillar": "company", "country": "PER"},
        ],
        "memberships": [
            _member(0, "2020-01-01"),
            {"org_id": "P", "start_on": "2021-01-01", "category": "member"},
        ],
    })  # fmt: skip
    found = effect.effect(before, after, "executive", as_of=LAST)
    parts = _one(found, "countries_represented").parts
    assert parts == {"late": 1, "definition": 0}


def test_changes_of_confidential_figures_are_not_split_below_the_executive() -> None:
    def with_case(closed: str) -> Snapshot:
        case = {"complaint_id": "C", "received_on": "2021-05-05", "closed_on": closed}
        return _snapshot({"complaints": [{**case, "alleges_violation": "true"}]})

    comparison = effect.compare(with_case("2021-11-29"), with_case("2021-05-06"))
    name = "complaints_resolved_on_time"
    own, theirs = (
        _one(comparison.effects(role, as_of=LAST), name) for role in ("executive", "board")
    )
    assert own.parts == {"corrected": own.after}
    assert (theirs.after, theirs.parts, theirs.status_by) == (own.after, {}, ())


def test_what_cannot_be_compared_is_refused() -> None:
    one = _snapshot({})
    with pytest.raises(Refusal, match="no reporting date"):
        effect.effect(one, one, "executive", as_of=dt.date(2021, 11, 29))
    with pytest.raises(Refusal, match="Atlantis"):
        effect.effect(one, one, "executive", Selection(regions=("Atlantis",)))


def test_equal_snapshots_have_no_effect() -> None:
    rows = {"memberships": [_member(0, "2020-01-01")]}
    comparison = effect.compare(_snapshot(rows), _snapshot(rows))
    assert not comparison.rows.counts
    assert not any(found.is_moved for found in comparison.effects("executive"))


def test_each_step_is_the_snapshot_that_such_exports_would_give() -> None:
    kept, gone = _member(0, "2020-01-01"), _member(1, "2020-01-01")
    wrong, right = _member(2, "2020-01-01", "2021-01-01"), _member(2, "2020-01-01")
    late, new = _member(3, "2021-03-01"), _member(4, "2021-12-05")
    before = _snapshot({"memberships": [kept, gone, wrong]})
    after = _snapshot({"memberships": [kept, right, late, new]}, NEW)
    steps = effect.compare(before, after).steps
    assert [step.cause for step in steps] == ["removed", "corrected", "late", "new"]
    real = [[kept, wrong], [kept, right], [kept, right, late]]
    for step, rows in zip(steps, real, strict=False):
        made = _snapshot({"memberships": rows})
        for kpi in made.plan.kpis:
            sums = [side.cube.add_up(kpi, (), ()) for side in (step.snapshot, made)]
            places = [side.places[LAST] for side in (step.snapshot, made)]
            for part in ("numerator", "denominator", "n"):
                a, b = (
                    float(getattr(s, part)[place]) for s, place in zip(sums, places, strict=True)
                )
                assert a == pytest.approx(b), (step.cause, kpi.id, part)


_DAY = st.dates(dt.date(2020, 6, 1), dt.date(2022, 1, 15)).map(str)
_SPELLS = st.dictionaries(
    st.tuples(st.integers(0, 7), st.just("2020-01-01") | _DAY),
    st.sampled_from(["member", "affiliate", "transitional"]),
    max_size=10,
)
_CASES = st.dictionaries(
    st.integers(0, 6), st.tuples(_DAY, st.booleans(), st.sampled_from(["CHE", "KEN"])), max_size=7
)


def _tables(spells: Mapping[tuple[int, str], str], cases: Mapping[int, tuple[str, bool, str]]) -> (
    Tables
):  # fmt: skip
    return {
        "memberships": [_member(org, day, "", kind) for (org, day), kind in spells.items()],
        "complaints": [
            {
                "complaint_id": f"C{key}", "received_on": day, "country": country,
                "alleges_violation": "true", "closed_on": day if is_closed else "",
            }
            for key, (day, is_closed, country) in cases.items()
        ],
    }  # fmt: skip


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_SPELLS, _SPELLS, _CASES, _CASES, st.sampled_from([OLD, NEW]))
def test_parts_add_up_to_the_difference(
    spells: Mapping[tuple[int, str], str],
    spells_after: Mapping[tuple[int, str], str],
    cases: Mapping[int, tuple[str, bool, str]],
    cases_after: Mapping[int, tuple[str, bool, str]],
    until: str,
) -> None:
    before = _snapshot(_tables(spells, cases))
    after = _snapshot(_tables(spells_after, cases_after), until)
    comparison = effect.compare(before, after)
    for selection in (Selection(), Selection(regions=("Europe",))):
        for as_of in (LAST, None):
            for found in comparison.effects("executive", selection, as_of):
                if found.before is None or found.after is None:
                    assert not found.parts
                else:
                    total = sum(found.parts.values())
                    assert total == pytest.approx(found.after - found.before, abs=1e-8)
