"""The contract of the exports and of the plan, transcribed by hand as Python literals."""

from __future__ import annotations

from dataclasses import dataclass

STAKEHOLDERS = (
    "government company civil_society client donor insurer trade_association "
    "international_organisation academia media other"
)
ENUMS = {
    "pillar": "company civil_society government other",
    "seat_pillar": "company civil_society government",
    "membership": "applicant transitional member affiliate observer",
    "end_reason": "progressed withdrawn non_payment no_self_assessment bad_faith other",
    "answer": "met partly not_met not_applicable",
    "mission": "field_review outreach",
    "concern": "personnel_misconduct management_governance other",
    "source": "remote_monitoring self_assessment field_review complaint civil_society",
    "mode": "online in_person",
    "stakeholder": STAKEHOLDERS,
    "stage": "contacted in_discussion applied joined declined",
    "event": "webinar panel conference general_assembly workshop other",
    "tone": "positive neutral negative",
    "code": "legislation public_procurement client_contract insurance financing standard",
    "meeting": "board general_assembly working_group",
}
ALLOWED = {name: tuple(words.split()) for name, words in ENUMS.items()}
ALLOWED["standard"] = ("PSC.1", "ISO 18788", "ISO 28007")

# name:type, then ! for req and * for key; types are those of the contract or the name of an enum.
COLUMNS = {
    "organisations": "org_id:text!* name:text! pillar:pillar! country:country!",
    "memberships": "org_id:text!* category:membership! start_on:date!* end_on:date "
    "end_reason:end_reason",
    "certifications": "org_id:text!* standard:standard!* certified_on:date!* expires_on:date! "
    "withdrawn_on:date",
    "self_assessments": "org_id:text!* cycle:year!* opened_on:date! due_on:date! submitted_on:date",
    "self_assessment_answers": "org_id:text!* cycle:year!* section:text! indicator:text!* "
    "answer:answer!",
    "missions": "mission_id:text!* kind:mission! country:country! start_on:date! end_on:date!",
    "mission_visits": "mission_id:text!* org_id:text!*",
    "concerns": "concern_id:text!* org_id:text! category:concern! source:source! opened_on:date! "
    "closed_on:date",
    "complaints": "complaint_id:text!* received_on:date! country:country org_id:text "
    "alleges_violation:boolean! closed_on:date",
    "trainings": "training_id:text!* title:text! topic:text! mode:mode! held_on:date!",
    "training_attendance": "training_id:text!* org_id:text!* participants:integer!",
    "engagements": "engagement_id:text!* held_on:date! organisation:text! "
    "stakeholder_type:stakeholder! country:country! stage:stage!",
    "events": "event_id:text!* title:text! kind:event! held_on:date! country:country",
    "event_attendance": "event_id:text!* stakeholder_type:stakeholder!* country:country!* "
    "participants:integer!",
    "media_mentions": "mention_id:text!* published_on:date! outlet:text! country:country! "
    "language:text! tone:tone! url:text",
    "web_traffic": "month:month!* country:country!* visits:integer! downloads:integer!",
    "code_references": "reference_id:text!* kind:code! issuer:text! country:country! "
    "in_force_on:date! ended_on:date",
    "board_terms": "seat_id:text!* org_id:text start_on:date!* end_on:date",
    "regions": "country:country!* country_name:text! region:text! focus:boolean!",
    "board_seats": "seat_id:text!* pillar:seat_pillar!",
    "meetings": "date:date!* kind:meeting!* title:text!",
    "targets": "kpi:text!* scope:text* date:date!* value:number! source:text!",
    "milestones": "milestone_id:text!* goal:integer! title:text! due_on:date! done_on:date "
    "owner:text!",
    "published_figures": "figure:text!* kpi:text scope:text* as_of:date!* value:number! "
    "published_on:date source:text!* precision:text note:text",
}
PLAN_FILES = (
    "regions",
    "board_seats",
    "meetings",
    "targets",
    "milestones",
    "published_figures",
)
EXPORTS = tuple(name for name in COLUMNS if name not in PLAN_FILES)

