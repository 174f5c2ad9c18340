"""Who is in the Association, when, and with which certificates: what all registers follow from.

A roster is either calibrated (`calibration.py`, the committed sample) or drawn here, for any size.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from scorecard.sample import names
from scorecard.sample.tables import NEVER, Codes, Days, between, coded, dated, day, numbered, pick
from scorecard.sample.world import world

DATA_DATE = day("2022-12-31")
FOUNDED = day("2013-09-20")
AFFILIATION_FROM = day("2020-01-01")

PILLARS = ["company", "civil_society", "government", "other"]
COMPANY, CIVIL_SOCIETY, GOVERNMENT, OTHER = range(4)
CATEGORIES = ["applicant", "transitional", "member", "affiliate", "observer"]
APPLICANT, TRANSITIONAL, MEMBER, AFFILIATE, OBSERVER = range(5)
REASONS = [
    "progressed",
    "withdrawn",
    "non_payment",
    "no_self_assessment",
    "bad_faith",
    "other",
]
PROGRESSED, WITHDRAWN, NON_PAYMENT, NO_SELF_ASSESSMENT, BAD_FAITH, OTHER_REASON = range(6)
STANDARDS = ["PSC.1", "ISO 18788", "ISO 28007"]
CERTIFICATE_DAYS = 3 * 365 + 1

GOVERNMENTS = (
    ("CHE", "Government of Switzerland", "2013-09-20"),
    ("GBR", "Government of the United Kingdom", "2013-09-20"),
    ("USA", "Government of the United States", "2013-09-20"),
    ("AUS", "Government of Australia", "2013-09-20"),
    ("NOR", "Government of Norway", "2013-09-20"),
    ("SWE", "Government of Sweden", "2013-09-20"),
    ("CAN", "Government of Canada", "2016-06-01"),
)


@dataclass(frozen=True, eq=False)
class Spells:
    """Memberships: parallel arrays; `end` is exclusive, NaT where it lasts."""

    org: Codes
    category: Codes
    start: Days
    end: Days
    reason: Codes


@dataclass(frozen=True, eq=False)
class Certificates:
    """Certificates: parallel arrays; `expires` and `withdrawn` are exclusive."""

    org: Codes
    standard: Codes
    start: Days
    expires: Days
    withdrawn: Days


@dataclass(frozen=True, eq=False)
class Roster:
    """Organisations by position, with their spells and certificates."""

    ids: pa.Array
    names: pa.Array
    pillar: Codes
    country: Codes
    spells: Spells
    certificates: Certificates

    def of_pillar(self, pillar: int) -> Codes:
        """Positions of the organisations of one pillar."""
        return np.flatnonzero(self.pillar == pillar).astype(np.int32)

    def holding(self, on: np.datetime64, categories: tuple[int, ...]) -> npt.NDArray[np.bool_]:
        """For each organisation whether a spell of one of the categories holds on a day."""
        spells = self.spells
        holds = (spells.start <= on) & ~(spells.end <= on) & np.isin(spells.category, categories)
        found = np.zeros(len(self.pillar), np.bool_)
        found[spells.org[holds]] = True
        return found

    def participating(self, on: np.datetime64) -> Codes:
        """Positions of the companies that are transitional, member or affiliate on a day."""
        holds = self.holding(on, (TRANSITIONAL, MEMBER, AFFILIATE))
        return np.flatnonzero(holds & (self.pillar == COMPANY)).astype(np.int32)

    def takes_part(
        self, org: Codes, on: Days, categories: tuple[int, ...]
    ) -> npt.NDArray[np.bool_]:
        """Whether each of some organisations takes part on its day: after its first spell of the
        categories begins and before the last one ends."""
        counted = np.isin(self.spells.category, categories)
        far = day("2100-01-01")
        first = np.full(len(self.pillar), far)
        last = np.full(len(self.pillar), day("1900-01-01"))
        ends = np.where(np.isnat(self.spells.end), far, self.spells.end)
        np.minimum.at(first, self.spells.org[counted], self.spells.start[counted])
        np.maximum.at(last, self.spells.org[counted], ends[counted])
        inside: npt.NDArray[np.bool_] = (first[org] <= on) & (on < last[org])
        return inside

    def organisations(self) -> pa.Table:
        """The register `organisations`."""
        return pa.table(
            {
                "org_id": self.ids,
                "name": self.names,
                "pillar": coded(self.pillar, PILLARS),
                "country": coded(self.country, world().codes),
            }
        )

    def memberships(self) -> pa.Table:
        """The register `memberships`, by organisation and start."""
        spells = self.spells
        order = np.lexsort((spells.start, spells.org))
        return pa.table(
            {
                "org_id": coded(spells.org[order], self.ids),
                "category": coded(spells.category[order], CATEGORIES),
                "start_on": dated(spells.start[order]),
                "end_on": dated(spells.end[order]),
                "end_reason": coded(spells.reason[order], REASONS),
            }
        )

    def certifications(self) -> pa.Table:
        """The register `certifications`, by organisation and start."""
        held = self.certificates
        order = np.lexsort((held.standard, held.start, held.org))
        return pa.table(
            {
                "org_id": coded(held.org[order], self.ids),
                "standard": coded(held.standard[order], STANDARDS),
                "certified_on": dated(held.start[order]),
                "expires_on": dated(held.expires[order]),
                "withdrawn_on": dated(held.withdrawn[order]),
            }
        )


def org_ids(counts: tuple[int, int, int, int]) -> pa.Array:
    """Keys `C0001`, `S0001`, `G0001`, `O0001` for the pillars in their order."""
    return pa.concat_arrays(
        [numbered(prefix, count) for prefix, count in zip("CSGO", counts, strict=True) if count]
    )


def draw(generator: np.random.Generator, size: int) -> Roster:
    """A roster of `size` organisations without calibration, in whole arrays.

    About 68 % companies, the rest civil society, observers, and up to the seven governments.
    """
    governments = min(len(GOVERNMENTS), max(1, size // 20))
    observers = max(1, size // 30)
    civil_society = max(2, round(size * 0.25))
    companies = size - governments - observers - civil_society
    counts = (companies, civil_society, governments, observers)
    pillar = np.repeat(np.arange(4, dtype=np.int32), counts)

    joined = _joining_days(generator, size)
    since = joined >= day("2019-01-01")
    places = world()
    country = np.where(
        since,
        pick(generator, places.companies_since, size),
        pick(generator, places.companies_before, size),
    )
    country[pillar != COMPANY] = pick(generator, places.civil_society, size - companies)
    seats = GOVERNMENTS[:governments]
    country[pillar == GOVERNMENT] = [places.place(code) for code, _, _ in seats]
    joined[pillar == GOVERNMENT] = [day(start) for _, _, start in seats]

    first_certificates = _first_certificates(generator, joined, pillar)
    certificates = _renewed(generator, first_certificates, country)
    spells = _spells(generator, pillar, joined, first_certificates)
    labels = pa.concat_arrays(
        [
            names.local_names(generator, country[:companies], names.COMPANY_FORMS),
            names.local_names(
                generator, country[companies : companies + civil_society], names.CIVIL_SOCIETY_FORMS
            ),
            pa.array([name for _, name, _ in seats], pa.string()),
            names.local_names(generator, country[size - observers :], names.CIVIL_SOCIETY_FORMS),
        ]
    )
    return Roster(org_ids(counts), labels, pillar, country.astype(np.int32), spells, certificates)


def _joining_days(generator: np.random.Generator, size: int) -> Days:
    """A third at or soon after the foundation, the others evenly until the data date."""
    founding = generator.random(size) < 0.3
    until = np.where(founding, day("2014-12-31"), DATA_DATE)
    return between(generator, np.full(size, FOUNDED), until)


def _first_certificates(generator: np.random.Generator, joined: Days, pillar: Codes) -> Days:
    """The day of each company's first certificate; NaT where it has none by the data date."""
    lag = generator.gamma(6.0, 120.0, len(joined)).astype(np.int64)
    certified = joined + 60 + lag
    none = (pillar != COMPANY) | (generator.random(len(joined)) < 0.35) | (certified > DATA_DATE)
    return np.where(none, NEVER, certified)


