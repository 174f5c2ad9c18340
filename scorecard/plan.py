"""The plan: its goals, KPIs, paths of targets, meetings, milestones and published figures."""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import duckdb

from scorecard.catalogue import NOT_SPECIFIED, Kpi
from scorecard.exports import PILLARS
from scorecard.languages import LANGUAGES, say, speaking, territory
from scorecard.refusal import Refusal, nearest

FILE = "plan.toml"


class BadPlan(Exception):
    """plan.toml is absent, cannot be read or lacks something; the text says what."""


@dataclass(frozen=True)
class Goal:
    number: int
    title: str
    summary: str


@dataclass(frozen=True)
class Target:
    """The path that a KPI should follow for one scope: dated points, baseline to target."""

    points: tuple[tuple[dt.date, float], ...]
    sources: tuple[str, ...]

    @property
    def baseline(self) -> float:
        return self.points[0][1]

    @property
    def starts_on(self) -> dt.date:
        return self.points[0][0]

    @property
    def target(self) -> float:
        return self.points[-1][1]

    @property
    def ends_on(self) -> dt.date:
        return self.points[-1][0]

    def at(self, date: dt.date) -> float | None:
        """The value expected at a date, linear in days between points; none before the first."""
        if date < self.starts_on:
            return None
        if date >= self.ends_on:
            return self.target
        after = bisect_right(self.points, date, key=lambda point: point[0])
        (left, low), (right, high) = self.points[after - 1], self.points[after]
        return low + (high - low) * ((date - left).days / (right - left).days)


@dataclass(frozen=True)
class Meeting:
    date: dt.date
    kind: str
    title: str


@dataclass(frozen=True)
class Milestone:
    id: str
    goal: int
    title: str
    due_on: dt.date
    done_on: dt.date | None
    owner: str


@dataclass(frozen=True)
class Figure:
    """A published figure with its source; `kpi` is none where it is context only."""

    figure: str
    kpi: str | None
    scope: str | None
    as_of: dt.date
    value: float
    digits: str
    """The value as it was published, which tells its decimals."""
    published_on: dt.date | None
    source: str
    precision: str | None
    note: str | None


