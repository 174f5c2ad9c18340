"""Trainings, self-assessments with their answers, and missions with their visits."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from scorecard.sample.roster import (
    AFFILIATE,
    CIVIL_SOCIETY,
    COMPANY,
    MEMBER,
    TRANSITIONAL,
    Roster,
)
from scorecard.sample.tables import (
    NEVER,
    Codes,
    Days,
    between,
    coded,
    dated,
    day,
    numbered,
    pick,
    quotas,
)
from scorecard.sample.world import world

# The self-assessment began in August 2019. Cycle, opened, due, then the shares that were
# submitted in time and late; the rest never came. Completion is as published: 93 % and 90 %.
CYCLES = (
    ("2019", "2019-08-12", "2019-09-30", 0.80, 0.134),
    ("2020", "2020-06-15", "2020-07-31", 0.71, 0.19),
    ("2021", "2021-06-14", "2021-07-31", 0.86, 0.10),
    ("2022", "2022-06-13", "2022-07-31", 0.91, 0.06),
)

# Section, its indicators, the share met in 2019, the gain by 2022, and the share to which the
# section does not apply (unarmed companies have no weapons to manage).
SECTIONS: tuple[tuple[str, tuple[str, ...], float, float, float], ...] = (
    ("Management and governance", ("GOV-1", "GOV-2", "GOV-3", "GOV-4"), 0.55, 0.06, 0.01),
    ("Human rights policy", ("HRP-1", "HRP-2", "HRP-3"), 0.50, 0.10, 0.01),
    ("Personnel", ("PER-1", "PER-2", "PER-3", "PER-4", "PER-5"), 0.53, 0.05, 0.02),
    ("Use of force", ("UOF-1", "UOF-2", "UOF-3"), 0.60, 0.04, 0.10),
    ("Weapons and materials", ("WEA-1", "WEA-2", "WEA-3"), 0.62, 0.01, 0.32),
    (
        "Prevention of sexual exploitation and abuse",
        ("PSEA-1", "PSEA-2", "PSEA-3"),
        0.45,
        0.30,
        0.03,
    ),
    ("Grievance mechanisms", ("GRM-1", "GRM-2", "GRM-3"), 0.38, 0.12, 0.01),
)
INDICATORS = [indicator for _, group, _, _, _ in SECTIONS for indicator in group]
SECTION_OF = np.repeat(np.arange(len(SECTIONS)), [len(group) for _, group, _, _, _ in SECTIONS])
# How much lower the bar lies for a region's companies: guidance reached some regions earlier.
HEAD_STARTS = {
    "Africa": -0.03,
    "Asia and the Pacific": -0.02,
    "Europe": 0.04,
    "Latin America and the Caribbean": -0.05,
    "Middle East": -0.04,
    "North America": 0.05,
}
ANSWERS = ["met", "partly", "not_met", "not_applicable"]

# Field reviews and outreach missions; hardly any could travel after February 2020.
MISSIONS = {2016: (4, 2), 2017: (5, 2), 2018: (6, 3), 2019: (6, 4), 2020: (1, 1), 2021: (3, 2)}
MISSIONS |= {2022: (7, 4)}
MISSION_REGIONS = (
    "Middle East",
    "Africa",
    "Latin America and the Caribbean",
    "Africa",
    "Asia and the Pacific",
    "Middle East",
    "Africa",
)

# Trainings a year, and the share of companies that train at all in that year.
TRAININGS = {
    2017: (5, 0.34),
    2018: (6, 0.40),
    2019: (8, 0.45),
    2020: (12, 0.50),
    2021: (14, 0.57),
    2022: (15, 0.64),
}
TOPICS = [
    ("The Code in practice", "code_of_conduct"),
    ("Preventing sexual exploitation and abuse", "psea"),
    ("Setting up a grievance mechanism", "grievance_mechanisms"),
    ("Rules on the use of force", "use_of_force"),
    ("Human rights risk assessment", "human_rights"),
    ("Preparing for certification", "certification"),
    ("Filling in the self-assessment", "self_assessment"),
]


def assessments(generator: np.random.Generator, roster: Roster) -> pa.Table:
    """One row for each participating company asked in each cycle.

    Columns `org` and `cycle` hold positions, as the answers need them; see `registers`.
    """
    parts = []
    for number, (_, opened, due, on_time, late) in enumerate(CYCLES):
        org = roster.participating(day(opened))
        kind = quotas(generator, len(org), [on_time, late])
        start, end = np.full(len(org), day(opened)), np.full(len(org), day(due))
        early = between(generator, start + 4, end)
        tardy = between(generator, end + 1, end + 70)
        submitted = np.where(kind == 0, early, np.where(kind == 1, tardy, NEVER))
        parts.append((org, np.full(len(org), number, np.int32), start, end, submitted))
    org, cycle, opened_on, due_on, submitted_on = (
        np.concatenate(column) for column in zip(*parts, strict=True)
    )
    return pa.table(
        {
            "org": org,
            "cycle_code": cycle,
            "org_id": coded(org, roster.ids),
            "cycle": coded(cycle, [cycle for cycle, *_ in CYCLES]),
            "opened_on": dated(opened_on),
            "due_on": dated(due_on),
            "submitted_on": dated(submitted_on),
        }
    )


ANSWER_SCHEMA = pa.schema(
    [
        (name, pa.dictionary(pa.int32(), pa.string()))
        for name in ("org_id", "cycle", "section", "indicator", "answer")
    ]
)
ORGS_A_BATCH = 40_000


def answers(
    generator: np.random.Generator, roster: Roster, asked: pa.Table
) -> Iterator[pa.RecordBatch]:
    """The answers of every submitted assessment, in batches: the largest register by far.

    Each company has its own standing on each indicator, which lasts, so that answers improve from
    cycle to cycle instead of being thrown anew.
    """
    width = len(INDICATORS)
    companies = int((roster.pillar == COMPANY).sum())
    standing = generator.random((companies, width), dtype=np.float32) * np.float32(0.75)
    standing += generator.random((companies, 1), dtype=np.float32) * np.float32(0.25)
    head_start = np.array([HEAD_STARTS[region] for region in world().regions], np.float32)
    standing -= head_start[roster.country[:companies], np.newaxis]
    exempt = np.array([group[4] for group in SECTIONS], np.float32)[SECTION_OF]
    # Whether a company is armed, or at sea, holds for a whole section and for good.
    applies = generator.random((companies, len(SECTIONS)), dtype=np.float32)[:, SECTION_OF] > exempt
    org_all = asked["org"].to_numpy()
    cycle_all = asked["cycle_code"].to_numpy()
    done = ~asked["submitted_on"].is_null().to_numpy(zero_copy_only=False)
    for number, (cycle, *_) in enumerate(CYCLES):
        orgs = org_all[done & (cycle_all == number)]
        progress = number / (len(CYCLES) - 1)
        met = np.array([group[2] + group[3] * progress for group in SECTIONS], np.float32)
        share = met[SECTION_OF]
        for first in range(0, len(orgs), ORGS_A_BATCH):
            org = orgs[first : first + ORGS_A_BATCH]
            chance = generator.random((len(org), width), dtype=np.float32) * np.float32(0.08)
            level = standing[org] + chance - np.float32(0.04)
            answer = np.where(level < share, 0, np.where(level < share + 0.17, 1, 2))
            answer = np.where(applies[org], answer, 3).astype(np.int32)
            rows = len(org) * width
            yield pa.RecordBatch.from_arrays(
                [
                    coded(np.repeat(org, width), roster.ids),
                    coded(np.zeros(rows, np.int32), [cycle]),
                    coded(np.tile(SECTION_OF, len(org)), [group[0] for group in SECTIONS]),
                    coded(np.tile(np.arange(width), len(org)), INDICATORS),
                    coded(answer.ravel(), ANSWERS),
                ],
                schema=ANSWER_SCHEMA,
            )


def missions(
    generator: np.random.Generator, roster: Roster, scale: float
) -> tuple[pa.Table, pa.Table]:
    """Missions and the organisations that each visited, mostly of the mission's own region."""
    places = world()
    kinds, regions, starts = [], [], []
    for year, counts in MISSIONS.items():
        last = f"{year}-02-20" if year == 2020 else f"{year}-12-10"
        for kind, count in enumerate(counts):
            number = max(1, round(count * scale))
            kinds.append(np.full(number, kind))
            turns = (np.arange(number) + kind) % len(MISSION_REGIONS)
            regions.append(turns)
            starts.append(
                between(
                    generator, np.full(number, day(f"{year}-01-15")), np.full(number, day(last))
                )
            )
    kind_codes, turn, start = (np.concatenate(part) for part in (kinds, regions, starts))
    country = np.empty(len(turn), np.int32)
    focus = places.focus()
    for number, region in enumerate(MISSION_REGIONS):
        inside = np.array([place for place in focus if places.regions[place] == region])
        here = turn == number
        country[here] = inside[pick(generator, places.companies_since[inside], int(here.sum()))]
    end = start + generator.integers(3, 11, len(start)).astype(np.int64)
    order = np.argsort(start, kind="stable")
    kind_codes, country, start, end = kind_codes[order], country[order], start[order], end[order]
    ids = numbered("M", len(start), width=3)
    table = pa.table(
        {
            "mission_id": ids,
            "kind": coded(kind_codes, ["field_review", "outreach"]),
            "country": coded(country, places.codes),
            "start_on": dated(start),
            "end_on": dated(end),
        }
    )
    mission, org = _visits(generator, roster, kind_codes, country, end)
    return table, pa.table({"mission_id": coded(mission, ids), "org_id": coded(org, roster.ids)})


