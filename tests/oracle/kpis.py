"""The facts of the 29 KPIs at any day, by clear loops over the accepted rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction

from .contract import KPIS
from .register import Fact, Register, Row, days_after, deadline, holds, in_window, months_before
from .tables import World, last_day_of_month


def _certified_companies(r: Register) -> Iterator[Fact]:
    for org in r.company_members():
        if r.certified(org):
            yield r.fact(org)


def _certification_rate(r: Register) -> Iterator[Fact]:
    for org in r.company_members():
        yield r.fact(org, int(r.certified(org)))


def _months_to_certification(r: Register) -> Iterator[Fact]:
    for org in r.of_pillar("company"):
        certified = [c["certified_on"] for c in r.rows_of("certifications", org)]
        spells = [
            s["start_on"]
            for s in r.rows_of("memberships", org)
            if s["category"] in ("transitional", "member")
        ]
        if not certified or not spells:
            continue
        first, start = min(certified), min(spells)
        if in_window(first, r.day, 24) and start <= r.day:
            days = max(0, (first - start).days)
            yield r.fact(org, Fraction(days) / Fraction("30.4375"))


def _past_deadline(r: Register) -> Iterator[Fact]:
    for org in r.of_pillar("company"):
        for spell in r.rows_of("memberships", org):
            if spell["category"] != "transitional":
                continue
            limit = deadline(spell["start_on"], r.day)
            if holds(spell, r.day) and not r.certified(org) and limit and r.day > limit:
                yield r.fact(org)


def _affiliates(r: Register) -> Iterator[Fact]:
    for org in r.of_pillar("company"):
        if r.category(org, r.day) == "affiliate":
            yield r.fact(org)


def _training_coverage(r: Register) -> Iterator[Fact]:
    recent = {t["training_id"] for t in r.rows("trainings") if in_window(t["held_on"], r.day, 12)}
    attended = {a["org_id"] for a in r.rows("training_attendance") if a["training_id"] in recent}
    for org in r.participants():
        yield r.fact(org, int(org in attended))


def _psea_policy(r: Register) -> Iterator[Fact]:
    for org in r.participants():
        for answer in r.latest_answers(org):
            if answer["indicator"] == "PSEA-1" and answer["answer"] != "not_applicable":
                yield r.fact(org, int(answer["answer"] == "met"))


def _self_assessment_on_time(r: Register) -> Iterator[Fact]:
    for row in r.rows("self_assessments"):
        if in_window(row["due_on"], r.day, 12):
            submitted = row["submitted_on"]
            on_time = submitted is not None and submitted <= row["due_on"]
            yield r.fact(row["org_id"], int(on_time), entity=f"{row['org_id']}#{row['cycle']}")


def _indicators_met(r: Register) -> Iterator[Fact]:
    points = {"met": Fraction(1), "partly": Fraction(1, 2), "not_met": Fraction(0)}
    for org in r.participants():
        answers = [a for a in r.latest_answers(org) if a["answer"] != "not_applicable"]
        for section in sorted({a["section"] for a in answers}):
            here = [points[a["answer"]] for a in answers if a["section"] == section]
            yield r.fact(
                org,
                sum(here, Fraction(0)),
                entity=f"{org}#{section}",
                category=section,
                denominator=len(here),
            )


def _visited(r: Register, n: int, kind: str | None) -> set[str]:
    missions = {
        m["mission_id"]
        for m in r.rows("missions")
        if in_window(m["end_on"], r.day, n) and kind in (None, m["kind"])
    }
    return {v["org_id"] for v in r.rows("mission_visits") if v["mission_id"] in missions}


def _field_review_coverage(r: Register) -> Iterator[Fact]:
    visited = _visited(r, 36, "field_review")
    for org in r.participants():
        yield r.fact(org, int(org in visited))


def _countries_reviewed(r: Register) -> Iterator[Fact]:
    for m in r.rows("missions"):
        if m["kind"] == "field_review" and in_window(m["end_on"], r.day, 12):
            yield Fact(m["mission_id"], m["country"], None, None, Fraction(1), Fraction(1))


def _csos_in_monitoring(r: Register) -> Iterator[Fact]:
    visited = _visited(r, 12, None)
    for org in r.of_pillar("civil_society"):
        if org in visited:
            yield r.fact(org)


def _open_concerns(r: Register) -> Iterator[Fact]:
    for c in r.rows("concerns"):
        if holds(c, r.day, "opened_on", "closed_on"):
            yield r.fact(c["org_id"], entity=c["concern_id"], category=c["category"])


def _concerns_resolved_on_time(r: Register) -> Iterator[Fact]:
    for c in r.rows("concerns"):
        limit = days_after(c["opened_on"], 180)
        if in_window(limit, r.day, 12):
            on_time = c["closed_on"] is not None and c["closed_on"] <= limit
            yield r.fact(c["org_id"], int(on_time), entity=c["concern_id"], category=c["category"])


def _complaint(c: Row, numerator: int) -> Fact:
    category = "alleges_violation" if c["alleges_violation"] else "other"
    return Fact(c["complaint_id"], c["country"], None, category, Fraction(numerator), Fraction(1))


def _complaints_received(r: Register) -> Iterator[Fact]:
    for c in r.rows("complaints"):
        if in_window(c["received_on"], r.day, 12):
            yield _complaint(c, 1)


def _complaints_resolved_on_time(r: Register) -> Iterator[Fact]:
    for c in r.rows("complaints"):
        limit = days_after(c["received_on"], 90)
        if in_window(limit, r.day, 12):
            yield _complaint(c, int(c["closed_on"] is not None and c["closed_on"] <= limit))


def _members_of(pillar: str) -> Callable[[Register], Iterator[Fact]]:
    def facts(r: Register) -> Iterator[Fact]:
        for org in r.of_pillar(pillar):
            if r.is_member(org, r.day):
                yield r.fact(org, category=r.category(org, r.day))

    return facts


def _countries_represented(r: Register) -> Iterator[Fact]:
    for org in r.organisations:
        if r.is_member(org, r.day):
            yield r.fact(org)


def focus_of_regions(world: World) -> dict[str, bool]:
    focus: dict[str, bool] = {}
    for row in world.rows("regions"):
        focus.setdefault(row["region"], row["focus"])
    return focus


def _focus_region_share(r: Register) -> Iterator[Fact]:
    focus = focus_of_regions(r.world)
    regions = {row["country"]: row["region"] for row in r.rows("regions")}
    for org in r.company_members():
        region = regions[r.organisations[org]["country"]]
        yield r.fact(org, int(focus[region]))


def _retention(r: Register) -> Iterator[Fact]:
    for org in r.organisations:
        if r.is_member(org, months_before(r.day, 12)):
            yield r.fact(org, int(r.is_member(org, r.day)))


def _board_seats_filled(r: Register) -> Iterator[Fact]:
    for seat in r.rows("board_seats"):
        filled = any(
            t["seat_id"] == seat["seat_id"] and t["org_id"] is not None and holds(t, r.day)
            for t in r.rows("board_terms")
        )
        yield Fact(seat["seat_id"], None, seat["pillar"], None, Fraction(int(filled)), Fraction(1))


def _pillar_of(stakeholder: str) -> str:
    return stakeholder if stakeholder in ("government", "company", "civil_society") else "other"


def _stakeholders_engaged(r: Register) -> Iterator[Fact]:
    latest: dict[tuple[str, str], Row] = {}
    for e in r.rows("engagements"):
        if not in_window(e["held_on"], r.day, 12):
            continue
        who = e["organisation"], e["country"]
        if who not in latest or (e["held_on"], e["engagement_id"]) > (
            latest[who]["held_on"],
            latest[who]["engagement_id"],
        ):
            latest[who] = e
    for (organisation, country), e in latest.items():
        stakeholder = e["stakeholder_type"]
        yield Fact(
            f"{organisation}#{country}",
            country,
            _pillar_of(stakeholder),
            stakeholder,
            Fraction(1),
            Fraction(1),
        )


def _mentions(r: Register) -> list[Row]:
    return [m for m in r.rows("media_mentions") if in_window(m["published_on"], r.day, 12)]


def _media_mentions(r: Register) -> Iterator[Fact]:
    for m in _mentions(r):
        yield Fact(m["mention_id"], m["country"], None, m["tone"], Fraction(1), Fraction(1))


def _media_tone(r: Register) -> Iterator[Fact]:
    for m in _mentions(r):
        positive = Fraction(int(m["tone"] == "positive"))
        yield Fact(m["mention_id"], m["country"], None, None, positive, Fraction(1))


def _website_visits(r: Register) -> Iterator[Fact]:
    for w in r.rows("web_traffic"):
        if in_window(last_day_of_month(w["month"]), r.day, 12):
            entity = f"{w['month']}#{w['country']}"
            yield Fact(entity, w["country"], None, None, Fraction(w["visits"]), Fraction(1))


def _code_references(r: Register) -> Iterator[Fact]:
    for c in r.rows("code_references"):
        if holds(c, r.day, "in_force_on", "ended_on"):
            yield Fact(c["reference_id"], c["country"], None, c["kind"], Fraction(1), Fraction(1))


def _event_participants(r: Register) -> Iterator[Fact]:
    events = {e["event_id"]: e for e in r.rows("events")}
    for a in r.rows("event_attendance"):
        event = events[a["event_id"]]
        if in_window(event["held_on"], r.day, 12):
            yield Fact(
                f"{a['event_id']}#{a['stakeholder_type']}#{a['country']}",
                a["country"],
                _pillar_of(a["stakeholder_type"]),
                event["kind"],
                Fraction(a["participants"]),
                Fraction(1),
            )


_FACTS: dict[str, Callable[[Register], Iterator[Fact]]] = {
    "certified_companies": _certified_companies,
    "certification_rate": _certification_rate,
    "months_to_certification": _months_to_certification,
    "past_deadline": _past_deadline,
    "affiliates": _affiliates,
    "training_coverage": _training_coverage,
    "psea_policy": _psea_policy,
    "self_assessment_on_time": _self_assessment_on_time,
    "indicators_met": _indicators_met,
    "field_review_coverage": _field_review_coverage,
    "countries_reviewed": _countries_reviewed,
    "csos_in_monitoring": _csos_in_monitoring,
    "open_concerns": _open_concerns,
    "concerns_resolved_on_time": _concerns_resolved_on_time,
    "complaints_received": _complaints_received,
    "complaints_resolved_on_time": _complaints_resolved_on_time,
    "company_members": _members_of("company"),
    "civil_society_members": _members_of("civil_society"),
    "government_members": _members_of("government"),
    "countries_represented": _countries_represented,
    "focus_region_share": _focus_region_share,
    "retention": _retention,
    "board_seats_filled": _board_seats_filled,
    "stakeholders_engaged": _stakeholders_engaged,
    "media_mentions": _media_mentions,
    "media_tone": _media_tone,
    "website_visits": _website_visits,
    "code_references": _code_references,
    "event_participants": _event_participants,
}


def available(world: World, kpi: str) -> bool:
    """A KPI one of whose exports is absent or quarantined whole has no value."""
    return all(world.files[name].state == "read" for name in KPIS[kpi].exports)


def facts(world: World, kpi: str, day: dt.date) -> list[Fact]:
    """The facts of one KPI on one day, with the region of each; none where it is unavailable."""
    if not available(world, kpi):
        return []
    if (kpi, day) not in world.memory:
        regions = {row["country"]: row["region"] for row in world.rows("regions")}
        world.memory[kpi, day] = [
            replace(fact, region=_region(kpi, fact, regions))
            for fact in _FACTS[kpi](Register(world, day))
        ]
    found: list[Fact] = world.memory[kpi, day]
    return found


def _region(kpi: str, fact: Fact, regions: dict[str, str]) -> str | None:
    if "R" not in KPIS[kpi].dims:
        return None
    return regions[fact.country] if fact.country is not None else "Not specified"