def _renewed(generator: np.random.Generator, first: Days, country: Codes) -> Certificates:
    """The chain of certificates after each first one; renewals were late or missed in 2020."""
    org = np.flatnonzero(~np.isnat(first)).astype(np.int32)
    start = first[org]
    standard = standards_of(generator, country[org])
    parts: list[tuple[Codes, Codes, Days]] = []
    while len(org):
        parts.append((org, standard, start))
        expires = start + CERTIFICATE_DAYS
        pandemic = (expires >= day("2020-03-01")) & (expires < day("2021-01-01"))
        gap = np.where(
            pandemic, generator.integers(60, 300, len(org)), generator.integers(-20, 1, len(org))
        )
        start = expires + gap.astype(np.int64)
        kept = (start <= DATA_DATE) & (generator.random(len(org)) < 0.85)
        org, standard, start = org[kept], standard[kept], start[kept]
    orgs, standards, starts = (np.concatenate(column) for column in zip(*parts, strict=True))
    expiry = starts + CERTIFICATE_DAYS
    withdrawn = np.where(
        generator.random(len(orgs)) < 0.02,
        between(generator, starts + 90, expiry),
        NEVER,
    )
    return Certificates(
        orgs, standards, starts, expiry, np.where(withdrawn > DATA_DATE, NEVER, withdrawn)
    )


