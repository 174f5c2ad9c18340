"""The committed sample's roster: an invented history that meets the published counts.

Each period says how many companies join and leave and how many hold a valid certificate at its
end; who, where and on which day is drawn. So the published counts come out for every seed.
"""

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from scorecard.sample import names
from scorecard.sample.roster import (
    AFFILIATE,
    APPLICANT,
    BAD_FAITH,
    CERTIFICATE_DAYS,
    CIVIL_SOCIETY,
    COMPANY,
    GOVERNMENT,
    GOVERNMENTS,
    MEMBER,
    NO_SELF_ASSESSMENT,
    NON_PAYMENT,
    OBSERVER,
    OTHER,
    OTHER_REASON,
    PROGRESSED,
    TRANSITIONAL,
    WITHDRAWN,
    Certificates,
    Roster,
    Spells,
    org_ids,
    standards_of,
)
from scorecard.sample.tables import NEVER, day, pick
from scorecard.sample.world import world

Day = np.datetime64
INITIAL = day("2017-10-12")
INITIAL_COMPANIES = 101


@dataclass(frozen=True)
class Period:
    """What happens to the companies until a day, inclusive."""

    until: str
    joins: int
    leaves: int
    certified: int
    new_affiliates: int = 0
    demoted: int = 0
    promoted: int = 0
    renewal: float = 0.9
    withdrawn: int = 0


# Members at the end of each: 90, 91, 95, 95, 100, 93, 95, 90, 91, 93, 96. Members and affiliates
# together: 98 in June and in December 2021, when the self-assessment counts its base.
PERIODS = (
    Period("2018-12-31", joins=5, leaves=16, certified=21),
    Period("2019-09-02", joins=5, leaves=4, certified=20, renewal=0.7),
    Period("2019-11-21", joins=5, leaves=1, certified=22, withdrawn=1),
    Period("2019-12-31", joins=1, leaves=1, certified=23),
    Period("2020-07-01", 9, 3, certified=20, new_affiliates=4, demoted=1, renewal=0.3),
    Period("2020-10-29", 2, 9, certified=17, new_affiliates=1, renewal=0.2),
    Period("2020-12-31", 2, 0, certified=20),
    Period("2021-06-14", 4, 8, certified=27, new_affiliates=1, demoted=1, withdrawn=1),
    Period("2021-12-31", 4, 4, certified=35, promoted=1),
    Period("2022-06-30", 4, 3, certified=42, new_affiliates=3, promoted=1, withdrawn=1),
    Period("2022-12-31", 4, 2, certified=48, new_affiliates=3, promoted=1),
)
# Members of civil society at the end of each: 28, 33, 34, 36, 42, 47.
CIVIL_SOCIETY_START = (day("2017-12-31"), 24)
CIVIL_SOCIETY_PERIODS = (
    ("2018-12-31", 5, 1),
    ("2019-09-02", 6, 1),
    ("2019-12-31", 1, 0),
    ("2020-12-31", 3, 1),
    ("2021-12-31", 7, 1),
    ("2022-12-31", 6, 1),
)
APPLICANTS = 5
OBSERVERS = 6


@dataclass
class Biography:
    """One organisation's history while it is being drawn."""

    country: int
    spells: list[tuple[int, Day, Day, int]] = field(default_factory=list)
    certificates: list[tuple[int, Day, Day, Day]] = field(default_factory=list)

    def enter(self, category: int, on: Day) -> None:
        """Begins a spell, which ends the one that lasts."""
        if self.spells and np.isnat(self.spells[-1][2]):
            self.leave(on, PROGRESSED)
        self.spells.append((category, on, NEVER, -1))

    def leave(self, on: Day, reason: int) -> None:
        """Ends the spell that lasts; one that would only have begun later never was."""
        while len(self.spells) > 1 and self.spells[-1][1] >= on:
            self.spells.pop()
        category, start, _, _ = self.spells[-1]
        self.spells[-1] = (category, start, on, reason)

    def category(self) -> int:
        """The category of the spell that lasts; -1 where none does."""
        return self.spells[-1][0] if self.spells and np.isnat(self.spells[-1][2]) else -1

    def is_member(self) -> bool:
        """Whether it is a member now, transitional or full."""
        return self.category() in (TRANSITIONAL, MEMBER)

    def joined(self) -> Day:
        """The start of its first spell as a member."""
        return next(start for kind, start, _, _ in self.spells if kind in (TRANSITIONAL, MEMBER))

    def certified_until(self) -> Day:
        """The first day without a certificate, as far as known; the foundation if never."""
        ends = [min(end, gone) if gone == gone else end for _, _, end, gone in self.certificates]
        return max(ends, default=day("2013-01-01"))


