"""Engagements, events, press, web, references to the Code, and the board's terms."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scorecard.sample import names
from scorecard.sample.roster import CIVIL_SOCIETY, COMPANY, DATA_DATE, GOVERNMENT, MEMBER, Roster
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
)
from scorecard.sample.world import world

STAKEHOLDERS = list(names.STAKEHOLDER_FORMS)
STAGES = ["contacted", "in_discussion", "applied", "joined", "declined"]
TONES = ["positive", "neutral", "negative"]
REFERENCE_KINDS = list(names.ISSUER_FORMS)
EVENT_KINDS = ["webinar", "panel", "conference", "general_assembly", "workshop", "other"]

ENGAGEMENTS = {2017: 62, 2018: 74, 2019: 96, 2020: 84, 2021: 138, 2022: 172}
# Mentions a year, and the shares that are positive and neutral.
MENTIONS = {
    2017: (104, 0.48, 0.40),
    2018: (121, 0.50, 0.38),
    2019: (158, 0.52, 0.36),
    2020: (136, 0.49, 0.36),
    2021: (181, 0.55, 0.34),
    2022: (214, 0.58, 0.32),
}
# References that came into force each year.
REFERENCES = {
    2014: 2,
    2015: 3,
    2016: 3,
    2017: 3,
    2018: 3,
    2019: 4,
    2020: 2,
    2021: 6,
    2022: 7,
}
MONTHS = 72
FIRST_MONTH = np.datetime64("2017-01", "M")
VISITS_IN_FIRST_MONTH = 2350.0

# The Association's own events of 2019 are public; who attended is invented here.
PUBLIC_EVENTS = (
    ("Webinar on responsible private security", "webinar", "2019-10-17", None, 64),
    ("Panel at Geneva Peace Week", "panel", "2019-11-06", "CHE", 85),
    ("General Assembly 2019", "general_assembly", "2019-11-20", "CHE", 108),
    ("Conference on private security abroad, Kunming", "conference", "2019-12-16", "CHN", 120),
    ("General Assembly 2018", "general_assembly", "2018-11-29", "CHE", 96),
    ("General Assembly 2020", "general_assembly", "2020-11-19", None, 132),
    ("General Assembly 2021", "general_assembly", "2021-11-25", None, 141),
    ("General Assembly 2022", "general_assembly", "2022-12-07", "CHE", 138),
    ("General Assembly 2023", "general_assembly", "2023-11-23", "CHE", 0),
)
EVENT_TITLES = {
    "webinar": ["Guarding and human rights", "Clients and the Code", "Grievances that work"],
    "panel": ["Panel on responsible procurement", "Panel on security at mining sites"],
    "conference": ["Regional conference on private security", "Forum on maritime security"],
    "workshop": ["Workshop for local companies", "Workshop with civil society"],
    "other": ["Breakfast briefing for clients", "Reception with missions in Geneva"],
}
# Other events a year by kind; they went online in 2020.
OTHER_EVENTS = {
    2018: {"webinar": 1, "panel": 2, "conference": 1, "workshop": 3, "other": 1},
    2019: {"webinar": 1, "panel": 1, "conference": 1, "workshop": 2, "other": 2},
    2020: {"webinar": 8, "panel": 1, "workshop": 1},
    2021: {"webinar": 10, "panel": 2, "workshop": 3, "other": 1},
    2022: {"webinar": 8, "panel": 3, "conference": 2, "workshop": 5, "other": 2},
}
ONLINE = (day("2020-03-15"), day("2021-10-01"))

# Seat, then its terms: the organisation's place among the pillar's, start and end. Terms end at
# General Assemblies; one government seat stood empty until November 2020.
TERMS: tuple[tuple[str, tuple[tuple[int | str, str, str | None], ...]], ...] = (
    (
        "COM-1",
        ((0, "2016-11-10", "2019-11-21"), (1, "2019-11-21", "2022-12-07"), (7, "2022-12-07", None)),
    ),
    ("COM-2", ((2, "2017-10-13", "2020-11-19"), (3, "2020-11-19", None))),
    ("COM-3", ((4, "2018-11-29", "2021-11-25"), (5, "2021-11-25", None))),
    ("COM-4", ((6, "2018-11-29", "2021-06-30"), (8, "2021-11-25", None))),
    ("CSO-1", ((0, "2016-11-10", "2019-11-21"), (1, "2019-11-21", None))),
    ("CSO-2", ((2, "2017-10-13", "2020-11-19"), (3, "2020-11-19", None))),
    ("CSO-3", ((4, "2018-11-29", "2021-11-25"), (5, "2021-11-25", None))),
    ("CSO-4", ((6, "2018-11-29", "2020-02-29"), (7, "2020-11-19", None))),
    ("GOV-1", (("CHE", "2013-09-20", None),)),
    ("GOV-2", (("GBR", "2013-09-20", None),)),
    ("GOV-3", (("USA", "2013-09-20", None),)),
    ("GOV-4", (("AUS", "2013-09-20", "2018-11-29"), ("NOR", "2020-11-19", None))),
)


def _days_of_years(generator: np.random.Generator, counts: dict[int, int]) -> Days:
    """That many days in each year, in order."""
    years = np.repeat(list(counts), list(counts.values()))
    starts = np.array([day(f"{year}-01-04") for year in counts])[
        np.searchsorted(list(counts), years)
    ]
    return np.sort(between(generator, starts, starts + 350))


def engagements(generator: np.random.Generator, scale: float) -> pa.Table:
    """Conversations with organisations outside; a later one goes a stage further or is declined."""
    counts = {year: max(1, round(count * scale)) for year, count in ENGAGEMENTS.items()}
    held = _days_of_years(generator, counts)
    pool = max(10, round(430 * scale))
    kind = pick(generator, [9, 8, 7, 9, 3, 3, 3, 4, 3, 2, 2], pool)
    country = pick(generator, world().companies_since + world().audience / 30, pool)
    labels = names.names_by_group(generator, kind, names.STAKEHOLDER_FORMS)
    # The pool opens over the years, so that new organisations come in all the time.
    opening = np.linspace(0.25, 1.0, len(held))
    who = np.floor(generator.random(len(held)) * opening * pool).astype(np.int32)
    order = np.lexsort((held, who))
    place = np.empty(len(held), np.int64)
    place[order] = np.arange(len(held)) - np.searchsorted(who[order], who[order])
    stage = np.minimum(place, 3) - (generator.random(len(held)) < 0.35)
    stage = np.where((place > 0) & (generator.random(len(held)) < 0.12), 4, np.maximum(stage, 0))
    return pa.table(
        {
            "engagement_id": numbered("E", len(held)),
            "held_on": dated(held),
            "organisation": coded(who, labels),
            "stakeholder_type": coded(kind[who], STAKEHOLDERS),
            "country": coded(country[who], world().codes),
            "stage": coded(stage, STAGES),
        }
    )


def events(generator: np.random.Generator) -> tuple[pa.Table, pa.Table]:
    """Events and their attendance by stakeholder type and country; as many at every size."""
    rows = [
        (title, kind, day(held), world().place(country) if country else -1, people)
        for title, kind, held, country, people in PUBLIC_EVENTS
    ]
    crowd = {"webinar": 44, "panel": 38, "conference": 92, "workshop": 21, "other": 17}
    for year, kinds in OTHER_EVENTS.items():
        for kind, count in kinds.items():
            for number in range(count):
                titles = EVENT_TITLES[kind]
                held = day(f"{year}-01-20") + int(generator.integers(0, 330))
                online = kind == "webinar" or ONLINE[0] <= held < ONLINE[1]
                place = -1 if online else int(pick(generator, world().audience, 1)[0])
                people = int(crowd[kind] * generator.uniform(0.7, 1.3))
                rows.append((titles[number % len(titles)], kind, held, place, people))
    rows.sort(key=lambda row: (row[2], row[0]))
    ids = numbered("V", len(rows), width=3)
    table = pa.table(
        {
            "event_id": ids,
            "title": [row[0] for row in rows],
            "kind": [row[1] for row in rows],
            "held_on": dated(np.array([row[2] for row in rows])),
            "country": coded(np.array([row[3] for row in rows]), world().codes),
        }
    )
    event = np.repeat(np.arange(len(rows)), [row[4] for row in rows])
    # One person at a time; those of one event, type and country then make one row.
    kind_of = pick(generator, [7, 9, 6, 4, 1.5, 1, 1.5, 2.5, 3, 1.5, 2], len(event))
    home = pick(generator, world().audience, len(event)).astype(np.int64)
    local = np.array([row[3] for row in rows])[event]
    home = np.where((local >= 0) & (generator.random(len(event)) < 0.4), local, home)
    key = (event * len(STAKEHOLDERS) + kind_of) * len(world().codes) + home
    groups, participants = np.unique(key, return_counts=True)
    attendance = pa.table(
        {
            "event_id": coded(groups // len(world().codes) // len(STAKEHOLDERS), ids),
            "stakeholder_type": coded(
                groups // len(world().codes) % len(STAKEHOLDERS), STAKEHOLDERS
            ),
            "country": coded(groups % len(world().codes), world().codes),
            "participants": participants,
        }
    )
    return table, attendance


def mentions(generator: np.random.Generator, scale: float) -> pa.Table:
    """Mentions in the press, by invented outlets that come back."""
    counts = {year: max(1, round(count * scale)) for year, (count, _, _) in MENTIONS.items()}
    published = _days_of_years(generator, counts)
    year = published.astype("datetime64[Y]").astype(int) + 1970 - min(MENTIONS)
    pool = max(20, round(150 * scale))
    weights = world().audience + 6 * world().companies_since
    home = pick(generator, weights, pool)
    outlets = names.local_names(generator, home, names.OUTLET_FORMS)
    outlet = pick(generator, 1 / (8 + np.arange(pool)), len(published))
    positive = np.array([share for _, share, _ in MENTIONS.values()])[year]
    neutral = np.array([share for _, _, share in MENTIONS.values()])[year]
    chance = generator.random(len(published))
    tone = np.where(chance < positive, 0, np.where(chance < positive + neutral, 1, 2))
    tongues = sorted(set(world().languages))
    own = np.array([tongues.index(tongue) for tongue in world().languages])[home[outlet]]
    language = np.where(generator.random(len(published)) < 0.15, tongues.index("en"), own)
    ids = numbered("N", len(published))
    return pa.table(
        {
            "mention_id": ids,
            "published_on": dated(published),
            "outlet": coded(outlet, outlets),
            "country": coded(home[outlet], world().codes),
            "language": coded(language, tongues),
            "tone": coded(tone, TONES),
            "url": pc.binary_join_element_wise("https://press.example/", ids, ""),
        }
    )


def web_traffic(generator: np.random.Generator, scale: float) -> pa.Table:
    """Visits and downloads by month and country, growing, with one spring of broken counting."""
    places = np.flatnonzero(world().audience > 0)
    month = np.repeat(np.arange(MONTHS), len(places))
    place = np.tile(places, MONTHS)
    share = world().audience / world().audience.sum()
    trend = VISITS_IN_FIRST_MONTH * 1.0125 ** np.arange(MONTHS)
    season = np.array([1.0, 1.03, 1.06, 1.0, 1.02, 0.97, 0.82, 0.78, 1.04, 1.12, 1.18, 0.9])
    trend *= season[np.arange(MONTHS) % 12]
    # The site moved in March 2021; for three months much of the traffic was not counted.
    trend[50:53] *= np.array([0.62, 0.7, 0.85])
    focus = np.isin(place, world().focus())
    drift = np.where(focus, 0.8 + 0.007 * month, 1.1 - 0.003 * month)
    noise = generator.lognormal(0.0, 0.13, len(month))
    visits = np.round(scale * trend[month] * share[place] * drift * noise).astype(np.int64)
    downloads = generator.binomial(visits, 0.07)
    labels = [str(FIRST_MONTH + step) for step in range(MONTHS)]
    return pa.table(
        {
            "month": coded(month, labels),
            "country": coded(place, world().codes),
            "visits": visits,
            "downloads": downloads,
        }
    )


def references(generator: np.random.Generator, scale: float) -> pa.Table:
    """References to the Code by invented issuers, after the Swiss law, which is public."""
    counts = {year: max(1, round(count * scale)) for year, count in REFERENCES.items()}
    start = _days_of_years(generator, counts)
    kind = pick(generator, [2, 6, 8, 2, 2, 2], len(start))
    country = pick(generator, world().audience + 4 * world().companies_since, len(start))
    ended = start + generator.integers(700, 1500, len(start)).astype(np.int64)
    lasts = (generator.random(len(start)) > 0.12) | (ended > DATA_DATE + 365)
    issuers = names.names_by_group(generator, kind, names.ISSUER_FORMS)
    law = REFERENCE_KINDS.index("legislation")
    return pa.table(
        {
            "reference_id": numbered("R", len(start) + 1, width=3),
            "kind": coded(np.concatenate([[law], kind]), REFERENCE_KINDS),
            "issuer": pa.concat_arrays(
                [pa.array(["Swiss Confederation (law on private security abroad)"]), issuers]
            ),
            "country": coded(np.concatenate([[world().place("CHE")], country]), world().codes),
            "in_force_on": dated(np.concatenate([[day("2015-09-01")], start])),
            "ended_on": dated(np.concatenate([[NEVER], np.where(lasts, NEVER, ended)])),
        }
    )


def board_terms(roster: Roster) -> pa.Table:
    """The terms of the twelve seats; a seat stays empty where the roster has nobody for it."""
    rows = []
    for seat, terms in TERMS:
        for who, start, end in terms:
            org = _seated(roster, seat, who, day(start), day(end) if end else DATA_DATE)
            rows.append((seat, org, day(start), day(end) if end else NEVER))
    seats = [seat for seat, _ in TERMS]
    return pa.table(
        {
            "seat_id": coded(np.array([seats.index(row[0]) for row in rows]), seats),
            "org_id": coded(np.array([row[1] for row in rows]), roster.ids),
            "start_on": dated(np.array([row[2] for row in rows])),
            "end_on": dated(np.array([row[3] for row in rows])),
        }
    )


def _seated(
    roster: Roster, seat: str, who: int | str, start: np.datetime64, end: np.datetime64
) -> int:
    """The organisation on a seat: a member all through the term; -1 where there is none."""
    pillar = {"COM": COMPANY, "CSO": CIVIL_SOCIETY, "GOV": GOVERNMENT}[seat[:3]]
    last = end - 1
    lasting = roster.holding(start, (MEMBER,)) & roster.holding(last, (MEMBER,))
    fitting: Codes = np.flatnonzero(lasting & (roster.pillar == pillar)).astype(np.int32)
    if isinstance(who, str):
        at = fitting[roster.country[fitting] == world().place(who)]
        return int(at[0]) if len(at) else -1
    return int(fitting[who * 3 % len(fitting)]) if len(fitting) else -1