def standards_of(generator: np.random.Generator, country: Codes) -> Codes:
    """A standard each: the maritime one mostly where shipping is at home."""
    maritime = np.isin(country, [world().place(code) for code in ("GRC", "CYP", "MLT", "SGP")])
    land = pick(generator, [5, 4, 0.6], len(country))
    return np.where(maritime & (generator.random(len(country)) < 0.7), 2, land).astype(np.int32)


def _spells(generator: np.random.Generator, pillar: Codes, joined: Days, certified: Days) -> Spells:
    """Applicant, affiliate, transitional and member spells that follow each other."""
    size = len(pillar)
    orgs = np.arange(size, dtype=np.int32)
    company = pillar == COMPANY
    left = joined + generator.exponential(365.25 * 14, size).astype(np.int64)
    left = np.where((left > DATA_DATE) | (pillar == GOVERNMENT), NEVER, left)
    reason = pick(generator, [0, 5, 3, 3, 0.4, 1], size)
    affiliate = company & (joined >= AFFILIATION_FROM) & (generator.random(size) < 0.25)
    applied = joined - generator.integers(40, 200, size).astype(np.int64)
    applicant = (generator.random(size) < 0.3) & (applied >= FOUNDED) & (pillar != GOVERNMENT)
    progressed = certified + generator.integers(3, 40, size).astype(np.int64)
    progressed = np.where(progressed > DATA_DATE, NEVER, progressed)
    # NaT compares false both ways: a company that never left or never progressed falls through.
    goes_on = company & ~affiliate & (joined < progressed) & ~(left <= progressed)
    first = np.select(
        [affiliate, company, pillar == OTHER], [AFFILIATE, TRANSITIONAL, OBSERVER], MEMBER
    )
    gone = ~np.isnat(left)
    spells = [
        (orgs[applicant], np.full(size, APPLICANT), applied, joined, np.full(size, PROGRESSED)),
        (
            orgs,
            first,
            joined,
            np.where(goes_on, progressed, left),
            np.where(goes_on, PROGRESSED, np.where(gone, reason, -1)),
        ),
        (orgs[goes_on], np.full(size, MEMBER), progressed, left, np.where(gone, reason, -1)),
    ]
    return Spells(
        org=np.concatenate([spell[0] for spell in spells]),
        category=np.concatenate([spell[1][spell[0]] for spell in spells]).astype(np.int32),
        start=np.concatenate([spell[2][spell[0]] for spell in spells]),
        end=np.concatenate([spell[3][spell[0]] for spell in spells]),
        reason=np.concatenate([spell[4][spell[0]] for spell in spells]).astype(np.int32),
    )