# file -> (columns here, file there, columns there)
REFERENCES: dict[str, list[tuple[tuple[str, ...], str, tuple[str, ...]]]] = {
    "memberships": [(("org_id",), "organisations", ("org_id",))],
    "certifications": [(("org_id",), "organisations", ("org_id",))],
    "self_assessments": [(("org_id",), "organisations", ("org_id",))],
    "self_assessment_answers": [(("org_id", "cycle"), "self_assessments", ("org_id", "cycle"))],
    "mission_visits": [
        (("mission_id",), "missions", ("mission_id",)),
        (("org_id",), "organisations", ("org_id",)),
    ],
    "concerns": [(("org_id",), "organisations", ("org_id",))],
    "complaints": [(("org_id",), "organisations", ("org_id",))],
    "training_attendance": [
        (("training_id",), "trainings", ("training_id",)),
        (("org_id",), "organisations", ("org_id",)),
    ],
    "event_attendance": [(("event_id",), "events", ("event_id",))],
    "board_terms": [
        (("seat_id",), "board_seats", ("seat_id",)),
        (("org_id",), "organisations", ("org_id",)),
    ],
}
# An order in which every file comes after those that it refers to.
READING_ORDER = (
    "regions",
    "board_seats",
    "meetings",
    "targets",
    "milestones",
    "published_figures",
    "organisations",
    "missions",
    "trainings",
    "events",
    "self_assessments",
    *(
        name
        for name in EXPORTS
        if name not in ("organisations", "missions", "trainings", "events", "self_assessments")
    ),
)
# file -> (column, comparison, other column): the finding stands on the first.
CONDITIONS = {
    "memberships": [("end_on", ">=", "start_on")],
    "certifications": [("expires_on", ">", "certified_on"), ("withdrawn_on", ">=", "certified_on")],
    "self_assessments": [("due_on", ">=", "opened_on"), ("submitted_on", ">=", "opened_on")],
    "missions": [("end_on", ">=", "start_on")],
    "concerns": [("closed_on", ">=", "opened_on")],
    "complaints": [("closed_on", ">=", "received_on")],
    "code_references": [("ended_on", ">=", "in_force_on")],
    "board_terms": [("end_on", ">=", "start_on")],
}
# (file, column) -> least and greatest value
BOUNDS: dict[tuple[str, str], tuple[int, int | None]] = {
    ("training_attendance", "participants"): (1, None),
    ("event_attendance", "participants"): (1, None),
    ("web_traffic", "visits"): (0, None),
    ("web_traffic", "downloads"): (0, None),
    ("milestones", "goal"): (1, 4),
}
NO_OVERLAP = {"memberships": "org_id", "board_terms": "seat_id"}
PAST_ONLY = {
    "memberships": ["start_on"],
    "certifications": ["certified_on", "withdrawn_on"],
    "self_assessments": ["submitted_on"],
    "concerns": ["opened_on", "closed_on"],
    "complaints": ["received_on", "closed_on"],
    "trainings": ["held_on"],
    "engagements": ["held_on"],
    "media_mentions": ["published_on"],
    "web_traffic": ["month"],
}
RULES = [
    "missing_file",
    "encoding",
    "missing_column",
    "extra_column",
    "structure",
    "required",
    "type",
    "enum",
    "range",
    "unknown_country",
    "reference",
    "unique",
    "overlap",
    "after_data_date",
]


@dataclass(frozen=True)
class Column:
    name: str
    type: str
    required: bool
    key: bool


def columns_of(export: str) -> list[Column]:
    """The columns of a file in the order of the contract."""
    columns = []
    for word in COLUMNS[export].split():
        name, kind = word.split(":")
        columns.append(Column(name, kind.rstrip("!*"), "!" in kind, "*" in kind))
    return columns


@dataclass(frozen=True)
class Kpi:
    id: str
    goal: int
    better: str  # "up", "down" or "" where it is only watched
    aggregate: str
    unit: str
    dims: str  # of R, P and C
    exports: tuple[str, ...]
    rows_for: str
    confidential: bool


_CATALOGUE = """
certified_companies 1 up sum companies RP organisations,memberships,certifications guest
certification_rate 1 up ratio % RP organisations,memberships,certifications board
months_to_certification 1 down ratio months RP organisations,memberships,certifications board
past_deadline 1 down sum companies RP organisations,memberships,certifications board
affiliates 1 up sum companies RP organisations,memberships guest
training_coverage 1 up ratio % RP organisations,memberships,trainings,training_attendance board
psea_policy 1 up ratio % RP organisations,memberships,self_assessments,self_assessment_answers lock
self_assessment_on_time 2 up ratio % RP organisations,self_assessments board
indicators_met 2 up ratio % RPC organisations,memberships,self_assessments,self_assessment_answers lock
field_review_coverage 2 up ratio % RP organisations,memberships,missions,mission_visits board
countries_reviewed 2 up countries countries R missions board
csos_in_monitoring 2 up sum organisations RP organisations,missions,mission_visits board
open_concerns 2 watched sum concerns RPC organisations,concerns lock
concerns_resolved_on_time 2 up ratio % RPC organisations,concerns lock
complaints_received 2 watched sum complaints RC complaints lock
complaints_resolved_on_time 2 up ratio % RC complaints lock
company_members 3 up sum companies RPC organisations,memberships guest
civil_society_members 3 up sum organisations RPC organisations,memberships guest
government_members 3 up sum governments RPC organisations,memberships guest
countries_represented 3 up countries countries RP organisations,memberships guest
focus_region_share 3 up ratio % RP organisations,memberships guest
retention 3 up ratio % RP organisations,memberships board
board_seats_filled 3 up ratio % P board_terms guest
stakeholders_engaged 3 up sum organisations RPC engagements board
media_mentions 4 up sum mentions RC media_mentions guest
media_tone 4 up ratio % R media_mentions guest
website_visits 4 up sum visits R web_traffic guest
code_references 4 up sum references RC code_references guest
event_participants 4 up sum participants RPC events,event_attendance board
"""  # noqa: E501


def _catalogue() -> dict[str, Kpi]:
    kpis = {}
    for line in _CATALOGUE.split("\n"):
        if line:
            id_, goal, better, aggregate, unit, dims, exports, rows_for = line.split()
            locked = rows_for == "lock"
            kpis[id_] = Kpi(
                id_,
                int(goal),
                "" if better == "watched" else better,
                aggregate,
                unit,
                dims,
                tuple(exports.split(",")),
                "executive" if locked else rows_for,
                locked,
            )
    return kpis


KPIS = _catalogue()
assert len(KPIS) == 29
