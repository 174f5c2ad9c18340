"""Writes small random sets of exports and plans, with dates crowded around every window's edge."""

from __future__ import annotations

import datetime as dt
import math
import random
from pathlib import Path

from .contract import ALLOWED, COLUMNS, EXPORTS, KPIS, columns_of
from .dirt import spoil_files, spoil_rows
from .exports import load
from .register import months_before
from .selection import Selection, add_up, reporting_dates, selected
from .writing import write_file

Table = list[list[str]]  # rows in the order of the contract's columns, without the header

COUNTRIES = [
    ("KEN", "Kenya", "Africa", "true"),
    ("NGA", "Nigeria", "Africa", "true"),
    ("GBR", "United Kingdom", "Europe", "false"),
    ("CHE", "Switzerland", "Europe", "false"),
    ("USA", "United States, the", "Americas & Caribbean", "false"),
    ("IRQ", "Iraq", "Middle East", "true"),
    ("JPN", "Japan", "asia", "true"),
    ("ALA", "Åland", "Élan", "false"),
    ("FJI", "Fiji", "South=Sea, the", "false"),
    ("ATA", "Antarctica", "Not specified", "true"),
]
STARTS = ["2017-12-31", "2018-01-01", "2018-12-15", "2019-01-01", "2018-02-28", "2018-04-15"]
ENDS = [
    *("2019-11-20", "2019-11-21", "2020-02-29", "2020-12-31", "2021-01-01", "2021-02-28"),
    *("2021-03-15", "2021-12-31", "2021-12-31", "2022-01-30", "2020-12-31"),
]
SECTIONS = ("Policy", "Training", 'Grievances, "appeals"')
NAMES = ["Alpha", "Ngo, the", 'The "Shield"', "Line\nbreak", "=cmd()", "Ü", "Sep\u2028a\x0brate"]
INDICATORS = ["PSEA-1", "PSEA-1x", "A", "B", "C"]
# Some sort otherwise by code points than by length, case, accent or UTF-16 unit.
ENGAGEMENTS = ["E1", "E9", "E10", "e2", "É3", "E 4", "E-5", "E8", "EA", "Z", "𝒵"]
DAY = dt.timedelta(days=1)