def calibrated(generator: np.random.Generator) -> Roster:
    """The roster of the committed sample."""
    companies = _companies(generator)
    civil_society = _civil_society(generator)
    places = world()
    governments = [Biography(places.place(code)) for code, _, _ in GOVERNMENTS]
    for biography, (_, _, start) in zip(governments, GOVERNMENTS, strict=True):
        biography.enter(MEMBER, day(start))
    observers = [Biography(int(place)) for place in pick(generator, places.audience, OBSERVERS)]
    for biography in observers:
        biography.enter(OBSERVER, _within(generator, day("2014-06-01"), day("2021-06-30")))

    everyone = companies + civil_society + governments + observers
    counts = (len(companies), len(civil_society), len(governments), len(observers))
    country = np.array([biography.country for biography in everyone], np.int32)
    first, last = counts[0], counts[0] + counts[1]
    labels = [
        names.local_names(generator, country[:first], names.COMPANY_FORMS),
        names.local_names(generator, country[first:last], names.CIVIL_SOCIETY_FORMS),
        pa.array([name for _, name, _ in GOVERNMENTS], pa.string()),
        names.local_names(generator, country[last + counts[2] :], names.CIVIL_SOCIETY_FORMS),
    ]
    return Roster(
        ids=org_ids(counts),
        names=pa.concat_arrays(labels),
        pillar=np.repeat(np.array([COMPANY, CIVIL_SOCIETY, GOVERNMENT, OTHER], np.int32), counts),
        country=country,
        spells=_spells(everyone),
        certificates=_certificates(generator, everyone),
    )


def _within(generator: np.random.Generator, after: Day, until: Day) -> Day:
    """A day after `after`, not later than `until`."""
    return until - int(generator.integers((until - after).astype(int)))


def _companies(generator: np.random.Generator) -> list[Biography]:
    companies = _first_companies(generator)
    start = INITIAL
    for period in PERIODS:
        until = day(period.until)
        _leave(generator, companies, period, start, until)
        _enter(generator, companies, period, start, until)
        _certify(generator, companies, period, start, until)
        start = until
    for place in pick(generator, world().companies_since, APPLICANTS):
        companies.append(Biography(int(place)))
        companies[-1].enter(APPLICANT, _within(generator, day("2022-05-31"), day("2022-12-20")))
    return sorted(companies, key=lambda company: company.spells[0][1])


def _first_companies(generator: np.random.Generator) -> list[Biography]:
    """The companies of October 2017: founders and early members, a quarter of them certified."""
    companies = []
    for number, place in enumerate(pick(generator, world().companies_before, INITIAL_COMPANIES)):
        company = Biography(int(place))
        # Founders have had a certificate, which for 32 of them has run out.
        founder = number < 55
        joined = (
            _within(generator, day("2013-09-19"), day("2014-06-30"))
            if founder
            else _within(generator, day("2015-03-01"), INITIAL)
        )
        company.enter(TRANSITIONAL, joined)
        if founder:
            lapsed = number < 32
            earliest, latest = ("2014-07-01", "2014-10-01") if lapsed else ("2014-11-01", INITIAL)
            _grant(generator, company, _within(generator, day(earliest), np.datetime64(latest)))
        companies.append(company)
    return companies


