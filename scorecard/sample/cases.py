"""Concerns and complaints: invented, few, and in the committed sample as many as published."""

import numpy as np
import pyarrow as pa

from scorecard.sample.roster import AFFILIATE, COMPANY, DATA_DATE, MEMBER, TRANSITIONAL, Roster
from scorecard.sample.tables import NEVER, Codes, Days, between, coded, dated, day, numbered, pick
from scorecard.sample.world import world

CONCERN_CATEGORIES = ["personnel_misconduct", "management_governance", "other"]
CONCERN_SOURCES = [
    "remote_monitoring",
    "self_assessment",
    "field_review",
    "complaint",
    "civil_society",
]
# Category, source, opened, closed. Open by category as published: in March 2021 1, 2 and 1, then
# 1, 3, 1 in June and 1, 4, 1 in December, and 1, 3, 1 in December 2022.
CONCERNS = (
    (0, 3, "2018-03-14", "2018-11-02"),
    (2, 0, "2018-06-20", "2018-10-11"),
    (1, 2, "2018-09-03", "2019-02-20"),
    (0, 2, "2019-02-11", "2019-07-05"),
    (2, 4, "2019-04-08", "2019-12-17"),
    (1, 0, "2019-10-21", "2020-03-12"),
    (1, 1, "2020-02-05", "2020-12-15"),
    (0, 3, "2020-07-14", None),
    (2, 0, "2020-09-22", None),
    (1, 1, "2020-11-18", "2021-09-30"),
    (1, 0, "2021-02-09", "2022-04-27"),
    (1, 1, "2021-05-19", "2022-02-15"),
    (1, 0, "2021-09-08", "2022-03-01"),
    (1, 1, "2021-11-23", None),
    (1, 2, "2022-03-16", None),
    (1, 1, "2022-09-13", None),
)
# Received, country, whether against a member, whether it alleges a violation, closed. In twelve
# months as published: 7 of which 2 allege a violation in 2021, 5 of which 4 in 2022.
COMPLAINTS = (
    ("2018-02-12", "KEN", True, False, "2018-04-23"),
    ("2018-05-30", "GBR", False, False, "2018-06-18"),
    ("2018-08-21", "NGA", False, False, "2018-12-04"),
    ("2018-11-06", None, False, False, "2018-11-20"),
    ("2019-01-28", "COL", False, False, "2019-03-15"),
    ("2019-04-17", "IRQ", True, False, "2019-08-30"),
    ("2019-06-25", None, False, False, "2019-07-09"),
    ("2019-09-10", "UGA", False, False, "2019-11-28"),
    ("2019-12-02", "ZAF", False, False, "2020-02-14"),
    ("2020-03-24", "COD", True, False, "2020-07-31"),
    ("2020-08-13", "PER", True, False, "2020-10-30"),
    ("2020-11-27", "KEN", True, False, "2021-01-29"),
    ("2021-01-19", "MEX", False, False, "2021-03-02"),
    ("2021-03-05", "AFG", False, False, "2021-07-14"),
    ("2021-06-09", None, False, False, "2021-06-30"),
    ("2021-07-22", "NGA", False, False, "2021-09-16"),
    ("2021-09-14", "IRQ", False, True, "2022-02-08"),
    ("2021-10-26", "GHA", False, False, "2021-12-20"),
    ("2021-12-08", "UGA", True, True, "2022-03-01"),
    ("2022-02-17", "KEN", True, True, "2022-05-12"),
    ("2022-04-28", "COL", True, True, "2022-07-20"),
    ("2022-06-30", "IRQ", False, True, "2022-11-10"),
    ("2022-09-06", None, False, False, "2022-09-29"),
    ("2022-11-15", "COD", True, True, None),
)