@dataclass(frozen=True)
class Outline:
    """What plan.toml says."""

    name: str
    starts_on: dt.date
    ends_on: dt.date
    goals: tuple[Goal, ...]
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Language -> text of the plan -> the same in that language, as far as the plan says it."""


@dataclass(frozen=True)
class Plan:
    """All that is planned, as a snapshot holds it."""

    name: str
    starts_on: dt.date
    ends_on: dt.date
    goals: tuple[Goal, ...]
    kpis: tuple[Kpi, ...]
    countries: dict[str, tuple[str, str]]
    """Country code -> (name, region)."""
    focus: frozenset[str]
    meetings: tuple[Meeting, ...]
    milestones: tuple[Milestone, ...]
    targets: dict[tuple[str, str], Target]
    """(KPI, scope) -> path; the scope is empty for the whole Association."""
    figures: tuple[Figure, ...]
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @cached_property
    def regions(self) -> tuple[str, ...]:
        """The regions by name, `Not specified` last."""
        named = {region for _, region in self.countries.values()} - {NOT_SPECIFIED}
        return (*sorted(named), NOT_SPECIFIED)

    @property
    def pillars(self) -> tuple[str, ...]:
        return PILLARS

    @cached_property
    def by_id(self) -> dict[str, Kpi]:
        return {kpi.id: kpi for kpi in self.kpis}

    def kpi(self, name: str) -> Kpi:
        """The KPI of that id, or a refusal that names the nearest."""
        if name not in self.by_id:
            raise Refusal(
                say(
                    "there is no KPI {name}{nearest}",
                    name=repr(name),
                    nearest=nearest(name, self.by_id),
                )
            )
        return self.by_id[name]

    def goal(self, number: int) -> Goal:
        return next(goal for goal in self.goals if goal.number == number)

    def said(self, language: str) -> Plan:
        """The same plan in a language: KPIs by our catalogs, its own texts as it translates them.

        Names by which things are asked for, such as regions, stay as they are.
        """
        with speaking(language):
            own = self.translations.get(language, {})

            def told(text: str) -> str:
                return own.get(text) or say(text)

            return replace(
                self,
                name=told(self.name),
                goals=tuple(
                    replace(goal, title=told(goal.title), summary=told(goal.summary))
                    for goal in self.goals
                ),
                kpis=tuple(_said(kpi) for kpi in self.kpis),
                countries={
                    code: (territory(code, name), region)
                    for code, (name, region) in self.countries.items()
                },
                meetings=tuple(replace(m, title=told(m.title)) for m in self.meetings),
                milestones=tuple(
                    replace(m, title=told(m.title), owner=told(m.owner)) for m in self.milestones
                ),
            )


def _said(kpi: Kpi) -> Kpi:
    """A KPI in the language of now. Its unit is a noun that is said with each count."""
    return replace(
        kpi,
        title=say(kpi.title),
        definition=say(kpi.definition),
        why=say(kpi.why),
        limitation=say(kpi.limitation),
        owner=say(kpi.owner),
    )


def outline(text: str) -> Outline:
    """Reads plan.toml; raises BadPlan."""
    try:
        table = tomllib.loads(text)
        goals = tuple(
            Goal(int(goal["number"]), str(goal["title"]), str(goal["summary"]))
            for goal in table["goals"]
        )
        starts_on, ends_on = table["starts_on"], table["ends_on"]
        name = str(table["name"])
        translations = {
            code: {str(text): str(said) for text, said in words.items()}
            for code, words in table.get("translations", {}).items()
            if code in LANGUAGES
        }
    except tomllib.TOMLDecodeError as error:
        raise BadPlan(f"is no TOML: {error}") from error
    except KeyError as error:
        raise BadPlan(f"lacks the key {error.args[0]}") from error
    except (AttributeError, TypeError, ValueError) as error:
        raise BadPlan(f"cannot be understood: {error}") from error
    for key, value in (("starts_on", starts_on), ("ends_on", ends_on)):
        if type(value) is not dt.date:
            raise BadPlan(f"{key} must be a date such as 2019-01-01, not {value!r}")
    if sorted(goal.number for goal in goals) != [1, 2, 3, 4]:
        raise BadPlan("must have four goals, numbered 1 to 4")
    goals = tuple(sorted(goals, key=lambda goal: goal.number))
    return Outline(name, starts_on, ends_on, goals, translations)


def read_outline(folder: Path) -> str:
    """The text of plan.toml; raises BadPlan where it cannot be read."""
    try:
        return (folder / FILE).read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise BadPlan("has not arrived; nothing can be computed without it") from error
    except OSError as error:
        raise BadPlan(f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadPlan("must be UTF-8") from error


def load(con: duckdb.DuckDBPyConnection, toml: str, kpis: tuple[Kpi, ...]) -> Plan:
    """The plan from the clean tables of the plan files and the text of plan.toml."""
    about = outline(toml)
    countries = con.execute("select country, country_name, region from regions").fetchall()
    focus = con.execute(
        "select region from regions group by region having arg_min(focus, line)"
    ).fetchall()
    meetings = con.execute("select date, kind, title from meetings order by date, kind").fetchall()
    milestones = con.execute(
        "select milestone_id, cast(goal as integer), title, due_on, done_on, owner from milestones "
        "order by due_on, milestone_id"
    ).fetchall()
    figures = con.execute(
        "select figure, kpi, scope, as_of, value, digits, published_on, source, precision, note "
        "from published_figures order by line"
    ).fetchall()
    return Plan(
        name=about.name,
        starts_on=about.starts_on,
        ends_on=about.ends_on,
        goals=about.goals,
        kpis=kpis,
        countries={country: (name, region) for country, name, region in countries},
        focus=frozenset(region for (region,) in focus),
        meetings=tuple(Meeting(*row) for row in meetings),
        milestones=tuple(Milestone(*row) for row in milestones),
        targets=_targets(con, kpis),
        figures=tuple(Figure(*row) for row in figures),
        translations=about.translations,
    )


def _targets(
    con: duckdb.DuckDBPyConnection, kpis: tuple[Kpi, ...]
) -> dict[tuple[str, str], Target]:
    """Whole paths only: one with a quarantined row is not used, nor one of a watched KPI."""
    judged = {kpi.id for kpi in kpis if kpi.direction != "watch"}
    kept = con.execute("select cells from quarantine where export = 'targets'").fetchall()
    spoilt = {
        (row.get("kpi"), row.get("scope") or "") for row in map(json.loads, (c for (c,) in kept))
    }
    points: dict[tuple[str, str], list[tuple[dt.date, float, str]]] = {}
    for kpi, scope, date, value, source in con.execute(
        "select kpi, coalesce(scope, ''), date, value, source from targets order by date"
    ).fetchall():
        if kpi in judged and (kpi, scope) not in spoilt:
            points.setdefault((kpi, scope), []).append((date, value, source))
    return {
        key: Target(tuple((d, v) for d, v, _ in path), tuple(dict.fromkeys(s for _, _, s in path)))
        for key, path in points.items()
    }