def _grant(generator: np.random.Generator, company: Biography, on: Day) -> None:
    """A certificate from a day on; the first makes a transitional member a full one."""
    standard = (
        company.certificates[-1][0]
        if company.certificates
        else int(standards_of(generator, np.array([company.country], np.int32))[0])
    )
    company.certificates.append((standard, on, on + CERTIFICATE_DAYS, NEVER))
    if company.category() == TRANSITIONAL:
        company.enter(MEMBER, on + int(generator.integers(3, 35)))


def _choose(generator: np.random.Generator, weights: list[float], count: int) -> list[int]:
    """`count` different positions, by weight."""
    share = np.array(weights) / sum(weights)
    return [int(place) for place in generator.choice(len(weights), count, replace=False, p=share)]


def _leave(
    generator: np.random.Generator, companies: list[Biography], period: Period, start: Day, end: Day
) -> None:
    """Those without a certificate leave first, the more so after the deadline of 2020."""
    pressure = 12.0 if end > day("2020-07-01") else 5.0
    staying = [company for company in companies if company.is_member()]
    weights = [
        0.4
        if company.certified_until() > start
        else 0.6
        if company.joined() > start - 500
        else 2.0
        if company.certificates
        else pressure
        for company in staying
    ]
    chosen = _choose(generator, weights, period.leaves + period.demoted)
    for number, place in enumerate(chosen):
        company = staying[place]
        on = _within(generator, start, end)
        if number < period.demoted:
            company.leave(on, OTHER_REASON)
            company.spells.append((AFFILIATE, on, NEVER, -1))
        else:
            company.leave(on, _reason(period.until, number - period.demoted))


def _reason(until: str, number: int) -> int:
    """As published: seven for want of a self-assessment in 2020, three in 2021, none in 2022."""
    if until == "2020-10-29":
        return NO_SELF_ASSESSMENT if number < 7 else WITHDRAWN
    if until == "2021-06-14":
        return (NON_PAYMENT, WITHDRAWN)[number % 2] if number < 6 else NO_SELF_ASSESSMENT
    if until == "2021-12-31":
        return (BAD_FAITH, BAD_FAITH, NO_SELF_ASSESSMENT, WITHDRAWN)[number]
    if until == "2022-06-30":
        return (BAD_FAITH, WITHDRAWN, NON_PAYMENT)[number]
    return (WITHDRAWN, NON_PAYMENT, WITHDRAWN, OTHER_REASON)[number % 4]


def _enter(
    generator: np.random.Generator, companies: list[Biography], period: Period, start: Day, end: Day
) -> None:
    """New members and affiliates; an affiliate that is promoted becomes transitional."""
    since = end > day("2018-12-31")
    weights = world().companies_since if since else world().companies_before
    places = pick(generator, weights, period.joins + period.new_affiliates)
    affiliates = [
        place for place, company in enumerate(companies) if company.category() == AFFILIATE
    ]
    for place in generator.choice(affiliates, period.promoted, replace=False) if affiliates else []:
        companies[place].enter(TRANSITIONAL, _within(generator, start, end))
    for number, place in enumerate(places):
        company = Biography(int(place))
        on = (
            _within(generator, max(start, day("2019-12-31")), end)
            if (number >= period.joins)
            else _within(generator, start, end)
        )
        if number >= period.joins:
            company.enter(AFFILIATE, on)
        else:
            if generator.random() < 0.5:
                lead = int(generator.integers(45, 160))
                company.enter(APPLICANT, on - lead)
            company.enter(TRANSITIONAL, on)
        companies.append(company)