def published_concerns(generator: np.random.Generator, roster: Roster) -> pa.Table:
    """The concerns of the committed sample, each about an invented company that took part."""
    opened = np.array([day(row[2]) for row in CONCERNS])
    closed = np.array([day(row[3]) if row[3] else NEVER for row in CONCERNS])
    org = np.array([generator.choice(roster.participating(on)) for on in opened], np.int32)
    category = np.array([row[0] for row in CONCERNS])
    return _concerns(roster, org, category, np.array([row[1] for row in CONCERNS]), opened, closed)


def published_complaints(generator: np.random.Generator, roster: Roster) -> pa.Table:
    """The complaints of the committed sample."""
    received = np.array([day(row[0]) for row in COMPLAINTS])
    org = np.array(
        [
            generator.choice(roster.participating(on)) if row[2] else -1
            for row, on in zip(COMPLAINTS, received, strict=True)
        ],
        np.int32,
    )
    country = np.array([world().place(row[1]) if row[1] else -1 for row in COMPLAINTS])
    closed = np.array([day(row[4]) if row[4] else NEVER for row in COMPLAINTS])
    return _complaints(roster, received, country, org, np.array([r[3] for r in COMPLAINTS]), closed)


def drawn_concerns(generator: np.random.Generator, roster: Roster, scale: float) -> pa.Table:
    """Concerns of any number, about companies while they took part."""
    count = max(6, round(16 * scale))
    org, opened = _occasions(generator, roster, count)
    closed = opened + generator.gamma(2.0, 90.0, len(org)).astype(np.int64)
    closed = np.where(closed > DATA_DATE, NEVER, closed)
    category = pick(generator, [3, 5, 3], len(org))
    return _concerns(
        roster, org, category, pick(generator, [3, 4, 2, 2, 1], len(org)), opened, closed
    )


def drawn_complaints(generator: np.random.Generator, roster: Roster, scale: float) -> pa.Table:
    """Complaints of any number; two in three are not against a member."""
    count = max(6, round(24 * scale))
    org, received = _occasions(generator, roster, count)
    country = np.where(
        generator.random(len(org)) < 0.15, -1, pick(generator, world().audience, len(org))
    )
    against = np.where(generator.random(len(org)) < 0.35, org, -1)
    closed = received + generator.gamma(2.5, 30.0, len(org)).astype(np.int64)
    closed = np.where(closed > DATA_DATE, NEVER, closed)
    alleges = generator.random(len(org)) < 0.3
    return _complaints(roster, received, country, against, alleges, closed)


def _occasions(generator: np.random.Generator, roster: Roster, count: int) -> tuple[Codes, Days]:
    """Days since 2017, in order, each with a company that took part on it."""
    pool = roster.of_pillar(COMPANY)
    drawn = pool[generator.integers(0, len(pool), count * 4)]
    on = between(generator, np.full(count * 4, day("2017-01-01")), np.full(count * 4, DATA_DATE))
    fits = roster.takes_part(drawn, on, (TRANSITIONAL, MEMBER, AFFILIATE))
    org, days = drawn[fits][:count], on[fits][:count]
    order = np.argsort(days, kind="stable")
    return org[order].astype(np.int32), days[order]


def _concerns(
    roster: Roster, org: Codes, category: Codes, source: Codes, opened: Days, closed: Days
) -> pa.Table:
    return pa.table(
        {
            "concern_id": numbered("K", len(org), width=3),
            "org_id": coded(org, roster.ids),
            "category": coded(category, CONCERN_CATEGORIES),
            "source": coded(source, CONCERN_SOURCES),
            "opened_on": dated(opened),
            "closed_on": dated(closed),
        }
    )


def _complaints(
    roster: Roster,
    received: Days,
    country: Codes,
    org: Codes,
    alleges: np.ndarray[tuple[int], np.dtype[np.bool_]],
    closed: Days,
) -> pa.Table:
    return pa.table(
        {
            "complaint_id": numbered("P", len(received), width=3),
            "received_on": dated(received),
            "country": coded(country, world().codes),
            "org_id": coded(org, roster.ids),
            "alleges_violation": pa.array(alleges, pa.bool_()),
            "closed_on": dated(closed),
        }
    )
