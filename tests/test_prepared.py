"""What is prepared for pages equals what a plain reading of the registers finds, by role."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from oracle.generate import generate

from scorecard import prepared, snapshot
from scorecard.confidentiality import ROLES, Role
from scorecard.exhibits import capacity, compliance, membership, movements, strands
from scorecard.refusal import Refusal
from scorecard.selection import Selection
from scorecard.snapshot import Snapshot, Sources
from tests.small_set import write

ALL = Selection()
FAR = dt.date(9999, 12, 31)
Row = dict[str, object]


@dataclass(frozen=True)
class Registers:
    """The accepted rows, asked one by one."""

    snap: Snapshot

    def rows(self, table: str) -> list[Row]:
        con = self.snap.cursor()
        found = con.execute(f"from {table}")
        names = [name for name, *_ in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def region(self, country: object) -> str:
        known = self.snap.plan.countries
        return known[str(country)][1] if country in known else "Not specified"

    def chosen(self, chosen: Selection, org: Row) -> bool:
        region, pillar = self.region(org["country"]), org["pillar"]
        return (not chosen.regions or region in chosen.regions) and (
            not chosen.pillars or pillar in chosen.pillars
        )

    def members(self, day: dt.date, selection: Selection) -> dict[object, Row]:
        """Organisation -> its row, of those that are members on a day."""
        orgs = {org["org_id"]: org for org in self.rows("organisations")}
        return {
            spell["org_id"]: orgs[spell["org_id"]]
            for spell in self.rows("memberships")
            if spell["category"] in ("transitional", "member")
            and spell["start_on"] <= day < (spell["end_on"] or FAR)  # type: ignore[operator]
            and self.chosen(selection, orgs[spell["org_id"]])
        }

    def valid(self, day: dt.date) -> dict[object, dt.date]:
        """Organisation -> the day on which the last of its certificates ends."""
        ends: dict[object, dt.date] = {}
        for row in self.rows("certifications"):
            until = min(row["expires_on"], row["withdrawn_on"] or FAR)  # type: ignore[type-var]
            if row["certified_on"] <= day < until:  # type: ignore[operator]
                last = max(ends.get(row["org_id"], day), row["expires_on"])  # type: ignore[type-var]
                ends[row["org_id"]] = last  # type: ignore[assignment]
        return ends

    def certified(self, day: dt.date, selection: Selection) -> dict[object, dt.date]:
        """The same of companies that are members."""
        companies = {
            name for name, org in self.members(day, selection).items() if org["pillar"] == "company"
        }
        return {name: end for name, end in self.valid(day).items() if name in companies}


def in_a_year(day: dt.date) -> dt.date:
    return day.replace(year=day.year + 1, day=min(day.day, 28) if day.month == 2 else day.day)


def entangled(folder: Path) -> Snapshot:
    """Certificates that overlap, are withdrawn, end together, and of members that pause."""
    rng = random.Random(7)
    names = [f"org-{i:03}" for i in range(120)]
    day = dt.date(2019, 1, 1)

    def some(most: int) -> str:
        return str(day + dt.timedelta(days=rng.randrange(most)))

    organisations = [
        {
            "org_id": name,
            "name": rng.choice(["Alpha", "Beta", f"Name of {name}"]),
            "pillar": rng.choice(["company", "company", "civil_society", "government"]),
            "country": rng.choice(["CHE", "KEN", "NGA", "IRQ"]),
        }
        for name in names
    ]
    memberships, certificates = [], []
    for name in names:
        days = sorted({some(1100) for _ in range(rng.choice([1, 2, 3, 4]))})
        for i, start in enumerate(days):
            end = (
                rng.choice(days[i + 1 : i + 2])
                if i + 1 < len(days)
                else rng.choice(["", some(300)])
            )
            if end and end <= start:
                end = ""
            if rng.random() < 0.8:
                category = rng.choice(["transitional", "member", "affiliate"])
                row = {"org_id": name, "category": category, "start_on": start, "end_on": end}
                memberships.append(row)
        for standard in rng.sample(["PSC.1", "ISO 18788", "ISO 28007"], rng.choice([0, 1, 2, 3])):
            for start in {some(1000), some(1000)}:
                begins = dt.date.fromisoformat(start)
                ends = begins + dt.timedelta(days=rng.choice([200, 365, 365, 700, 1095]))
                away = begins + dt.timedelta(days=rng.randrange(0, 400))
                certificates.append(
                    {
                        "org_id": name,
                        "standard": standard,
                        "certified_on": start,
                        "expires_on": str(ends),
                        "withdrawn_on": str(away) if rng.random() < 0.3 and away < ends else "",
                    }
                )
    missions = [
        {
            "mission_id": f"M{i}",
            "kind": rng.choice(["field_review", "field_review", "enum"]),
            "country": rng.choice(["CHE", "KEN", "NGA", "IRQ"]),
            "start_on": "2019-01-01",
            "end_on": str(dt.date(2020, 10, 1) + dt.timedelta(days=rng.randrange(600))),
        }
        for i in range(80)
    ]
    write(
        folder,
        {
            "organisations": organisations,
            "memberships": memberships,
            "certifications": certificates,
            "missions": missions,
            "meetings": [{"date": "2021-03-10", "kind": "board", "title": "Board"}],
        },
    )
    return snapshot.in_memory(Sources(folder / "exports", folder / "plan"))


@pytest.fixture(scope="module", params=["entangled", 11, 12, 13])
def snap(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Snapshot]:
    folder = tmp_path_factory.mktemp("set")
    if request.param == "entangled":
        yield entangled(folder)
        return
    rng = random.Random(request.param)
    try:
        yield snapshot.in_memory(Sources(*generate(rng, folder, dirty=request.param == 12)))
    except Refusal as reason:
        pytest.skip(f"set {request.param}: {reason}")


def dates(snap: Snapshot) -> list[dt.date]:
    return sorted({snap.dates[0], *snap.dates[1::5], snap.data_date})


def selections(snap: Snapshot) -> list[Selection]:
    regions = snap.plan.regions
    return [
        ALL,
        Selection(regions=regions[:1]),
        Selection(regions=regions[1:3], pillars=("company", "government")),
    ]


def test_what_expires_is_what_the_registers_say(snap: Snapshot) -> None:
    registers = Registers(snap)
    for selection in selections(snap):
        for day in dates(snap):
            ends = {
                name: end
                for name, end in registers.certified(day, selection).items()
                if end <= in_a_year(day)
                or (day.month, day.day) == (2, 29)
                and end <= dt.date(day.year + 1, 2, 28)
            }
            named = capacity.expiries(snap, selection, "guest", day)
            assert {e.entity: e.expires_on for e in named} == ends
            keys = [(e.expires_on, e.name, e.entity) for e in named]
            assert keys == sorted(keys)
            found = capacity.expiring(snap, selection, "guest", day)
            counted = Counter(end.replace(day=1) for end in ends.values())
            assert {month: n for month, n in found.months if n} == counted
            assert found.first_on == min(ends.values(), default=None)
            of_company = {
                (row["org_id"], row["standard"], row["expires_on"])
                for row in registers.rows("certifications")
            }
            assert {(e.entity, e.standard, e.expires_on) for e in named} <= of_company


@pytest.mark.parametrize("role", ROLES)
def test_who_came_and_went_is_what_the_registers_say(snap: Snapshot, role: Role) -> None:
    registers = Registers(snap)
    days = dates(snap)
    rng = random.Random(3)
    pairs = rng.sample([(a, b) for a in days for b in days if a < b], min(12, len(days) - 1))
    for selection in selections(snap):
        for start, end in pairs:
            was, now = (registers.members(day, selection) for day in (start, end))
            had, has = (registers.certified(day, selection) for day in (start, end))
            expected = {
                "joined": now.keys() - was.keys(),
                "left": was.keys() - now.keys(),
                "certified": has.keys() - had.keys(),
                "lapsed": (had.keys() - has.keys()) & now.keys(),
            }
            found = movements.turnover(snap, selection, role, start, end)
            named = movements.persons(snap, selection, role, start, end, found)
            told = {w: {p.entity for p in named if p.what == w} for w in movements.WHATS}
            assert told == expected
            assert found.by_what == {what: len(names) for what, names in expected.items()}
            for what in movements.WHATS:
                regions = Counter(p.region for p in named if p.what == what)
                assert found.regions(what) == regions
            keys = [(movements.WHATS.index(p.what), p.name, p.entity) for p in named]
            assert keys == sorted(keys)
            pages = [
                movements.persons(snap, selection, role, start, end, found, limit=7, offset=offset)
                for offset in range(0, found.total + 7, 7)
            ]
            assert tuple(p for page in pages for p in page) == named
            assert all(len(page) <= 7 for page in pages) and pages[-1] == ()


def test_reviews_by_quarter_are_what_the_registers_say(snap: Snapshot) -> None:
    registers = Registers(snap)
    for selection in selections(snap):
        for day in dates(snap):
            found = compliance.reviews(snap, replace(selection, pillars=()), "board", day)
            inside = [
                row
                for row in registers.rows("missions")
                if row["kind"] == "field_review"
                and snap.plan.starts_on <= row["end_on"] <= day  # type: ignore[operator]
                and (not selection.regions or registers.region(row["country"]) in selection.regions)
            ]
            assert sum(quarter.missions for quarter in found) == len(inside)
            for quarter in found:
                mine = [
                    row
                    for row in inside
                    if quarter.starts_on
                    == row["end_on"].replace(  # type: ignore[attr-defined]
                        month=(row["end_on"].month - 1) // 3 * 3 + 1,
                        day=1,  # type: ignore[attr-defined]
                    )
                ]
                assert quarter.missions == len(mine)
                assert quarter.countries == len({row["country"] for row in mine} - {None})


def test_seats_are_held_by_whom_the_registers_say(snap: Snapshot) -> None:
    registers = Registers(snap)
    names = {org["org_id"]: org["name"] for org in registers.rows("organisations")}
    for day in dates(snap):
        holders = {
            term["seat_id"]: names.get(term["org_id"], term["org_id"])
            for term in registers.rows("board_terms")
            if term["org_id"] is not None and term["start_on"] <= day < (term["end_on"] or FAR)  # type: ignore[operator]
        }
        found = membership.seats(snap, ALL, "guest", day)
        seats = {seat["seat_id"] for seat in registers.rows("board_seats")}
        assert {seat.seat: seat.holder for seat in found} == {
            seat: holders.get(seat) for seat in seats
        }


@pytest.mark.parametrize("name", ["media_mentions", "open_concerns", "complaints_received"])
def test_lines_by_category_are_sums_of_the_cells(snap: Snapshot, name: str) -> None:
    kpi = snap.plan.kpi(name)
    for selection in selections(snap):
        found = strands.by_category(snap, kpi, selection, "executive", snap.data_date)
        chosen = selection.within(kpi)
        sums: Counter[tuple[str, dt.date]] = Counter()
        for cell in Registers(snap).rows("cells"):
            if cell["kpi"] != name or cell["category"] is None:
                continue
            if chosen.regions and cell["region"] not in chosen.regions:
                continue
            if not chosen.pillars or cell["pillar"] in chosen.pillars:
                sums[str(cell["category"]), cell["date"]] += cell["numerator"]  # type: ignore
        if not snap.missing_exports(kpi):
            assert {strand.name for strand in found.strands} == {name for name, _ in sums}
        for strand in found.strands:
            expected = [sums[strand.name, date] for date in snap.dates]
            assert list(strand.values) == pytest.approx(expected)


def test_a_snapshot_that_has_none_of_the_tables_answers_alike(snap: Snapshot) -> None:
    older = replace(snap)
    older.__dict__["tables"] = frozenset()
    start, end = snap.dates[0], snap.data_date
    for selection in selections(snap):
        counted = movements.turnover(snap, selection, "board", start, end)
        asked = [
            lambda s, c=selection: capacity.expiring(s, c, "board", end),
            lambda s, c=selection: capacity.expiries(s, c, "board", end),
            lambda s, c=selection: compliance.reviews(s, c, "board", end),
            lambda s, c=selection: membership.moves(s, c, "board", start, end, limit=9),
            lambda s, c=selection: membership.seats(s, c, "board", end),
            lambda s, c=selection: movements.turnover(s, c, "board", start, end),
            lambda s, c=selection, n=counted: movements.persons(s, c, "board", start, end, n),
            lambda s, c=selection: strands.by_category(
                s, s.plan.kpi("media_mentions"), c, "board", end
            ),
        ]
        for ask in asked:
            assert ask(older) == ask(snap)  # type: ignore[no-untyped-call]


def test_every_table_of_pages_is_made(snap: Snapshot) -> None:
    assert {notion.name for notion in prepared.notions(snap.plan.starts_on)} <= snap.tables