def _certify(
    generator: np.random.Generator, companies: list[Biography], period: Period, start: Day, end: Day
) -> None:
    """Renewals and first certificates, as many as the period's count of valid ones needs."""
    members = [company for company in companies if company.is_member()]
    valid = [company for company in members if company.certified_until() > end]
    surplus = max(period.withdrawn, len(valid) - period.certified)
    for place in _choose(generator, [1.0] * len(valid), surplus):
        company = valid[place]
        standard, begun, expires, _ = company.certificates[-1]
        gone = _within(generator, max(start, begun + 30), end)
        company.certificates[-1] = (standard, begun, expires, gone)
    needed = period.certified - len(valid) + surplus
    expiring = [company for company in members if start < company.certified_until() <= end]
    generator.shuffle(expiring)
    renewed = expiring[: min(round(len(expiring) * period.renewal), needed)]
    for company in renewed:
        expires = company.certified_until()
        _grant(generator, company, expires - int(generator.integers(0, 20)))
    ready = [
        company
        for company in members
        if company.certified_until() <= start and company.joined() < end - 210
    ]
    weights = [_readiness(company, end) for company in ready]
    for place in _choose(generator, weights, needed - len(renewed)):
        company = ready[place]
        earliest = max(start, company.joined() + 200)
        _grant(generator, company, _within(generator, earliest, end))


def _readiness(company: Biography, end: Day) -> float:
    """How likely an uncertified member is to be certified next.

    Those that lapsed lately come back first; later in the plan, companies that joined lately
    need less time than the early ones did.
    """
    if company.certificates:
        return 4.0 if company.certified_until() > end - 600 else 0.9
    age = int((end - company.joined()).astype(int))
    if end < day("2021-01-01"):
        return 1.0 if age < 1500 else 0.6
    return 3.0 if age < 1000 else 1.5


def _civil_society(generator: np.random.Generator) -> list[Biography]:
    weights = world().civil_society
    start, initial = CIVIL_SOCIETY_START
    bodies = []
    for place in pick(generator, weights, initial):
        bodies.append(Biography(int(place)))
        bodies[-1].enter(MEMBER, _within(generator, day("2013-09-19"), start))
    for until, joins, leaves in CIVIL_SOCIETY_PERIODS:
        end = day(until)
        staying = [body for body in bodies if body.is_member()]
        for place in _choose(generator, [1.0] * len(staying), leaves):
            on = _within(generator, start, end)
            staying[place].leave(on, (WITHDRAWN, OTHER_REASON)[int(generator.integers(2))])
        for place in pick(generator, weights, joins):
            body = Biography(int(place))
            on = _within(generator, start, end)
            if generator.random() < 0.5:
                lead = int(generator.integers(30, 150))
                body.enter(APPLICANT, on - lead)
            body.enter(MEMBER, on)
            bodies.append(body)
        start = end
    for place in pick(generator, weights, 3):
        bodies.append(Biography(int(place)))
        bodies[-1].enter(APPLICANT, _within(generator, day("2022-06-30"), day("2022-12-15")))
    return sorted(bodies, key=lambda body: body.spells[0][1])


def _spells(everyone: list[Biography]) -> Spells:
    """All spells; one that would begin after the data date is not known yet."""
    known = day("2022-12-31")
    rows = []
    for org, biography in enumerate(everyone):
        for category, start, end, reason in biography.spells:
            if start > known:
                continue
            lasts = bool(np.isnat(end) or end > known)
            rows.append((org, category, start, NEVER if lasts else end, -1 if lasts else reason))
    return Spells(
        np.array([row[0] for row in rows], np.int32),
        np.array([row[1] for row in rows], np.int32),
        np.array([row[2] for row in rows], "datetime64[D]"),
        np.array([row[3] for row in rows], "datetime64[D]"),
        np.array([row[4] for row in rows], np.int32),
    )


def _certificates(generator: np.random.Generator, everyone: list[Biography]) -> Certificates:
    """All certificates; one in five is a joint audit against a second standard, same dates."""
    rows = []
    for org, biography in enumerate(everyone):
        joint = generator.random() < 0.2
        for standard, start, expires, gone in biography.certificates:
            rows.append((org, standard, start, expires, gone))
            if joint:
                rows.append((org, 1 if standard == 0 else 0, start, expires, gone))
    return Certificates(
        np.array([row[0] for row in rows], np.int32),
        np.array([row[1] for row in rows], np.int32),
        np.array([row[2] for row in rows], "datetime64[D]"),
        np.array([row[3] for row in rows], "datetime64[D]"),
        np.array([row[4] for row in rows], "datetime64[D]"),
    )