def _visits(
    generator: np.random.Generator, roster: Roster, kind: Codes, country: Codes, on: Days
) -> tuple[Codes, Codes]:
    """Pairs of mission and organisation: companies that take part on the day, and CSOs."""
    region = world().region_codes()
    found_missions, found_orgs = [], []
    for pillar, categories, low, high in (
        (COMPANY, (TRANSITIONAL, MEMBER, AFFILIATE), 2, 7),
        (CIVIL_SOCIETY, (MEMBER,), 1, 4),
    ):
        pool = roster.of_pillar(pillar)
        wanted = generator.integers(low, high, len(kind))
        # Eight draws for each visit wanted: those elsewhere, or not taking part then, fall away.
        mission = np.repeat(np.arange(len(kind), dtype=np.int32), wanted * 8)
        org = pool[generator.integers(0, len(pool), len(mission))]
        near = region[roster.country[org]] == region[country[mission]]
        fits = (near | (generator.random(len(org)) < 0.2)) & roster.takes_part(
            org, on[mission], categories
        )
        mission, org = mission[fits], org[fits]
        rank = np.arange(len(mission)) - np.searchsorted(mission, mission)
        kept = rank < wanted[mission]
        found_missions.append(mission[kept])
        found_orgs.append(org[kept])
    pairs = np.unique(
        np.concatenate(found_missions).astype(np.int64) * len(roster.pillar)
        + np.concatenate(found_orgs)
    )
    return (
        (pairs // len(roster.pillar)).astype(np.int32),
        (pairs % len(roster.pillar)).astype(np.int32),
    )


def trainings(generator: np.random.Generator, roster: Roster) -> tuple[pa.Table, pa.Table]:
    """Trainings, online from April 2020, and who attended them; as many at every size."""
    years = np.repeat(list(TRAININGS), [count for count, _ in TRAININGS.values()])
    count = len(years)
    starts = np.array([day(f"{year}-01-20") for year in years])
    held = np.sort(between(generator, starts, starts + 325))
    topic = pick(generator, [3, 2, 2, 1, 2, 2, 1.5], count)
    online = (held >= day("2020-04-01")) & (
        (held < day("2021-10-01")) | (generator.random(count) < 0.6)
    )
    online |= generator.random(count) < 0.15
    ids = numbered("T", count, width=3)
    table = pa.table(
        {
            "training_id": ids,
            "title": coded(topic, [title for title, _ in TOPICS]),
            "topic": coded(topic, [name for _, name in TOPICS]),
            "mode": coded(online.astype(np.int32), ["in_person", "online"]),
            "held_on": dated(held),
        }
    )
    willing = generator.random(len(roster.pillar))
    numbers, orgs = [], []
    for number in range(count):
        share = TRAININGS[int(years[number])][1]
        company = roster.participating(held[number])
        company = company[willing[company] < share]
        company = company[generator.random(len(company)) < 0.23]
        body = np.flatnonzero(
            roster.holding(held[number], (MEMBER,)) & (roster.pillar == CIVIL_SOCIETY)
        )
        body = body[generator.random(len(body)) < 0.08]
        orgs.append(np.concatenate([company, body]))
        numbers.append(np.full(len(orgs[-1]), number))
    org = np.concatenate(orgs).astype(np.int32)
    attendance = pa.table(
        {
            "training_id": coded(np.concatenate(numbers), ids),
            "org_id": coded(org, roster.ids),
            "participants": generator.geometric(0.4, len(org)).astype(np.int32),
        }
    )
    return table, attendance