class Maker:
    """One random set in the making: its span, the days that matter and its organisations."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.start = dt.date.fromisoformat(rng.choice(STARTS))
        self.end = dt.date.fromisoformat(rng.choice(ENDS))
        month_ends = [months_before(dt.date(2022, 1, 31), n) for n in range(50)]
        self.anchors = [d for d in month_ends if self.start <= d <= self.end] + [self.end] * 8
        self.anchors += [d for d in self.anchors if (d.month, d.day) == (12, 31)] * 6
        self.anchors += [d for d in self.anchors if (d.month, d.day) == (2, 29)] * 4
        # In a crowded set some confidential cells are large enough to be shown.
        self.crowded = rng.random() < 0.3
        self.countries = rng.sample(COUNTRIES, rng.randint(3, 6 if self.crowded else 10))
        self.orgs: list[tuple[str, str]] = []  # (org_id, pillar)
        self.tables: dict[str, Table] = {}

    def near(self) -> dt.date:
        """A day at or beside the edge of a window of some reporting date."""
        rng = self.rng
        day = rng.choice(self.anchors)
        kind = rng.random()
        if kind < 0.5:
            day = months_before(day, rng.choice([0, 0, 0, 12, 24, 36]))
        elif kind < 0.8:
            day -= dt.timedelta(days=rng.choice([90, 180, 365 + 90, 365 + 180, 366]))
        else:
            day -= dt.timedelta(days=rng.randint(0, 1100))
        return day + rng.choice([-1, 0, 0, 1]) * DAY

    def past(self) -> dt.date:
        """Such a day not later than the data date, but for one in fifty."""
        day = self.near()
        return day if self.rng.random() < 0.02 else min(day, self.end)

    def after(self, day: dt.date) -> dt.date:
        """A day not before the one given, often exactly it or a limit after it."""
        rng = self.rng
        choice = rng.random()
        if choice < 0.5:
            steps = rng.choice([0, 1, 89, 90, 91, 179, 180, 181, 364, 365])
            return day + dt.timedelta(days=steps)
        return max(day, self.near())

    def maybe(self, day: dt.date | None, share: float = 0.5) -> str:
        return day.isoformat() if day is not None and self.rng.random() < share else ""

    def country(self) -> str:
        # Most stand in a few countries, so that some groups are large and others tiny.
        place = int(self.rng.expovariate(0.6))
        return self.countries[min(place, len(self.countries) - 1)][0]

    def some(self, kind: str) -> str:
        return self.rng.choice(ALLOWED[kind])


def _organisations(m: Maker) -> None:
    rng = m.rng
    weights = (
        (30, 3, 1, 0) if m.crowded else rng.choice([(8, 2, 1, 1), (3, 3, 2, 2), (20, 1, 1, 0)])
    )
    rows: Table = []
    for i in range(40 if m.crowded else rng.randint(5, 40)):
        pillar = rng.choices(ALLOWED["pillar"], weights)[0]
        m.orgs.append((f"{pillar[0].upper()}{i}", pillar))
        rows.append([m.orgs[-1][0], rng.choice(NAMES), pillar, m.country()])
    m.tables["organisations"] = rows
    rows = []
    for org, pillar in m.orgs:
        categories = ["member", "member", "transitional", "affiliate", "applicant"]
        if pillar != "company":
            categories = ["member", "member", "member", "observer", "applicant"]
        early = dt.date(2014, 1, 1) + dt.timedelta(days=rng.randint(0, 1900))
        deadlines = ["2018-04-14", "2018-04-15", "2018-12-31", "2019-01-01", "2016-02-29"]
        early = rng.choice([early, early, dt.date.fromisoformat(rng.choice(deadlines)), m.past()])
        later = 0 if m.crowded and rng.random() < 0.8 else rng.choice([0, 0, 1, 2, 3])
        days = sorted({early} | {m.past() for _ in range(later)})
        for k, day in enumerate(days):
            if rng.random() < 0.1:
                continue
            end = days[k + 1] if k + 1 < len(days) and rng.random() < 0.85 else None
            if k + 1 < len(days) and end is None:
                end = day + (days[k + 1] - day) // rng.choice([1, 2])
            if k + 1 == len(days):
                end = rng.choice([None, None, None, m.after(day), day])
            reason = m.some("end_reason") if end and rng.random() < 0.5 else ""
            rows.append([org, rng.choice(categories), day.isoformat(), m.maybe(end, 1), reason])
    rng.shuffle(rows)
    m.tables["memberships"] = rows


def _certifications(m: Maker) -> None:
    rows: dict[tuple[str, ...], list[str]] = {}
    for org, pillar in m.orgs:
        for _ in range(m.rng.choice([0, 1, 1, 2] if pillar == "company" else [0, 0, 0, 1])):
            day = m.past()
            three_years = months_before(day, -36)
            expires = max(day + DAY, m.rng.choice([three_years, m.near(), m.after(day)]))
            row = [org, m.some("standard"), day.isoformat(), expires.isoformat()]
            withdrawn = max(day, m.past())
            rows[tuple(row[:3])] = [*row, m.maybe(withdrawn, 0.2)]
    m.tables["certifications"] = list(rows.values())


def _assessments(m: Maker) -> None:
    asked: Table = []
    answers: Table = []
    for org, _ in m.orgs:
        asked_in = m.rng.randint(3 if m.crowded else 0, 3)
        for cycle in m.rng.sample(["2017", "2018", "2019", "2020", "2021"], asked_in):
            due = m.near()
            opened = due - dt.timedelta(days=m.rng.choice([0, 20, 40]))
            submitted = m.rng.choice([due, due + DAY, due - DAY, m.past(), None])
            if submitted is not None:
                submitted = max(opened, submitted)
            days = [opened.isoformat(), due.isoformat(), m.maybe(submitted, 1)]
            asked.append([org, cycle, *days])
            for indicator in m.rng.sample(
                ["PSEA-1", "PSEA-1x", "A", "B", "C"], m.rng.randint(1, 4)
            ):
                section = m.rng.choice(SECTIONS)
                answers.append([org, cycle, section, indicator, m.some("answer")])
    m.rng.shuffle(asked)
    m.tables["self_assessments"], m.tables["self_assessment_answers"] = asked, answers


def _work(m: Maker) -> None:
    """Missions, concerns, complaints and trainings."""
    rng, t = m.rng, m.tables
    orgs = [org for org, _ in m.orgs]
    t["missions"], t["trainings"], t["concerns"], t["complaints"] = [], [], [], []
    t["mission_visits"], t["training_attendance"] = [], []
    for i in range(rng.randint(0, 8)):
        end = m.near()
        begin = end - dt.timedelta(days=rng.randint(0, 5))
        kind = rng.choice(["field_review", "field_review", "outreach"])
        t["missions"].append([f"M{i}", kind, m.country(), begin.isoformat(), end.isoformat()])
        for org in rng.sample(orgs, rng.randint(0, min(6, len(orgs)))):
            t["mission_visits"].append([f"M{i}", org])
    for i in range(rng.randint(0, 6)):
        mode = m.some("mode")
        t["trainings"].append([f"T{i}", "Title", "topic", mode, m.past().isoformat()])
        for org in rng.sample(orgs, rng.randint(0, min(8, len(orgs)))):
            t["training_attendance"].append([f"T{i}", org, str(rng.randint(1, 9))])
    lazy = rng.choice([0.1, 0.5, 0.9])
    for i in range(160 if m.crowded else rng.choice([0, 10, 30, 60])):
        opened = m.past()
        closed = m.maybe(m.after(opened), 1 - lazy)
        what = [m.some("concern"), m.some("source"), opened.isoformat(), closed]
        t["concerns"].append([f"K{i}", rng.choice(orgs), *what])
    for i in range(90 if m.crowded else rng.choice([0, 8, 25, 50])):
        day = m.past()
        country = "" if rng.random() < 0.15 else m.country()
        org = rng.choice([*orgs, "", ""])
        alleges = rng.choice(["true", "false"])
        closed = m.maybe(m.after(day), 1 - lazy)
        t["complaints"].append([f"P{i}", day.isoformat(), country, org, alleges, closed])


def _outreach(m: Maker) -> None:
    """Engagements, events, mentions, visits, references to the Code and the board."""
    rng, t = m.rng, m.tables
    who = ["Acme", "acme", "Acme#1", "Ministry, X", "Ngo Ü"]
    t["engagements"] = []
    for i in [*rng.sample(ENGAGEMENTS, len(ENGAGEMENTS)), *range(rng.randint(0, 25))]:
        name = rng.choice(who) if isinstance(i, str) else f"Org {i % 7}"
        row = [f"{i}", m.past().isoformat(), name, m.some("stakeholder"), m.country()]
        t["engagements"].append([*row, m.some("stage")])
    t["events"] = [
        [f"V{i}", "Event", m.some("event"), m.near().isoformat(), rng.choice(["", m.country()])]
        for i in range(rng.randint(0, 8))
    ]
    attendance = {
        (event[0], m.some("stakeholder"), m.country()): str(rng.randint(1, 60))
        for event in t["events"]
        for _ in range(rng.randint(0, 4))
    }
    t["event_attendance"] = [[*key, count] for key, count in attendance.items()]
    t["media_mentions"] = []
    for i in range(rng.choice([0, 5, 20])):
        row = [f"N{i}", m.past().isoformat(), "Daily", m.country(), rng.choice(["en", "fr"])]
        t["media_mentions"].append([*row, m.some("tone"), ""])
    visits = {
        (m.past().isoformat()[:7], m.country()): [str(rng.choice([0, 1, 40, 900])), "0"]
        for _ in range(rng.randint(0, 25))
    }
    t["web_traffic"] = [[*key, *counts] for key, counts in visits.items()]
    t["code_references"] = []
    for i in range(rng.randint(0, 8)):
        day = m.near()
        ended = m.maybe(m.after(day), 0.4)
        row = [f"R{i}", m.some("code"), "Issuer", m.country(), day.isoformat(), ended]
        t["code_references"].append(row)
    t["board_terms"] = []
    for seat in _SEATS:
        days = sorted({m.near() for _ in range(rng.randint(0, 3))})
        for k, day in enumerate(days):
            end = days[k + 1] if k + 1 < len(days) else rng.choice([None, None, m.after(day)])
            org = rng.choice([*(org for org, _ in m.orgs), ""])
            t["board_terms"].append([seat, org, day.isoformat(), m.maybe(end, 1)])


_SEATS = [f"{pillar[:2].upper()}{i}" for pillar in ALLOWED["seat_pillar"] for i in range(1, 5)]


def _plan(m: Maker) -> None:
    rng, t = m.rng, m.tables
    t["regions"] = [list(row) for row in m.countries]
    t["board_seats"] = [[seat, ALLOWED["seat_pillar"][i // 4]] for i, seat in enumerate(_SEATS)]
    meetings = {(m.near(), m.some("meeting")) for _ in range(rng.randint(0, 8))}
    t["meetings"] = [[day.isoformat(), kind, "Meeting"] for day, kind in meetings]
    t["milestones"] = [["MS1", "1", "First", "2020-06-30", "", "Director"]]
    t["targets"] = []
    scopes = {""}
    for kpi in rng.sample(list(KPIS), 18):
        scopes = {"", rng.choice(_scopes(m, kpi))} if rng.random() < 0.6 else {""}
        for scope in scopes:
            t["targets"] += _path(m, kpi, scope)
    t["published_figures"] = []


def _scopes(m: Maker, kpi: str) -> list[str]:
    dims, scopes = KPIS[kpi].dims, [""]
    if "R" in dims:
        scopes += [f"region={row[2]}" for row in m.countries] + ["region=Not specified"]
    if "P" in dims:
        scopes += [f"pillar={pillar}" for pillar in ALLOWED["pillar"]]
    return scopes


def _path(m: Maker, kpi: str, scope: str) -> Table:
    rng = m.rng
    days = sorted({m.near() for _ in range(rng.randint(0, 2))} | {m.start, m.end})
    last = m.end + dt.timedelta(days=rng.choice([0, 1, 365, 700]))
    days = sorted({rng.choice(days), rng.choice(days), rng.choice([last, m.near()]), last})
    if KPIS[kpi].unit == "%":
        values = [
            f"{rng.choice([0, 0.1, 0.25, 0.5, 0.75, 0.9, 1, rng.random()]):.3f}" for _ in days
        ]
    else:
        top = rng.choice([3, 8, 20, 60, 500])
        values = [str(rng.randint(0, top)) for _ in days]
    down = KPIS[kpi].better == "down"
    values.sort(key=float, reverse=down)
    if rng.random() < 0.1:
        values = values[:1] * len(values)
    return [
        [kpi, scope, day.isoformat(), value, "plan"]
        for day, value in zip(days, values, strict=True)
    ]


def _publish(m: Maker, exports: Path, plan: Path) -> None:
    """Published figures near the true ones, so that rounding decides whether they agree."""
    rng = m.rng
    world = load(exports, plan)
    dates = reporting_dates(world)
    rows: dict[tuple[str, ...], list[str]] = {}
    for i in range(rng.randint(2, 25)):
        kpi = rng.choice(list(KPIS))
        day = rng.choice([*dates, m.near(), dt.date(2020, 12, 31), dt.date(2019, 12, 31)])
        scope = rng.choice(_scopes(m, kpi))
        some = selected(world, kpi, day, Selection())
        if scope.startswith("region="):
            some = [f for f in some if f.region == scope[7:]]
        if scope.startswith("pillar="):
            some = [f for f in some if f.pillar == scope[7:]]
        if "C" in KPIS[kpi].dims and some and rng.random() < 0.3:
            category = rng.choice(some).category
            scope = f"category={category}"
            some = [f for f in selected(world, kpi, day, Selection()) if f.category == category]
        value = add_up(world, kpi, some).value or 0
        places = rng.choice([0, 1, 2, 3])
        rounded = math.floor(value * 10**places) + rng.choice([0, 1, 1])
        text = f"{rounded / 10**places:.{places}f}"
        row = [f"Figure {i % 6}", "" if rng.random() < 0.1 else kpi, scope, day.isoformat(), text]
        rows[(row[0], scope, row[3])] = [*row, "", "Report", "day", rng.choice(["", "a, note"])]
    m.tables["published_figures"] = list(rows.values())


def generate(rng: random.Random, folder: Path, dirty: bool) -> tuple[Path, Path]:
    """Writes one set below the folder and gives back its exports and its plan folder."""
    exports, plan = folder / "exports", folder / "plan"
    exports.mkdir(parents=True)
    plan.mkdir()
    m = Maker(rng)
    for make in (_organisations, _certifications, _assessments, _work, _outreach, _plan):
        make(m)
    (exports / "exported_on.txt").write_text(f"{m.end.isoformat()}\n", encoding="utf-8")
    goals = "".join(
        f'\n[[goals]]\nnumber = {i}\ntitle = "Goal {i}"\nsummary = "x"\n' for i in range(1, 5)
    )
    (plan / "plan.toml").write_text(
        f'name = "Small"\nstarts_on = {m.start}\nends_on = {m.end + 365 * DAY}\n{goals}',
        encoding="utf-8",
    )
    _write(m, exports, plan, list(COLUMNS), None)
    _publish(m, exports, plan)
    if dirty:
        for name, table in m.tables.items():
            spoil_rows(rng, name, table)
        _write(m, exports, plan, list(COLUMNS), rng)
        spoil_files(rng, exports, plan)
    else:
        _write(m, exports, plan, list(COLUMNS), rng)
    return exports, plan


def _write(
    m: Maker, exports: Path, plan: Path, names: list[str], rng: random.Random | None
) -> None:
    for name in names:
        folder = exports if name in EXPORTS else plan
        header = [column.name for column in columns_of(name)]
        write_file(folder / f"{name}.csv", header, m.tables[name], rng)
